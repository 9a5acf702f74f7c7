data "aws_iam_policy_document" "publish" {
  statement {
    sid       = "Publish"
    effect    = "Allow"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.r000_alarms.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "events.amazonaws.com"]
    }
  }

  statement {
    sid       = "Insecure"
    effect    = "Deny"
    actions   = ["sns:*"]
    resources = [aws_sns_topic.r000_alarms.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

output "alarms" {
  description = "Topic that alarms of this root go to"
  value       = aws_sns_topic.r000_alarms.arn
}

output "services" {
  description = "Roles of the services, by colour"
  value       = { for key, service in module.r000_api : key => service.role_arn }
}
