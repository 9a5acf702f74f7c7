terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = local.defaults
  }
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"

  default_tags {
    tags = merge(local.defaults, { Environment = "staging" })
  }
}

provider "aws" {
  alias  = "bare"
  region = "eu-west-1"
}
