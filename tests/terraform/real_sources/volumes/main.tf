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
resource "aws_instance" "bare" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
}
resource "aws_instance" "tags" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  tags          = { Owner = "web" }
}
resource "aws_instance" "rootblock" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  root_block_device {
    volume_size = 20

  }
}
resource "aws_instance" "roottags" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  root_block_device {
    volume_size = 20
    tags        = { Owner = "root" }
  }
}
resource "aws_instance" "rootunk" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  root_block_device {
    volume_size = 20
    tags        = { Owner = terraform_data.v.output }
  }
}
resource "aws_instance" "rootunkmap" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  root_block_device {
    volume_size = 20
    tags        = terraform_data.m.output
  }
}
resource "aws_instance" "voltags" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  volume_tags   = { Owner = "vol" }
}
resource "aws_instance" "voltagsunk" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  volume_tags   = { Owner = terraform_data.v.output }
}
resource "aws_instance" "voltagsroot" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  volume_tags   = { Owner = "vol" }
  root_block_device {
    volume_size = 20

  }
}
resource "aws_instance" "ebs" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  ebs_block_device {
    device_name = "/dev/sdb"
    volume_size = 5
    tags        = { Owner = "b" }
  }
  ebs_block_device {
    device_name = "/dev/sdc"
    volume_size = 5
    tags        = { Owner = "c", Env = "dev" }
  }
  ebs_block_device {
    device_name = "/dev/sdd"
    volume_size = 5

  }
}
resource "aws_instance" "rootempty" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  root_block_device {
    volume_size = 20
    tags        = { Owner = "" }
  }
}
resource "aws_instance" "rootnull" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  root_block_device {
    volume_size = 20
    tags        = { Owner = null, Name = "x" }
  }
}
resource "aws_instance" "rootemptymap" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
  root_block_device {
    volume_size = 20
    tags        = {}
  }
}
