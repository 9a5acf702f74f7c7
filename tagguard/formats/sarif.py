"""SARIF 2.1.0 (OASIS), for code scanning pages and editors.

Undetermined checks and problems are notifications, not results: on the pages that read this format
a result of any kind opens an alert.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from tagguard.formats import RenderOptions, RuleInfo
from tagguard.formats.gathering import told_apart
from tagguard.formats.wording import encodable, fate, refused, sentence, shortened, shown
from tagguard.model import Location, Problem
from tagguard.report import Coverage, ExemptionUse, Finding, Note, Report, Undetermined

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
FINGERPRINT = "tagguard/v1"
PATH_CHARACTERS = 4_096
"""No operating system opens a longer path."""

Json = dict[str, Any]


def render(report: Report, options: RenderOptions) -> str:
    """Give one run: its rules, every finding (waived ones suppressed), and what went wrong."""
    report = told_apart(report)
    rules = _rules(report, options)
    positions = {rule.id: position for position, rule in enumerate(rules)}
    inline = {one.id: one.location for one in report.exemptions if one.location is not None}
    tool = {"name": shown(report.tool.name), "version": shown(report.tool.version)}
    run = {
        "tool": {"driver": {**tool, "rules": [_rule(rule) for rule in rules]}},
        "invocations": [
            {
                "executionSuccessful": not report.problems,
                "toolExecutionNotifications": [
                    *(_problem(problem) for problem in report.problems),
                    *(_undetermined(undecided) for undecided in report.undetermined),
                    *(_note(note) for note in report.notes),
                    *(_refused(one) for one in refused(report)),
                ],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, positions[one.rule], inline) for one in report.findings],
        "properties": _properties(report),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _properties(report: Report) -> Json:
    taxonomy = report.taxonomy
    return {
        "summary": sentence(report),
        "taxonomy": {"name": shown(taxonomy.name), "version": shown(taxonomy.version)},
        "coverage": _buckets(report.summary),
        "implied": _buckets(report.summary.implied),
        "unchanged": report.summary.unchanged,
        "teams": [{**_buckets(row), "team": shown(row.team)} for row in report.teams],
    }


def _buckets(coverage: Coverage) -> Json:
    return {name: getattr(coverage, name) for name in Coverage.__struct_fields__}


def _rules(report: Report, options: RenderOptions) -> list[RuleInfo]:
    rules = {
        finding.rule: RuleInfo(finding.rule, finding.rule, finding.severity)
        for finding in report.findings
    }
    rules.update(options.rules)
    return [rules[rule] for rule in sorted(rules)]


def _rule(rule: RuleInfo) -> Json:
    summary = shown(rule.summary)
    descriptor = {
        "id": shown(rule.id),
        "shortDescription": {"text": summary},
        "help": {"text": f"{summary}. See {rule.url}" if rule.url else summary},
        "defaultConfiguration": {"level": LEVELS.get(rule.severity, "warning")},
    }
    return {**descriptor, "helpUri": rule.url} if rule.url else descriptor


def _result(finding: Finding, position: int, inline: Mapping[str, Location]) -> Json:
    text = f"{shown(finding.resource)}: {shown(finding.message)}"
    if finding.hint:
        text += f"\n{shown(finding.hint)}"
    result = {
        "ruleId": shown(finding.rule),
        "ruleIndex": position,
        "level": LEVELS[finding.severity],
        "message": _message(text),
        "locations": [_location(finding.location, finding.resource)],
        "partialFingerprints": {FINGERPRINT: shown(finding.fingerprint)},
        "suppressions": [],
        "properties": {"team": shown(finding.team), "type": shown(finding.type)},
    }
    if finding.status != "open":
        result["suppressions"] = [_suppression(finding, inline)]
    if finding.resource_location != finding.location:
        related = _location(finding.resource_location, finding.resource)
        result["relatedLocations"] = [{"id": 1, **related, "message": {"text": "the resource"}}]
    return result


def _suppression(finding: Finding, inline: Mapping[str, Location]) -> Json:
    """Say what waives a finding, and where that stands (SARIF 3.35)."""
    place = inline.get(finding.exemption or "")
    by = f" by {shown(finding.exemption)}" if finding.exemption else ""
    waiver = {
        "kind": "external" if place is None else "inSource",
        "status": "accepted",
        "justification": f"{finding.status}{by}",
    }
    return waiver if place is None else {**waiver, "location": {"physicalLocation": _place(place)}}


def _message(text: str) -> Json:
    """Give a plain-text message in which nothing is an embedded link (SARIF 3.11.6)."""
    return {"text": text.replace("](", "]\\(")}


def _location(location: Location, address: str) -> Json:
    logical = {"fullyQualifiedName": shown(address), "kind": "resource"}
    return {"physicalLocation": _place(location), "logicalLocations": [logical]}


def _place(location: Location) -> Json:
    physical: Json = {"artifactLocation": {"uri": _uri(location.path)}}
    if location.line is not None:
        physical["region"] = {"startLine": location.line}
        if location.column is not None:
            physical["region"]["startColumn"] = location.column
    return physical


def _uri(path: str) -> str:
    """Give a relative path as a relative reference; `:` is encoded too, it would end a scheme."""
    return quote(encodable(shortened(path, PATH_CHARACTERS)))


def _problem(problem: Problem) -> Json:
    text = f"{shown(problem.where)}: {shown(problem.message)}"
    if problem.hint:
        text += f"\n{shown(problem.hint)}"
    return {
        "level": "error",
        "message": _message(text),
        "properties": {"stage": shown(problem.stage)},
    }


def _refused(one: ExemptionUse) -> Json:
    told = {"level": "warning", "message": _message(f"exemption {shown(one.id)} {fate(one)}")}
    if one.location is None:
        return told
    return {**told, "locations": [{"physicalLocation": _place(one.location)}]}


def _note(note: Note) -> Json:
    text = f"{shown(note.where)}: {shown(note.message)}"
    if note.hint:
        text += f"\n{shown(note.hint)}"
    return {"level": "note", "message": _message(text)}


def _undetermined(undecided: Undetermined) -> Json:
    what = f"{shown(undecided.resource)}: {shown(undecided.rule)} is undetermined"
    return {
        "level": "note",
        "message": _message(f"{what}: {shown(undecided.reason)}"),
        "locations": [_location(undecided.location, undecided.resource)],
    }
