"""Words and figures that all formats share: visible text, plurals, coverage, the count sentence.

Every format shows text from inputs through `shown` (or a stricter escape of its own medium built
on it). Nothing here knows a medium, and nothing rounds a figure up: 99.96 % is never 100 %.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tagguard.escapes import visible
from tagguard.model import Location, Problem
from tagguard.report import Coverage, ExemptionUse, Finding, Note, Report, Status, Summary
from tagguard.row_findings import tallied

NO_DATA = "no data"
"""What stands in place of a coverage that nothing was counted for."""

SHOWN_CHARACTERS = 300
"""Longest text from an input that formats for people show whole."""


def shortened(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Give `text` with its middle left out, and its length told, when it is longer than `limit`.

    The end is kept because the point of a message often stands behind the value that it quotes.
    """
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 4
    return f"{text[:head]}… ({len(text):,} characters) …{text[-tail:]}"


def shown(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Give text from an input as it may be printed on one line: `shortened` and `visible`."""
    return visible(shortened(text, limit))


def encodable(text: str) -> str:
    """Give `text` with lone surrogates, which no encoding can write, as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def place(location: Location) -> str:
    """Give `path:line:column` as far as they are known."""
    parts = (location.path, location.line, location.column if location.line else None)
    return ":".join(shown(str(part)) for part in parts if part is not None)


def plural(count: int, noun: str) -> str:
    """Give the count with its noun: `1 file`, `2 files`, `1,200 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def percent(part: float | None) -> str:
    """Give a share between 0 and 1 as `70.0 %`, rounded down; `no data` for None."""
    return NO_DATA if part is None else f"{int(part * 1000 + 1e-9) / 10:.1f} %"


def share(part: int, whole: int) -> float | None:
    """Give the part of the whole; None when there is no whole."""
    return part / whole if whole else None


def other(coverage: Coverage) -> int:
    """Count the resources that coverage leaves out: untaggable, managed and excluded."""
    return coverage.untaggable + coverage.managed + coverage.excluded


FATES = {
    "refused": "is refused and waives nothing",
    "expired": "has expired and waives nothing",
    "expiring": "ends within 30 days",
    "unused": "matched nothing",
}
"""What became of exemptions that somebody should look at."""


def fate(one: ExemptionUse) -> str:
    """Say what became of an exemption, and why; empty where it simply holds."""
    words = (FATES.get(one.state), shown(one.reason) if one.reason else None)
    return ": ".join(filter(None, words))


def refused(report: Report) -> list[ExemptionUse]:
    """Give the exemptions that stand in the input and that the taxonomy does not accept."""
    return [one for one in report.exemptions if one.state == "refused"]


def nothing_judged(summary: Summary) -> bool:
    """Tell whether there is no figure to give: neither of resources nor of what they imply."""
    return summary.coverage is None and summary.implied.coverage is None


def sentence(report: Report) -> str:
    """Sum the scan up and name what was not decided.

    `12 findings (3 exempt) in 148 resources; 5 undetermined, 2 untaggable; 1 file could not be
    read`. The findings include the waived ones; the counts after the resources are of resources.
    What resources imply, and what `--changed-only` left out, has a clause of its own.
    """
    summary = report.summary
    clauses = [f"{_findings(report.findings)} in {_resources(summary)}"]
    if undecided := [*_counts(summary, UNDECIDED), *_counted(_excluded(summary), "excluded")]:
        clauses.append(", ".join(undecided))
    if implied := list(_counts(summary.implied, IMPLIED)):
        clauses.append(f"implied: {', '.join(implied)}")
    if summary.unchanged:
        clauses.append(unchanged(summary))
    if nothing_judged(summary):
        clauses.append(NO_DATA)
    if report.problems:
        clauses.append(_problems(report.problems))
    return "; ".join(clauses)


UNDECIDED = ("undetermined", "untaggable", "managed")
IMPLIED = ("compliant", "noncompliant", "exempt", *UNDECIDED)
"""Buckets in which implied resources are told of; the excluded ones were asked for by nobody."""


def gathered_notes(report: Report) -> list[tuple[Note, list[str]]]:
    """Give notes that say the same as one, each with the places that it is of."""
    places: dict[tuple[str, str], list[Note]] = {}
    for note in report.notes:
        places.setdefault((note.message, note.hint), []).append(note)
    return [(alike[0], [note.where for note in alike]) for alike in places.values()]


def _counts(coverage: Coverage, buckets: Iterable[str]) -> Iterator[str]:
    for name in buckets:
        yield from _counted(getattr(coverage, name), name)


def _counted(count: int, name: str) -> Iterator[str]:
    if count:
        yield f"{count:,} {name}"


def _resources(summary: Summary) -> str:
    told = plural(summary.resources, "resource")
    implied = summary.implied.resources - summary.implied.excluded
    return f"{told} and {plural(implied, 'implied one')}" if implied else told


def _excluded(summary: Summary) -> int:
    """Count the excluded without the unchanged, of which some may be implied ones."""
    others = summary.excluded + summary.implied.excluded - summary.unchanged
    return min(summary.excluded, others) if summary.unchanged else summary.excluded


def unchanged(summary: Summary) -> str:
    """Say how many resources were left out because nothing changes their tags."""
    return f"{plural(summary.unchanged, 'unchanged resource')} left out"


def _findings(findings: Sequence[Finding]) -> str:
    counts = tallied(findings, lambda finding: finding.status)
    named: dict[Status, str] = {"exempt": "exempt", "baseline": "in the baseline"}
    waived = [f"{counts[status]:,} {words}" for status, words in named.items() if counts[status]]
    return plural(len(findings), "finding") + (f" ({', '.join(waived)})" if waived else "")


def _problems(problems: Iterable[Problem]) -> str:
    unread, others = set(), 0
    for problem in problems:
        if problem.stage == "read":
            unread.add(re.sub(r"(:[0-9]+){1,2}$", "", problem.where))
        else:
            others += 1
    clauses = [f"{plural(len(unread), 'file')} could not be read"] if unread else []
    if others:
        clauses.append(plural(others, "other problem" if unread else "problem"))
    return ", ".join(clauses)
