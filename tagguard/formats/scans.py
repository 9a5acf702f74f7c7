"""Words and figures for how whole a live scan is, which formats for people share.

Parts that are missing and count are problems of the report, and told of there; here stands what
was asked and done, and what is missing by permission. Nothing here knows a medium.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tagguard.formats.wording import plural
from tagguard.report import Collected, Completeness, Report, Shortfall

STATES = ("denied", "throttled", "truncated", "failed", "unavailable")
PLACES = 5
"""Places of alike shortfalls that are named."""


def scans(report: Report) -> list[tuple[str, Completeness]]:
    """Give the live scans among the inputs, each with its path."""
    known = [(one.path, one.completeness) for one in report.inputs]
    return [(path, one) for path, one in known if one is not None]


def extent(known: Completeness) -> str:
    """Say how many accounts and Regions were asked: `3 of 4 accounts whole · 3 Regions`."""
    whole = f"{known.accounts_done:,} of {plural(len(known.accounts), 'account')} whole"
    return f"{whole} · {plural(len(known.regions), 'Region')}"


def table(known: Completeness, *, each: bool) -> list[list[str]]:
    """Give head and rows: what each collector was asked and did; `each` listing by itself.

    States that nothing is in have no column.
    """
    rows = known.collectors if each else list(_families(known.collectors))
    states = [name for name in STATES if any(getattr(one, name) for one in rows)]
    names = ["asked", "done", *states, "resources"]
    cells = [
        [one.collector, *(f"{getattr(one, name):,}" for name in names)] for one in rows if one.asked
    ]
    return [["collector", *names], *cells] if cells else []


def _families(collectors: Iterable[Collected]) -> Iterator[Collected]:
    """Sum up the listings of one family."""
    families: dict[str, list[Collected]] = {}
    for one in collectors:
        families.setdefault(one.collector.partition("/")[0], []).append(one)
    counts = ("asked", "done", *STATES, "resources")
    for name, alike in families.items():
        yield Collected(
            collector=alike[0].collector
            if len(alike) == 1
            else f"{name} ({len(alike):,} listings)",
            sees_untagged=any(one.sees_untagged for one in alike),
            **{count: sum(getattr(one, count) for one in alike) for count in counts},
        )


def remarks(known: Completeness) -> Iterator[str]:
    """Say what the figures do not: what they come to, and what stays unseen by permission."""
    seen = sum(one.resources for one in known.collectors)
    gone = f", {known.deleted:,} of them deleted lately" if known.deleted else ""
    yield f"{plural(seen, 'sighting')} of {plural(known.merged, 'resource')}{gone}"
    if not any(one.sees_untagged and one.done for one in known.collectors):
        yield "no collector looked for resources that never had a tag"
    if known.suspended:
        yield f"skipped, for they are suspended: {_some(known.suspended)}"
    for alike in _alike(one for one in known.shortfalls if one.allowed):
        first = alike[0]
        what = first.collector or "everything"
        where = _some([_place(one) for one in alike])
        unseen = f"; not seen: {first.unseen}" if first.unseen else ""
        yield f"{what} is {first.state} in {where}: {first.message}{unseen}"


def _alike(shortfalls: Iterable[Shortfall]) -> list[list[Shortfall]]:
    gathered: dict[tuple[str, str, str], list[Shortfall]] = {}
    for one in shortfalls:
        if one.state != "suspended":
            gathered.setdefault((one.collector or "", one.state, one.unseen), []).append(one)
    return list(gathered.values())


def _place(one: Shortfall) -> str:
    return one.account if one.region is None else f"{one.account} {one.region}"


def _some(names: Sequence[str]) -> str:
    left = len(names) - PLACES
    return ", ".join(names[:PLACES]) + (f" and {left:,} more" if left > 0 else "")
