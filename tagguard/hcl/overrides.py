"""Blocks that override others: one block made of several with the same head.

What an override sets replaces what is there: an argument by its name, nested blocks by their type.
https://developer.hashicorp.com/terraform/language/files/override
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from tagguard.hcl.nodes import Attribute, Block, Body, Comment

_MERGED = {"lifecycle"}
"""Nested blocks that are kept beside those of an override, argument by argument."""


def merged(blocks: Sequence[Block]) -> Block:
    """Give one block for the first and, in order, those that override it."""
    first = blocks[0]
    if len(blocks) == 1:
        return first
    return Block(first.type, first.labels, first.location, _Merged([each.body for each in blocks]))


class _Merged:
    """A `Body` made of several; the last wins."""

    def __init__(self, bodies: Sequence[Body]) -> None:
        self._bodies = bodies

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """The attributes by name."""
        found: dict[str, Attribute] = {}
        for body in self._bodies:
            replaced = {nested_name(block) for block in body.blocks()}
            found = {name: each for name, each in found.items() if name not in replaced}
            found |= body.attributes
        return found

    def blocks(self, type_: str = "") -> Sequence[Block]:
        """Give the blocks of one type, or all."""
        return [block for block in self._blocks if type_ in {"", block.type}]

    def comments(self) -> Sequence[Comment]:
        """Give the comments of all of them."""
        return [one for body in self._bodies for one in body.comments()]

    @cached_property
    def _blocks(self) -> list[Block]:
        found: list[Block] = []
        for body in self._bodies:
            blocks = body.blocks()
            replaced = {nested_name(block) for block in blocks} | body.attributes.keys()
            replaced -= _MERGED
            found = [block for block in found if nested_name(block) not in replaced]
            found += blocks
        return found


def nested_name(block: Block) -> str:
    """Name what a nested block adds to: `dynamic "tag"` makes `tag` blocks."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type
