# Shared services in two Regions. tagguard reads this as it is: no `terraform init`, no plan.

variable "release" {
  description = "Given by the pipeline, so nobody knows it here."
  type        = string
}

locals {
  common = {
    Owner       = "platform@acme.example"
    CostCenter  = "CC-3001"
    Environment = "prod"
  }
}

provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = local.common
  }
}

# The defaults of this one were forgotten.
provider "aws" {
  alias  = "frankfurt"
  region = "eu-central-1"
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs"
  tags   = { DataClass = "internal" }
}

resource "aws_s3_bucket" "replica" {
  provider = aws.frankfurt
  bucket   = "acme-logs-replica"
  tags     = merge(local.common, { DataClass = "intern" })
}

resource "aws_dynamodb_table" "sessions" {
  name     = "sessions"
  hash_key = "id"
  tags     = { DataClass = var.release }
}

module "queues" {
  source   = "./modules/queue"
  for_each = toset(["mails", "invoices"])
  name     = each.key
  tags     = { Environment = "production" }
}

module "alarms" {
  source    = "./modules/queue"
  name      = "alarms"
  providers = { aws = aws.frankfurt }
  tags      = local.common
}

# tagguard:ignore missing-tag:CostCenter reason="paid by the sandbox budget" until=2026-12-31
resource "aws_instance" "sandbox" {
  provider      = aws.frankfurt
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  tags = {
    Owner       = "platform@acme.example"
    Environment = "dev"
  }
}
