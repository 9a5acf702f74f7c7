"""The functions on sets. What may be missing from a set is never taken for absent."""

from __future__ import annotations

from collections.abc import Sequence

from tagguard.hcl.functions.conversion import as_set, gap, identity, one_type
from tagguard.hcl.functions.parameters import any_set
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.values import Tuple, Unknown, Value

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
