"""JUnit XML, for the test pages of CI systems: a suite a team, a test case a finding.

After the schema of Jenkins' xunit plug-in (``junit-10.xsd``). It carries no times, so the same
report gives the same bytes.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from tagguard.formats import RenderOptions
from tagguard.formats.gathering import told_apart
from tagguard.formats.wording import (
    NO_DATA,
    fate,
    nothing_judged,
    place,
    refused,
    shown,
    unchanged,
)
from tagguard.model import Problem
from tagguard.report import Finding, Report, Summary, Undetermined

PROBLEMS = "tagguard problems"
"""The suite of what kept the scan from being whole."""
EXEMPTIONS = "tagguard exemptions"
"""The suite of refused exemptions."""


def render(report: Report, options: RenderOptions) -> str:  # noqa: ARG001 - every format takes options
    """Give open findings as failures, waived and undetermined ones as skipped, problems as errors.

    A team with nothing open has one passing case, and a report without resources a skipped one:
    some CI systems take an empty file for a failed run.
    """
    report = told_apart(report)
    root = ET.Element("testsuites", name="tagguard")
    for team, (findings, undetermined) in _by_team(report).items():
        suite = ET.SubElement(root, "testsuite", name=shown(team))
        if not any(finding.status == "open" for finding in findings):
            _case(suite, "tagguard", "no open findings")
        for finding in findings:
            _finding(suite, finding)
        for undecided in undetermined:
            _undetermined(suite, undecided)
    if report.problems:
        suite = ET.SubElement(root, "testsuite", name=PROBLEMS)
        for problem in report.problems:
            _problem(suite, problem)
    if told := refused(report):
        suite = ET.SubElement(root, "testsuite", name=EXEMPTIONS)
        for one in told:
            ET.SubElement(_case(suite, "exemption", shown(one.id)), "skipped", message=fate(one))
    _not_judged(root, report.summary)
    _count(root)
    ET.indent(root)
    xml = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'


def _by_team(report: Report) -> dict[str, tuple[list[Finding], list[Undetermined]]]:
    teams: dict[str, tuple[list[Finding], list[Undetermined]]] = {
        row.team: ([], []) for row in report.teams
    }
    for finding in report.findings:
        teams.setdefault(finding.team, ([], []))[0].append(finding)
    for undecided in report.undetermined:
        teams.setdefault(undecided.team, ([], []))[1].append(undecided)
    return teams


def _case(suite: ET.Element, classname: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=classname, name=name)


def _title(resource: str, key: str | None) -> str:
    return shown(resource) if key is None else f"{shown(resource)}: {shown(key)}"


def _finding(suite: ET.Element, finding: Finding) -> None:
    case = _case(suite, shown(finding.rule), _title(finding.resource, finding.key))
    message = shown(finding.message)
    if finding.status != "open":
        waived = {"exempt": "exempt", "baseline": "in the baseline"}[finding.status]
        ET.SubElement(case, "skipped", message=f"{waived}: {message}")
        return
    failure = ET.SubElement(case, "failure", type=finding.severity, message=message)
    details = {
        "at": place(finding.location),
        "expected": finding.expected,
        "actual": finding.actual,
        "help": finding.hint,
    }
    failure.text = "\n".join(f"{name}: {shown(text)}" for name, text in details.items() if text)


def _undetermined(suite: ET.Element, undecided: Undetermined) -> None:
    case = _case(suite, shown(undecided.rule), _title(undecided.resource, undecided.key))
    ET.SubElement(case, "skipped", message=f"undetermined: {shown(undecided.reason)}")


def _problem(suite: ET.Element, problem: Problem) -> None:
    case = _case(suite, f"{shown(problem.stage)} problem", shown(problem.where))
    error = ET.SubElement(case, "error", type="problem", message=shown(problem.message))
    error.text = shown(problem.hint)


def _not_judged(root: ET.Element, summary: Summary) -> None:
    """Say what was not judged at all, as skipped cases."""
    reasons = {}
    if nothing_judged(summary):
        reasons[NO_DATA] = "no resource was counted"
    if summary.unchanged:
        reasons["unchanged"] = unchanged(summary)
    if reasons:
        suite = ET.SubElement(root, "testsuite", name="tagguard coverage")
        for name, reason in reasons.items():
            ET.SubElement(_case(suite, "tagguard", name), "skipped", message=reason)


def _count(root: ET.Element) -> None:
    outcomes = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for suite in root:
        suite.set("tests", str(len(suite)))
        for attribute, outcome in outcomes.items():
            suite.set(attribute, str(len(suite.findall(f"testcase/{outcome}"))))
    for attribute in ("tests", "failures", "errors"):
        root.set(attribute, str(sum(int(suite.get(attribute, 0)) for suite in root)))
