terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "name" {
  description = "Prefix of the bucket and the table"
  type        = string
}

variable "tags" {
  description = "Tags of the bucket and the table"
  type        = map(string)
}

resource "aws_s3_bucket" "this" {
  bucket = "acme-${var.name}"
  tags   = merge(var.tags, { Name = "acme-${var.name}", DataClass = "internal" })
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_dynamodb_table" "this" {
  name         = "${var.name}-index"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  tags = var.tags
}
