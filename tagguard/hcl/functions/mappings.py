"""The functions on maps and objects, and the first that is something of several values.

A map of which more keys may exist keeps those that are sure; a later map that may hold a key makes
its value before unknown, never its presence.
"""

from __future__ import annotations

from collections.abc import Sequence

from tagguard.hcl.functions.conversion import gap, one_type
from tagguard.hcl.functions.parameters import any_value, mapping, sequence, text
from tagguard.hcl.functions.signatures import Parameter, function
from tagguard.hcl.knowledge import MAX_ELEMENTS, any_of, common, doubtful, may_have
from tagguard.hcl.values import (
    Failure,
    Object,
    Tuple,
    Unknown,
    Value,
    bare,
    is_number,
    kind_of,
    marked,
    to_bool,
    to_number,
    to_text,
)
from tagguard.model import Location


@function(rest=Parameter("map", mapping("map").convert, nullable=True), knows="any", marks="keep")
def merge(*values: Object | Unknown | None) -> Value:
    """Give the keys of all maps; of one key the last value. Null counts as an empty map."""
    given = [value for value in values if value is not None]
    if len(given) == 1 and isinstance(given[0], Object):
        return given[0]
    items: dict[str, Value] = {}
    further: dict[str, Value] | None = {}
    origins: dict[str, Location] = {}
    reason = ""
    for value in given:
        if isinstance(value, Unknown) or not value.complete:
            reason = value.reason
            _replace(items, value)
            further = _with_further(further, value)
        if isinstance(value, Object):
            items.update(value.items)
            origins = {key: at for key, at in origins.items() if key not in value.items}
            origins.update(value.origins)
    further = further and {key: each for key, each in further.items() if key not in items}
    opaque = any(isinstance(value, Unknown) for value in given)
    kinds = {value.kind for value in given if isinstance(value, Object)}
    kind = "" if opaque or "" in kinds else "map" if kinds == {"map"} else "object"
    if further is not None and not further:
        return Object(items, kind=kind, origins=origins)
    return Object(items, complete=False, reason=reason, kind=kind, origins=origins, further=further)


def _replace(items: dict[str, Value], later: Object | Unknown) -> None:
    """Say of values that keys which a later map may have can replace them."""
    kept = later.items if isinstance(later, Object) else {}
    for key, each in items.items():
        if isinstance(later, Unknown) or later.further is None:
            items[key] = each if key in kept else Unknown(later.reason)
        elif key in later.further:
            items[key] = common(each, later.further[key], later.reason)


def _with_further(
    further: dict[str, Value] | None, later: Object | Unknown
) -> dict[str, Value] | None:
    """Add the keys that a map may have beside those it surely has; None: any key."""
    if further is None or isinstance(later, Unknown) or later.further is None:
        return None
    for key, each in later.further.items():
        further[key] = doubtful([further.get(key, each), each], later.reason)
    return further


@function(
    mapping("inputMap"),
    text("key"),
    any_value("default", nullable=True),
    optional=1,
    knows="any",
    marks="keep",
)
def lookup(value: Object | Unknown, key: str | Unknown, *default: Value) -> Value:
    """Give the value of a key, or a default where there is no such key."""
    if isinstance(value, Unknown):
        return value
    if isinstance(key, Unknown):
        return _any(value, key, [_as_in(value, each) for each in default])
    if key in value.items:
        return value.items[key]
    if may_have(value, key):
        known = doubtful([(value.further or {}).get(key)], value.reason)
        return (
            common(known, _as_in(value, default[0]), value.reason)
            if default
            else Unknown(value.reason)
        )
    if not default:
        raise Failure(f"the map has no key `{key}`")
    return _as_in(value, default[0])


def _any(value: Object, key: Unknown, default: Sequence[Value]) -> Value:
    """Give what is sure of a map's values and the default, for one of them it is."""
    if not value.complete or not 0 < len(value.items) <= MAX_ELEMENTS:
        return key
    return any_of([*value.items.values(), *default], key.reason)


def _as_in(value: Object, default: Value) -> Value:
    """Convert a default to the type of a map's values."""
    example = bare(next(iter(value.items.values()), None)) if value.kind == "map" else None
    if isinstance(example, str):
        return to_text(default)
    if isinstance(example, bool):
        return to_bool(default)
    return to_number(default) if is_number(example) else default


@function(mapping("inputMap"), knows="parts", marks="keep")
def keys(value: Object) -> Value:
    """Give the keys, sorted."""
    return Tuple(tuple(sorted(value.items)), value.complete, value.reason, _list_of(value))


@function(mapping("mapping"), knows="parts", marks="keep")
def values(value: Object) -> Value:
    """Give the values, in the order of their keys."""
    items = tuple(value.items[key] for key in sorted(value.items))
    return Tuple(items, value.complete, value.reason, _list_of(value))


def _list_of(value: Object) -> str:
    return {"map": "list", "object": "tuple"}.get(value.kind, "")


@function(sequence("keys"), sequence("values"), knows="any", marks="keep")
def zipmap(names: Tuple | Unknown, held: Tuple | Unknown) -> Value:
    """Make a map of keys and as many values."""
    if isinstance(names, Unknown) or not names.complete:
        return Unknown(names.reason)
    if (reason := gap(names)) is not None:
        return Unknown(reason)
    if isinstance(held, Tuple) and held.kind == "set":
        raise Failure("`values`: a list is required, not a set")
    if isinstance(held, Tuple) and held.complete and len(held.items) != len(names.items):
        raise Failure("`keys` and `values` must be equally long")
    if isinstance(held, Tuple) and held.complete:
        items = held.items
        kind = {"list": "map", "tuple": "object"}.get(held.kind, "")
    elif not names.items:  # which may be wrong, and `try` wants to know
        return Unknown(held.reason)
    else:
        items = (Unknown(held.reason),) * len(names.items)
        kind = ""
    result: dict[str, Value] = {}
    for name, item in zip(names.items, items, strict=True):
        key = bare(to_text(name))
        if not isinstance(key, str):
            raise Failure("a key must not be null")
        result[key] = item
    return marked(Object(result, kind=kind), *names.items)


@function(mapping("values"))
def transpose(value: Object) -> Value:
    """Swap keys and values in a map of lists of strings."""
    turned: dict[str, list[Value]] = {}
    for key in sorted(value.items):
        held = value.items[key]
        if not isinstance(held, Tuple):
            raise Failure(f"a map of lists is required; `{key}` is {kind_of(held)}")
        for item in held.items:
            name = to_text(item)
            if not isinstance(name, str):
                raise Failure("a list must not hold null")
            turned.setdefault(name, []).append(key)
    items = {key: Tuple(tuple(turned[key]), kind="list") for key in sorted(turned)}
    return Object(items, kind="map")


@function(rest=any_value("vals", nullable=True), knows="any")
def coalesce(*given: Value) -> Value:
    """Give the first that is neither null nor an empty string, converted to the type of all."""
    if not given:
        raise Failure("takes at least 1 argument, not 0")
    for value in one_type(given):
        if isinstance(value, Unknown):
            return value
        if value is not None and value != "":
            return value
    raise Failure("no argument is anything but null or an empty string")
