"""Parses the native syntax with tree-sitter, in bounded time.

What tree-sitter cannot read costs it time with the square of its length: a megabyte of nothing but
strings takes most of an hour. So each text has an allowance of processor time, many times what a
sound one of its length needs. A text with faults is cut where blocks begin and each piece is tried
alone, with the same allowance for all of them; what is left when it is spent is not read. Who
reads many texts may give them one `Allowance` together.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import count
from time import process_time
from typing import TYPE_CHECKING

from tagguard.hcl.recovery import Piece, pieces

if TYPE_CHECKING:
    from tree_sitter import Language, Node

SECONDS = 0.5
SECONDS_PER_BYTE = 2e-6
"""Processor time that one text may take; a sound one takes a tenth of it."""

SECONDS_IN_ALL = 5.0
"""Processor time for all texts of one reader: those of about 25 MB of sound ones."""

TURNS = 50
"""How often the parser asks whether to go on before the clock is looked at: that takes time too."""

_EXPONENT = re.compile(rb"(?<![\w.])\d+[eE][+-]?\d+(?![\w.])")
"""A number that the grammar does not know (`1e3`); for the parser another one can stand there."""


class Allowance:
    """Processor time that many texts share; when it is spent, no further one is read."""

    def __init__(self, seconds: float = SECONDS_IN_ALL) -> None:
        self.left = seconds


def parse(data: bytes, shared: Allowance | None = None) -> tuple[list[Node], list[int]]:
    """Parse a text of valid UTF-8; all positions are those of the whole text.

    What it takes goes off the allowance that it shares with others.
    `Node.text` must not be asked for: of a text handed over in portions it ends the process.

    Gives one syntax tree, or several of its pieces where the text has faults, and the rows (from
    0) on which pieces begin that could not be read at all.
    """
    if shared is not None and shared.left <= 0:
        return [], [0]
    began, own = process_time(), SECONDS + SECONDS_PER_BYTE * len(data)
    last = began + (2 * own if shared is None else shared.left)
    try:
        return _whole_or_pieces(data, own, last)
    finally:
        if shared is not None:
            shared.left -= process_time() - began


def _whole_or_pieces(data: bytes, seconds: float, last: float) -> tuple[list[Node], list[int]]:
    """Give each of two attempts some seconds, but stop when the clock strikes `last`."""
    whole = _parse(data, min(process_time() + seconds, last))
    if whole is not None and not whole.has_error:
        return [whole], []
    until = min(process_time() + seconds, last)
    plain = _EXPONENT.sub(lambda match: b"1" * len(match[0]), data)
    if plain != data:
        data, whole = plain, _parse(plain, until)
        if whole is not None and not whole.has_error:
            return [whole], []
    cuts = sorted(pieces(data), key=lambda piece: piece.end - piece.start)  # the likely ones first
    tried = sorted((piece.row, _parse(data, until, piece)) for piece in cuts)
    return [root for _, root in tried if root], [row for row, root in tried if not root]


def _parse(data: bytes, until: float, piece: Piece | None = None) -> Node | None:
    """Parse a text or a piece of it; None when the processor's clock strikes `until` first."""
    from tree_sitter import Parser, Point, Range  # noqa: PLC0415 - loads the native library

    if process_time() > until:
        return None
    parser, view = Parser(_language()), memoryview(data)
    if piece is not None:
        points = Point(piece.row, 0), Point(piece.end_row, 0)
        parser.included_ranges = [Range(*points, piece.start, piece.end)]
    turns = count(1)
    try:
        # Only a text that is handed over in portions can be stopped.
        tree = parser.parse(
            lambda offset, _: view[offset:],
            progress_callback=lambda _offset, _has_error: (
                not next(turns) % TURNS and process_time() > until
            ),
        )
    except ValueError:  # stopped
        return None
    return tree.root_node


@cache
def _language() -> Language:
    import tree_sitter_hcl  # noqa: PLC0415 - loads the native library
    from tree_sitter import Language  # noqa: PLC0415 - likewise

    return Language(tree_sitter_hcl.language())
