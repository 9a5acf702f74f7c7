"""Finds the comments in a YAML template that speak to tagguard, which its nodes know nothing of.

A comment belongs to the resource in which it stands, or right above whose logical id. What looks
like one inside a text is none. What it says is not read here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from msgspec import Struct
from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.documents import children
from tagguard.ignore_comments import MARKS, SIGN

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Where a line ends for YAML 1.1, so that lines are those of the nodes' marks."""
_HASH = re.compile(r"(?:^|(?<=\s))#")

Position = tuple[int, int]
"""Line and column, from 0."""

_AT = attrgetter("at")


class Remark(Struct, frozen=True):
    """One comment that speaks to tagguard."""

    at: Position
    """Where the comment begins."""
    place: Position
    """Where its mark stands."""
    text: str
    """What it says from there on."""
    above: int
    """The line of what follows right below, other comments skipped; -1: nothing does."""


class Remarks:
    """The remarks of one template."""

    def __init__(self, found: Sequence[Remark], texts: Sequence[tuple[Position, Position]]) -> None:
        """Take remarks, and begin and end of all scalars, in the order of the file."""
        self._found = found
        self._texts = texts
        self._above: dict[int, list[Remark]] = {}
        for one in found:
            self._above.setdefault(one.above, []).append(one)

    def __iter__(self) -> Iterator[Remark]:
        """Give all of them."""
        return iter(self._found)

    def of(self, key: Node, body: Node) -> list[Remark]:
        """Give those of the resource whose logical id is `key`."""
        line, column = start = _position(key.start_mark)
        end = _position(body.end_mark)
        last = max(self._last_line(end), line)
        above = [one for one in self._above.get(line, ()) if one.at[1] <= column]
        until = max(end, (last + 1, 0))
        near = self._found[
            bisect_left(self._found, start, key=_AT) : bisect_left(self._found, until, key=_AT)
        ]
        return above + [one for one in near if one.at[0] <= last or one.at[1] > column]

    def _last_line(self, end: Position) -> int:
        """Give the last line of what stands before a position, white space left out."""
        index = bisect_left(self._texts, (end, end))
        line, column = self._texts[index - 1][1] if index else (0, 0)
        return line - 1 if column == 0 else line


def remarks(written: str, root: MappingNode) -> Remarks | None:
    """Find the comments that speak to tagguard; `root` is the text as nodes."""
    if SIGN not in written.lower():
        return None
    lines = _BREAK.split(written)
    marked = [number for number, line in enumerate(lines) if MARKS.search(line)]
    if not marked:
        return None
    texts, below = sorted(_texts(root)), _below(lines)
    found = [one for number in marked for one in _remark(lines[number], number, texts, below)]
    return Remarks(found, texts) if found else None


def _texts(root: MappingNode) -> Iterator[tuple[Position, Position]]:
    """Give begin and end of every scalar; one that aliases repeat stands in one place."""
    waiting: list[Node] = [root]
    seen = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield _position(node.start_mark), _position(node.end_mark)
        elif isinstance(node, MappingNode | SequenceNode):
            waiting.extend(children(node))


def _remark(
    line: str,
    number: int,
    texts: Sequence[tuple[Position, Position]],
    below: Sequence[int],
) -> Iterator[Remark]:
    mark = MARKS.search(line)
    assert mark is not None
    for found in _HASH.finditer(line, 0, mark.start()):
        at = number, found.start()
        index = bisect_right(texts, (at, at)) - 1
        if index < 0 or texts[index][1] <= at:
            alone = not line[: found.start()].strip()
            above = below[number] if alone else -1
            yield Remark(at, (number, mark.start()), line[mark.start() :], above)
            return


def _below(lines: Sequence[str]) -> list[int]:
    """Give for each line the one that follows right below it, comments skipped; else -1."""
    found = [-1] * len(lines)
    for number in range(len(lines) - 2, -1, -1):
        after = lines[number + 1].lstrip()
        found[number] = found[number + 1] if after[:1] == "#" else number + 1 if after else -1
    return found


def _position(mark: Mark) -> Position:
    return mark.line, mark.column
