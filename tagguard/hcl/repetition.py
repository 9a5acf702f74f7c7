"""Instances: what `count` and `for_each` make of a resource, a module call or a nested block.

https://developer.hashicorp.com/terraform/language/meta-arguments/for_each. Where their number is
not known there is one instance at `[*]`, which stands for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from msgspec import Struct

from tagguard.hcl.nodes import Body, Expression
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
from tagguard.model import Location

MAX_INSTANCES = 10_000
"""Most instances of one block; of more only `[*]` is told."""


class Instance(Struct, frozen=True):
    """One of the things that a block makes."""

    key: str | int | None = None
    """As it stands in the address; None for a block that makes one thing, or for `[*]`."""
    count_index: Value = None
    each_key: Value = None
    each_value: Value = None
    origin: Location | None = None
    """Where the key of `each` was written, as far as that is known."""
    is_open: bool = False
    """It stands for all that there may be."""

    @property
    def suffix(self) -> str:
        """What follows the name in an address: `[0]`, `["a"]`, `[*]`, or nothing."""
        if self.is_open:
            return "[*]"
        if isinstance(self.key, str):
            return f'["{_ESCAPE.sub(_escaped, self.key)}"]'
        return "" if self.key is None else f"[{self.key}]"


def _escaped(match: re.Match[str]) -> str:
    """Escape as Terraform does in an address."""
    text = match[0]
    if text[0] in "$%":
        return text[0] + text
    return _ESCAPED.get(text) or f"\\u{ord(text):04x}"


_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f]|[$%](?=\{)')
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

SINGLE = Instance()


class Instances(Struct, frozen=True):
    """All that one block makes."""

    kind: str
    """`single`, `count` or `for_each`."""
    known: tuple[Instance, ...]
    open: Instance | None = None
    """Set where there may be more."""
    fault: str = ""
    """Why `count` or `for_each` is wrong; empty: it is not."""

    def shut(self, fault: str) -> Instances:
        """Give the same with nothing but `[*]`, and why."""
        kind = "for_each" if self.kind == "for_each" else "count"
        return Instances(kind, (), _open(kind, fault), fault)

    def __iter__(self) -> Iterator[Instance]:
        yield from self.known
        if self.open is not None:
            yield self.open

    def collect(self, value_of: Callable[[Instance], Value]) -> Value:
        """Give what a reference to the block means: one value, a tuple, or an object by key."""
        if self.kind == "single":
            return value_of(SINGLE)
        complete = self.open is None
        reason = "" if complete else _reason(self.open)
        if self.kind == "count":
            items = tuple(value_of(each) for each in self.known)
            return Tuple(items, complete, reason, "tuple")
        named = {str(each.key): value_of(each) for each in self.known}
        return Object(named, complete, reason, "object")


_SINGLE = Instances("single", (SINGLE,))


def instances(body: Body, evaluate: Callable[[Expression], Value]) -> Instances:
    """Give what a block makes; `evaluate` must not give `each` or `count` a meaning."""
    attributes = body.attributes
    count, for_each = attributes.get("count"), attributes.get("for_each")
    if count is None and for_each is None:
        return _SINGLE
    if count is not None and for_each is not None:
        fault = "`count` and `for_each` exclude each other"
        return _SINGLE.shut(fault)
    try:
        if count is not None:
            return _counted(bare(to_number(evaluate(count.expression))))
        assert for_each is not None
        return _each(evaluate(for_each.expression))
    except Failure as exc:
        name = "for_each" if count is None else "count"
        fault = f"`{name}` is wrong: {exc.message}"
        return Instances(name, (), _open(name, fault), fault)


def _counted(number: Value) -> Instances:
    if number is None:
        raise Failure("it is null")
    if isinstance(number, Unknown):
        return Instances("count", (), _open("count", number.reason))
    if not isinstance(number, int) or number < 0:
        raise Failure("a whole number from 0 is required")
    if number > MAX_INSTANCES:
        raise Failure(f"{number:,} instances are more than {MAX_INSTANCES:,}")
    return Instances("count", tuple(Instance(at, count_index=at) for at in range(number)))


def _each(value: Value) -> Instances:
    items, reason = list(islice(pairs(value), MAX_INSTANCES + 1)), why_open(value)
    if isinstance(value, Sensitive):
        raise Failure("it is sensitive, and would show in addresses")
    inner = bare(value)
    if isinstance(inner, Tuple) and inner.kind in {"tuple", "list"} and (items or not reason):
        raise Failure(f"a map or a set of strings is required, not {kind_of(inner)}")
    if len(items) > MAX_INSTANCES:
        raise Failure(f"there are more than {MAX_INSTANCES:,} instances")
    found: dict[str, Instance] = {}
    for key, item, origin in items:
        text = bare(to_text(key))
        if isinstance(text, str):
            found[text] = Instance(text, each_key=text, each_value=item, origin=origin)
        elif isinstance(text, Unknown):
            reason = reason or text.reason
        else:
            raise Failure("a key is null")
    known = tuple(found[key] for key in sorted(found))
    return Instances("for_each", known, _open("for_each", reason) if reason else None)


def pairs(value: Value) -> Iterator[tuple[Value, Value, Location | None]]:
    """Walk a collection as `for_each` does: key, value, and where the key was written.

    A list's keys are its indexes, as in `dynamic`; a set's its items. What is not known of it is
    left out (`why_open`). Raises Failure for what is no collection.
    """
    inner = bare(value)
    if isinstance(inner, Object):
        for key, item in inner.items.items():
            yield key, marked(item, value), inner.origins.get(key)
    elif isinstance(inner, Tuple):
        for at, item in enumerate(inner.items):
            keyed = item if inner.kind == "set" else at
            yield keyed, marked(item, value), None
    elif not isinstance(inner, Unknown):
        raise Failure(f"a map or a set of strings is required, not {kind_of(inner)}")


def why_open(value: Value) -> str:
    """Say why a collection may hold more than is listed; empty: it does not."""
    inner = bare(value)
    if isinstance(inner, Unknown):
        return inner.reason
    return inner.reason if isinstance(inner, Object | Tuple) and not inner.complete else ""


def _open(kind: str, reason: str) -> Instance:
    hidden = Unknown(reason)
    if kind == "count":
        return Instance(count_index=hidden, is_open=True)
    return Instance(each_key=hidden, each_value=hidden, is_open=True)


def _reason(instance: Instance | None) -> str:
    hidden = instance and (instance.count_index or instance.each_key)
    return hidden.reason if isinstance(hidden, Unknown) else ""
