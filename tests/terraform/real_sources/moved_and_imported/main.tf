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

resource "aws_ebs_volume" "keep" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "k" }
}

resource "aws_ebs_volume" "old" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "moved" }
}

resource "aws_ebs_volume" "rem" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "rem" }
}

resource "aws_ebs_volume" "del" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "del" }
}

resource "aws_ebs_volume" "rep" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "rep" }
}

resource "aws_ebs_volume" "cbd" {
  lifecycle { create_before_destroy = true }
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "cbd" }
}

resource "aws_ebs_volume" "ig" {
  lifecycle { ignore_changes = [tags] }
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "ig" }
}

resource "aws_ebs_volume" "igkey" {
  lifecycle { ignore_changes = [tags["Owner"]] }
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "ig", Name = "n" }
}

resource "aws_ebs_volume" "igall" {
  lifecycle { ignore_changes = all }
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "ig" }
}

resource "aws_ebs_volume" "igta" {
  lifecycle { ignore_changes = [tags, tags_all] }
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "ig" }
}

resource "aws_ebs_volume" "repunk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "x" }
}
