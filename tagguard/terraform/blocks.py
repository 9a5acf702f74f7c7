"""Walks nested blocks of one resource in the three parallel trees that a `Cell` holds.

Terraform shows a block as a list of objects, even where only one is allowed; an unknown one is
`true` in place of the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from tagguard.terraform.plan_attributes import Cell, Json
from tagguard.terraform.plan_model import follow


def child(cell: Cell, path: str) -> Cell:
    """Give what is at a dotted path below a block, first blocks first."""
    steps = path.split(".")
    return Cell(*(follow(tree, steps) for tree in (cell.known, cell.unknown, cell.sensitive)))


def block_cells(cells: Mapping[str, Cell], path: str) -> list[tuple[str, Cell]]:
    """Give every block at a dotted path with its own path: with indexes where there are several.

    A block that is wholly unknown is one hidden cell.
    """
    root, *rest = path.split(".")
    found = list(_blocks(root, cells.get(root, Cell())))
    for step in rest:
        found = [
            below for at, cell in found for below in _blocks(f"{at}.{step}", _member(cell, step))
        ]
    return found


def _blocks(path: str, cell: Cell) -> Iterator[tuple[str, Cell]]:
    if cell.is_hidden or isinstance(cell.known, dict):
        yield path, cell
        return
    known, unknown, sensitive = (
        part if isinstance(part, list) else []
        for part in (cell.known, cell.unknown, cell.sensitive)
    )
    count = max(len(known), len(unknown))
    for at, (item, hidden, secret) in enumerate(zip_longest(known, unknown, sensitive[:count])):
        where = path if count == 1 else f"{path}.{at}"
        yield where, Cell(item, hidden, True if cell.sensitive is True else secret)


def _member(cell: Cell, step: str) -> Cell:
    return Cell(*(_at(tree, step) for tree in (cell.known, cell.unknown, cell.sensitive)))


def _at(tree: Json, step: str) -> Json:
    if isinstance(tree, dict):
        return tree.get(step)
    return True if tree is True else None
