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

resource "aws_ecs_cluster" "c" { name = "ecs" }
resource "aws_ecs_task_definition" "t" {
  family                = "t"
  container_definitions = jsonencode([{ name = "a", image = "b", memory = 10, essential = true }])
  tags                  = { Owner = "td" }
}
resource "aws_ecs_task_definition" "u" {
  family                = "u"
  container_definitions = jsonencode([{ name = "a", image = "b", memory = 10, essential = true }])
  tags                  = { Owner = terraform_data.v.output }
}
resource "aws_ecs_service" "none" {
  name            = "none"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.t.arn
  desired_count   = 0
}
resource "aws_ecs_service" "svc" {
  name            = "svc"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.t.arn
  desired_count   = 0
  propagate_tags  = "SERVICE"
  tags            = { Owner = "svc" }
}
resource "aws_ecs_service" "svcdef" {
  name            = "svcdef"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.t.arn
  desired_count   = 0
  propagate_tags  = "SERVICE"
}
resource "aws_ecs_service" "td" {
  name            = "td"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.t.arn
  desired_count   = 0
  propagate_tags  = "TASK_DEFINITION"
}
resource "aws_ecs_service" "tdunk" {
  name            = "tdunk"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.u.arn
  desired_count   = 0
  propagate_tags  = "TASK_DEFINITION"
}
resource "aws_ecs_service" "no" {
  name            = "no"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.t.arn
  desired_count   = 0
  propagate_tags  = "NONE"
}
resource "aws_ecs_service" "unk" {
  name            = "unk"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.t.arn
  desired_count   = 0
  propagate_tags  = terraform_data.v.output == "later" ? "SERVICE" : "NONE"
}
