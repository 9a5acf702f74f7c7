from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tagguard.formats import RenderOptions
from tagguard.formats.junit import render
from tagguard.report import Summary
from tests.formats.reports import HOSTILE, REFUSED, everyday_report, make_report, report_saying

XS = "{http://www.w3.org/2001/XMLSchema}"
SCHEMA = ET.parse(Path(__file__).parent / "schemas" / "junit-10.xsd").getroot()


def faults(element: ET.Element) -> list[str]:
    """Hold an element against its declaration: known name, attributes and children.

    The schema's lists of children are all free in order and number, so that is the whole of it
    but for the form of `time`, which our reports do not carry.
    """
    declared = SCHEMA.find(f"{XS}element[@name='{element.tag}']")
    if declared is None:
        return [f"<{element.tag}> is not declared"]
    attributes = {one.get("name"): one.get("use") for one in declared.iter(f"{XS}attribute")}
    children = {one.get("ref") for one in declared.iter(f"{XS}element")}
    found = [f"{element.tag}@{name}" for name in element.attrib if name not in attributes]
    found += [
        f"{element.tag} lacks @{name}"
        for name, use in attributes.items()
        if use == "required" and name not in element.attrib
    ]
    for child in element:
        found += [f"<{child.tag}> in <{element.tag}>"] if child.tag not in children else []
        found += faults(child)
    return found


def parsed(report) -> ET.Element:
    return ET.fromstring(render(report, RenderOptions()))


@pytest.mark.parametrize(
    "report",
    [everyday_report(), make_report(), *(report_saying(text) for text in HOSTILE.values())],
)
def test_reports_fit_the_schema(report):
    assert faults(parsed(report)) == []


def test_the_schema_check_can_fail():
    broken = '<testsuites><testsuite name="a" tests="1" failures="0" errors="0" colour="red">'
    broken += "<testcase><verdict/></testcase></testsuite></testsuites>"
    assert faults(ET.fromstring(broken)) == [
        "testsuite@colour",
        "testcase lacks @name",
        "<verdict> in <testcase>",
        "<verdict> is not declared",
    ]


def test_one_suite_a_team_and_one_for_problems():
    root = parsed(everyday_report())
    counts = {
        suite.get("name"): [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
        for suite in root
    }
    assert counts == {
        "payments": ["7", "4", "0", "3"],
        "データ基盤 🚀": ["1", "0", "0", "0"],
        "unowned": ["2", "0", "0", "1"],
        "tagguard problems": ["2", "0", "2", "0"],
    }
    assert [root.get(name) for name in ("tests", "failures", "errors")] == ["12", "4", "2"]


def test_a_failure_says_where_and_what_would_be_accepted():
    failure = parsed(everyday_report()).findall(".//failure")[1]
    assert failure.get("message") == (
        "`produktion` is not valid for `Environment`; did you mean `prod`?"
    )
    assert (failure.text or "").splitlines() == [
        "at: envs/prod/main.tf:12:4",
        "expected: one of: prod, staging, dev",
        "actual: produktion",
        "help: write `prod` in the `default_tags` of provider `aws.west`",
    ]


def test_waived_and_undetermined_are_skipped():
    reasons = [one.get("message") for one in parsed(everyday_report()).findall(".//skipped")]
    assert reasons == [
        "in the baseline: the required tag `Owner` is missing",
        "undetermined: tags depend on var.extra, which has no value",
        "undetermined: more tags may exist",
        "exempt: the required tag `Owner` is missing",
    ]


def test_what_was_left_out_as_unchanged_is_a_skipped_case():
    summary = Summary(resources=3, compliant=1, excluded=2, unchanged=2, coverage=1.0)
    (skipped,) = parsed(make_report(summary=summary)).findall(".//skipped")
    assert skipped.get("message") == "2 unchanged resources left out"


def test_a_report_without_resources_is_not_empty():
    root = parsed(make_report())
    assert [case.get("name") for case in root.iter("testcase")] == ["no data"]
    assert len(root.findall(".//skipped")) == 1


def test_a_refused_exemption_is_a_skipped_case():
    (suite,) = parsed(make_report(exemptions=(REFUSED,))).findall(
        "./testsuite[@name='tagguard exemptions']"
    )
    (case,) = suite
    assert (case.get("name"), case[0].get("message")) == (
        "envs/prod/main.tf:8",
        'is refused and waives nothing: no reason is given; add reason="…"',
    )
