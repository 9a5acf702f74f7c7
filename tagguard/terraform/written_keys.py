"""Finds where a tag's key is written in a block of Terraform source.

A key that stands there literally has a place of its own: in an object, also as an argument of
`merge` and its like, in a block or list item that names it (`tag { key = "Owner" … }`), or in what
a `dynamic` block is made from. Any other is found at the attribute that brings it. Nothing is
evaluated: a reference ends the search. Each path is searched once, whatever the number of its keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from msgspec import Struct

from tagguard.hcl.nodes import Attribute, Block, Body, Entry, Expression
from tagguard.model import Location

KEY_NAMES = ("key", "Key")
"""What names the key where tags are blocks or a list of objects."""

PASSING_FUNCTIONS = {
    "coalesce", "coalescelist", "concat", "distinct", "flatten", "merge", "nonsensitive",
    "sensitive", "setunion", "tolist", "tomap", "toset", "try",
}  # fmt: skip
"""Functions whose result has the keys of their arguments."""

MOST_PARTS = 10_000
"""Most expressions that one search looks into."""


class _Found(Struct, frozen=True):
    """What is written at one path."""

    keys: Mapping[str, Location]
    """The keys that stand there literally."""
    rest: Location | None
    """Where any other key must come from: the attribute, or a block that names none."""


class WrittenKeys:
    """The keys in the bodies of one block; the first that has a path's first name decides."""

    def __init__(self, bodies: Sequence[Body]) -> None:
        self._bodies = bodies
        self._members: dict[str, _Value | _Blocks | None] = {}
        self._found: dict[tuple[str, ...], _Found | None] = {}

    def find(self, path: str, key: str) -> Location | None:
        """Tell where `key` is written under the attribute or blocks at `path`.

        `path` has dots, and indexes where a block stands several times (`ebs_block_device.1.tags`).
        Gives the attribute's or block's own place when the key is not written literally, None when
        there is no such attribute.
        """
        found = self.at(tuple(path.split(".")))
        return None if found is None else found.keys.get(key, found.rest)

    def at(self, path: tuple[str, ...]) -> _Found | None:
        """Give what is written at a path."""
        if path not in self._found:
            name, *steps = path
            if name not in self._members:
                self._members[name] = self._member(name)
            member = self._members[name]
            self._found[path] = None if member is None else member.at(steps)
        return self._found[path]

    def _member(self, name: str) -> _Value | _Blocks | None:
        for body in self._bodies:
            if attribute := body.attributes.get(name):
                return _Value(attribute)
            if blocks := [block for block in body.blocks() if _is_named(block, name)]:
                return _Blocks(blocks)
        return None


def _is_named(block: Block, name: str) -> bool:
    return block.type == name or (block.type == "dynamic" and block.labels == (name,))


class _Value:
    """What stands behind an attribute."""

    def __init__(self, attribute: Attribute) -> None:
        self._attribute = attribute

    def at(self, steps: Sequence[str]) -> _Found:
        """Give what is written at a path below it."""
        value, location = self._attribute.expression, self._attribute.location
        index, below = _index(steps)
        if index is None or not self._elements:
            return _in_expression(value, below, location)
        if index >= len(self._elements):
            return _Found({}, location)
        return _in_expression(self._elements[index], below, location)

    @cached_property
    def _elements(self) -> Sequence[Expression]:
        return self._attribute.expression.elements()


class _Blocks:
    """The nested blocks of one name, `dynamic` ones among them, in order."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        dynamic = (at for at, block in enumerate(blocks) if block.type == "dynamic")
        self._first_dynamic = next(dynamic, len(blocks))
        self._contents: dict[int, Sequence[WrittenKeys]] = {}

    def at(self, steps: Sequence[str]) -> _Found | None:
        """Give what is written at a path below them, which may begin with an index."""
        index, below = _index(steps)
        chosen = range(len(self._blocks))
        if index is not None:
            # A dynamic block may be any from its own place on.
            chosen = chosen[min(index, self._first_dynamic) :][:1]
        if not below:
            return _naming_blocks([self._blocks[at] for at in chosen])
        contents = (content for at in chosen for content in self._inside(at))
        found = (content.at(tuple(below)) for content in contents)
        return next((one for one in found if one is not None), None)

    def _inside(self, at: int) -> Sequence[WrittenKeys]:
        if at not in self._contents:
            self._contents[at] = [WrittenKeys([body]) for body in _bodies(self._blocks[at])]
        return self._contents[at]


def _index(steps: Sequence[str]) -> tuple[int | None, Sequence[str]]:
    """Split an index off the beginning of a path."""
    if not steps or not steps[0].isdecimal():
        return None, steps
    return int(steps[0]), steps[1:]


def _bodies(block: Block) -> Sequence[Body]:
    if block.type != "dynamic":
        return [block.body]
    return [content.body for content in block.body.blocks("content")]


def _naming_blocks(blocks: Sequence[Block]) -> _Found:
    """Find the first block that names each key, and the first that may name it or names none."""
    keys: dict[str, Location] = {}
    rest: Location | None = None
    for block in blocks:
        attributes = [body.attributes for body in _bodies(block)]
        names = [each[name] for each in attributes for name in KEY_NAMES if name in each]
        literals = {name.expression.literal(): name.location for name in names}
        items = block.body.attributes.get("for_each") if block.type == "dynamic" else None
        made_from = _in_expression(items.expression, (), items.location).keys if items else {}
        for key, location in (*literals.items(), *made_from.items()):
            if key is not None:
                keys.setdefault(key, location)
        if rest is None and (not names or None in literals):
            rest = block.location
    return _Found(keys, rest)


def _in_expression(value: Expression, steps: Sequence[str], location: Location) -> _Found:
    """Find the keys in a value; of several places the last, which wins in `merge`."""
    index, steps = _index(steps)
    if index is not None and (elements := value.elements()):
        if index >= len(elements):
            return _Found({}, location)
        value = elements[index]
    keys: dict[str, Location] = {}
    found = _Found(keys, location)
    for part in islice(_parts(value), MOST_PARTS):
        for entry in part.entries():
            if not steps:
                keys.update((key, entry.location) for key in _named(entry))
            elif entry.key == steps[0]:
                found = _in_expression(entry.value, steps[1:], entry.location)
    return found


def _named(entry: Entry) -> Iterator[str]:
    """Give an object's key, and the one that `{key = "Owner", …}` names."""
    if entry.key is not None:
        yield entry.key
    if entry.key in KEY_NAMES and (named := entry.value.literal()) is not None:
        yield named


def _parts(expression: Expression) -> Iterator[Expression]:
    """Give the expressions that make up a value, in order."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        yield part
        name, arguments = part.call()
        inner = arguments if name in PASSING_FUNCTIONS else ()
        waiting.extend(reversed((*inner, *part.elements(), *part.branches())))
