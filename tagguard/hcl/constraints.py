"""Type constraints of variables, and values converted as they demand.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints. What a module gets
is not what its caller wrote: members that a constraint does not name are dropped, optional ones
are filled in, and numbers become text where text is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from tagguard.hcl.functions.conversion import as_set, one_type
from tagguard.hcl.knowledge import may_have
from tagguard.hcl.nodes import Expression
from tagguard.hcl.syntax import read
from tagguard.hcl.values import (
    Failure,
    Object,
    Sensitive,
    Tuple,
    Unknown,
    Value,
    kind_of,
    marked,
    to_bool,
    to_number,
    to_text,
)

MAX_NESTING = 50
"""Deepest nesting of a constraint."""

_SEQUENCES = {"list", "set", "tuple"}
_COLLECTIONS = {"list", "set", "map"}
_PRIMITIVES: Mapping[str, Callable[[Value], Value]] = {
    "string": to_text,
    "number": to_number,
    "bool": to_bool,
}


class Constraint(Struct, frozen=True):
    """One type; `any` accepts everything, and so does what could not be understood."""

    kind: str = "any"
    """`any`, `string`, `number`, `bool`, `list`, `set`, `map`, `tuple`, `object`."""
    element: Constraint | None = None
    """Of a list, set or map."""
    elements: tuple[Constraint, ...] = ()
    """Of a tuple."""
    members: Mapping[str, Member] = {}
    """Of an object."""


class Member(Struct, frozen=True):
    """One attribute of an object type."""

    constraint: Constraint
    is_optional: bool = False
    default: Expression | None = None


ANY = Constraint()


def constraint(expression: Expression) -> Constraint:
    """Read a constraint as it is written; also `"string"` and `list` of old, and JSON's texts."""
    text = expression.literal() or ""
    if "(" in text:
        parsed = read("type.tf", f"type = {text}\n".encode()).body.attributes.get("type")
        expression = parsed.expression if parsed else expression
    return _constraint(expression, 0)


def _constraint(expression: Expression, depth: int) -> Constraint:
    name = expression.reference() or expression.literal() or ""
    if name in _PRIMITIVES:
        return Constraint(name)
    if name in _COLLECTIONS:
        return Constraint(name, ANY)
    name, arguments = expression.call()
    if len(arguments) == 1 and depth < MAX_NESTING:
        if name in _COLLECTIONS:
            return Constraint(name, _constraint(arguments[0], depth + 1))
        if name == "tuple":
            elements = (_constraint(each, depth + 1) for each in arguments[0].elements())
            return Constraint(name, elements=tuple(elements))
        if name == "object":
            return Constraint(name, members=_members(arguments[0], depth + 1))
    return ANY


def _members(expression: Expression, depth: int) -> dict[str, Member]:
    return {
        entry.key: _member(entry.value, depth)
        for entry in expression.entries()
        if entry.key is not None
    }


def _member(expression: Expression, depth: int) -> Member:
    name, arguments = expression.call()
    if name != "optional" or not arguments:
        return Member(_constraint(expression, depth))
    default = arguments[1] if len(arguments) > 1 else None
    return Member(_constraint(arguments[0], depth), is_optional=True, default=default)


def conform(value: Value, wanted: Constraint, default: Callable[[Expression], Value]) -> Value:
    """Convert a value to a constraint; `default` evaluates what an optional member falls back to.

    Null and unknown stay what they are. Raises Failure where Terraform would refuse.
    """
    if isinstance(value, Sensitive):
        return marked(conform(value.value, wanted, default), value)
    if value is None or wanted.kind == "any":
        return value
    if wanted.kind in _PRIMITIVES:
        return _PRIMITIVES[wanted.kind](value)
    if isinstance(value, Unknown):
        return value.alone
    if wanted.kind in _SEQUENCES:
        if not isinstance(value, Tuple):
            raise _unfit(value, wanted)
        return _sequence(value, wanted, default)
    if not isinstance(value, Object):
        raise _unfit(value, wanted)
    return (_map if wanted.kind == "map" else _object)(value, wanted, default)


def _unfit(value: Value, wanted: Constraint) -> Failure:
    return Failure(f"a value of type {wanted.kind} is required, not {kind_of(value)}")


def _sequence(value: Tuple, wanted: Constraint, default: Callable[[Expression], Value]) -> Value:
    if wanted.kind == "tuple":
        if not value.complete:
            return value
        if len(value.items) != len(wanted.elements):
            raise Failure(f"a tuple of {len(wanted.elements)} elements is required")
        pairs = zip(value.items, wanted.elements, strict=True)
        return Tuple(tuple(conform(item, each, default) for item, each in pairs), kind="tuple")
    items = _alike(value.items, wanted.element or ANY, default)
    made = Tuple(tuple(items), value.complete, value.reason, "list")
    return as_set(made) if wanted.kind == "set" else made


def _map(value: Object, wanted: Constraint, default: Callable[[Expression], Value]) -> Value:
    items = _alike(list(value.items.values()), wanted.element or ANY, default)
    named = dict(zip(value.items, items, strict=True))
    return Object(named, value.complete, value.reason, "map", value.origins, value.further)


def _alike(
    values: Sequence[Value], element: Constraint, default: Callable[[Expression], Value]
) -> list[Value]:
    """Convert elements; where any type will do, it is the one that they have in common."""
    if element.kind == "any":
        return one_type(values)
    return [conform(value, element, default) for value in values]


def _object(value: Object, wanted: Constraint, default: Callable[[Expression], Value]) -> Value:
    items: dict[str, Value] = {}
    for name, member in wanted.members.items():
        if name in value.items:
            given = conform(value.items[name], member.constraint, default)
            items[name] = _filled(given, member, default) if given is None else given
        elif may_have(value, name):
            items[name] = Unknown(value.reason)
        elif member.is_optional:
            items[name] = _filled(None, member, default)
        else:
            raise Failure(f"the attribute `{name}` is required")
    origins = {name: place for name, place in value.origins.items() if name in items}
    return Object(items, kind="object", origins=origins)


def _filled(given: None, member: Member, default: Callable[[Expression], Value]) -> Value:
    if member.default is None:
        return given
    return conform(default(member.default), member.constraint, default)
