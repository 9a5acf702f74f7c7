"""Gathers single rows into the columns that the engine takes, a bounded number at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from tagguard.model import Problem, Resource, Rows
from tagguard.sources.inventories import CHUNK


class Row(NamedTuple):
    """One resource of an inventory."""

    pattern: Resource
    address: str
    tags: Mapping[str, str]
    line: int | None = None


def in_chunks(items: Iterable[Row | Problem]) -> Iterator[Rows | Problem]:
    """Yield the rows in their order, many at once; a problem comes behind the rows before it."""
    waiting: list[Row] = []
    for item in items:
        if isinstance(item, Row):
            waiting.append(item)
            if len(waiting) < CHUNK:
                continue
        if waiting:
            yield _columns(waiting)
            waiting = []
        if isinstance(item, Problem):
            yield item
    if waiting:
        yield _columns(waiting)


def _columns(rows: list[Row]) -> Rows:
    return Rows(
        patterns=[row.pattern for row in rows],
        addresses=[row.address for row in rows],
        tags=[row.tags for row in rows],
        lines=[row.line for row in rows],
    )
