"""Holds a JSON report against the truth that the generator noted. Measures nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from benchmarks.standard import ANYWHERE


@dataclass(frozen=True)
class Agreement:
    """How a report and the truth agree.

    An entry is a finding, an open question, the count of a bucket, or the tags of a resource.
    """

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
    """Compare findings, undetermined keys, the count of every bucket.

    Where both list them, the tags of every resource are compared too.
    """
    extra = truth["policy"] if with_policy else []
    findings = truth["findings"] + extra
    path = _anywhere if any(entry[0] == ANYWHERE for entry in findings) else _path
    expected = _entries(findings, truth["undetermined"], truth["buckets"], truth["implied"])
    actual = _entries(
        (
            (path(item), item["resource"], item["rule"], item["key"])
            for item in report["findings"]
            if item["status"] == "open"
        ),
        ((path(item), item["resource"], item["key"]) for item in report["undetermined"]),
        _filled(report["summary"]),
        _filled(report["summary"]["implied"]),
    )
    if "tags" in truth and report.get("resources"):
        told = {item["address"]: item for item in report["resources"] if item["creator"] is None}
        expected |= {_tags(address, tags) for address, tags in truth["tags"].items()}
        actual |= {_tags(address, _shown(item)) for address, item in told.items()}
    return Agreement(
        found=len(expected & actual),
        missed=sorted(expected - actual),
        invented=sorted(actual - expected),
    )


def _path(item: dict[str, Any]) -> str:
    return str(item["location"]["path"])


def _anywhere(_item: dict[str, Any]) -> str:
    return ANYWHERE


def _shown(item: dict[str, Any]) -> dict[str, str | None] | None:
    """Give the tags that a report shows of a resource as the truth writes them."""
    if not item["tags_complete"]:
        return None
    return {
        tag["key"]: tag["value"] if isinstance(tag["value"], str) else None for tag in item["tags"]
    }


def _tags(address: str, tags: dict[str, str | None] | None) -> str:
    return f"tags {address} {json.dumps(tags, sort_keys=True)}"


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
