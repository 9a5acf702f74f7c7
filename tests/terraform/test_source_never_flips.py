"""Whatever a source leaves to variables without a value, what is still told is true."""

from __future__ import annotations

import re
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagguard.hcl.folder import Folders
from tagguard.model import Problem, Resource
from tagguard.terraform.source_root import RootOptions, read_root
from tagguard.tree import Tree

TEXT = """
variable "u" {}
variable "tags" {
  default = { Team = "t" }
}
provider "aws" {
  default_tags {
    tags = «{ Owner = «"team"», («"Env"») = "prod" }»
  }
}
provider "aws" {
  alias = "west"
  dynamic "default_tags" {
    for_each = «["x"]»
    content {
      tags = { West = «"w"» }
    }
  }
}
locals {
  common = merge(«var.tags», { A = «"a"» })
  names  = «{ one = "1", two = "2" }»
}
resource "aws_sqs_queue" "plain" {
  tags = merge(«local.common», { («"Owner"») = «"me"» })
}
resource "aws_sqs_queue" "none" {
}
resource "aws_sqs_queue" "chosen" {
  provider = aws.west
  tags     = «true» ? «{ X = "1" }» : { X = "2", Y = "y" }
}
resource "aws_sqs_queue" "each" {
  for_each = «local.names»
  tags     = { for key, value in «local.names» : key => "${value}-${«each.key»}" if value != «"2"» }
}
resource "aws_sqs_queue" "counted" {
  count = «2»
  tags  = concat([{ I = count.index }], [«{ Z = null }»])[«0»]
}
resource "aws_sqs_queue" "copy" {
  tags = «aws_sqs_queue.plain.tags_all»
}
resource "aws_vpc_security_group_ingress_rule" "rule" {
  tags = { Owner = «null», Name = «"r"» }
}
resource "aws_instance" "web" {
  tags        = «local.common»
  volume_tags = «{ V = "v" }»
  root_block_device {
    tags = «{ R = «"r"» }»
  }
  dynamic "ebs_block_device" {
    for_each = «{ b = "/dev/sdb" }»
    content {
      device_name = «ebs_block_device.value»
      tags        = { E = «ebs_block_device.key» }
    }
  }
}
resource "aws_launch_template" "t" {
  dynamic "tag_specifications" {
    for_each = «["instance", "volume"]»
    content {
      resource_type = «tag_specifications.value»
      tags          = «{ From = "template", Team = "x" }»
    }
  }
}
resource "aws_autoscaling_group" "g" {
  launch_template {
    id      = aws_launch_template.t.id
    version = «aws_launch_template.t.latest_version»
  }
  tag {
    key                 = «"Name"»
    value               = «"g"»
    propagate_at_launch = «true»
  }
  dynamic "tag" {
    for_each = «local.common»
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = «tag.key == "Team"»
    }
  }
}
resource "aws_ecs_task_definition" "d" {
  tags = { Task = «"d"» }
}
resource "aws_ecs_service" "s" {
  propagate_tags  = «"TASK_DEFINITION"»
  task_definition = aws_ecs_task_definition.d.arn
  tags            = { Service = "s" }
}
resource "aws_s3_object" "o" {
  tags = { O = "o" }
  override_provider {
    default_tags {
      tags = {}
    }
  }
}
module "m" {
  source   = "./m"
  for_each = «toset(["x"])»
  tags     = «{ M = each.key }»
  name     = «"n"»
}
"""
MODULE = """
variable "tags" {}
variable "name" {}
resource "aws_sqs_queue" "q" {
  tags = merge({ Name = «var.name», M = "none" }, var.tags)
}
output "tags" {
  value = aws_sqs_queue.q.tags
}
"""


OTHERS = ['"other"', '{ Other = "o", Env = "e" }', "false"]


def shown(text, hidden, number=None):
    """Leave the marks out; what is hidden becomes a variable without a value.

    Of what is hidden with another text beside, it is not known which of the two it is.
    """
    number = count() if number is None else number
    begin = text.find("«")
    if begin < 0:
        return text
    depth, end = 1, begin + 1
    while depth:
        depth += {"«": 1, "»": -1}.get(text[end], 0)
        end += 1
    site = next(number)
    inner = shown(text[begin + 1 : end - 1], hidden, number)
    if site in hidden:
        other = hidden[site]
        inner = f"(var.u ? {inner} : {other})" if other else "var.u"
    return text[:begin] + inner + shown(text[end:], hidden, number)


def read(folder, text, module):
    (folder / "m").mkdir(exist_ok=True)
    (folder / "main.tf").write_text(text)
    (folder / "m/main.tf").write_text(module)
    tree = Tree([folder], cwd=folder)
    read = read_root(".", "scope", RootOptions(), tree, Folders(tree)).items
    assert [item for item in read if isinstance(item, Problem)] == []
    return {item.address: item for item in read if isinstance(item, Resource)}


def meant(address, known):
    """Give the resources that one with open instances stands for."""
    pattern = re.escape(address).replace(r"\[\*\]", r"\[[^]]*\]")
    return [known[at] for at in known if re.fullmatch(pattern, at)]


def holds(told, fact):
    for tag in told.tags:
        assert tag.key in fact.tags, tag
        value = fact.tags.tags[tag.key].value
        assert tag.value in {None, value}, tag
        assert not tag.choices or value in tag.choices, tag
    missing = fact.tags.tags.keys() - told.tags.tags.keys()
    assert [key for key in missing if not told.tags.may_gain(key)] == []


SITES = TEXT.count("«")
MODULE_SITES = MODULE.count("«")


def facts(folder):
    return read(folder, shown(TEXT, {}), shown(MODULE, {}))


def check(folder, known, hidden, hidden_in_module):
    module = 'variable "u" {}\n' + shown(MODULE, hidden_in_module)
    for address, told in read(folder, shown(TEXT, hidden), module).items():
        for fact in meant(address, known):
            holds(told, fact)


def parts(sites):
    return st.dictionaries(st.integers(0, sites - 1), st.sampled_from(["", *OTHERS]))


def test_the_facts(tmp_path):
    known = facts(tmp_path)
    undecided = [at for at, each in known.items() if not each.tags.complete]
    assert undecided == []


def test_one_hidden_part(tmp_path):
    known = facts(tmp_path)
    for site in range(SITES):
        check(tmp_path, known, {site: ""}, {})
    for site in range(MODULE_SITES):
        check(tmp_path, known, {}, {site: ""})


def test_one_part_that_is_one_of_two(tmp_path):
    known = facts(tmp_path)
    for other in OTHERS:
        for site in range(SITES):
            check(tmp_path, known, {site: other}, {})
        for site in range(MODULE_SITES):
            check(tmp_path, known, {}, {site: other})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts(SITES), parts(MODULE_SITES))
def test_many_hidden_parts(tmp_path, hidden, hidden_in_module):
    known = facts(tmp_path)
    check(tmp_path, known, hidden, hidden_in_module)
