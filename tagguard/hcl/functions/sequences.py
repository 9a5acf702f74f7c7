"""The functions on lists and tuples: https://developer.hashicorp.com/terraform/language/functions.

Items are passed on as they are, known or not; where items may be missing, what is sure of the rest
is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tagguard.hcl.functions.conversion import gap, one_type, with_items, without_repeats
from tagguard.hcl.functions.limits import MAX_ITEMS
from tagguard.hcl.functions.parameters import (
    any_list,
    any_value,
    integer,
    number,
    sequence,
    texts,
)
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.knowledge import same
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
)
from tagguard.hcl.values import number as in_one_form

MAX_RANGE = 1024
"""Terraform's own limit of what `range` gives."""


def _settled(value: Tuple) -> Tuple:
    """Leave out items that are unknown: nobody knows where they end up."""
    reason = next((item.reason for item in value.items if isinstance(item, Unknown)), None)
    if reason is None:
        return value
    items = tuple(item for item in value.items if not isinstance(item, Unknown))
    return Tuple(items, complete=False, reason=value.reason or reason, kind=value.kind)


def _ordered(value: Tuple) -> Tuple:
    if value.kind == "set":
        raise Failure("a set has no order; convert it with `tolist`")
    return value


@function(any_value("value"), knows="parts", marks="keep")
def length(value: Value) -> Value:
    """Count items, keys, or the characters that a reader sees."""
    if isinstance(value, str):
        from tagguard.hcl.functions.strings import characters  # noqa: PLC0415 - a rare use

        found = characters(value)
        return found if isinstance(found, Unknown) else len(found)
    if isinstance(value, Tuple | Object):
        return len(value.items) if value.complete else Unknown(value.reason)
    raise Failure(f"a collection or string is required, not {kind_of(value)}")


@function(sequence("list"), integer("index"), knows="parts", marks="keep")
def element(value: Tuple, index: int) -> Value:
    """Give the item at an index, which wraps around."""
    if _ordered(value).complete and not value.items:
        raise Failure("cannot take an element of an empty list")
    if not value.complete:
        return Unknown(value.reason)
    if index < 0 and -index % len(value.items) and value.kind != "list":
        if not value.kind:
            return Unknown("element() with a negative index, of a list or a tuple")
        raise Failure("the index of a tuple must not be negative")
    return value.items[index % len(value.items)]


@function(any_value("list"), any_value("value", nullable=True), knows="any")
def contains(value: Value, wanted: Value) -> Value:
    """Tell whether an item equals a value; one that surely does is enough."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, Tuple):
        raise Failure(f"a list is required, not {kind_of(value)}")
    if wanted is None:
        raise Failure("`value` must not be null")
    answer: bool | Unknown = False if value.complete else Unknown(value.reason)
    for item in value.items:
        equal = same(item, wanted)
        if equal is True:
            return True
        answer = equal if isinstance(equal, Unknown) else answer
    return answer


@function(sequence("list"), any_value("value"), knows="parts")
def index(value: Tuple, wanted: Value) -> Value:
    """Give the place of the first item that equals a value."""
    for at, item in enumerate(_ordered(value).items):
        equal = same(item, wanted)
        if equal is True and value.complete:
            return at
        if equal is not False:
            return Unknown(equal.reason if isinstance(equal, Unknown) else value.reason)
    if not value.complete:
        return Unknown(value.reason)
    raise Failure("no item of the list equals the value")


@function(sequence("list"), rest=sequence("list"), knows="any", marks="keep")
def concat(*values: Tuple | Unknown) -> Value:
    """Give all items in order; of an unknown list there may be any number."""
    items: list[Value] = []
    reason = ""
    kinds = set()
    for value in values:
        if isinstance(value, Unknown):
            reason = reason or value.reason
            continue
        items += _ordered(value).items
        kinds.add(value.kind)
        reason = reason or ("" if value.complete else value.reason or "it may hold more")
    kind = "list" if kinds == {"list"} else "tuple" if "tuple" in kinds else ""
    if kind == "list":
        try:
            items = one_type(items)
        except Failure:
            kind = "tuple"
    return Tuple(tuple(items), not reason, reason, "" if reason else kind)


@function(any_value("list"), knows="parts", marks="keep")
def flatten(value: Value) -> Value:
    """Replace lists by their items, to any depth."""
    if not isinstance(value, Tuple):
        raise Failure(f"a list is required, not {kind_of(value)}")
    items: list[Value] = []
    reasons: list[str] = []

    def unfold(each: Tuple, cause: Value) -> None:
        if not each.complete:
            reasons.append(each.reason)
        for item in each.items:
            inner = bare(item)
            if isinstance(inner, Tuple):
                unfold(inner, marked(None, item, cause))
            elif isinstance(inner, Unknown):
                reasons.append(inner.reason)
            else:
                items.append(marked(item, cause))

    unfold(value, None)
    return Tuple(tuple(items), not reasons, reasons[0] if reasons else "", "tuple")


@function(any_list("list"), knows="parts")
def distinct(value: Tuple) -> Value:
    """Keep the first of equal items."""
    return without_repeats(value)


@function(texts("list"), knows="parts")
def compact(value: Tuple) -> Value:
    """Leave out empty strings and nulls."""
    kept = _settled(value)
    return with_items(kept, [item for item in kept.items if item is not None and item])


@function(any_list("list"), integer("size"), knows="parts", marks="keep")
def chunklist(value: Tuple, size: int) -> Value:
    """Cut a list into lists of a size; 0 makes one of all."""
    if size < 0:
        raise Failure("the size must not be negative")
    if not value.complete:
        return Unknown(value.reason)
    size = size or max(len(value.items), 1)
    starts = range(0, len(value.items), size)
    return Tuple(
        tuple(with_items(value, value.items[at : at + size]) for at in starts), kind="list"
    )


@function(rest=any_value("list", nullable=True), knows="any")
def coalescelist(*values: Value) -> Value:
    """Give the first list that has items."""
    if not values:
        raise Failure("takes at least 1 argument, not 0")
    for value in values:
        if not isinstance(value, Tuple | Unknown):
            raise Failure(f"a list is required, not {kind_of(value)}")
        if isinstance(value, Tuple):
            _ordered(value)
    for value in values:
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Tuple) and (value.items or not value.complete):
            return value if value.items else Unknown(value.reason)
    raise Failure("all lists are empty")


@function(sequence("list"), knows="parts", marks="keep")
def reverse(value: Tuple) -> Value:
    """Give the items from last to first; a set becomes a list."""
    turned = with_items(value, value.items[::-1])
    return (
        Tuple(turned.items, turned.complete, turned.reason, "list")
        if value.kind == "set"
        else turned
    )


@function(
    sequence("list"), integer("start_index"), integer("end_index"), knows="parts", marks="keep"
)
def slice_(value: Tuple, start: int, end: int) -> Value:
    """Give the items from an index to before another."""
    if not _ordered(value).complete:
        return Unknown(value.reason)
    if not 0 <= start <= end <= len(value.items):
        raise Failure(
            f"the indexes must lie between 0 and {len(value.items)}, the first before the last"
        )
    return with_items(value, value.items[start:end])


@function(texts("list"), knows="parts")
def sort(value: Tuple) -> Value:
    """Sort strings by their characters' numbers."""
    kept = _settled(value)
    if None in kept.items:
        raise Failure("a null cannot be sorted")
    return with_items(kept, sorted(kept.items, key=str))


@function(any_list("list"), any_list("keys"), any_list("searchset"))
def matchkeys(values: Tuple, keys: Tuple, searched: Tuple) -> Value:
    """Give the items whose key, at the same place, is among the searched ones."""
    if len(values.items) != len(keys.items):
        raise Failure("`values` and `keys` must be equally long")
    either = one_type([*keys.items, *searched.items])
    wanted, found = either[len(keys.items) :], either[: len(keys.items)]
    if len(wanted) * len(found) > MAX_ITEMS:
        return Unknown("matchkeys(): too many items")
    pairs = zip(values.items, found, strict=True)
    return with_items(values, [v for v, key in pairs if any(same(key, w) is True for w in wanted)])


@function(sequence("list"), knows="parts")
def alltrue(value: Tuple) -> Value:
    """Tell whether all items are true; null is not."""
    return _all(value, decisive=False)


@function(sequence("list"), knows="parts")
def anytrue(value: Tuple) -> Value:
    """Tell whether an item is true."""
    return _all(value, decisive=True)


def _all(value: Tuple, *, decisive: bool) -> Value:
    if any(is_number(item) for item in value.items):
        raise Failure("a list of bools is required")
    answers = [False if item is None else to_bool(item) for item in value.items]
    if any(answer is decisive for answer in answers):
        return decisive
    reason = gap(with_items(value, answers))
    return not decisive if reason is None else Unknown(reason)


@function(sequence("list"))
def sum_(value: Tuple) -> Value:
    """Add numbers up."""
    if not value.items:
        raise Failure("cannot sum up an empty list")
    if not _add_up_exactly([item for item in map(to_number, value.items) if item is not None]):
        return Unknown("a sum of fractions, which Terraform rounds in its own way")
    total: int | Decimal = 0
    for item in value.items:
        addend = to_number(item)
        if not isinstance(addend, int | Decimal):
            raise Failure("a list of numbers is required, without null")
        result = in_one_form(
            Decimal(total) + addend if isinstance(addend, Decimal) else total + addend
        )
        if not isinstance(result, int | Decimal):
            return result
        total = result
    return total


def _add_up_exactly(addends: Sequence[Value]) -> bool:
    """Tell whether numbers are sums of powers of two, as numbers are in Terraform."""
    rounded = [each for each in addends if isinstance(each, Decimal) and not _is_binary(each)]
    return len(rounded) == 0 or len(addends) == 1


def _is_binary(value: Decimal) -> bool:
    denominator = value.as_integer_ratio()[1]
    return denominator & (denominator - 1) == 0


@function(sequence("list"), knows="parts")
def one(value: Tuple) -> Value:
    """Give the only item of a list, null of an empty one."""
    sure = value if value.complete else without_repeats(value)
    if len(sure.items) > 1 and (value.complete or value.kind == "list"):
        raise Failure("the list has more than one item")
    if not value.complete:
        return Unknown(value.reason)
    return value.items[0] if value.items else None


@function(rest=number("number"))
def range_(*numbers: int | Decimal) -> Value:
    """Count from a start to before a limit, by a step."""
    match [Decimal(each) for each in numbers]:
        case [limit]:
            start, step = Decimal(0), Decimal(1 if limit >= 0 else -1)
        case [start, limit]:
            step = Decimal(1 if start <= limit else -1)
        case [start, limit, step]:
            pass
        case _:
            raise Failure("takes 1 to 3 arguments")
    if not step or (limit > start and step < 0) or (limit < start and step > 0):
        raise Failure("the step must lead from the start to the limit")
    if not (_is_binary(start) and _is_binary(step)):
        return Unknown("range() by fractions, which Terraform rounds in its own way")
    return Tuple(tuple(_counted(start, limit, step)), kind="list")


def _counted(start: Decimal, limit: Decimal, step: Decimal) -> Iterator[Value]:
    at, made = start, 0
    while (at < limit) if step > 0 else (at > limit):
        if made == MAX_RANGE:
            raise Failure(f"more than {MAX_RANGE:,} numbers")
        yield in_one_form(at)
        at, made = at + step, made + 1
