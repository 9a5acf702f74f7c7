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
    tags = { Owner = "west", Env = "dev" }
  }
}

resource "terraform_data" "v" { input = "later" }
resource "terraform_data" "m" { input = { Owner = "team-m", Extra = "x" } }
resource "terraform_data" "n" { input = { gone = null, here = "h" } }
module "deep" {
  source    = "./x"
  providers = { aws = aws.west }
  v         = terraform_data.v.output
}
module "inherit" {
  source = "./x"
  v      = terraform_data.v.output
}
