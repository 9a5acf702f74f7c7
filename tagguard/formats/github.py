"""Annotations in GitHub Actions, by workflow commands on stdout.

A runner obeys every line that begins with `::`, so no text from an input may begin a line here.
Escapes after GitHub's own toolkit (actions/toolkit, packages/core/src/command.ts).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tagguard.formats import RenderOptions
from tagguard.formats.gathering import and_more, open_findings, told_apart
from tagguard.formats.wording import fate, refused, sentence, shown
from tagguard.model import Location, Problem, Severity
from tagguard.report import ExemptionUse, Finding, Report

COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}

SHOWN_PER_STEP = 10
"""GitHub shows so many annotations of each level a step; the log has all of them."""


def render(report: Report, options: RenderOptions) -> str:  # noqa: ARG001 - every format takes options
    """Give one command for each problem, refused exemption and open finding, and a notice.

    Findings that one change would mend have one: GitHub shows few of them.
    """
    report = told_apart(report)
    findings = open_findings(report)
    lines = [_problem(problem) for problem in report.problems]
    lines += [_refused(one) for one in refused(report)]
    lines += [_finding(alike) for alike in findings]
    counts = Counter(COMMANDS[alike[0].severity] for alike in findings)
    counts["error"] += len(report.problems)
    counts["warning"] += len(refused(report))
    hidden = [
        f"the first {SHOWN_PER_STEP} of {count:,} {name}s"
        for name, count in counts.items()
        if count > SHOWN_PER_STEP
    ]
    closing = sentence(report)
    if hidden:
        closing += f". GitHub shows {' and '.join(sorted(hidden))}; this log has all"
    lines.append(command("notice", closing, title="tagguard"))
    return "\n".join(lines) + "\n"


def command(name: str, message: str, **properties: str | int | None) -> str:
    """Give one workflow command; properties that are None or empty are left out.

    Message and properties may hold any text: line breaks are encoded, not obeyed.
    """
    given = ",".join(
        f"{key}={_escaped(str(value)).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in properties.items()
        if value
    )
    return f"::{name} {given}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _finding(alike: Sequence[Finding]) -> str:
    finding = alike[0]
    message = f"{shown(finding.resource)}{and_more(alike)}: {shown(finding.message)}"
    if finding.hint:
        message += f"\n{shown(finding.hint)}"
    place = _place(finding.location)
    return command(COMMANDS[finding.severity], message, **place, title=shown(finding.rule))


def _refused(one: ExemptionUse) -> str:
    place = _place(one.location) if one.location else {}
    message = f"the exemption {shown(one.id)} {fate(one)}"
    return command("warning", message, **place, title="tagguard: exemption")


def _place(location: Location) -> dict[str, str | int | None]:
    return {
        "file": None if location.path == "-" else shown(location.path),
        "line": location.line,
        "col": location.column if location.line else None,
    }


def _problem(problem: Problem) -> str:
    message = f"{shown(problem.where)}: {shown(problem.message)}"
    if problem.hint:
        message += f"\n{shown(problem.hint)}"
    return command("error", message, title=f"tagguard: {shown(problem.stage)} problem")
