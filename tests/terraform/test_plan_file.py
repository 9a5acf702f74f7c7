from __future__ import annotations

import json

import pytest

from tagguard.errors import InputError
from tagguard.terraform.plan_file import is_plan
from tests.terraform.plans import change, document, plan, read, refused, values


@pytest.mark.parametrize(
    "content",
    [
        plan(),
        {"planned_values": {"root_module": {}}},
        b'{"resource_changes": [',
        b"\n\n" + json.dumps(plan()).encode(),
        b"[command]/bin/terraform show\n" + json.dumps(plan()).encode(),
    ],
)
def test_plans(content):
    assert is_plan(document(content).data) is True


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"[1]",
        b"hello\n{}",
        {"Resources": {}},
        {"a": {"resource_changes": []}},
        {"format_version": "1.0", "provider_schemas": {}},
        {"values": {"a": 1}},
        b"PK\x03\x04 other.txt",
        b'resource_changes: {"resource_changes": 1}',
    ],
)
def test_other_things(content):
    assert is_plan(document(content).data) is False


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"version": 4, "serial": 1, "lineage": "x", "resources": []}, "Terraform state"),
        ({"terraform_version": "1.9.0", "values": {"root_module": {}}}, "Terraform state"),
        (b"PK\x03\x04....tfplan....tfstate....", "binary Terraform plan"),
        (
            b'{"@level":"info","@message":"x","@module":"terraform.ui","type":"version"}\n{}',
            "log of `terraform plan -json`",
        ),
    ],
)
def test_neighbours_are_named_with_what_to_do(content, message):
    with pytest.raises(InputError) as caught:
        is_plan(document(content).data)

    assert message in caught.value.message
    assert "terraform show -json" in caught.value.hint


JSON = json.dumps(plan(change({"tags": {"A": "b"}}))).encode()


def test_a_wrappers_lines_around_the_plan():
    noise = b"[command]/bin/terraform show\n%s\n::debug::stdout: {}\n\n::set-output name=x::\n"

    assert values(read(noise % JSON)[0]) == {"A": "b"}


@pytest.mark.parametrize("rest", [b"{}", b"}", b"\nError: x", b"\n" + JSON])
def test_anything_else_behind_it_is_refused(rest):
    error = refused(JSON + rest)
    line = 2 if rest.startswith(b"\n") else 1

    assert error.message == f"trailing data at line {line}, after the plan's JSON"


def test_the_line_counts_from_the_top_of_the_file():
    assert refused(b"::x\n" + JSON + b"\n\nmore").line == 4


def test_broken_json_after_noise_says_where_it_begins():
    error = refused(b'::x\n\n{"resource_changes": [\n01]}')

    assert error.message.startswith("in the JSON that begins at line 3: malformed JSON at line 2")
