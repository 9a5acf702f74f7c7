from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tagguard import formats
from tagguard.coverage import BUCKETS
from tagguard.formats import RenderOptions
from tagguard.formats.json import render
from tagguard.model import Location
from tagguard.report import ListedResource, ListedTag, UnknownValue
from tests.formats.reports import HOSTILE, everyday_report, make_report, report_saying

SCHEMA = json.loads((Path(formats.__file__).parent / "schema" / "report-1.json").read_text("utf-8"))
LISTED = ListedResource(
    address="aws_s3_bucket.logs",
    type="aws_s3_bucket",
    team="payments",
    bucket="undetermined",
    tags=(
        ListedTag(key="Owner", value=UnknownValue("known after apply"), provenance="resource"),
        ListedTag(key="Team", value="", provenance="default_tags@aws"),
    ),
    tags_complete=False,
    location=Location("main.tf", 1, 1),
)


@pytest.fixture(scope="module")
def validator():
    Draft202012Validator.check_schema(SCHEMA)
    return Draft202012Validator(SCHEMA)


@pytest.mark.parametrize(
    "report",
    [
        make_report(),
        everyday_report(),
        make_report(resources=(LISTED,)),
        *(report_saying(text) for text in HOSTILE.values()),
    ],
)
def test_reports_fit_the_published_schema(validator, report):
    assert list(validator.iter_errors(json.loads(render(report, RenderOptions())))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["schema"], "tagguard/report/2"),
        (["summary", "coverage"], "100 %"),
        (["findings", 0, "severity"], "fatal"),
        (["findings", 0, "location", "line"], 0),
        (["teams", 0, "resources"], None),
    ],
)
def test_the_schema_refuses_what_is_not_a_report(validator, path, value):
    data = json.loads(render(everyday_report(), RenderOptions()))
    broken = deepcopy(data)
    holder = broken
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert not validator.is_valid(broken)


def test_every_field_but_the_list_of_resources_is_required(validator):
    data = json.loads(render(make_report(), RenderOptions()))
    assert "resources" not in data
    for name in data:
        assert not validator.is_valid({key: data[key] for key in data if key != name})


def test_the_contract_at_a_glance():
    data = json.loads(render(everyday_report(), RenderOptions()))
    assert list(data)[:4] == ["schema", "tool", "taxonomy", "inputs"]
    assert data["summary"] == {
        "resources": 20,
        "compliant": 9,
        "noncompliant": 3,
        "undetermined": 2,
        "exempt": 2,
        "untaggable": 2,
        "managed": 1,
        "excluded": 1,
        "coverage": 0.5625,
        "implied": dict.fromkeys(BUCKETS, 0) | {"resources": 0, "coverage": None},
        "unchanged": 0,
    }
    assert data["findings"][1]["location"] == {"path": "envs/prod/main.tf", "line": 12, "column": 4}


def test_listed_tags_say_why_they_are_unknown():
    tags = json.loads(render(make_report(resources=(LISTED,)), RenderOptions()))["resources"][0][
        "tags"
    ]
    assert [tag["value"] for tag in tags] == [{"unknown": "known after apply"}, ""]


def test_nothing_is_shortened():
    text = HOSTILE["large"]
    assert json.loads(render(report_saying(text), RenderOptions()))["findings"][0]["actual"] == text


def test_lone_surrogates_become_replacement_characters():
    data = json.loads(render(report_saying("a\ud800"), RenderOptions()))
    assert data["findings"][0]["actual"] == "a\ufffd"
    assert list(data) == list(json.loads(render(report_saying("a"), RenderOptions())))


def test_indented_by_two():
    assert render(make_report(), RenderOptions()).startswith(
        '{\n  "schema": "tagguard/report/1",\n'
    )
