variable "name" {}
locals { tags = { N = title(var.name), H = substr(sha256(var.name), 0, 8), T = timeadd("2024-01-01T00:00:00Z", "24h") } }
resource "aws_s3_bucket" "this" { tags = local.tags }
output "tags" { value = local.tags }
