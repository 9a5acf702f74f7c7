terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

resource "terraform_data" "v" { input = "later" }
resource "terraform_data" "m" { input = { Owner = "team-m", Extra = "x" } }
resource "terraform_data" "n" { input = { gone = null, here = "h" } }
module "x" {
  source = "./x"
  v      = terraform_data.v.output
}
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Owner = "root", Env = "prod" }
  }
}

resource "aws_ebs_volume" "root" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = terraform_data.v.output }
}
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_security_group" "g" { vpc_id = aws_vpc.v.id }
resource "aws_vpc_security_group_ingress_rule" "root" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.3.0.0/16"
  ip_protocol       = "-1"
  tags              = { Name = terraform_data.v.output }
}
