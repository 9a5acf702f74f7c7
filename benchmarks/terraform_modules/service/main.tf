locals {
  prefix = lower(replace(var.name, "_", "-"))
  tags   = merge(var.tags, { Component = local.prefix })
}

resource "aws_sqs_queue" "this" {
  for_each = toset(var.queues)

  name                       = "${local.prefix}-${each.value}"
  message_retention_seconds  = 345600
  visibility_timeout_seconds = 60
  sqs_managed_sse_enabled    = true

  tags = merge(local.tags, { Name = "${local.prefix}-${each.value}" })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/services/${local.prefix}"
  retention_in_days = var.retention
  tags              = local.tags
}

resource "aws_iam_role" "this" {
  name = local.prefix

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })

  tags = local.tags
}

resource "aws_iam_role_policy" "queues" {
  name = "queues"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for name, queue in aws_sqs_queue.this : {
        Sid      = title(name)
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
        Resource = queue.arn
      }
    ]
  })
}

module "storage" {
  source = "../storage"
  count  = var.with_storage ? 1 : 0

  providers = {
    aws = aws.data
  }

  name = "${local.prefix}-data"
  tags = local.tags
}
