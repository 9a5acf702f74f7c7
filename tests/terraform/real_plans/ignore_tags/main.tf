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
  ignore_tags {
    keys         = ["Env"]
    key_prefixes = ["kube"]
  }
}

resource "terraform_data" "v" { input = "later" }
resource "terraform_data" "m" { input = { Owner = "team-m", Extra = "x" } }
resource "terraform_data" "n" { input = { gone = null, here = "h" } }

resource "aws_ebs_volume" "none" {
  availability_zone = "eu-west-1a"
  size              = 1
}
resource "aws_ebs_volume" "known" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = "a", Owner = "web" }
}
resource "aws_ebs_volume" "unk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = terraform_data.v.output }
}
resource "aws_ebs_volume" "unkmap" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = terraform_data.m.output
}

resource "aws_ebs_volume" "ign" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Env = "dev", "kube/x" = "1", Owner = "web" }
}
resource "aws_ebs_volume" "ignunk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Env = "dev", "kube/x" = "1", Name = terraform_data.v.output }
}
