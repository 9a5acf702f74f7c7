variable "v" {}
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_security_group" "g" { vpc_id = aws_vpc.v.id }
resource "aws_vpc_security_group_ingress_rule" "in" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.3.0.0/16"
  ip_protocol       = "-1"
  tags              = { Name = var.v }
}

resource "aws_ebs_volume" "in" {
  availability_zone = data.aws_availability_zones.a.names[0]
  size              = 1
  tags              = { Name = var.v }
}
data "aws_availability_zones" "a" {}
