variable "tags" { default = {} }

resource "aws_ebs_volume" "inh" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = merge({ Name = "i" }, var.tags)
}

resource "aws_ebs_volume" "inhplain" {
  availability_zone = "eu-west-1a"
  size              = 1
}
module "deep" {
  source = "../deep"
  tags   = var.tags
}
