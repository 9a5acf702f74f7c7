"""Finds where a tag's key is written in a block of Terraform source.

A key that stands there literally has a place of its own: in an object, also as an argument of
`merge` and its like, in a block or list item that names it (`tag { key = "Owner" … }`), or in what
a `dynamic` block is made from. Any other is found at the attribute that brings it. Nothing is
evaluated: a reference ends the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from tagguard.hcl.nodes import Block, Body, Entry, Expression
from tagguard.model import Location

KEY_NAMES = ("key", "Key")
"""What names the key where tags are blocks or a list of objects."""

PASSING_FUNCTIONS = {
    "coalesce", "coalescelist", "concat", "distinct", "flatten", "merge", "nonsensitive",
    "sensitive", "setunion", "tolist", "tomap", "toset", "try",
}  # fmt: skip
"""Functions whose result has the keys of their arguments."""

MOST_PARTS = 10_000
"""Most expressions that one search looks into, and most blocks that an index tells apart."""


def find_key(bodies: Iterable[Body], path: str, key: str) -> Location | None:
    """Tell where `key` is written under the attribute or blocks at `path`.

    `path` has dots, and indexes where a block stands several times (`ebs_block_device.1.tags`).
    The first body that has its first name decides. Gives the attribute's or block's own place when
    the key is not written literally, None when there is no such attribute.
    """
    name, *steps = path.split(".")
    for body in bodies:
        attribute = body.attributes.get(name)
        if attribute is not None:
            return _in_expression(attribute.expression, steps, key) or attribute.location
        if blocks := _blocks(body, name):
            return _in_blocks(blocks, steps, key)
    return None


def _blocks(body: Body, name: str) -> Sequence[Block]:
    """Give the nested blocks of this name, `dynamic` ones among them, in order."""
    return [
        block
        for block in body.blocks()
        if block.type == name or (block.type == "dynamic" and block.labels == (name,))
    ]


def _in_blocks(blocks: Sequence[Block], steps: Sequence[str], key: str) -> Location | None:
    index, steps = _index(steps)
    if index is not None:
        # A dynamic block may be any from its own place on.
        dynamic = (at for at, block in enumerate(blocks) if block.type == "dynamic")
        blocks = blocks[min(index, next(dynamic, index)) :][:1]
    if not steps:
        return _naming_block(blocks, key)
    contents = [content for block in blocks for content in _contents(block)]
    found = (find_key([content], ".".join(steps), key) for content in contents)
    return next((location for location in found if location is not None), None)


def _index(steps: Sequence[str]) -> tuple[int | None, Sequence[str]]:
    """Split an index off the beginning of a path."""
    if not steps or not steps[0].isdecimal():
        return None, steps
    return int(steps[0][: len(str(MOST_PARTS))]), steps[1:]


def _contents(block: Block) -> Sequence[Body]:
    if block.type != "dynamic":
        return [block.body]
    return [content.body for content in block.body.blocks("content")]


def _naming_block(blocks: Sequence[Block], key: str) -> Location | None:
    """Find the block that names the key, else the first that may name it or names none."""
    possible: Location | None = None
    for block in blocks:
        attributes = [content.attributes for content in _contents(block)]
        names = [each[name] for each in attributes for name in KEY_NAMES if name in each]
        literals = {name.expression.literal(): name.location for name in names}
        if key in literals:
            return literals[key]
        items = block.body.attributes.get("for_each") if block.type == "dynamic" else None
        if items and (found := _in_expression(items.expression, (), key)):
            return found
        if possible is None and (not names or None in literals):
            possible = block.location
    return possible


def _in_expression(expression: Expression, steps: Sequence[str], key: str) -> Location | None:
    """Find the key in a value; of several places the last, which wins in `merge`."""
    index, steps = _index(steps)
    if index is not None and (elements := expression.elements()):
        if index >= len(elements):
            return None
        expression = elements[index]
    found: Location | None = None
    for part in islice(_parts(expression), MOST_PARTS):
        for entry in part.entries():
            if steps and entry.key == steps[0]:
                found = _in_expression(entry.value, steps[1:], key) or entry.location
            elif not steps and _names(entry, key):
                found = entry.location
    return found


def _names(entry: Entry, key: str) -> bool:
    """Tell whether an object's entry is the key, or names it as in `{key = "Owner", …}`."""
    return entry.key == key or (entry.key in KEY_NAMES and entry.value.literal() == key)


def _parts(expression: Expression) -> Iterator[Expression]:
    """Give the expressions that make up a value, in order."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        yield part
        name, arguments = part.call()
        inner = arguments if name in PASSING_FUNCTIONS else ()
        waiting.extend(reversed((*inner, *part.elements(), *part.branches())))
