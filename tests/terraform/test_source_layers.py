"""Which layer wrote a tag, and the file and line that a person edits."""

from __future__ import annotations

from tests.terraform.source_trees import queue, resources

APP = 'variable "tags" {}\n' + queue("q", "tags = var.tags")


def _told(resource):
    return {
        tag.key: (tag.value, tag.provenance, tag.location.path, tag.location.line)
        for tag in resource.tags
    }


def test_the_default_of_a_variable(tmp_path):
    text = 'variable "tags" {\n  default = {\n    Team = "t"\n  }\n}\n'
    read = resources(tmp_path, text + queue("q", "tags = var.tags"))
    assert _told(read["aws_sqs_queue.q"]) == {"Team": ("t", "resource", "main.tf", 3)}


def test_a_variable_file_over_the_default(tmp_path):
    files = {
        "main.tf": 'variable "tags" {\n  default = { Team = "t" }\n}\n'
        + queue("q", "tags = var.tags"),
        "terraform.tfvars": 'tags = {\n  Team = "file"\n}\n',
    }
    read = resources(tmp_path, files)
    assert _told(read["aws_sqs_queue.q"]) == {"Team": ("file", "resource", "terraform.tfvars", 2)}


def test_a_value_alone_is_edited_where_the_key_stands(tmp_path):
    files = {
        "main.tf": 'variable "team" {}\n' + queue("q", "tags = {\n  Team = var.team\n}"),
        "terraform.tfvars": 'team = "file"\n',
    }
    read = resources(tmp_path, files)
    assert _told(read["aws_sqs_queue.q"]) == {"Team": ("file", "resource", "main.tf", 4)}


def test_the_outer_one_of_two_calls(tmp_path):
    files = {
        "main.tf": 'module "a" {\n  source = "./a"\n  tags = {\n    Root = "r"\n  }\n}\n',
        "a/a.tf": 'variable "tags" {}\nmodule "b" {\n  source = "../b"\n'
        '  tags = merge(var.tags, { Inner = "i" })\n}\n',
        "b/b.tf": APP,
    }
    read = resources(tmp_path, files)
    assert _told(read["module.a.module.b.aws_sqs_queue.q"]) == {
        "Root": ("r", "module:a", "main.tf", 4),
        "Inner": ("i", "module:a.b", "a/a.tf", 4),
    }


def test_the_default_of_a_module_s_variable(tmp_path):
    files = {
        "main.tf": 'module "a" {\n  source = "./a"\n}\n',
        "a/a.tf": 'variable "tags" {\n  default = {\n    Team = "t"\n  }\n}\n'
        + queue("q", "tags = var.tags"),
    }
    read = resources(tmp_path, files)
    assert _told(read["module.a.aws_sqs_queue.q"]) == {"Team": ("t", "resource", "a/a.tf", 3)}


def test_a_for_expression_makes_its_keys_where_it_stands(tmp_path):
    text = (
        'locals {\n  common = {\n    team = "t"\n    env  = "e"\n  }\n}\n'
        + queue("q", "tags = {\n  for k, v in local.common : title(k) => upper(v)\n}")
        + queue("same", "tags = { for k, v in local.common : k => v if v != null }")
        + queue("of_set", 'tags = { for k in ["Team"] : k => "t" }')
    )
    read = resources(tmp_path, text)
    assert _told(read["aws_sqs_queue.q"]) == {
        "Team": ("T", "resource", "main.tf", 8),
        "Env": ("E", "resource", "main.tf", 8),
    }
    assert _told(read["aws_sqs_queue.same"]) == {
        "team": ("t", "resource", "main.tf", 3),
        "env": ("e", "resource", "main.tf", 4),
    }
    assert _told(read["aws_sqs_queue.of_set"]) == {"Team": ("t", "resource", "main.tf", 16)}


def test_a_dynamic_block_points_to_what_it_repeats(tmp_path):
    text = """locals {
  common = {
    Team = "t"
  }
}
resource "aws_autoscaling_group" "g" {
  dynamic "tag" {
    for_each = local.common
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}
"""
    read = resources(tmp_path, text)
    assert _told(read["aws_autoscaling_group.g"]) == {"Team": ("t", "resource", "main.tf", 3)}


def test_what_is_tagged_each_by_itself(tmp_path):
    text = """locals {
  queues = {
    a = { Team = "t" }
    b = {}
  }
}
resource "aws_sqs_queue" "q" {
  for_each = local.queues
  tags     = merge({ Name = each.key }, each.value)
}
"""
    read = resources(tmp_path, text)
    assert _told(read['aws_sqs_queue.q["a"]']) == {
        "Name": ("a", "resource", "main.tf", 9),
        "Team": ("t", "resource", "main.tf", 3),
    }
    assert _told(read['aws_sqs_queue.q["b"]']) == {"Name": ("b", "resource", "main.tf", 9)}
