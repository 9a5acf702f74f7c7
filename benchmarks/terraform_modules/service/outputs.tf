output "role_arn" {
  description = "Role that the service runs as"
  value       = aws_iam_role.this.arn
}

output "queue_urls" {
  description = "Address of each queue, by name"
  value       = { for name, queue in aws_sqs_queue.this : name => queue.url }
}
