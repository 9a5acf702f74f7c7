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
resource "aws_security_group" "g" { vpc_id = aws_vpc.v.id }
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
data "aws_region" "r" {}
resource "aws_vpc_security_group_ingress_rule" "none" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.32.4.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 1068
}
resource "aws_vpc_security_group_ingress_rule" "emptymap" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.77.8.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3955
  tags              = {}
}
resource "aws_vpc_security_group_ingress_rule" "nullmap" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.161.7.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3013
  tags              = null
}
resource "aws_vpc_security_group_ingress_rule" "known" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.157.5.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 1688
  tags              = { Name = "a", Owner = "web" }
}
resource "aws_vpc_security_group_ingress_rule" "same" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.22.4.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 1042
  tags              = { Owner = "core" }
}
resource "aws_vpc_security_group_ingress_rule" "exactly_defaults" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.113.16.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 14674
  tags              = { Owner = "core", Env = "prod" }
}
resource "aws_vpc_security_group_ingress_rule" "nullvalue" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.184.9.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 4875
  tags              = { Name = "a", Owner = null }
}
resource "aws_vpc_security_group_ingress_rule" "onlynull" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.93.8.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 4013
  tags              = { Owner = null }
}
resource "aws_vpc_security_group_ingress_rule" "emptyvalue" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.100.10.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 6040
  tags              = { Name = "a", Owner = "" }
}
resource "aws_vpc_security_group_ingress_rule" "emptyother" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.105.10.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 6085
  tags              = { Name = "" }
}
resource "aws_vpc_security_group_ingress_rule" "unkvalue" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.75.8.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3892
  tags              = { Name = "a", Owner = terraform_data.v.output }
}
resource "aws_vpc_security_group_ingress_rule" "unkother" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.80.8.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3927
  tags              = { Name = terraform_data.v.output }
}
resource "aws_vpc_security_group_ingress_rule" "unkplusnull" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.29.11.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 7356
  tags              = { Name = terraform_data.v.output, Owner = null }
}
resource "aws_vpc_security_group_ingress_rule" "unkplusempty" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.145.12.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 8792
  tags              = { Name = terraform_data.v.output, Owner = "" }
}
resource "aws_vpc_security_group_ingress_rule" "unkkey" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.63.6.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 2319
  tags              = { Name = "a", (terraform_data.v.output) = "x" }
}
resource "aws_vpc_security_group_ingress_rule" "unkmap" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.52.6.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 2253
  tags              = terraform_data.m.output
}
resource "aws_vpc_security_group_ingress_rule" "unkmapobj" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.167.9.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 4768
  tags              = tomap(terraform_data.m.output)
}
resource "aws_vpc_security_group_ingress_rule" "mergeunk" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.62.8.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3900
  tags              = merge({ Name = "a" }, terraform_data.m.output)
}
resource "aws_vpc_security_group_ingress_rule" "mergeunkval" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.185.11.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 7120
  tags              = merge({ Name = "a", Owner = "web" }, { Extra = terraform_data.v.output })
}
resource "aws_vpc_security_group_ingress_rule" "mergenull" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.171.9.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 4887
  tags              = merge({ Name = "a" }, null)
}
resource "aws_vpc_security_group_ingress_rule" "unknull" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.177.7.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3089
  tags              = { Name = "a", Owner = terraform_data.n.output.gone }
}
resource "aws_vpc_security_group_ingress_rule" "condunk" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.154.7.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3047
  tags              = terraform_data.v.output == "later" ? { Owner = "yes" } : { Owner = "no" }
}
resource "aws_vpc_security_group_ingress_rule" "condunkval" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.77.10.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 5944
  tags              = { Owner = terraform_data.v.output == "later" ? "yes" : null }
}
resource "aws_vpc_security_group_ingress_rule" "forunk" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.61.6.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 2328
  tags              = { for k, v in { Owner = "web", Name = terraform_data.v.output } : k => upper(v) }
}
resource "aws_vpc_security_group_ingress_rule" "number" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.49.6.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 2254
  tags              = { Owner = 7, Env = true }
}
resource "aws_vpc_security_group_ingress_rule" "sens" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.41.4.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 1109
  tags              = { Owner = sensitive("s3cret"), Name = "a" }
}
resource "aws_vpc_security_group_ingress_rule" "sensmap" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.159.7.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3020
  tags              = sensitive({ Owner = "s3cret" })
}
resource "aws_vpc_security_group_ingress_rule" "sensunk" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.175.7.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3103
  tags              = { Owner = sensitive(terraform_data.v.output), Name = "a" }
}
resource "aws_vpc_security_group_ingress_rule" "funcunk" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.162.7.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3058
  tags              = { Owner = "team-${terraform_data.v.output}", Name = "a" }
}
resource "aws_vpc_security_group_ingress_rule" "awsref" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.48.6.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 2255
  tags              = { Owner = aws_vpc.v.arn }
}
resource "aws_vpc_security_group_ingress_rule" "dataunk" {
  security_group_id = aws_security_group.g.id
  cidr_ipv4         = "10.144.7.0/24"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 3026
  tags              = { Owner = data.aws_region.r.name }
}
