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

resource "aws_ebs_volume" "a" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Env = "prod", "kube/x" = "2", Owner = "api" }
}

resource "aws_ebs_volume" "b" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = "b" }
}

resource "aws_ebs_volume" "c" {
  availability_zone = "eu-west-1a"
  size              = 1
}

resource "aws_ebs_volume" "d" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Env = "dev" }
}
