"""Finds the comments in Terraform source that speak to tagguard, and what they waive.

A comment belongs to the block that it stands in, or right above on lines of its own, or behind
whose closing brace it stands. What looks like one inside a string or heredoc is none. Nothing is
looked at in files that hold no mark.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from tagguard.hcl.nodes import Block, Comment, File
from tagguard.ignore_comments import MARKS, SIGN, bounded, comment_ignores, unreadable
from tagguard.model import Ignore, Location

if TYPE_CHECKING:
    from tree_sitter import Node, Query

NO_BLOCK = -1
SPEAKING = {"resource", "module"}
"""Blocks at which a waiver may stand; at a module call it is for all that the module makes."""
NOWHERE = "it stands neither at a resource nor at a module call"
_at = attrgetter("at")


class Remark(Struct, frozen=True):
    """One line of a comment that speaks to tagguard."""

    at: int
    """The byte where the whole comment begins."""
    comment: Comment
    above: int
    """The row (from 0) of what follows right below it, `NO_BLOCK` where nothing does."""


class Remarks:
    """The remarks of one file."""

    def __init__(self, data: bytes, found: Sequence[Remark]) -> None:
        """Take them in the order of the text."""
        self._data = data
        self._found = found
        self._above: dict[int, list[Remark]] = {}
        for one in found:
            self._above.setdefault(one.above, []).append(one)

    def of(self, node: Node | None) -> list[Comment]:
        """Give those in a block, right above it, or behind it on its last line; None: all."""
        if node is None or not self._found:
            return [one.comment for one in self._found]
        start, end = node.start_byte, node.end_byte
        line_end = self._data.find(b"\n", end)
        until = bisect_left(self._found, line_end if line_end >= 0 else len(self._data), key=_at)
        inside = self._found[bisect_left(self._found, start, key=_at) : until]
        mine = [one for one in inside if not self._data[end : one.at].strip()]
        return [one.comment for one in (*self._above.get(node.start_point.row, ()), *mine)]


NO_REMARKS = Remarks(b"", ())


def ignores(blocks: Sequence[Block]) -> tuple[Ignore, ...]:
    """Give the waivers in and right above the blocks that make one resource, each once."""
    comments = (comment for block in blocks for comment in block.body.comments())
    return bounded(
        one for comment in comments for one in comment_ignores(comment.text, comment.location)
    )


def strays(file: File) -> tuple[Ignore, ...]:
    """Give the waivers of a file that stand neither at a resource nor at a module call."""
    comments = file.body.comments()
    if not comments:
        return ()
    blocks = (block for block in file.body.blocks() if block.type in SPEAKING)
    placed = {comment for block in blocks for comment in block.body.comments()}
    found = (unreadable(NOWHERE, one.location) for one in comments if one not in placed)
    return bounded(found, "the file")


def remarks(path: str, data: bytes, roots: Sequence[Node]) -> Remarks:
    """Find the comments that speak to tagguard; `roots` are the syntax trees of the text."""
    if SIGN.encode() not in data.lower():
        return NO_REMARKS
    found = tuple(_remarks(path, data, roots))
    return Remarks(data, found) if found else NO_REMARKS


def _remarks(path: str, data: bytes, roots: Sequence[Node]) -> Iterator[Remark]:
    lines = data.split(b"\n")
    nodes, below = _comments(roots), dict[int, int]()
    starts = [node.start_byte for node in nodes]
    start = 0
    for row, line in enumerate(lines):
        text = line.decode()
        found = MARKS.search(text)
        if found is not None:
            at = start + len(text[: found.start()].encode())
            index = bisect_right(starts, at) - 1
            if index >= 0 and at < nodes[index].end_byte:
                said = text[found.start() :].partition("*/")[0].rstrip()
                comment = Comment(Location(path, row + 1, found.start() + 1), said)
                yield Remark(starts[index], comment, _row_below(lines, nodes[index], below))
        start += len(line) + 1


def _comments(roots: Sequence[Node]) -> list[Node]:
    """Give all comments in the order of the text."""
    from tree_sitter import QueryCursor  # noqa: PLC0415 - few files need it

    found = (QueryCursor(_query()).captures(root).get("comment", ()) for root in roots)
    return sorted(chain.from_iterable(found), key=attrgetter("start_byte"))


@cache
def _query() -> Query:
    import tree_sitter_hcl  # noqa: PLC0415 - loads the native library
    from tree_sitter import Language, Query  # noqa: PLC0415 - likewise

    return Query(Language(tree_sitter_hcl.language()), "(comment) @comment")


def _row_below(lines: Sequence[bytes], node: Node, known: dict[int, int]) -> int:
    """Find what stands right below a comment that has its lines to itself, comments skipped.

    `known` remembers the answer for the rows of further comments.
    """
    row, column = node.start_point
    if lines[row][:column].strip():
        return NO_BLOCK
    row, column = node.end_point
    if column and lines[row][column:].strip():
        return NO_BLOCK
    row += 1 if column else 0
    passed: list[int] = []
    found = NO_BLOCK
    inside = False
    while row < len(lines):
        line = lines[row].strip()
        if not inside:
            if row in known or not line.startswith((b"#", b"//", b"/*")):
                found = known.get(row, row if line else NO_BLOCK)
                break
            passed.append(row)
        inside = (inside or line.startswith(b"/*")) and b"*/" not in line
        row += 1
    known.update(dict.fromkeys(passed, found))
    return found
