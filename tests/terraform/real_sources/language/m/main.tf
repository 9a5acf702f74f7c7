variable "idx" { type = string }
variable "opts" { type = object({ a = string, b = optional(string, "bee") }) }
resource "aws_s3_bucket" "this" { tags = { I = var.idx, B = var.opts.b, P = basename(path.module), N = var.idx == "1" ? "one" : "other" } }
output "tag" { value = aws_s3_bucket.this.tags.I }
output "sens" {
  value = nonsensitive(sensitive("s${var.idx}"))
}
