"""Makes `Rows` of what a table's rows say, whatever they were read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from msgspec import UNSET, Struct

from tagguard.model import Problem, Resource, Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.columns import Understood
from tagguard.sources.inventories.row_faults import RowFaults
from tagguard.sources.inventories.row_patterns import RowPatterns, Said, has_reserved

NO_TAGS: Mapping[str, str] = {}
SHOWN = frozenset({dict, type(None)})
"""Types of tags that are known."""
Line = tuple[str, Said, Any]
"""Address, what the row says of itself, and tags: a dict, None for none, UNSET where nothing speaks
of them, or `Unreadable`."""


class Unreadable(Struct, frozen=True):
    """Tags that are there, but nobody knows how they are written."""

    message: str


class RowMaker:
    """Makes the rows of one document."""

    def __init__(
        self,
        kind: str,
        document: Document,
        options: ReadOptions,
        understood: Understood,
        faults: RowFaults,
        *,
        has_lines: bool = True,
    ) -> None:
        """`has_lines`: the places of rows are lines that a person can go to."""
        self._patterns = RowPatterns(kind, document, options, understood.provider)
        self._faults = faults
        self._has_lines = has_lines
        tags = understood.columns.tags
        self._silent = f"there is no `{tags}`" if tags else "no column holds tags"

    def together(
        self,
        addresses: list[str],
        said: Sequence[Said],
        cells: list[Any],
        places: Sequence[int],
        *,
        plain: bool = False,
    ) -> Iterator[Rows | Problem]:
        """Yield the rows of one block from its columns; `plain`: no tag begins with `aws:`."""
        kinds = set(map(type, cells))
        if not kinds <= SHOWN:
            yield from self.singly(zip(addresses, said, cells, strict=True), places)
            return
        tags = cells if kinds == {dict} else [cell or NO_TAGS for cell in cells]
        patterns = self._patterns.repeated(addresses, said)
        if not plain:
            patterns = [
                None if has_reserved(own) else one for one, own in zip(patterns, tags, strict=True)
            ]
        if not all(patterns):
            rows = zip(patterns, addresses, said, tags, strict=True)
            try:
                patterns = [one or self._patterns.pattern(*row) for one, *row in rows]
            except ValueError:
                yield from self.singly(zip(addresses, said, cells, strict=True), places)
                return
        yield self._rows(cast("list[Resource]", patterns), addresses, tags, places)

    def singly(self, lines: Iterable[Line], places: Iterable[int]) -> Iterator[Rows | Problem]:
        """Yield rows of any shape, and a problem for each that says too little."""
        patterns: list[Resource] = []
        addresses: list[str] = []
        shown: list[Mapping[str, str]] = []
        kept: list[int] = []
        for place, (address, said, cell) in zip(places, lines, strict=True):
            tags: Mapping[str, str] = cell if type(cell) is dict else NO_TAGS
            unknown = ""
            if cell is UNSET:
                unknown = self._silent
            elif isinstance(cell, Unreadable):
                unknown = "its tags cannot be read"
                yield from self._faults.add(place, cell.message)
            try:
                patterns.append(self._patterns.pattern(address, said, tags, unknown))
            except ValueError as exc:
                yield from self._faults.add(place, f"`{address[:80]}` {exc}")
                continue
            addresses.append(address)
            shown.append(tags)
            kept.append(place)
        if addresses:
            yield self._rows(patterns, addresses, shown, kept)

    def _rows(
        self,
        patterns: list[Resource],
        addresses: list[str],
        tags: list[Mapping[str, str]],
        places: Sequence[int],
    ) -> Rows:
        lines: Sequence[int | None] = places if self._has_lines else [None] * len(addresses)
        return Rows(patterns, addresses, tags, lines)
