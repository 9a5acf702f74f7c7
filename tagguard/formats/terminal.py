"""Lays text out in terminal columns: widths, clipping, wrapping, aligned tables.

It knows characters and columns, nothing of reports. Wide characters (CJK, most emoji) take two
columns, combining ones none: Unicode Standard Annex 11. Texts must already be `visible`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import category, east_asian_width

from tagguard.escapes import visible

GAP = "  "
"""What stands between two cells of a table."""


def width(text: str) -> int:
    """Count the columns that `text` takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if category(char) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(char) in {"W", "F"} else 1


def clip(text: str, room: int) -> str:
    """Give `text` cut to `room` columns, with an ellipsis where it was cut."""
    if width(text) <= room:
        return text
    kept, taken = [], 1
    for char in text:
        taken += _columns(char)
        if taken > room:
            break
        kept.append(char)
    return "".join(kept) + "…"


def clip_front(text: str, room: int) -> str:
    """Do the same at the front: of a path the end tells most."""
    return clip(text[::-1], room)[::-1]


def pad(text: str, room: int, *, right: bool = False) -> str:
    """Give `text` filled up with spaces to `room` columns; `right` aligns it to the right."""
    blank = " " * (room - width(text))
    return blank + text if right else text + blank


def wrap(text: str, room: int) -> list[str]:
    """Break `text` at spaces into lines of `room` columns; a longer word stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width(lines[-1]) + 1 + width(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def aligned(rows: Sequence[Sequence[str]], room: int, *, left: int = 1) -> list[list[str]]:
    """Pad the cells of `rows` so that their columns line up.

    The first `left` columns align to the left, the others to the right. The first column gives way
    when a row would be longer than `room`.
    """
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    rest = sum(widths[1:]) + len(GAP) * (len(widths) - 1)
    widths[0] = min(widths[0], max(room - rest, 8))
    return [
        [
            pad(clip(cell, room), room, right=position >= left)
            for position, (cell, room) in enumerate(zip(row, widths, strict=True))
        ]
        for row in rows
    ]


def excerpt(line: str, column: int | None, room: int) -> tuple[str, str]:
    """Give a line of source cut to about `room` columns, and the marks that stand under it.

    `column` counts characters from 1; without one the first word is marked. A line that is too
    long is shown around the mark.
    """
    line = line.rstrip("\r\n").replace("\t", " ")
    at = len(line) - len(line.lstrip()) if column is None else min(column - 1, len(line))
    start = max(0, at - room // 2) if len(line) > room else 0
    cut = "…" if start else ""
    before = cut + visible(line[start:at])
    word = re.match(r'"[^"]*"|\{[^{}]*\}|[\w.:/@-]+', line[at : at + room])
    marked = visible(word.group()) if word else " "
    after = visible(line[at + (word.end() if word else 0) : start + room])
    marks = "^" * max(1, min(width(marked), room - width(before)))
    return clip(before + (marked if word else "") + after, room), " " * width(before) + marks
