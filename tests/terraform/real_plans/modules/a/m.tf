terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.other]
    }
  }
}
variable "tags" { default = null }
variable "late" { default = "known" }

resource "aws_ebs_volume" "main" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = var.late }
}

resource "aws_ebs_volume" "plain" {
  availability_zone = "eu-west-1a"
  size              = 1
}

resource "aws_ebs_volume" "given" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = var.tags
}

resource "aws_ebs_volume" "merged" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = merge({ Name = "m" }, var.tags)
}

resource "aws_ebs_volume" "other" {
  provider          = aws.other
  availability_zone = "us-west-2a"
  size              = 1
  tags              = { Name = var.late }
}

resource "aws_ebs_volume" "other_known" {
  provider          = aws.other
  availability_zone = "us-west-2a"
  size              = 1
  tags              = { Owner = "o" }
}
