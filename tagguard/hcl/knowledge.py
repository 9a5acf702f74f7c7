"""What can be said of two values when not everything is known of them.

Types are known of values only, not of what is unknown: a number or bool may turn out to be its
text, where the type of an unknown value decides that.

`same` is Terraform's `==`, `common` is what holds whichever of two values it is, and `unified` is
how a conditional makes its two results one type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain

from tagguard.hcl.functions.conversion import one_type, to_set
from tagguard.hcl.values import (
    Object,
    Sensitive,
    Tuple,
    Unknown,
    Value,
    bare,
    choices_of,
    is_number,
    marked,
    one_of,
    yes_or_no,
)


def same(left: Value, right: Value) -> bool | Unknown:
    """Tell whether two values are equal in Terraform's sense, which never converts types."""
    left, right = bare(left), bare(right)
    if isinstance(left, Unknown):
        return yes_or_no(left.reason)
    if isinstance(right, Unknown):
        return yes_or_no(right.reason)
    if isinstance(left, Tuple) and isinstance(right, Tuple):
        return _same_tuples(left, right)
    if isinstance(left, Object) and isinstance(right, Object):
        return _same_objects(left, right)
    if is_number(left) and is_number(right):
        return left == right
    return type(left) is type(right) and left == right


def _same_tuples(left: Tuple, right: Tuple) -> bool | Unknown:
    if left.kind and right.kind and left.kind != right.kind:
        return False
    if left.complete and right.complete and len(left.items) != len(right.items):
        return False
    if not left.complete or not right.complete:
        return yes_or_no(left.reason or right.reason)
    answers = (same(a, b) for a, b in zip(left.items, right.items, strict=True))
    return _all(answers, _kinds(left, right))


def _same_objects(left: Object, right: Object) -> bool | Unknown:
    if left.kind and right.kind and left.kind != right.kind:
        return False
    extra = left.items.keys() ^ right.items.keys()
    for side, other in ((left, right), (right, left)):
        if any(not may_have(other, key) for key in extra & side.items.keys()):
            return False
    open_ = next((side for side in (left, right) if not side.complete), None)
    shared = [key for key in left.items if key in right.items]
    answers = (same(left.items[key], right.items[key]) for key in shared)
    return _all(answers, yes_or_no(open_.reason) if open_ else _kinds(left, right))


def _all(answers: Iterator[bool | Unknown], verdict: bool | Unknown) -> bool | Unknown:
    for answer in answers:
        if answer is False:
            return False
        if isinstance(answer, Unknown):
            verdict = answer
    return verdict


def _kinds(left: Tuple | Object, right: Tuple | Object) -> bool | Unknown:
    """Answer for values with equal items: a list is never equal to a tuple."""
    if left.kind == right.kind and left.kind:
        return True
    return yes_or_no("whether these are of one type is not known")


MAX_ELEMENTS = 50
"""Most elements of a collection among which an unknown key looks for what is sure."""


def any_of(values: Iterable[Value], reason: str) -> Value:
    """Give what is sure of a value that is one of several, at least one."""
    return reduce(lambda left, right: common(left, right, reason), values)


def common(left: Value, right: Value, reason: str) -> Value:
    """Give what is sure of a value that is one of two."""
    if isinstance(left, Sensitive) or isinstance(right, Sensitive):
        return Sensitive(common(bare(left), bare(right), reason))
    if left is right:
        return left
    if isinstance(left, Object) and isinstance(right, Object):
        return _common_objects(left, right, reason)
    if isinstance(left, Tuple) and isinstance(right, Tuple):
        return _common_tuples(left, right, reason)
    if same(left, right) is True:
        return left
    few, others = choices_of(left), choices_of(right)
    return one_of((*few, *others), reason) if few and others else Unknown(reason)


def _common_objects(left: Object, right: Object, reason: str) -> Object:
    shared = [key for key in left.items if key in right.items]
    further = _either_further(left, right, reason)
    complete = further is not None and not further
    items = {key: common(left.items[key], right.items[key], reason) for key in shared}
    origins = {
        key: left.origins[key]
        for key in shared
        if key in left.origins and left.origins[key] == right.origins.get(key)
    }
    kind = left.kind if left.kind == right.kind else ""
    if complete:
        return Object(items, kind=kind, origins=origins)
    return Object(items, complete=False, reason=reason, kind=kind, origins=origins, further=further)


def _either_further(left: Object, right: Object, reason: str) -> dict[str, Value] | None:
    """Give the keys that only one of two objects has or may have; None where that can be any."""
    found: dict[str, list[Value]] = {}
    for side in (left, right):
        if not side.complete and side.further is None:
            return None
        for held in (side.items, side.further or {}):
            for key in held.keys() - (left.items.keys() & right.items.keys()):
                found.setdefault(key, []).append(held[key])
    return {key: doubtful(values, reason) for key, values in found.items()}


def doubtful(values: Sequence[Value], reason: str) -> Value:
    """Give what is sure of a value that may not be there, and else is one of these."""
    few = [choices_of(value) for value in values]
    return one_of(chain.from_iterable(few), reason) if all(few) else Unknown(reason)


def may_have(value: Object, key: str) -> bool:
    """Tell whether an object may have a key."""
    if key in value.items:
        return True
    return not value.complete and (value.further is None or key in value.further)


def _common_tuples(left: Tuple, right: Tuple, reason: str) -> Tuple:
    kind = left.kind if left.kind == right.kind else ""
    pairs = list(zip(left.items, right.items, strict=False))
    if left.complete and right.complete and len(left.items) == len(right.items) and kind != "set":
        return Tuple(tuple(common(a, b, reason) for a, b in pairs), kind=kind)
    if "set" in {left.kind, right.kind}:
        kept = [a for a in left.items if any(same(a, b) is True for b in right.items)]
    else:
        kept = []
        for a, b in pairs:
            if same(a, b) is not True:
                break
            kept.append(a)
    whole = len(kept) == len(left.items) == len(right.items) and left.complete and right.complete
    return Tuple(tuple(kept), whole, "" if whole else reason, kind)


def unified(chosen: Value, other: Value) -> Value:
    """Convert a conditional's result as the type of the result that was not chosen demands.

    What is null or unknown demands nothing. Raises Failure where no type serves both.
    """
    left, right = bare(chosen), bare(other)
    if isinstance(left, Tuple) and isinstance(right, Tuple):
        kinds = {left.kind, right.kind}
        if "set" in kinds and "list" not in kinds:
            return marked(to_set(left), chosen)
    return one_type([chosen, other])[0]
