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

resource "aws_ebs_volume" "count" {
  count             = 2
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = "n-${count.index}", Owner = count.index == 0 ? "zero" : terraform_data.v.output }
}
resource "aws_ebs_volume" "each" {
  for_each          = { web = "prod", api = "dev" }
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = { Name = each.key, Env = each.value }
}
resource "aws_ebs_volume" "refeach" {
  for_each          = aws_ebs_volume.each
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = merge(each.value.tags, { From = each.value.id })
}
resource "aws_ebs_volume" "copytags" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = aws_ebs_volume.each["web"].tags
}
resource "aws_ebs_volume" "copytagsall" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = aws_ebs_volume.each["web"].tags_all
}
resource "aws_ebs_volume" "copyunk" {
  availability_zone = "eu-west-1a"
  size              = 1
  tags              = aws_ebs_volume.count[1].tags
}
resource "aws_autoscaling_group" "dyn" {
  name               = "dyn"
  max_size           = 0
  min_size           = 0
  availability_zones = ["eu-west-1a"]
  launch_template {
    id      = aws_launch_template.t.id
    version = "$Latest"
  }
  dynamic "tag" {
    for_each = merge({ Owner = "dyn" }, { Env = "prod" })
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = tag.key == "Owner"
    }
  }
}
resource "aws_autoscaling_group" "dynunkval" {
  name               = "dynunkval"
  max_size           = 0
  min_size           = 0
  availability_zones = ["eu-west-1a"]
  launch_template {
    id = aws_launch_template.t.id
  }
  dynamic "tag" {
    for_each = { Owner = terraform_data.v.output, Env = "prod" }
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}
resource "aws_autoscaling_group" "dynunk" {
  name               = "dynunk"
  max_size           = 0
  min_size           = 0
  availability_zones = ["eu-west-1a"]
  launch_template {
    id = aws_launch_template.t.id
  }
  dynamic "tag" {
    for_each = terraform_data.m.output
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}
resource "aws_launch_template" "t" {
  name          = "foreach-t"
  image_id      = "ami-12c6146b"
  instance_type = "t3.micro"
}
