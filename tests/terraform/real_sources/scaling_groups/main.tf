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
resource "aws_launch_template" "full" {
  name          = "full-${basename(abspath(path.root))}"
  image_id      = "ami-12c6146b"
  instance_type = "t3.micro"
  tags          = { Owner = "self" }
  tag_specifications {
    resource_type = "instance"
    tags          = { Owner = "lt", Env = "dev", Lt = "1" }
  }
  tag_specifications {
    resource_type = "volume"
    tags          = { Owner = "ltvol", Env = "prod" }
  }
}
resource "aws_launch_template" "bare" {
  name          = "bare-${basename(abspath(path.root))}"
  image_id      = "ami-12c6146b"
  instance_type = "t3.micro"
}
resource "aws_launch_template" "unk" {
  name          = "unk-${basename(abspath(path.root))}"
  image_id      = "ami-12c6146b"
  instance_type = "t3.micro"
  tag_specifications {
    resource_type = "instance"
    tags          = { Owner = terraform_data.v.output, Env = "prod" }
  }
  tag_specifications {
    resource_type = "volume"
    tags          = terraform_data.m.output
  }
}
resource "aws_launch_template" "nullt" {
  name          = "nullt-${basename(abspath(path.root))}"
  image_id      = "ami-12c6146b"
  instance_type = "t3.micro"
  tag_specifications {
    resource_type = "instance"
    tags          = { Owner = null, Env = "prod" }
  }
}
resource "aws_launch_template" "emptyt" {
  name          = "emptyt-${basename(abspath(path.root))}"
  image_id      = "ami-12c6146b"
  instance_type = "t3.micro"
  tag_specifications {
    resource_type = "instance"
    tags          = { Owner = "", Env = "prod" }
  }
}
resource "aws_autoscaling_group" "both" {
  name                      = "both-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.full.id
    version = "$Latest"
  }
  tag {
    key                 = "Owner"
    value               = "asg"
    propagate_at_launch = true
  }
  tag {
    key                 = "Hidden"
    value               = "h"
    propagate_at_launch = false
  }
}
resource "aws_autoscaling_group" "notags" {
  name                      = "notags-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.full.id
    version = "$Latest"
  }
}
resource "aws_autoscaling_group" "nobare" {
  name                      = "nobare-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.bare.id
    version = "$Latest"
  }
}
resource "aws_autoscaling_group" "prop" {
  name                      = "prop-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.bare.id
    version = "$Latest"
  }
  tag {
    key                 = "Owner"
    value               = "asg"
    propagate_at_launch = true
  }
  tag {
    key                 = "Env"
    value               = "prod"
    propagate_at_launch = false
  }
}
resource "aws_autoscaling_group" "unkv" {
  name                      = "unkv-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.bare.id
    version = "$Latest"
  }
  tag {
    key                 = "Owner"
    value               = terraform_data.v.output
    propagate_at_launch = true
  }
  tag {
    key                 = "Env"
    value               = "prod"
    propagate_at_launch = true
  }
}
resource "aws_autoscaling_group" "unkk" {
  name                      = "unkk-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.bare.id
    version = "$Latest"
  }
  tag {
    key                 = terraform_data.v.output
    value               = "x"
    propagate_at_launch = true
  }
  tag {
    key                 = "Env"
    value               = "prod"
    propagate_at_launch = true
  }
}
resource "aws_autoscaling_group" "unkp" {
  name                      = "unkp-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.bare.id
    version = "$Latest"
  }
  tag {
    key                 = "Owner"
    value               = "x"
    propagate_at_launch = terraform_data.v.output == "later"
  }
  tag {
    key                 = "Env"
    value               = "prod"
    propagate_at_launch = true
  }
}
resource "aws_autoscaling_group" "unklt" {
  name                      = "unklt-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.unk.id
    version = "$Latest"
  }
  tag {
    key                 = "Env"
    value               = "dev"
    propagate_at_launch = true
  }
}
resource "aws_autoscaling_group" "ver" {
  name                      = "ver-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.full.id
    version = aws_launch_template.full.latest_version
  }
  tag {
    key                 = "Env"
    value               = "dev"
    propagate_at_launch = true
  }
}
resource "aws_autoscaling_group" "nullv" {
  name                      = "nullv-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.nullt.id
    version = "$Latest"
  }
  tag {
    key                 = "Env"
    value               = "dev"
    propagate_at_launch = true
  }
}
resource "aws_autoscaling_group" "emptyv" {
  name                      = "emptyv-${basename(abspath(path.root))}"
  max_size                  = 1
  min_size                  = 1
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.emptyt.id
    version = "$Latest"
  }
  tag {
    key                 = "Env"
    value               = ""
    propagate_at_launch = true
  }
}
