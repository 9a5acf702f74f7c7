provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = {
      CostCenter  = "1001"
      Environment = "prod"
    }
  }
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs"

  tags = merge(local.common, {
    Environment = "production"
  })
}

locals {
  common = { Owner = "web@acme.example" }
}

module "jobs" {
  source = "./modules/queue"
  name   = "jobs"
}

module "vpc" {
  source = "terraform-aws-modules/vpc/aws"
  tags   = { Owner = "network@acme.example", Environment = "stage" }
}
