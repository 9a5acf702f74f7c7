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

resource "aws_dynamodb_table" "t" {
  name         = "t"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "k"
  attribute {
    name = "k"
    type = "S"
  }
  tags = { Name = terraform_data.v.output, Owner = "ddb" }
}
resource "aws_sqs_queue" "q" {
  name = "q"
  tags = { Owner = "Team", owner = "team" }
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
  tags               = { Owner = aws_sqs_queue.q.arn }
}
resource "aws_ec2_tag" "x" {
  resource_id = aws_ebs_volume.x.id
  key         = "Owner"
  value       = "bytag"
}
resource "aws_ebs_volume" "x" {
  availability_zone = "eu-west-1a"
  size              = 1
  lifecycle { ignore_changes = [tags, tags_all] }
}
resource "aws_ami_from_instance" "a" {
  name               = "a"
  source_instance_id = "i-12345678"
  count              = 0
}
resource "aws_default_vpc" "d" {}
resource "aws_eip" "e" { tags = { Name = terraform_data.v.id } }
