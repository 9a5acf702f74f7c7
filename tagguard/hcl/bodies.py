"""Values of what stands in a block: arguments, nested blocks, and what `dynamic` makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from tagguard.hcl.nodes import Block, Body, Expression
from tagguard.hcl.overrides import nested_name
from tagguard.hcl.repetition import pairs, why_open
from tagguard.hcl.values import Failure, Object, Sensitive, Tuple, Unknown, Value
from tagguard.model import Location

MAX_BLOCKS = 1_000
"""Most blocks that one `dynamic` makes; real ones make a few."""
MAX_DEPTH = 20
"""Deepest nesting of blocks."""

Evaluate = Callable[[Expression, Mapping[str, Value]], Value]
"""Evaluates an expression in the block's scope, with the names that `dynamic` binds; what is wrong
is Unknown."""


def member(body: Body, name: str, evaluate: Evaluate) -> Value:
    """Give an argument's value, or a tuple of objects for nested blocks; null where nothing is.

    Each object tells where its members were written.
    """
    attribute = body.attributes.get(name)
    if attribute is not None:
        return evaluate(attribute.expression, {})
    blocks = [block for block in body.blocks() if nested_name(block) == name]
    return _blocks(blocks, evaluate, {}, 0) if blocks else None


def is_written(body: Body, name: str) -> bool:
    """Tell whether a body writes an argument or nested block."""
    return name in body.attributes or any(nested_name(block) == name for block in body.blocks())


def _blocks(
    blocks: list[Block], evaluate: Evaluate, bindings: Mapping[str, Value], depth: int
) -> Value:
    items: list[Value] = []
    reason = ""
    is_sensitive = False
    for block in blocks:
        if block.type != "dynamic":
            items.append(_content(block.body, evaluate, bindings, depth, None))
            continue
        made, why, secret = _dynamic(block, evaluate, bindings, depth)
        items += made
        reason = reason or why
        is_sensitive = is_sensitive or secret
    value = Tuple(tuple(items), not reason, reason)
    return Sensitive(value) if is_sensitive else value


def _dynamic(
    block: Block, evaluate: Evaluate, bindings: Mapping[str, Value], depth: int
) -> tuple[list[Value], str, bool]:
    """Make the blocks of one `dynamic`; also why there may be more, and whether they are secret."""
    attributes = block.body.attributes
    for_each, contents = attributes.get("for_each"), block.body.blocks("content")
    if for_each is None or not contents:
        return [], "a `dynamic` block is not whole", False
    named = attributes.get("iterator")
    iterator = (named and named.expression.text()) or block.labels[0]
    collection = evaluate(for_each.expression, bindings)
    made: list[Value] = []
    try:
        for key, value, origin in islice(pairs(collection), MAX_BLOCKS + 1):
            item = Object({"key": key, "value": value}, kind="object")
            inner = {**bindings, iterator: item}
            made.append(_content(contents[0].body, evaluate, inner, depth, origin))
    except Failure as exc:
        return [], exc.message, False
    if len(made) > MAX_BLOCKS:
        return made[:MAX_BLOCKS], f"there are more than {MAX_BLOCKS:,} blocks", False
    return made, why_open(collection), isinstance(collection, Sensitive)


def _content(
    body: Body,
    evaluate: Evaluate,
    bindings: Mapping[str, Value],
    depth: int,
    origin: Location | None,
) -> Value:
    """Give one block as an object; `origin` is where the item that it is made from was written."""
    if depth >= MAX_DEPTH:
        return Unknown(f"blocks are nested more than {MAX_DEPTH} deep")
    items: dict[str, Value] = {}
    origins: dict[str, Location] = {}
    for name, attribute in body.attributes.items():
        items[name] = evaluate(attribute.expression, bindings)
        origins[name] = origin or attribute.location
    for name, blocks in _by_name(body):
        items.setdefault(name, _blocks(blocks, evaluate, bindings, depth + 1))
    return Object(items, kind="object", origins=origins)


def _by_name(body: Body) -> Iterator[tuple[str, list[Block]]]:
    found: dict[str, list[Block]] = {}
    for block in body.blocks():
        found.setdefault(nested_name(block), []).append(block)
    yield from found.items()
