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
data "aws_default_tags" "d" {}

resource "aws_ebs_volume" "copy" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = data.aws_default_tags.d.tags
}

resource "aws_ebs_volume" "merge" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = merge(data.aws_default_tags.d.tags, { Owner = "x" })
}

resource "aws_ebs_volume" "mergeunk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = merge(data.aws_default_tags.d.tags, { Name = terraform_data.v.output })
}
resource "aws_vpc_security_group_ingress_rule" "mergeunk" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.3.0.0/16"
  ip_protocol       = "-1"
  tags              = merge(data.aws_default_tags.d.tags, { Name = terraform_data.v.output })
}
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_security_group" "g" { vpc_id = aws_vpc.v.id }
