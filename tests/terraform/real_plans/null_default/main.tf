terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region            = "eu-west-1"
  s3_use_path_style = true
  default_tags {
    tags = { Owner = null, Env = "prod" }
  }
}

resource "terraform_data" "v" { input = "later" }
resource "terraform_data" "m" { input = { Owner = "team-m", Extra = "x" } }
resource "terraform_data" "n" { input = { gone = null, here = "h" } }
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_security_group" "g" { vpc_id = aws_vpc.v.id }
resource "aws_vpc_security_group_ingress_rule" "none" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.3.0.0/16"
  ip_protocol       = "-1"

}
resource "aws_vpc_security_group_ingress_rule" "known" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.4.0.0/16"
  ip_protocol       = "-1"
  tags              = { Name = "x" }
}
resource "aws_vpc_security_group_ingress_rule" "unk" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.5.0.0/16"
  ip_protocol       = "-1"
  tags              = { Name = terraform_data.v.output }
}
