"""Cuts a broken file where its blocks begin, so that each can be read on its own.

A parser that stumbles can lose everything to the end of the file: one `{{ … }}` of a template
language is enough. Only the beginnings of lines are looked at; what stands in heredocs and
comments is no block. Sound files never come here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

MAX_PIECES = 10_000
"""Most cuts in one text; what comes after them stays in one piece."""

_HEAD = re.compile(rb'[A-Za-z_][\w-]*+(?:[ \t]++(?:"[^"\n]*+"|[A-Za-z_][\w-]*+))*+[ \t]*+\{')
_HEREDOC = re.compile(rb"<<-?([A-Za-z_][\w-]*+)[ \t\r]*+$")
_STRING_OR_COMMENT = re.compile(rb'"(?:[^"\\]|\\.)*+"?|#.*|//.*|/\*.*?\*/')


class Piece(NamedTuple):
    """Some lines of a text."""

    start: int
    end: int
    """In bytes."""
    row: int
    end_row: int
    """The row after its last."""


def pieces(data: bytes) -> Iterator[Piece]:
    """Cut a text; together the pieces are the whole of it."""
    lines = data.split(b"\n")
    heads = set(islice(_heads(lines), MAX_PIECES))
    start = first = at = 0
    for row, line in enumerate(lines):
        if row and row in heads:
            yield Piece(start, at, first, row)
            start, first = at, row
        at += len(line) + 1
    yield Piece(start, len(data), first, len(lines))


def _heads(lines: list[bytes]) -> Iterator[int]:
    """Give the rows on which a block begins."""
    closers = {line.strip() for line in lines}
    until = b""
    for row, line in enumerate(lines):
        if until == b"*/":
            until = b"" if until in line else until
        elif until:
            until = b"" if line.strip() == until else until
        else:
            if _HEAD.match(line):
                yield row
            until = _opened(line, closers)


def _opened(line: bytes, closers: set[bytes]) -> bytes:
    """Give the end of the heredoc or comment that goes on after this line; empty: none does."""
    if b"/*" in line and b"/*" in _STRING_OR_COMMENT.sub(b"", line):
        return b"*/"
    heredoc = _HEREDOC.search(line) if b"<<" in line else None
    return heredoc[1] if heredoc and heredoc[1] in closers else b""
