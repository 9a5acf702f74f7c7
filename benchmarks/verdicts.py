"""Holds a JSON report against the truth that the generator noted. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Agreement:
    """How a report and the truth agree; an entry is a finding, an open question or a bucket."""

    found: int
    missed: list[str]
    """True, and not in the report."""
    invented: list[str]
    """In the report, and not true."""

    @property
    def whole(self) -> bool:
        """The report says what is true and nothing else."""
        return not self.missed and not self.invented


def compare(truth: dict[str, Any], report: dict[str, Any], *, with_policy: bool) -> Agreement:
    """Compare findings, undetermined keys, and the count of every bucket."""
    extra = truth["policy"] if with_policy else []
    expected = _entries(
        truth["findings"] + extra, truth["undetermined"], truth["buckets"], truth["implied"]
    )
    actual = _entries(
        (
            (item["location"]["path"], item["resource"], item["rule"], item["key"])
            for item in report["findings"]
            if item["status"] == "open"
        ),
        (
            (item["location"]["path"], item["resource"], item["key"])
            for item in report["undetermined"]
        ),
        _filled(report["summary"]),
        _filled(report["summary"]["implied"]),
    )
    return Agreement(
        found=len(expected & actual),
        missed=sorted(expected - actual),
        invented=sorted(actual - expected),
    )


_BUCKETS = (
    "compliant",
    "noncompliant",
    "undetermined",
    "exempt",
    "untaggable",
    "managed",
    "excluded",
)


def _filled(row: dict[str, Any]) -> dict[str, int]:
    return {name: row[name] for name in _BUCKETS if row[name]}


def _entries(
    findings: Iterable[Iterable[Any]],
    undetermined: Iterable[Iterable[Any]],
    buckets: dict[str, int],
    implied: dict[str, int],
) -> set[str]:
    return {
        *("finding " + " ".join(map(str, item)) for item in findings),
        *("undetermined " + " ".join(map(str, item)) for item in undetermined),
        *(f"{count} resources {bucket}" for bucket, count in buckets.items()),
        *(f"{count} implied resources {bucket}" for bucket, count in implied.items()),
    }
