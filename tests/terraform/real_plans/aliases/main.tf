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
provider "aws" {
  alias  = "west"
  region = "us-west-2"
  default_tags {
    tags = { Owner = "west", Env = "dev", Only = "west" }
  }
}
provider "aws" {
  alias  = "bare"
  region = "us-east-1"
}

resource "terraform_data" "v" { input = "later" }
resource "terraform_data" "m" { input = { Owner = "team-m", Extra = "x" } }
resource "terraform_data" "n" { input = { gone = null, here = "h" } }

resource "aws_ebs_volume" "d_none" {
  availability_zone = "eu-west-1a"
  size              = 1
}

resource "aws_ebs_volume" "d_known" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "web" }
}

resource "aws_ebs_volume" "d_unk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = terraform_data.v.output }
}

resource "aws_ebs_volume" "d_unkmap" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = terraform_data.m.output
}

resource "aws_ebs_volume" "w_none" {
  provider          = aws.west
  availability_zone = "us-west-2a"
  size              = 1
}

resource "aws_ebs_volume" "w_known" {
  provider          = aws.west
  availability_zone = "us-west-2a"
  size              = 1
  tags              = { Owner = "web" }
}

resource "aws_ebs_volume" "w_unk" {
  provider          = aws.west
  availability_zone = "us-west-2a"
  size              = 1
  tags              = { Name = terraform_data.v.output }
}

resource "aws_ebs_volume" "w_unkmap" {
  provider          = aws.west
  availability_zone = "us-west-2a"
  size              = 1
  tags              = terraform_data.m.output
}

resource "aws_ebs_volume" "b_none" {
  provider          = aws.bare
  availability_zone = "us-east-1a"
  size              = 1
}

resource "aws_ebs_volume" "b_known" {
  provider          = aws.bare
  availability_zone = "us-east-1a"
  size              = 1
  tags              = { Owner = "web" }
}

resource "aws_ebs_volume" "b_unk" {
  provider          = aws.bare
  availability_zone = "us-east-1a"
  size              = 1
  tags              = { Name = terraform_data.v.output }
}

resource "aws_ebs_volume" "b_unkmap" {
  provider          = aws.bare
  availability_zone = "us-east-1a"
  size              = 1
  tags              = terraform_data.m.output
}
