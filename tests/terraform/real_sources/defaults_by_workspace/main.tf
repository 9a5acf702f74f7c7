terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region            = "eu-west-1"
  s3_use_path_style = true
  default_tags {
    tags = { Owner = "o-${terraform.workspace}", Env = "prod" }
  }
}

resource "terraform_data" "v" { input = "later" }
resource "terraform_data" "m" { input = { Owner = "team-m", Extra = "x" } }
resource "terraform_data" "n" { input = { gone = null, here = "h" } }
data "aws_security_groups" "all" {}
resource "aws_vpc_security_group_ingress_rule" "solo_unk" {
  security_group_id = "sg-aa5bc74a2e592146e"
  cidr_ipv4         = "10.3.0.0/16"
  ip_protocol       = "-1"
  tags              = { Name = terraform_data.v.output }
}
resource "aws_vpc_security_group_ingress_rule" "solo_unkdef" {
  security_group_id = "sg-aa5bc74a2e592146e"
  cidr_ipv4         = "10.4.0.0/16"
  ip_protocol       = "-1"
  tags              = { Owner = terraform_data.v.output }
}

resource "aws_ebs_volume" "witness" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "w" }
}

resource "aws_ebs_volume" "witness2" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Env = "dev" }
}
