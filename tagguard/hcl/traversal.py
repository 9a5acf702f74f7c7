"""Steps into values: attributes, indexes and splats, with what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Collection

from tagguard.hcl.knowledge import MAX_ELEMENTS, any_of, may_have
from tagguard.hcl.values import (
    Failure,
    Object,
    Sensitive,
    Tuple,
    Unknown,
    Value,
    bare,
    kind_of,
    marked,
    to_number,
    to_text,
)


def attribute(value: Value, name: str) -> Value:
    """Give `value.name`; raises Failure where there is none."""
    match value:
        case Object():
            return _member(value, name)
        case Unknown():
            return value.alone
        case Sensitive(inner):
            return marked(attribute(inner, name), value)
        case None:
            raise Failure(f"null has no attribute `{name}`")
        case _:
            raise Failure(f"{kind_of(value)} has no attribute `{name}`")


def _member(value: Object, name: str) -> Value:
    try:
        return value.items[name]
    except KeyError:
        if not may_have(value, name):
            raise Failure(f"{kind_of(value)} has no key `{name}`") from None
        return Unknown(value.reason)


def index(value: Value, key: Value) -> Value:
    """Give `value[key]`; raises Failure where there is none."""
    if isinstance(value, Sensitive) or isinstance(key, Sensitive):
        try:
            return marked(index(bare(value), bare(key)), value, key)
        except Failure as failure:  # it may quote the key
            raise Failure("a sensitive value has no such element") from failure
    if value is None or key is None:
        raise Failure("null cannot be indexed" if value is None else "the index is null")
    if isinstance(value, Unknown):
        return value.alone
    if not isinstance(value, Object | Tuple):
        raise Failure(f"{kind_of(value)} has no elements")
    if isinstance(key, Unknown):
        return _any(value, key)
    if isinstance(value, Object):
        text = to_text(key)
        assert isinstance(text, str)
        return _member(value, text)
    return _element(value, to_number(key))


def _any(value: Object | Tuple, key: Unknown) -> Value:
    """Give what is sure of an element, for one of them it is."""
    elements: Collection[Value] = value.items
    if isinstance(value, Object):
        named = [text for text in map(to_text, key.choices) if isinstance(text, str)]
        if named and all(text in value.items for text in named):
            return any_of([value.items[text] for text in named], key.reason)
        elements = value.items.values()
    if not value.complete or not 0 < len(elements) <= MAX_ELEMENTS:
        return key.alone
    return any_of(elements, key.reason)


def _element(value: Tuple, position: Value) -> Value:
    if value.kind == "set":
        raise Failure("a set has no indexes")
    if isinstance(position, Unknown):
        return position.alone
    if not isinstance(position, int) or position < 0:
        raise Failure("an index is a whole number from 0")
    if not value.complete:
        return Unknown(value.reason)
    if position >= len(value.items):
        raise Failure(f"index {position} is beyond the end of {len(value.items)} elements")
    return value.items[position]


def splat(value: Value, step: Callable[[Value], Value]) -> Value:
    """Give `value[*]…`, where `step` is what stands behind the star; null gives nothing."""
    match value:
        case None:
            return Tuple((), kind="tuple")
        case Unknown():
            return Tuple((), complete=False, reason=value.reason)
        case Sensitive(inner):
            return marked(splat(inner, step), value)
        case Tuple():
            kind = "list" if value.kind == "set" else value.kind
            items = tuple(step(item) for item in value.items)
            return Tuple(items, value.complete, value.reason, kind)
        case _:
            return Tuple((step(value),), kind="tuple")
