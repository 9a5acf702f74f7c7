"""Reads the tables that AWS's consoles export: some tags have columns, and their number is told.

A cell that is empty is an absent tag or an empty value; only the number of tags can tell which.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping

from tagguard.model import Problem, Rows
from tagguard.sources import Document
from tagguard.sources.contents import delimiter
from tagguard.sources.inventories.row_faults import RowFaults

NOT_TAGGED = "(not tagged)"
"""What Tag Editor writes where a resource does not have the tag."""
NO_COUNT = "the table does not say how many tags there are beside those that it shows"
TOO_FEW = "the table does not show all of its tags"
Resource = Callable[[int, Mapping[str, str]], Iterator[Rows]]
"""Makes a resource of a line's number and the cells by their columns' names; raises ValueError for
a row that it cannot read."""


def columns(document: Document) -> dict[str, str]:
    """Give the header's names by what they are without case and spaces; none for no table."""
    first = document.data.partition(b"\n")[0].decode(errors="replace")
    try:
        header = next(csv.reader([first], delimiter=delimiter(first)), [])
    except csv.Error:
        return {}
    return {plain(name): name for name in header}


def plain(name: str) -> str:
    """Give a column's name without case and what is neither letter nor digit."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def table_rows(document: Document, resource: Resource) -> Iterator[Rows | Problem]:
    """Make a resource of each row; one that cannot be read is a Problem, and the rest goes on.

    What follows a line that is no UTF-8 is not read.
    """
    faults = RowFaults(document.path)
    with document.open() as stream:
        first = document.data.partition(b"\n")[0].decode(errors="replace")
        reader = csv.reader(_text(stream), delimiter=delimiter(first))
        header: list[str] = []
        while True:
            number = reader.line_num + 1
            try:
                row = next(reader, None)
                if row is None:
                    break
                if row and not header:
                    header = row
                elif row:
                    yield from resource(number, _cells(header, row))
            except (csv.Error, ValueError) as exc:
                yield from faults.add(number, str(exc))
    yield from faults.rest()


def _text(lines: Iterable[bytes]) -> Iterator[str]:
    for line in lines:
        try:
            text = line.decode()
        except UnicodeDecodeError as exc:
            raise ValueError("not valid UTF-8; what follows was not read") from exc
        yield text


def _cells(header: list[str], row: list[str]) -> Mapping[str, str]:
    if len(row) != len(header):
        raise ValueError(f"has {len(row)} cells where the header has {len(header)}")
    return dict(zip(header, row, strict=True))


def shown_tags(cells: Mapping[str, str], count: str) -> tuple[dict[str, str], str]:
    """Give the tags that a row shows, and why there may be more of them; empty: there are not.

    `cells` are those of the tags' columns by key, `count` is what the row says of their number.
    """
    tags = {key: value for key, value in cells.items() if value.strip() and value != NOT_TAGGED}
    empty = {key: "" for key, value in cells.items() if not value.strip()}
    if not count.strip().isdecimal():
        return tags, NO_COUNT
    number = int(count)
    if number == len(tags):
        return tags, ""
    if number == len(tags) + len(empty):
        return tags | empty, ""
    return tags, TOO_FEW
