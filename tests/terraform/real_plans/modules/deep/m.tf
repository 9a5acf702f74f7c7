variable "tags" {}

resource "aws_ebs_volume" "deep" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = var.tags
}

resource "aws_ebs_volume" "deepplain" {
  availability_zone = "eu-west-1a"
  size              = 1
}
