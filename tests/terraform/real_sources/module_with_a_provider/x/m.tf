variable "v" {}
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Owner = "inmodule", Env = "dev" }
  }
}

resource "aws_ebs_volume" "in" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = var.v }
}
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_security_group" "g" { vpc_id = aws_vpc.v.id }
resource "aws_vpc_security_group_ingress_rule" "in" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.3.0.0/16"
  ip_protocol       = "-1"
  tags              = { Name = var.v }
}
