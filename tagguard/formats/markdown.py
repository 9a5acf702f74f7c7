"""A summary in GitHub-flavoured Markdown that fits a pull-request comment.

Text from inputs stands in code spans, or in prose of plain words only, so nothing in it becomes
markup, a link, a mention or a reference to an issue. The hidden first line lets a bot find its
comment again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, islice

from tagguard.formats import RenderOptions
from tagguard.formats.gathering import and_more, open_findings, told_apart
from tagguard.formats.scans import extent, remarks, scans, table
from tagguard.formats.wording import (
    fate,
    nothing_judged,
    other,
    percent,
    place,
    plural,
    refused,
    sentence,
    share,
    shown,
)
from tagguard.report import Completeness, Coverage, Finding, Report
from tagguard.row_findings import tallied

MARKER = "<!-- tagguard -->"
LIMIT = 65_536
"""Characters that a GitHub comment may have."""
SECTION = 10_000
"""Characters for the rows of each table but the findings', which take what is left."""
RESERVE = 500
"""Characters kept for headings and for the lines that count what did not fit."""
CELL_CHARACTERS = 200
"""Longest text from an input in one cell."""
ICONS = {"error": "🔴 error", "warning": "🟠 warning", "info": "🔵 info"}


def render(report: Report, options: RenderOptions) -> str:  # noqa: ARG001 - every format takes options
    """Give the count sentence, coverage, open findings worst first, and folded what is undecided.

    What does not fit is counted in a line of its own.
    """
    report = told_apart(report)
    before = [MARKER, f"### {_icon(report)} Tags: {sentence(report)}", _teams(report)]
    after = [
        _keys(report),
        _undetermined(report),
        _refused(report),
        _problems(report),
        *_scans(report),
        _notes(report),
    ]
    used = sum(len(block) + 2 for block in (*before, *after))
    blocks = [*before, _findings(report, LIMIT - RESERVE - used), *after]
    return "\n\n".join(block for block in blocks if block) + "\n"


def code(text: str) -> str:
    """Give text from an input as a code span that also holds inside a table."""
    text = shown(text, CELL_CHARACTERS)
    if not text:
        return "(empty)"
    # Renderers differ on a backslash before a pipe, so there the pipe is spelt out.
    text = text.replace("|", "\\x7c" if "\\|" in text else "\\|")
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    # CommonMark takes one space from both ends of a span, but none where all of it is spaces.
    room = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{room}{text}{room}{fence}"


_TOKEN = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|(?P<open>[(\"']*)(?P<word>[^\s`]+?)(?P<close>[.,;:!?)\"'…]*)(?=\s|`|$)"
    r"|(?P<tick>`)"
)
# After `www` a full stop may follow, and that begins a link.
_PLAIN = re.compile(r"(?!.*www)[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*|[0-9]{1,6}|[(\"').,;:!?…]+")


def prose(text: str) -> str:
    """Give a message with its back-quoted parts, and all that is not a plain word, as code."""
    text = shown(text, CELL_CHARACTERS)
    result, at = "", 0
    for match in _TOKEN.finditer(text):
        quoted, word = match["code"] or match["tick"], match["word"]
        if quoted is not None:
            piece = code(quoted)
        else:
            core = word if _PLAIN.fullmatch(word) else code(word)
            piece = f"{match['open']}{core}{match['close']}"
        result += text[at : match.start()]
        # Two code spans that touch would run into one.
        result += f" {piece}" if result.endswith("`") and piece.startswith("`") else piece
        at = match.end()
    return result


def _icon(report: Report) -> str:
    severities = {
        severity
        for severity, status in tallied(report.findings, lambda one: (one.severity, one.status))
        if status == "open"
    }
    if "error" in severities:
        return "❌"
    summary = report.summary
    undecided = nothing_judged(summary) or summary.undetermined or summary.implied.undetermined
    whole = not (report.problems or undecided)
    return "✅" if whole and not severities else "⚠️"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _head(*names: str, numbers: int = 0) -> str:
    """Give the head of a table whose last `numbers` columns align to the right."""
    rule = ["---"] * (len(names) - numbers) + ["---:"] * numbers
    return _row(*names) + _row(*rule)


def _fitting(rows: Sequence[str], room: int, beside: int) -> tuple[Sequence[str], str]:
    """Give the rows that fit into `room` characters, and a line that counts the others."""
    for count, row in enumerate(rows):
        room -= len(row)
        if room < 0:
            return rows[:count], f"\n… {len(rows) - count + beside:,} more\n"
    return rows, ""


def _table(head: str, rows: Sequence[str], *, beside: int = 0) -> str:
    """Give the rows that fit; `beside` them there are others, which surely do not."""
    fitting, more = _fitting(rows, SECTION, beside)
    return (head + "".join(fitting) + more).rstrip("\n") if rows else ""


def _teams(report: Report) -> str:
    counts = ("resources", "compliant", "noncompliant", "undetermined", "exempt", "other")
    rows = [_bucket_row(code(row.team), row) for row in report.teams]
    if len(rows) > 1:
        rows.insert(0, _bucket_row("**all**", report.summary))
    return _table(_head("Team", *counts, "coverage", numbers=len(counts) + 1), rows)


def _bucket_row(name: str, row: Coverage) -> str:
    counts = (row.resources, row.compliant, row.noncompliant, row.undetermined, row.exempt)
    return _row(name, *(f"{count:,}" for count in (*counts, other(row))), percent(row.coverage))


def _keys(report: Report) -> str:
    counts = ("applicable", "present", "valid", "missing", "undetermined")
    head = _head("Key", *counts, "valid %", "with aliases", numbers=len(counts) + 2)
    rows = [
        _row(
            code(row.key),
            *(f"{getattr(row, name):,}" for name in counts),
            percent(share(row.valid, row.applicable)),
            percent(share(row.valid_normalised, row.applicable)),
        )
        for row in report.keys
    ]
    return _table(head, rows)


def _findings(report: Report, room: int) -> str:
    """Give the worst findings that fit, in a table for each team."""
    head = _head("Level", "Resource", "Finding", "Where")
    findings = open_findings(report)
    teams = dict.fromkeys(alike[0].team for alike in findings)
    heading = {team: f"#### {code(team)}\n\n{head}\n\n" for team in teams}
    fitting: list[tuple[Finding, str]] = []
    left = sum(map(len, findings))
    for alike in findings:
        finding, row = alike[0], _finding_row(alike)
        room -= len(row) + len(heading.pop(finding.team, ""))
        if room < 0:
            break
        fitting.append((finding, row))
        left -= len(alike)
    fitting.sort(key=lambda one: one[0].team)
    blocks = [
        f"#### {code(team)}\n\n{head}{''.join(row for _, row in group)}"
        for team, group in groupby(fitting, key=lambda one: one[0].team)
    ]
    if left:
        blocks.append(f"… {plural(left, 'more finding')}\n")
    return "\n".join(blocks).rstrip("\n")


def _finding_row(alike: Sequence[Finding]) -> str:
    finding = alike[0]
    text = prose(finding.message)
    if finding.expected and finding.expected not in finding.message + finding.hint:
        text += f"<br>expected: {prose(finding.expected)}"
    if finding.hint:
        text += f"<br>help: {prose(finding.hint)}"
    level = f"{ICONS[finding.severity]}<br>{code(finding.rule)}"
    resource = code(finding.resource) + and_more(alike)
    return _row(level, resource, text, code(place(finding.location)))


def _undetermined(report: Report) -> str:
    rows = [
        _row(code(one.resource), code(one.key) if one.key else "", prose(one.reason))
        for one in islice(report.undetermined, SECTION)
    ]
    number = len(report.undetermined)
    table = _table(_head("Resource", "Key", "Reason"), rows, beside=number - len(rows))
    return _folded(f"Undetermined: {plural(number, 'check')}", table)


def _refused(report: Report) -> str:
    rows = [_row(code(one.id), prose(fate(one))) for one in refused(report)]
    table = _table(_head("Where", "Exemption"), rows)
    return _folded(f"Refused: {plural(len(rows), 'exemption')} in the input", table)


def _problems(report: Report) -> str:
    rows = [_row(code(one.where), prose(one.message), prose(one.hint)) for one in report.problems]
    table = _table(_head("Where", "Problem", "Help"), rows)
    return _folded(f"Problems: {len(rows):,}; the scan is not whole", table, " open")


def _scans(report: Report) -> list[str]:
    return [_scan(path, known) for path, known in scans(report)]


def _scan(path: str, known: Completeness) -> str:
    """Say how whole a live scan is."""
    said = "\n".join(f"- {prose(remark)}" for remark in remarks(known))
    head, *rows = table(known, each=False) or [[]]
    lines = [_row(code(name), *counts) for name, *counts in rows]
    figures = _table(_head(*head, numbers=len(head) - 1), lines) if head else ""
    body = "\n\n".join(block for block in (figures, said) if block)
    whole = "" if known.complete else "; not whole"
    return _folded(f"Scan: {extent(known)}{whole}", f"{code(path)}\n\n{body}")


def _notes(report: Report) -> str:
    rows = [_row(code(one.where), prose(one.message), prose(one.hint)) for one in report.notes]
    return _folded(f"Notes: {len(rows):,}", _table(_head("Where", "Note", "Help"), rows))


def _folded(summary: str, table: str, state: str = "") -> str:
    return (
        f"<details{state}>\n<summary>{summary}</summary>\n\n{table}\n\n</details>" if table else ""
    )
