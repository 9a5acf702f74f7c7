terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region            = "eu-west-1"
  s3_use_path_style = true
  default_tags {
    tags = { Owner = "core", Env = "prod" }
  }
}

resource "terraform_data" "v" { input = "later" }
resource "terraform_data" "m" { input = { Owner = "team-m", Extra = "x" } }
resource "terraform_data" "n" { input = { gone = null, here = "h" } }

resource "aws_s3_bucket" "b" {
  bucket = "s3obj-v1"
  tags   = { Owner = "bkt" }
}
resource "aws_s3_object" "plain" {
  bucket  = aws_s3_bucket.b.id
  key     = "plain"
  content = "x"
}
resource "aws_s3_object" "over" {
  bucket  = aws_s3_bucket.b.id
  key     = "over"
  content = "x"
  tags    = { Name = "o" }
  override_provider {
    default_tags { tags = {} }
  }
}
resource "aws_s3_object" "overunk" {
  bucket  = aws_s3_bucket.b.id
  key     = "overunk"
  content = "x"
  tags    = { Name = terraform_data.v.output }
  override_provider {
    default_tags { tags = {} }
  }
}
resource "aws_s3_object" "unk" {
  bucket  = aws_s3_bucket.b.id
  key     = "unk"
  content = "x"
  tags    = { Name = terraform_data.v.output }
}
resource "aws_s3_object_copy" "c" {
  bucket     = aws_s3_bucket.b.id
  key        = "copy"
  source     = "s3obj-v1/plain"
  depends_on = [aws_s3_object.plain]
}
