"""Waivers in Terraform source: for a resource, for all that a module makes, or at no resource."""

from __future__ import annotations

import json

from tagguard.hcl.comments import NOWHERE
from tagguard.model import Ignore, Resource
from tests.terraform.source_trees import items, queue

NOTE = "# tagguard:ignore {0} reason='r'\n"


def call(name="m", source="./m", note="call"):
    return f'{NOTE.format(note)}module "{name}" {{\n  source = "{source}"\n}}\n'


def rules(read):
    """Give what each resource's waivers are for."""
    return {
        item.address: [one.rule for one in item.ignores]
        for item in read
        if isinstance(item, Resource)
    }


def test_a_block_speaks_for_all_that_it_makes(tmp_path):
    text = NOTE.format("own") + queue(arguments="count = 2") + queue("other")
    assert rules(items(tmp_path, text)) == {
        "aws_sqs_queue.q[0]": ["own"],
        "aws_sqs_queue.q[1]": ["own"],
        "aws_sqs_queue.other": [],
    }


def test_what_a_resource_implies_is_under_its_waivers(tmp_path):
    text = (
        'resource "aws_instance" "i" {\n  root_block_device {\n'
        f"    {NOTE.format('inner')}  }}\n}}\n"
    )
    assert rules(items(tmp_path, text)) == {
        "aws_instance.i": ["inner"],
        "aws_instance.i#root_block_device": ["inner"],
    }


def test_a_call_speaks_for_all_that_the_module_makes(tmp_path):
    files = {
        "main.tf": call() + call("plain", note="").replace("tagguard:ignore", ""),
        "m/main.tf": queue() + call("n", "../n", "inner"),
        "n/main.tf": NOTE.format("own") + queue(),
    }
    assert rules(items(tmp_path, files)) == {
        "module.m.aws_sqs_queue.q": ["call"],
        "module.m.module.n.aws_sqs_queue.q": ["own", "inner", "call"],
        "module.plain.aws_sqs_queue.q": [],
        "module.plain.module.n.aws_sqs_queue.q": ["own", "inner"],
    }


def test_a_call_without_code_has_its_waivers(tmp_path):
    assert rules(items(tmp_path, call(source="acme/a/aws"))) == {"module.m": ["call"]}


def test_fetched_code_waives_nothing(tmp_path):
    installed = ".terraform/modules/m"
    files = {
        "main.tf": call(source="acme/m/aws"),
        ".terraform/modules/modules.json": json.dumps(
            {"Modules": [{"Key": "m", "Dir": installed}]}
        ),
        f"{installed}/main.tf": NOTE.format("own") + queue() + call("n", "./n", "theirs"),
        f"{installed}/n/main.tf": NOTE.format("own") + queue() + NOTE.format("stray"),
    }
    read = items(tmp_path, files)
    assert rules(read) == {
        "module.m.aws_sqs_queue.q": ["call"],
        "module.m.module.n.aws_sqs_queue.q": ["call"],
    }
    assert [item for item in read if isinstance(item, Ignore)] == []


def test_one_that_stands_at_no_resource_is_told_once_for_each_place(tmp_path):
    files = {
        "main.tf": f'{NOTE.format("x")}provider "aws" {{}}\n{queue()}{call()}{call("again")}',
        "m/main.tf": f"locals {{\n  {NOTE.format('x')}}}\n",
    }
    told = [one for one in items(tmp_path, files) if isinstance(one, Ignore)]
    assert [(one.location.path, one.location.line, one.reason) for one in told] == [
        ("main.tf", 1, NOWHERE),
        ("m/main.tf", 2, NOWHERE),
    ]
