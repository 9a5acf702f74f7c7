"""The functions on sets. What may be missing from a set is never taken for absent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from tagguard.hcl.functions.conversion import as_set, gap, identity, one_type
from tagguard.hcl.functions.limits import MAX_ITEMS
from tagguard.hcl.functions.parameters import any_list, any_set
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.values import Failure, Tuple, Unknown, Value

_Set = Tuple | Unknown


def _of_one_type(values: Sequence[_Set]) -> list[Tuple]:
    """Make all sets of one type; an unknown one is any set."""
    known = [v if isinstance(v, Tuple) else Tuple((), False, v.reason, "set") for v in values]
    items = iter(one_type([item for value in known for item in value.items]))
    return [_sure(value, [next(items) for _ in value.items]) for value in known]


def _sure(value: Tuple, items: Sequence[Value]) -> Tuple:
    """Give the set of what is wholly known of its items."""
    sure = tuple(item for item in items if gap(item) is None)
    reason = gap(Tuple(tuple(items))) if len(sure) < len(items) else None
    complete = value.complete and reason is None
    return as_set(Tuple(sure, complete, value.reason or reason or "", "set"))


def _selected(items: Sequence[Value], sources: Sequence[Tuple]) -> Tuple:
    reason = next((each.reason for each in sources if not each.complete), None)
    return as_set(Tuple(tuple(items), reason is None, reason or "", "set"))


@function(any_set("first_set"), rest=any_set("other_sets"), knows="any")
def setunion(*values: _Set) -> Value:
    """Give what is in any of the sets."""
    sets = _of_one_type(values)
    return _selected([item for each in sets for item in each.items], sets)


@function(any_set("first_set"), rest=any_set("other_sets"), knows="any")
def setintersection(*values: _Set) -> Value:
    """Give what is in all of the sets; nothing is in it that a complete one lacks."""
    first, *others = sets = _of_one_type(values)
    held = [{identity(item) for item in each.items} for each in others]
    items = [item for item in first.items if all(identity(item) in each for each in held)]
    empty = [each for each in sets if each.complete and not each.items]
    return _selected(items, empty or sets)


@function(any_set("a"), any_set("b"), knows="any")
def setsubtract(minuend: _Set, subtrahend: _Set) -> Value:
    """Give what is in the first set and surely not in the second."""
    first, second = _of_one_type([minuend, subtrahend])
    gone = {identity(item) for item in second.items}
    items = [item for item in first.items if identity(item) not in gone] if second.complete else []
    return _selected(items, [first] if first.complete and not first.items else [first, second])


@function(rest=any_list("set"), knows="any", marks="keep")
def setproduct(*values: Tuple | Unknown) -> Value:
    """Give every combination of items, as lists."""
    if len(values) < 2:  # noqa: PLR2004 - Terraform's rule
        raise Failure("takes at least 2 arguments")
    known = [value for value in values if isinstance(value, Tuple)]
    if unknown := next((value for value in values if isinstance(value, Unknown)), None):
        empty = any(value.complete and not value.items for value in known)
        return Tuple(()) if empty else Tuple((), complete=False, reason=unknown.reason)
    if prod(len(value.items) for value in known) * len(known) > MAX_ITEMS:
        return Unknown(f"a collection of more than {MAX_ITEMS:,} items")
    kind = "set" if all(value.kind == "set" for value in known) else "list"
    items = tuple(Tuple(each, kind="tuple") for each in product(*(value.items for value in known)))
    if any(value.complete and not value.items for value in known):
        return Tuple((), kind=kind)
    reason = next((value.reason for value in known if not value.complete), None)
    return Tuple(items, reason is None, reason or "", kind)
