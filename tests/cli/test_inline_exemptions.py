"""Exemptions that stand in the input, from the command line."""

from __future__ import annotations

import json

import pytest

BUCKET = '# tagguard:ignore {0} reason="moves"\nresource "aws_s3_bucket" "this" {{}}\n'
PLAN = {
    "format_version": "1.2",
    "resource_changes": [
        {
            "address": "aws_s3_bucket.this",
            "mode": "managed",
            "type": "aws_s3_bucket",
            "name": "this",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": ["create"], "before": None, "after": {"tags": None}},
        }
    ],
}
POLICY = """from tagguard import policy


@policy("closed-zone", severity="error", summary="The zone must be open")
def closed_zone(resource, ctx):
    yield ctx.fail(None, "the zone is closed")
"""


def rows(ran):
    return {one["id"]: one["state"] for one in ran.json["exemptions"]}


@pytest.mark.parametrize(
    ("waived", "code", "state"),
    [("missing-tag", 0, "active"), ("missing-tag:Env", 1, "active"), ("empty-tag", 1, "unused")],
)
def test_the_hook_and_the_gate_agree(project, waived, code, state):
    project.write("live/main.tf", BUCKET.format(waived))
    project.write("out/plan.json", json.dumps(PLAN))
    hook = project.run("check", "live/main.tf", "--format", "json")
    gate = project.run("check", "out/plan.json", "--source", "live", "--format", "json")
    assert (hook.code, gate.code) == (code, code)
    assert rows(hook) == rows(gate) == {"live/main.tf:1": state}


def test_rules_that_are_left_out_may_be_named(project):
    project.write("main.tf", BUCKET.format("missing-tag"))
    ran = project.run("check", ".", "--rule", "empty-tag", "--format", "json")
    assert (ran.code, rows(ran)) == (0, {})


def test_policies_may_be_named(project):
    project.write("policies/zone.py", POLICY)
    project.write("main.tf", BUCKET.format("missing-tag, closed-zone"))
    ran = project.run("check", ".", "--policy", "policies", "--format", "json")
    assert (ran.code, rows(ran)) == (0, {"main.tf:1": "active"})
    without = project.run("check", ".", "--format", "json")
    assert rows(without) == {"main.tf:1": "refused"}


def test_one_at_no_resource_is_told_again_from_the_cache(project):
    project.write("main.tf", '# tagguard:ignore missing-tag\nlocals {}\nresource "t_t" "a" {}\n')
    first, second = (project.run("check", ".", "--format", "json") for _ in range(2))
    assert first.out == second.out
    assert rows(second) == {"main.tf:1": "refused"}
