"""Reads tables in CSV: one resource a row, in columns of anybody's making."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from tagguard.errors import InputError
from tagguard.model import Problem, Resource, Rows
from tagguard.report import Note
from tagguard.sources import Document, ReadOptions
from tagguard.sources.contents import delimiter
from tagguard.sources.inventories import CHUNK
from tagguard.sources.inventories.columns import Understood, configured, obvious, require
from tagguard.sources.inventories.identities import provider_of
from tagguard.sources.inventories.row_faults import RowFaults
from tagguard.sources.inventories.row_maker import Line, RowMaker, Unreadable
from tagguard.sources.inventories.tag_cells import ABSENT, tags_of_text

if TYPE_CHECKING:
    from _csv import Reader

KIND = "csv"
AS_UTF8 = "save the file as UTF-8"


def recognises(document: Document, options: ReadOptions) -> bool:
    """Tell whether the header names resources."""
    return _understood(document, options) is not None


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Resource | Problem | Note]:
    """Yield the rows; each one that cannot be read is a `Problem`."""
    understood = _understood(document, options)
    assert understood is not None
    if not understood.configured:
        yield understood.note(document)
    faults = RowFaults(document.path)
    rows = RowMaker(KIND, document, options, understood, faults)
    with document.open() as stream:
        reader = csv.reader(map(bytes.decode, stream), delimiter=_delimiter(document))
        try:
            cells = _Cells(document.path, understood, next(reader))
        except UnicodeDecodeError as exc:
            raise InputError("not valid UTF-8", hint=AS_UTF8, line=1) from exc
        block: list[tuple[int, Line]] = []
        for item in _lines(reader, cells, faults):
            if isinstance(item, Problem):
                yield item
                continue
            block.append(item)
            if len(block) == CHUNK:
                yield from _made(block, rows)
                block = []
        yield from _made(block, rows)
    yield from faults.rest()


def _made(block: list[tuple[int, Line]], rows: RowMaker) -> Iterator[Rows | Problem]:
    return rows.singly((line for _, line in block), (number for number, _ in block))


def _lines(
    reader: Reader, cells: _Cells, faults: RowFaults
) -> Iterator[tuple[int, Line] | Problem]:
    """Yield what each row says, and the line that it begins in."""
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
            if row:
                yield number, cells.line(row)
        except StopIteration:
            return
        except UnicodeDecodeError:
            yield Problem(
                stage="read",
                where=f"{cells.path}:{number}",
                message="not valid UTF-8 from here on, so the rest was not read",
                hint=AS_UTF8,
            )
            return
        except (csv.Error, ValueError) as exc:
            yield from faults.add(number, str(exc))


def _delimiter(document: Document) -> str:
    return delimiter(document.data.partition(b"\n")[0].decode(errors="replace"))


def _understood(document: Document, options: ReadOptions) -> Understood | None:
    """Give what the columns mean, by the configuration or by their names."""
    text = document.data[: 1 << 20].decode(errors="replace")
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(document))
    try:
        header, *rows = islice(reader, 2)
    except (csv.Error, ValueError):  # ValueError: it is empty
        return None
    if (told := configured(document, options)) is not None:
        require(told, header)
        return told
    understood = obvious(header)
    if understood is None or not rows or len(rows[0]) != len(header):
        return None
    address = rows[0][header.index(understood.columns.address)]
    return understood if provider_of(address) else None


class _Cells:
    """Picks the cells that mean something."""

    def __init__(self, path: str, understood: Understood, header: list[str]) -> None:
        self.path = path
        self._width = len(header)
        one = understood.columns
        names = (one.address, one.type, one.account, one.region, one.namespace)
        self._address, *self._others = (
            header.index(name) if name in header else None for name in names
        )
        self._tags = header.index(one.tags) if one.tags in header else None
        own = understood.prefixed(header)
        self._own = [(header.index(name), key) for name, key in own.items()]

    def line(self, row: list[str]) -> Line:
        """Give what a row says; raises ValueError for one without an address."""
        if len(row) != self._width:
            raise ValueError(f"has {len(row)} cells where the header has {self._width}")
        assert self._address is not None
        address = row[self._address].strip()
        if not address:
            raise ValueError("has no address")
        type_, account, region, namespace = (
            None if at is None or row[at].upper() in ABSENT else row[at] for at in self._others
        )
        return address, (type_, account, region, namespace), self._tags_of(row)

    def _tags_of(self, row: list[str]) -> Any:  # noqa: ANN401 - see `Line`
        """Give a row's tags; an empty cell is an absent tag, since CSV cannot tell them apart."""
        if self._own:
            return {key: row[at] for at, key in self._own if row[at].upper() not in ABSENT}
        if self._tags is None:
            return UNSET
        try:
            return tags_of_text(row[self._tags])
        except ValueError as exc:
            return Unreadable(str(exc))
