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


resource "aws_ebs_volume" "ig" {
  lifecycle { ignore_changes = [tags] }
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "ig" }
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

resource "aws_ebs_volume" "igtaonly" {
  lifecycle { ignore_changes = [tags_all] }
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Owner = "ig" }
}
