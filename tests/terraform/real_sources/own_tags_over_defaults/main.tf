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
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
data "aws_region" "r" {}
resource "aws_ebs_volume" "none" {
  availability_zone = "eu-west-1a"
  size              = 1
}
resource "aws_ebs_volume" "emptymap" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = {}
}
resource "aws_ebs_volume" "nullmap" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = null
}
resource "aws_ebs_volume" "known" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = "a", Owner = "web" }
}
resource "aws_ebs_volume" "same" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "core" }
}
resource "aws_ebs_volume" "exactly_defaults" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "core", Env = "prod" }
}
resource "aws_ebs_volume" "nullvalue" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = "a", Owner = null }
}
resource "aws_ebs_volume" "onlynull" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = null }
}
resource "aws_ebs_volume" "emptyvalue" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = "a", Owner = "" }
}
resource "aws_ebs_volume" "emptyother" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = "" }
}
resource "aws_ebs_volume" "unkvalue" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = "a", Owner = terraform_data.v.output }
}
resource "aws_ebs_volume" "unkother" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = terraform_data.v.output }
}
resource "aws_ebs_volume" "unkplusnull" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = terraform_data.v.output, Owner = null }
}
resource "aws_ebs_volume" "unkplusempty" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = terraform_data.v.output, Owner = "" }
}
resource "aws_ebs_volume" "unkkey" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = "a", (terraform_data.v.output) = "x" }
}
resource "aws_ebs_volume" "unkmap" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = terraform_data.m.output
}
resource "aws_ebs_volume" "unkmapobj" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = tomap(terraform_data.m.output)
}
resource "aws_ebs_volume" "mergeunk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = merge({ Name = "a" }, terraform_data.m.output)
}
resource "aws_ebs_volume" "mergeunkval" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = merge({ Name = "a", Owner = "web" }, { Extra = terraform_data.v.output })
}
resource "aws_ebs_volume" "mergenull" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = merge({ Name = "a" }, null)
}
resource "aws_ebs_volume" "unknull" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = "a", Owner = terraform_data.n.output.gone }
}
resource "aws_ebs_volume" "condunk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = terraform_data.v.output == "later" ? { Owner = "yes" } : { Owner = "no" }
}
resource "aws_ebs_volume" "condunkval" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = terraform_data.v.output == "later" ? "yes" : null }
}
resource "aws_ebs_volume" "forunk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { for k, v in { Owner = "web", Name = terraform_data.v.output } : k => upper(v) }
}
resource "aws_ebs_volume" "number" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = 7, Env = true }
}
resource "aws_ebs_volume" "sens" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = sensitive("s3cret"), Name = "a" }
}
resource "aws_ebs_volume" "sensmap" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = sensitive({ Owner = "s3cret" })
}
resource "aws_ebs_volume" "sensunk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = sensitive(terraform_data.v.output), Name = "a" }
}
resource "aws_ebs_volume" "funcunk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "team-${terraform_data.v.output}", Name = "a" }
}
resource "aws_ebs_volume" "awsref" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = aws_vpc.v.arn }
}
resource "aws_ebs_volume" "dataunk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = data.aws_region.r.name }
}
