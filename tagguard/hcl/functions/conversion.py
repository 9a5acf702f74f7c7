"""What a collection becomes where a parameter wants another kind, and what in it is unknown.

Terraform's types are not tracked here, only the kind of collections: a list's items are made one
type where it is made, as its rules say
(https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion). Beside
unknown items nobody knows that type, so known ones stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from tagguard.hcl.functions.limits import MAX_DEPTH, MAX_NODES
from tagguard.hcl.values import (
    Failure,
    Object,
    Sensitive,
    Tuple,
    Unknown,
    Value,
    bare,
    kind_of,
    to_text,
)


def anything(value: Value) -> Value:
    """Take a value as it is."""
    return value


def gap(value: Value) -> str | None:
    """Say why a value is not wholly known; None when it is."""
    match value:
        case Unknown(reason=reason):
            return reason
        case Sensitive(value=inner):
            return gap(inner)
        case Tuple() | Object() if not value.complete:
            return value.reason
        case Tuple(items=items):
            return _first_gap(items)
        case Object(items=entries):
            return _first_gap(list(entries.values()))
        case _:
            return None


def _first_gap(values: Sequence[Value]) -> str | None:
    for value in values:
        if isinstance(value, str | int) or value is None:
            continue
        if (reason := gap(value)) is not None:
            return reason
    return None


def excess(values: Sequence[Value]) -> str | None:
    """Say that values are too large or too deep to be walked through; None when they are not.

    What is written short may be huge: `b = [a, a]`, `c = [b, b]` and so on.
    """
    waiting = [(value, 1) for value in values if isinstance(value, Tuple | Object | Sensitive)]
    count = 0
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, Sensitive):
            parts: Iterable[Value] = (value.value,)
        elif isinstance(value, Tuple):
            parts, count = value.items, count + len(value.items)
        elif isinstance(value, Object):
            parts, count = value.items.values(), count + len(value.items)
        if depth > MAX_DEPTH or count > MAX_NODES:
            return "a value that is nested too deeply or too large"
        waiting += [(p, depth + 1) for p in parts if isinstance(p, Tuple | Object | Sensitive)]
    return None


def unmarked(values: Sequence[Value]) -> tuple[list[Value], bool]:
    """Take all marks off, the inner ones too, and tell whether there were any."""
    found = False

    def strip(value: Value) -> Value:
        nonlocal found
        if isinstance(value, Sensitive):
            found = True
            return strip(value.value)
        if isinstance(value, Tuple) and any(map(_may_be_marked, value.items)):
            return with_items(value, [strip(item) for item in value.items])
        if isinstance(value, Object) and any(map(_may_be_marked, value.items.values())):
            items = {key: strip(item) for key, item in value.items.items()}
            return with_members(value, items, value.kind)
        return value

    return [strip(value) for value in values], found


def _may_be_marked(value: Value) -> bool:
    return isinstance(value, Sensitive | Tuple | Object)


def with_items(value: Tuple, items: Sequence[Value]) -> Tuple:
    """Give a collection of the same kind and completeness with other items."""
    return Tuple(tuple(items), value.complete, value.reason, value.kind)


def with_members(value: Object, items: Mapping[str, Value], kind: str) -> Object:
    """Give an object of the same keys with other values."""
    return Object(items, value.complete, value.reason, kind, value.origins, value.further)


def one_type(values: Sequence[Value]) -> list[Value]:
    """Convert values to the one type that all of them have in common; raises Failure.

    Strings win over numbers and bools; objects of other keys become maps.
    """
    plain = [value for value in map(bare, values) if value is not None]
    known = [value for value in plain if not isinstance(value, Unknown)]
    kinds = {_sort_of(value) for value in known}
    if len(kinds) <= 1 and not kinds & {Tuple, Object}:
        return list(values)
    if str in kinds and kinds <= {str, bool, Decimal}:
        return [to_text(value) for value in values]
    if len(known) != len(values) and kinds <= {Tuple, Object}:
        return [_of_any_kind(value) for value in values]
    if len(known) != len(plain) and kinds <= {bool, Decimal}:
        return list(values)
    if kinds == {Tuple}:
        return _tuples_of_one_type(values, [value for value in known if isinstance(value, Tuple)])
    if kinds == {Object}:
        return _objects_of_one_type(values, [value for value in known if isinstance(value, Object)])
    raise Failure(
        f"{' and '.join(sorted({kind_of(value) for value in known}))} have no type in common"
    )


def _of_any_kind(value: Value) -> Value:
    """Forget what is a tuple or a list, an object or a map: an unknown value decides that too."""
    match value:
        case Sensitive(value=inner):
            return Sensitive(_of_any_kind(inner))
        case Tuple(kind="tuple" | "list" | ""):
            items = tuple(map(_of_any_kind, value.items))
            return Tuple(items, value.complete, value.reason)
        case Object():
            entries = {key: _of_any_kind(item) for key, item in value.items.items()}
            return with_members(value, entries, "")
        case _:
            return value


def _sort_of(value: Value) -> type:
    return Decimal if type(value) is int else type(value)


def _each(values: Sequence[Value], convert: Callable[[int, Value], Value]) -> list[Value]:
    """Convert what is not null, marks kept; the first argument counts those."""
    result: list[Value] = []
    at = 0
    for value in values:
        inner = bare(value)
        if inner is not None:
            inner = convert(at, inner)
            at += 1
        result.append(Sensitive(inner) if isinstance(value, Sensitive) else inner)
    return result


def _tuples_of_one_type(values: Sequence[Value], tuples: Sequence[Tuple]) -> list[Value]:
    if not all(each.complete for each in tuples):
        return [_of_any_kind(value) for value in values]
    lengths = {len(each.items) for each in tuples}
    kinds = {each.kind for each in tuples}
    if len(tuples) == 1 or (kinds in ({"list"}, {"set"}) and lengths == {0}):
        return list(values)
    if len(lengths) == 1 and not kinds & {"list", "set"}:
        columns = [
            one_type(column) for column in zip(*(each.items for each in tuples), strict=True)
        ]
        rows: list[Sequence[Value]] = list(zip(*columns, strict=True)) or [()] * len(tuples)
        kind = "tuple" if kinds == {"tuple"} else ""
        return _each(values, lambda at, _: Tuple(tuple(rows[at]), kind=kind))
    flat = one_type([item for each in tuples for item in each.items])
    starts = [0]
    for each in tuples:
        starts.append(starts[-1] + len(each.items))
    lists = [Tuple(tuple(flat[start:end]), kind="list") for start, end in pairwise(starts)]
    made = [as_set(each) for each in lists] if "set" in kinds else lists
    return _each(values, lambda at, _: made[at])


def _objects_of_one_type(values: Sequence[Value], objects: Sequence[Object]) -> list[Value]:
    if len(objects) == 1:
        return list(values)
    if not all(each.complete for each in objects):
        return [_of_any_kind(value) for value in values]
    keys = list(objects[0].items)
    alike = all(each.items.keys() == objects[0].items.keys() for each in objects)
    if alike and not any(each.kind == "map" for each in objects):
        columns = {key: one_type([each.items[key] for each in objects]) for key in keys}
        new = [{key: columns[key][at] for key in keys} for at in range(len(objects))]
        kind = "object" if all(each.kind == "object" for each in objects) else ""
    else:
        flat = iter(one_type([item for each in objects for item in each.items.values()]))
        new = [{key: next(flat) for key in each.items} for each in objects]
        kind = "map"
    return _each(values, lambda at, _: Object(new[at], kind=kind, origins=objects[at].origins))


def to_sequence(value: Value) -> Value:
    """Take a list, tuple or set as it is; raises Failure for all else."""
    if isinstance(value, Tuple | Unknown):
        return value
    raise Failure(f"a list is required, not {kind_of(value)}")


def to_list(value: Value) -> Value:
    """Convert to a list, whose items are of one type; raises Failure."""
    value = to_sequence(value)
    if isinstance(value, Unknown):
        return value
    assert isinstance(value, Tuple)
    if value.kind == "list":
        return value
    items = value.items if value.kind == "set" else _of_one_type(value, value.items)
    return Tuple(tuple(items), value.complete, value.reason, "list")


def _of_one_type(collection: Tuple | Object, items: Sequence[Value]) -> Sequence[Value]:
    """Make the items of a collection one type; those that may be missing count as unknown."""
    if collection.complete:
        return one_type(items)
    return one_type([*items, Unknown(collection.reason)])[:-1]


def to_list_of_text(value: Value) -> Value:
    """Convert to a list of strings; raises Failure."""
    return _to_list_of(to_text, value)


def to_list_of(convert: Callable[[Value], Value]) -> Callable[[Value], Value]:
    """Give a conversion to a list whose items are converted so."""
    return lambda value: _to_list_of(convert, value)


def _to_list_of(convert: Callable[[Value], Value], value: Value) -> Value:
    value = to_sequence(value)
    if isinstance(value, Unknown):
        return value
    assert isinstance(value, Tuple)
    items = tuple(convert(item) for item in value.items)
    return Tuple(items, value.complete, value.reason, "list")


def to_mapping(value: Value) -> Value:
    """Take a map or object as it is; raises Failure for all else."""
    if isinstance(value, Object | Unknown):
        return value
    raise Failure(f"a map is required, not {kind_of(value)}")


def to_map(value: Value) -> Value:
    """Convert to a map, whose values are of one type; raises Failure."""
    value = to_mapping(value)
    if isinstance(value, Unknown):
        return value
    assert isinstance(value, Object)
    if value.kind == "map":
        return value
    values = _of_one_type(value, list(value.items.values()))
    items = dict(zip(value.items, values, strict=True))
    return with_members(value, items, "map")


def to_set(value: Value) -> Value:
    """Convert to a set: of one type, sorted, each item once; raises Failure."""
    value = to_list(value) if not (isinstance(value, Tuple) and value.kind == "set") else value
    if isinstance(value, Unknown):
        return value
    assert isinstance(value, Tuple)
    return as_set(value) if value.kind != "set" else value


def as_set(value: Tuple) -> Tuple:
    """Give the set of a collection's items, which have one type; what is unknown is left out."""
    distinct = without_repeats(value)
    items = sorted(distinct.items, key=_place)
    return Tuple(tuple(items), distinct.complete, distinct.reason, "set")


def without_repeats(value: Tuple) -> Tuple:
    """Keep the first of equal items; one that is not wholly known may equal any, so it goes."""
    kept: list[Value] = []
    seen: set[tuple[type, str]] = set()
    complete, reason = value.complete, value.reason
    for item in value.items:
        if (unknown := gap(item)) is not None:
            if len(value.items) == 1 and complete and not isinstance(item, Unknown):
                return value
            complete, reason = False, reason or unknown
        elif (mark := identity(item)) not in seen:
            seen.add(mark)
            kept.append(item)
    return Tuple(tuple(kept), complete, reason, value.kind)


def identity(value: Value) -> tuple[type, str]:
    """Give what equal values, and only those, have in common; the value is wholly known."""
    return _sort_of(value), _written(value)


def _place(value: Value) -> tuple[int, int | Decimal, str]:
    """Say where an item stands in a set, as go-cty's `setRules.Less` has it: null comes last."""
    match value:
        case None:
            return 3, 0, ""
        case str():
            return 1, 0, value
        case int() | Decimal():
            return 0, value, ""
        case _:
            return 2, 0, _written(value)


def _written(value: Value) -> str:  # noqa: PLR0911 - one return a type
    """Write a value so that among values of one type equal ones, and only those, are alike.

    It is also how go-cty orders sets of collections, but for numbers beyond ten digits.
    """
    match value:
        case None:
            return "~"
        case bool():
            return "1" if value else "0"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case Sensitive(value=inner):
            return _written(inner)
        case Tuple(items=items):
            return "[" + "".join(_written(item) + ";" for item in items) + "]"
        case Object(items=entries):
            pairs = (f"{_written(key)}:{_written(entries[key])};" for key in sorted(entries))
            return "{" + "".join(pairs) + "}"
        case _:
            return str(value)
