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

module "a" {
  source = "./a"
  providers = {
    aws       = aws
    aws.other = aws.west
  }
  late = terraform_data.v.output
  tags = { Owner = "mod" }
}
module "swap" {
  source = "./a"
  providers = {
    aws       = aws.bare
    aws.other = aws
  }
  tags = terraform_data.m.output
}
module "inh" {
  source = "./inh"
  tags   = { Owner = terraform_data.v.output }
}
module "inhwest" {
  source    = "./inh"
  providers = { aws = aws.west }
  tags      = { Owner = "inhw" }
}
module "many" {
  for_each = toset(["x", "y"])
  source   = "./inh"
  tags     = { Owner = each.key }
}
