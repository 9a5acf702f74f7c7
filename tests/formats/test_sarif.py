from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator
from msgspec.structs import replace

from tagguard.formats import RenderOptions, RuleInfo
from tagguard.formats.sarif import render
from tagguard.model import Location
from tagguard.report import Coverage, ExemptionUse, Note, Summary
from tests.formats.reports import (
    HOSTILE,
    REFUSED,
    everyday_report,
    make_finding,
    make_report,
    report_saying,
)

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
RULES = {
    "missing-tag": RuleInfo(
        "missing-tag", "A required tag is not there", "error", "https://docs.example/missing-tag"
    ),
    "zone": RuleInfo("zone", "The zone is closed", "info"),
}


def run_of(report, **options):
    return json.loads(render(report, RenderOptions(**options)))["runs"][0]


@pytest.fixture(scope="module")
def validator():
    Draft4Validator.check_schema(SCHEMA)
    return Draft4Validator(SCHEMA)


@pytest.mark.parametrize(
    "report",
    [everyday_report(), make_report(), *(report_saying(text) for text in HOSTILE.values())],
)
def test_reports_fit_the_standard(validator, report):
    log = json.loads(render(report, RenderOptions(rules=RULES)))
    assert [error.message for error in validator.iter_errors(log)] == []


def test_the_schema_check_can_fail(validator):
    log = json.loads(render(everyday_report(), RenderOptions()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator.is_valid(log)


def test_rules_are_described_and_referred_to():
    run = run_of(everyday_report(), rules=RULES)
    rules = run["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    assert ids == ["cost-center-open", "deprecated-key", "invalid-value", "missing-tag", "zone"]
    assert rules[3] == {
        "id": "missing-tag",
        "shortDescription": {"text": "A required tag is not there"},
        "help": {"text": "A required tag is not there. See https://docs.example/missing-tag"},
        "defaultConfiguration": {"level": "error"},
        "helpUri": "https://docs.example/missing-tag",
    }
    assert "helpUri" not in rules[4]
    assert [ids[result["ruleIndex"]] for result in run["results"]] == [
        result["ruleId"] for result in run["results"]
    ]


def test_a_result_in_full():
    result = run_of(everyday_report())["results"][1]
    logical = [{"fullyQualifiedName": "aws_s3_bucket.logs", "kind": "resource"}]
    artifact = {"uri": "envs/prod/main.tf"}
    assert result == {
        "ruleId": "invalid-value",
        "ruleIndex": 2,
        "level": "error",
        "message": {
            "text": "aws_s3_bucket.logs: `produktion` is not valid for `Environment`; did you mean"
            " `prod`?\nwrite `prod` in the `default_tags` of provider `aws.west`"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": 12, "startColumn": 4},
                },
                "logicalLocations": logical,
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": 10, "startColumn": 1},
                },
                "logicalLocations": logical,
                "message": {"text": "the resource"},
            }
        ],
        "partialFingerprints": {"tagguard/v1": "1123456789abcdef"},
        "suppressions": [],
        "properties": {"team": "payments", "type": "aws_s3_bucket"},
    }


def test_levels_and_suppressions():
    results = run_of(everyday_report())["results"]
    assert [result["level"] for result in results] == [
        *("error", "error", "warning", "error", "error", "note")
    ]
    assert [one["justification"] for result in results for one in result["suppressions"]] == [
        "exempt",
        "baseline",
    ]


def test_no_region_without_a_line():
    physical = run_of(everyday_report())["results"][2]["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "plan.json"}}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c#d%.tf", "a%20b/c%23d%25.tf"),
        ("c:x.tf", "c%3Ax.tf"),
        ("é\n\u202e.tf", "%C3%A9%0A%E2%80%AE.tf"),
        ("\udcff.tf", "%EF%BF%BD.tf"),
    ],
)
def test_uris_are_encoded(path, uri):
    finding = make_finding(location=Location(path))
    run = run_of(make_report(findings=(finding,)))
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert "\udcff" in path or unquote(uri) == path


def test_problems_and_undetermined_checks_are_notifications():
    invocation = run_of(everyday_report())["invocations"][0]
    notes = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"] is False
    assert [note["level"] for note in notes] == ["error", "error", "note", "note"]
    assert notes[0]["message"]["text"] == (
        "broken.tf:3: a block is not closed\nadd the closing brace"
    )
    assert run_of(make_report())["invocations"][0]["executionSuccessful"] is True


def test_coverage_of_each_team():
    properties = run_of(everyday_report())["properties"]
    assert properties["coverage"]["coverage"] == 0.5625
    assert [(row["team"], row["coverage"]) for row in properties["teams"]] == [
        ("payments", 0.4),
        ("データ基盤 🚀", None),
        ("unowned", 5 / 6),
    ]
    assert properties["teams"][0]["resources"] == 10


def test_implied_and_unchanged_resources_are_told():
    summary = Summary(implied=Coverage(resources=2, compliant=2, coverage=1.0), unchanged=7)
    properties = run_of(make_report(summary=summary))["properties"]
    assert (properties["implied"]["compliant"], properties["unchanged"]) == (2, 7)


def test_no_text_becomes_a_link():
    finding = make_finding(message="see [here](https://evil.example)")
    text = run_of(make_report(findings=(finding,)))["results"][0]["message"]["text"]
    assert "](" not in text


def test_notes_are_notifications():
    note = Note(where="m", message="judged through a", hint="give plans")
    (invocation,) = run_of(make_report(notes=(note,)))["invocations"]
    assert invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"] == [
        {"level": "note", "message": {"text": "m: judged through a\ngive plans"}}
    ]


def test_a_refused_exemption_is_a_notification_where_it_stands():
    (invocation,) = run_of(make_report(exemptions=(REFUSED,)))["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert told["level"] == "warning"
    assert told["message"]["text"].startswith(
        "exemption envs/prod/main.tf:8 is refused and waives nothing: no reason"
    )
    assert told["locations"] == [{"physicalLocation": PLACE}]


PLACE = {
    "artifactLocation": {"uri": "envs/prod/main.tf"},
    "region": {"startLine": 8, "startColumn": 3},
}


def test_a_waiver_in_the_input_is_in_source_and_one_in_a_file_external():
    uses = (
        replace(REFUSED, state="active", reason=None),
        ExemptionUse(id="legacy", state="active", matched=1),
    )
    findings = tuple(make_finding(status="exempt", exemption=use.id) for use in uses)
    results = run_of(make_report(findings=findings, exemptions=uses))["results"]
    assert [result["suppressions"] for result in results] == [
        [
            {
                "kind": "inSource",
                "status": "accepted",
                "justification": "exempt by envs/prod/main.tf:8",
                "location": {"physicalLocation": PLACE},
            }
        ],
        [{"kind": "external", "status": "accepted", "justification": "exempt by legacy"}],
    ]
