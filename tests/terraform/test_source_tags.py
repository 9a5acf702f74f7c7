from __future__ import annotations

import pytest

from tests.terraform.source_trees import queue, resources

LIVE = 'variable "live" { type = bool }\nlocals { stage = var.live ? "prod" : "dev" }\n'


def choices(resource):
    return {tag.key: tag.choices for tag in resource.tags if tag.value is None}


@pytest.mark.parametrize(
    "written",
    [
        "local.stage",
        'lower("${local.stage}")',
        '{ a = "prod", b = "dev" }[var.live]',
        'lookup({ a = "prod" }, var.live, "dev")',
        'merge({ Env = "dev" }, var.live ? { Env = "prod" } : {}).Env',
    ],
)
def test_a_value_that_is_one_of_a_few(tmp_path, written):
    found = resources(tmp_path, LIVE + queue(arguments=f"tags = {{ Env = {written} }}"))
    tag = found["aws_sqs_queue.q"].tags.get("Env")
    assert (tag.value, set(tag.choices)) == (None, {"prod", "dev"})
    assert tag.unknown == "var.live has no value"


def test_numbers_and_booleans_become_texts(tmp_path):
    tags = "tags = { A = var.live ? 1 : 2.5, B = !var.live }"
    found = resources(tmp_path, LIVE + queue(arguments=tags))
    assert choices(found["aws_sqs_queue.q"]) == {"A": ("1", "2.5"), "B": ("true", "false")}


@pytest.mark.parametrize(
    "tags",
    [
        "{ Env = sensitive(local.stage) }",
        "sensitive({ Env = local.stage })",
        "{ Env = var.live ? sensitive(local.stage) : local.stage }",
    ],
)
def test_secrets_are_not_told(tmp_path, tags):
    found = resources(tmp_path, LIVE + queue(arguments=f"tags = {tags}"))
    assert choices(found["aws_sqs_queue.q"]) == {"Env": ()}


def test_blocks_defaults_and_copies_have_them_too(tmp_path):
    provider = 'provider "aws" {\n  default_tags { tags = { Env = local.stage } }\n}\n'
    group = """resource "aws_autoscaling_group" "g" {
  tag {
    key                 = "Tier"
    value               = local.stage
    propagate_at_launch = true
  }
}
"""
    copy = queue("copy", "tags = { Copied = aws_sqs_queue.q.tags_all.Env }")
    found = resources(tmp_path, LIVE + provider + group + queue() + copy)
    few = ("prod", "dev")
    assert choices(found["aws_sqs_queue.q"]) == {"Env": few}
    assert choices(found["aws_sqs_queue.copy"]) == {"Env": few, "Copied": few}
    assert choices(found["aws_autoscaling_group.g"])["Tier"] == few


def test_only_the_keys_of_a_branch_may_come(tmp_path):
    tags = 'tags = merge({ A = "a" }, var.live ? { "B.c" = "1" } : {}, var.live ? { D = 1 } : {})'
    found = resources(tmp_path, LIVE + queue(arguments=tags))["aws_sqs_queue.q"].tags
    assert not found.complete
    assert [key for key in ("A", "B.c", "Bxc", "D", "E") if found.may_gain(key)] == ["B.c", "D"]


def test_a_branch_without_a_default_does_not_touch_it(tmp_path):
    provider = 'provider "aws" {\n  default_tags { tags = { Env = "prod", Owner = "me" } }\n}\n'
    tags = 'tags = var.live ? { Owner = "you" } : {}'
    found = resources(tmp_path, LIVE + provider + queue(arguments=tags))["aws_sqs_queue.q"].tags
    assert [(tag.key, tag.value) for tag in found] == [("Env", "prod"), ("Owner", None)]


def test_a_default_that_may_be_overridden_may_be_anything(tmp_path):
    provider = 'provider "aws" {\n  default_tags { tags = { Env = local.stage } }\n}\n'
    more = 'variable "more" {}\n'
    found = resources(tmp_path, LIVE + more + provider + queue(arguments="tags = var.more"))
    assert choices(found["aws_sqs_queue.q"]) == {"Env": ()}
