terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "name" {
  description = "Name of the group"
  type        = string
}

variable "subnets" {
  description = "Where instances start"
  type        = list(string)
}

variable "tags" {
  description = "Tags of the group and of its instances"
  type        = map(string)
}

resource "aws_security_group" "this" {
  name        = var.name
  description = "Instances of ${var.name}"

  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = merge(var.tags, { Name = "${var.name}-instances" })
}

resource "aws_autoscaling_group" "this" {
  name                 = var.name
  min_size             = 1
  max_size             = 4
  launch_configuration = "${var.name}-launch"
  vpc_zone_identifier  = var.subnets

  # The provider's default tags do not reach a group.
  dynamic "tag" {
    for_each = merge(var.tags, { Name = var.name })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}
