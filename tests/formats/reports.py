"""Makers of reports: an everyday one, an empty one, and one in which every text is the same."""

from __future__ import annotations

from typing import Any

from tagguard.model import Location, Problem
from tagguard.report import (
    ExemptionUse,
    Finding,
    Input,
    KeyCoverage,
    ListedResource,
    ListedTag,
    Report,
    Summary,
    TaxonomyInfo,
    TeamCoverage,
    Tool,
    Undetermined,
    UnknownValue,
)


def make_finding(**fields: Any) -> Finding:
    place = fields.pop("location", Location("envs/prod/main.tf", 10, 3))
    defaults: dict[str, Any] = {
        "rule": "missing-tag",
        "severity": "error",
        "status": "open",
        "key": "Owner",
        "resource": "aws_s3_bucket.logs",
        "type": "aws_s3_bucket",
        "account": None,
        "region": None,
        "team": "payments",
        "message": "the required tag `Owner` is missing",
        "expected": "an e-mail address",
        "actual": None,
        "provenance": None,
        "confidential": False,
        "hint": "add `Owner` to the tags of `aws_s3_bucket.logs`",
        "location": place,
        "resource_location": place,
        "fingerprint": "0123456789abcdef",
    }
    return Finding(**(defaults | fields))


REFUSED = ExemptionUse(
    id="envs/prod/main.tf:8",
    state="refused",
    matched=0,
    reason='no reason is given; add reason="…"',
    location=Location("envs/prod/main.tf", 8, 3),
)
"""A waiver in the input that the taxonomy does not accept."""


def make_undetermined(**fields: Any) -> Undetermined:
    defaults: dict[str, Any] = {
        "resource": "aws_sqs_queue.jobs",
        "type": "aws_sqs_queue",
        "team": "payments",
        "key": "Owner",
        "rule": "missing-tag",
        "reason": "tags depend on var.extra, which has no value",
        "location": Location("envs/prod/main.tf", 40, 1),
    }
    return Undetermined(**(defaults | fields))


def make_report(**fields: Any) -> Report:
    """Make a report without resources; `fields` replace what it says."""
    defaults: dict[str, Any] = {
        "tool": Tool("tagguard", "0.1.0", "2026-11-01"),
        "taxonomy": TaxonomyInfo("acme", "2.1.0", "sha256:00"),
        "inputs": (),
        "summary": Summary(),
        "teams": (),
        "keys": (),
        "findings": (),
        "undetermined": (),
        "problems": (),
    }
    return Report(**(defaults | fields))


def everyday_report() -> Report:
    """Make a report with something of everything."""
    bucket = Location("envs/prod/main.tf", 10, 1)
    return make_report(
        inputs=(
            Input(path="envs/prod/main.tf", kind="terraform-hcl", resources=9),
            Input(path="template.yaml", kind="cloudformation", resources=11),
        ),
        skipped=3,
        summary=Summary(
            resources=20,
            compliant=9,
            noncompliant=3,
            undetermined=2,
            exempt=2,
            untaggable=2,
            managed=1,
            excluded=1,
            coverage=9 / 16,
        ),
        teams=(
            TeamCoverage(
                team="payments",
                findings=4,
                resources=10,
                compliant=4,
                noncompliant=3,
                undetermined=2,
                exempt=1,
                coverage=0.4,
            ),
            TeamCoverage(team="データ基盤 🚀", resources=2, managed=1, excluded=1),
            TeamCoverage(
                team="unowned",
                resources=8,
                compliant=5,
                exempt=1,
                untaggable=2,
                coverage=5 / 6,
            ),
        ),
        keys=(
            KeyCoverage(
                key="CostCenter",
                applicable=16,
                present=16,
                valid=15,
                present_normalised=16,
                valid_normalised=16,
            ),
            KeyCoverage(
                key="Owner",
                applicable=16,
                present=11,
                valid=11,
                missing=3,
                undetermined=2,
                present_normalised=12,
                valid_normalised=12,
            ),
            KeyCoverage(key="Wärme"),
        ),
        findings=(
            make_finding(location=bucket),
            make_finding(
                rule="invalid-value",
                key="Environment",
                message="`produktion` is not valid for `Environment`; did you mean `prod`?",
                expected="one of: prod, staging, dev",
                actual="produktion",
                hint="write `prod` in the `default_tags` of provider `aws.west`",
                provenance="default_tags@aws.west",
                location=Location("envs/prod/main.tf", 12, 4),
                resource_location=bucket,
                fingerprint="1123456789abcdef",
            ),
            make_finding(
                rule="deprecated-key",
                severity="warning",
                key="Env",
                message="`Env` is deprecated since 2.0.0; `Environment` takes its place",
                expected=None,
                hint="rename `Env` to `Environment` in the call of module `logs`",
                resource="module.logs.aws_s3_bucket.this[0]",
                location=Location("plan.json"),
                fingerprint="2123456789abcdef",
            ),
            make_finding(status="exempt", team="unowned", fingerprint="3123456789abcdef"),
            make_finding(status="baseline", key="CostCenter", fingerprint="4123456789abcdef"),
            make_finding(
                severity="info",
                rule="cost-center-open",
                key="CostCenter",
                message="cost centre CC-0042 closes on 2026-12-31",
                expected=None,
                hint="",
                location=Location("template.yaml", 7, 9),
                fingerprint="5123456789abcdef",
            ),
        ),
        undetermined=(
            make_undetermined(),
            make_undetermined(resource="AWS::Lambda", key=None, reason="more tags may exist"),
        ),
        problems=(
            Problem(
                stage="read",
                where="broken.tf:3",
                message="a block is not closed",
                hint="add the closing brace",
            ),
            Problem(
                stage="policy",
                where="open-cost-center on aws_s3_bucket.logs",
                message="KeyError: 'closed'",
            ),
        ),
    )


SOURCE = {
    ("envs/prod/main.tf", 10): 'resource "aws_s3_bucket" "logs" {',
    ("envs/prod/main.tf", 12): '\t\t\tEnvironment = "produktion"  # 本番 🚀',
    ("template.yaml", 7): '        CostCenter: "CC-0042"',
}


def source_line(path: str, line: int) -> str | None:
    return SOURCE.get((path, line))


def listed_resource(text: str, value: str | UnknownValue) -> ListedResource:
    """Make a listed resource with one tag in which every other text is `text`."""
    return ListedResource(
        address=text,
        type=text,
        team=text,
        bucket="undetermined",
        creator=text,
        tags=(ListedTag(key=text, value=value, provenance=text, overrides=text),),
        tags_complete=False,
        tags_reason=text,
        location=Location(text),
    )


def report_saying(text: str) -> Report:
    """Make a report in which every text from outside is `text`."""
    place = Location(text, 3, 2)
    return make_report(
        tool=Tool(text, text, text),
        taxonomy=TaxonomyInfo(text, text, text),
        inputs=(Input(path=text, kind=text, resources=4),),
        summary=Summary(resources=4, noncompliant=4, coverage=0.0),
        teams=(TeamCoverage(team=text, resources=4, noncompliant=4, findings=1, coverage=0.0),),
        keys=(KeyCoverage(key=text, applicable=4, missing=4),),
        findings=tuple(
            make_finding(
                rule=text,
                status=waived,
                key=text,
                resource=text,
                type=text,
                account=text,
                region=text,
                team=text,
                message=text,
                expected=text,
                actual=text,
                provenance=text,
                hint=text,
                location=place,
                resource_location=Location(text),
                fingerprint=text,
                exemption=text if waived == "exempt" else None,
            )
            for waived in ("open", "exempt", "baseline")
        ),
        undetermined=(
            make_undetermined(
                resource=text,
                type=text,
                team=text,
                key=text,
                rule=text,
                reason=text,
                location=place,
            ),
        ),
        problems=(Problem(stage=text, where=text, message=text, hint=text),),
        exemptions=(
            ExemptionUse(id=text, state="refused", matched=1, reason=text, location=place),
        ),
        resources=(listed_resource(text, text), listed_resource(text, UnknownValue(text))),
    )


HOSTILE = {
    "ansi": "\x1b[31mred\x1b[0m\x1b]0;title\x07\x9b2J",
    "newlines": "one\ntwo\r\nthree\rfour\x0bfive\x85six\u2028seven",
    "command": "\n::error file=x::boom\r::stop-commands::x\n%0A::warning::y",
    "html": "<script>alert(1)</script><!-- --><img src=x onerror=y>&amp;</details>",
    "markdown": "a|b\\|c`d``e`*f*_g_~h~[i](https://evil.example)![j](k)#1 @org/team\\",
    "mail": "owner@example.org www.evil.example https://evil.example @octocat GH-12 org/repo#3",
    "emoji": "🚀👩\u200d💻❤\ufe0f 日本語 é e\u0301",
    "bidi": "user\u202e\u2066// admin\u2069\u200f",
    "nul": "a\0b\ufffe\uffff\ufeff",
    "cdata": "]]>&#0;<![CDATA[",
    "surrogate": "lone \ud800 and \udcff",
    "formula": '=cmd|"/c calc"!A1',
    "formula-tab": "\t=1+1",
    "formula-at": "@SUM(1)",
    "blank": "  ",
    "empty": "",
    "backticks": "```",
    "large": "v" * 2_000_000 + " is not an accepted value",
}
