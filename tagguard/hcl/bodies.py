"""Values of what stands in a block: arguments, nested blocks, and what `dynamic` makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from tagguard.hcl.nodes import Block, Body, Expression
from tagguard.hcl.overrides import nested_name
from tagguard.hcl.repetition import pairs, why_open
from tagguard.hcl.values import Failure, Object, Sensitive, Tuple, Unknown, Value
from tagguard.model import Location

MAX_BLOCKS = 1_000
"""Most blocks that the `dynamic`s of one argument make; real ones make a few."""
MAX_DEPTH = 20
"""Deepest nesting of blocks."""

Evaluate = Callable[[Expression, Mapping[str, Value]], Value]
"""Evaluates an expression in the block's scope, with the names that `dynamic` binds; what is wrong
is Unknown."""


def member(body: Body, name: str, evaluate: Evaluate, *, as_blocks: bool = False) -> Value:
    """Give an argument's value, or a tuple of objects for nested blocks; null where nothing is.

    Each object tells where its members were written. `as_blocks` is for who knows that what JSON
    writes as an object or a list of them is blocks.
    """
    attribute = body.attributes.get(name)
    if attribute is None or as_blocks or _is_dynamic(name, body.blocks("dynamic")):
        blocks = [block for block in body.blocks() if nested_name(block) == name]
        if blocks:
            return _Maker(evaluate).blocks(blocks, {}, 0)
    return evaluate(attribute.expression, {}) if attribute is not None else None


def _is_dynamic(name: str, blocks: Sequence[Block]) -> bool:
    """Tell that a name means blocks, also what JSON writes beside `dynamic`."""
    return any(block.type == "dynamic" and nested_name(block) == name for block in blocks)


def is_written(body: Body, name: str) -> bool:
    """Tell whether a body writes an argument or nested block."""
    return name in body.attributes or any(nested_name(block) == name for block in body.blocks())


class _Maker:
    """Makes values of the nested blocks of one name, and counts."""

    def __init__(self, evaluate: Evaluate) -> None:
        self._evaluate = evaluate
        self._left = MAX_BLOCKS

    def blocks(self, blocks: Sequence[Block], bindings: Mapping[str, Value], depth: int) -> Value:
        """Give a tuple of objects."""
        items: list[Value] = []
        reason = ""
        is_sensitive = False
        for block in blocks:
            if block.type != "dynamic":
                items.append(self._content(block.body, bindings, depth, None))
                continue
            made, why, secret = self._dynamic(block, bindings, depth)
            items += made
            reason = reason or why
            is_sensitive = is_sensitive or secret
        value = Tuple(tuple(items), not reason, reason)
        return Sensitive(value) if is_sensitive else value

    def _dynamic(
        self, block: Block, bindings: Mapping[str, Value], depth: int
    ) -> tuple[list[Value], str, bool]:
        """Make the blocks of one; also why there may be more, and whether they are secret."""
        attributes = block.body.attributes
        for_each, contents = attributes.get("for_each"), block.body.blocks("content")
        if for_each is None or not contents:
            return [], "a `dynamic` block is not whole", False
        named = attributes.get("iterator")
        iterator = (named and named.expression.text()) or block.labels[0]
        collection = self._evaluate(for_each.expression, bindings)
        made: list[Value] = []
        reason = why_open(collection)
        try:
            for key, value, origin in pairs(collection):
                if self._left <= 0:
                    reason = f"there are more than {MAX_BLOCKS:,} blocks"
                    break
                self._left -= 1
                item = Object({"key": key, "value": value}, kind="object")
                inner = {**bindings, iterator: item}
                made.append(self._content(contents[0].body, inner, depth, origin))
        except Failure as exc:
            return [], exc.message, False
        return made, reason, isinstance(collection, Sensitive)

    def _content(
        self, body: Body, bindings: Mapping[str, Value], depth: int, origin: Location | None
    ) -> Value:
        """Give one block as an object; `origin` is where the item that it is of was written."""
        if depth >= MAX_DEPTH:
            return Unknown(f"blocks are nested more than {MAX_DEPTH} deep")
        items: dict[str, Value] = {}
        origins: dict[str, Location] = {}
        for name, attribute in body.attributes.items():
            if name != "dynamic":
                items[name] = self._evaluate(attribute.expression, bindings)
                origins[name] = origin or attribute.location
        for name, blocks in _by_name(body):
            if name not in items or _is_dynamic(name, blocks):
                items[name] = self.blocks(blocks, bindings, depth + 1)
        return Object(items, kind="object", origins=origins)


def _by_name(body: Body) -> Iterator[tuple[str, list[Block]]]:
    found: dict[str, list[Block]] = {}
    for block in body.blocks():
        found.setdefault(nested_name(block), []).append(block)
    yield from found.items()
