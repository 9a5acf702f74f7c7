"""What is said of arguments that are known in part holds whatever they turn out to be.

Arguments are drawn whole, then parts of them are forgotten; the answer to the forgetful call has
to cover the answer to the whole one.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagguard.hcl.functions import FUNCTIONS, call
from tagguard.hcl.values import Failure, Object, Sensitive, Tuple, Unknown, bare

TEXTS = st.sampled_from(["", "a", "b", "c", "A b", "1", "2", "true", "é\n", "a,b", "10.0.0.0/8"])
NUMBERS = st.sampled_from([0, 1, 2, 3, -1, Decimal("1.5")])
PLAIN = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none())


def lists(items, kinds=("tuple",)):
    def made(drawn):
        values, kind = drawn
        if kind == "set":
            values = sorted(set(values))
        return Tuple(tuple(values), kind=kind)

    return st.tuples(st.lists(items, max_size=4), st.sampled_from(kinds)).map(made)


def maps(items, kinds=("object",)):
    keys = st.sampled_from(["a", "b", "c", "1"])
    return st.tuples(st.dictionaries(keys, items, max_size=3), st.sampled_from(kinds)).map(
        lambda drawn: Object(drawn[0], kind=drawn[1])
    )


ANY = st.recursive(
    PLAIN | TEXTS.map(Sensitive), lambda inner: lists(inner) | maps(inner), max_leaves=6
)
TEXT_LISTS = lists(TEXTS, ("tuple", "list", "set"))
TEXT_MAPS = maps(TEXTS, ("object", "map"))
USUAL = st.one_of(ANY, TEXT_LISTS, TEXT_MAPS, TEXTS, NUMBERS)
SHAPES = {
    "alltrue": (lists(st.booleans()),),
    "anytrue": (lists(st.booleans()),),
    "chunklist": (TEXT_LISTS, NUMBERS),
    "coalescelist": (TEXT_LISTS, TEXT_LISTS),
    "compact": (TEXT_LISTS,),
    "concat": (TEXT_LISTS, TEXT_LISTS, lists(ANY)),
    "contains": (lists(ANY), ANY),
    "distinct": (TEXT_LISTS | lists(ANY),),
    "element": (lists(ANY), NUMBERS),
    "flatten": (lists(lists(ANY) | ANY),),
    "format": (st.sampled_from(["%s", "%s-%v", "%d", "%[2]s%[1]q"]), PLAIN, PLAIN),
    "formatlist": (st.sampled_from(["%s-%v", "%v%s"]), TEXT_LISTS, TEXT_LISTS | TEXTS),
    "index": (TEXT_LISTS, TEXTS),
    "join": (TEXTS, TEXT_LISTS, TEXT_LISTS),
    "keys": (maps(ANY),),
    "length": (USUAL,),
    "lookup": (maps(ANY) | TEXT_MAPS, st.sampled_from(["a", "b", "z"]), PLAIN),
    "matchkeys": (TEXT_LISTS, TEXT_LISTS, TEXT_LISTS),
    "merge": (maps(ANY), maps(ANY), TEXT_MAPS),
    "one": (TEXT_LISTS,),
    "reverse": (lists(ANY),),
    "setintersection": (TEXT_LISTS, TEXT_LISTS, TEXT_LISTS),
    "setproduct": (TEXT_LISTS, TEXT_LISTS),
    "setsubtract": (TEXT_LISTS, TEXT_LISTS),
    "setunion": (TEXT_LISTS, TEXT_LISTS),
    "slice": (lists(ANY), NUMBERS, NUMBERS),
    "sort": (TEXT_LISTS,),
    "sum": (lists(NUMBERS),),
    "tolist": (lists(ANY),),
    "tomap": (maps(ANY) | TEXT_MAPS,),
    "toset": (lists(ANY) | TEXT_LISTS,),
    "transpose": (maps(TEXT_LISTS),),
    "values": (maps(ANY),),
    "zipmap": (TEXT_LISTS, lists(ANY)),
}


@st.composite
def remembered(draw, value):
    """Forget parts of a value."""
    luck = draw(st.integers(0, 9))
    if luck == 0:
        return Unknown("forgotten")
    if isinstance(value, Sensitive):
        return Sensitive(draw(remembered(value.value)))
    if isinstance(value, Tuple):
        kept = [draw(remembered(item)) for item in value.items if draw(st.integers(0, 5))]
        complete = len(kept) == len(value.items) and luck != 2
        if value.kind == "set":
            complete = complete and not any(isinstance(bare(item), Unknown) for item in kept)
            kept = [item for item in kept if not isinstance(bare(item), Unknown)]
        kind = "" if luck == 3 and value.kind != "set" else value.kind
        return Tuple(tuple(kept), complete, "" if complete else "forgotten", kind)
    if isinstance(value, Object):
        items = {k: draw(remembered(v)) for k, v in value.items.items() if draw(st.integers(0, 5))}
        complete = len(items) == len(value.items) and luck != 2
        kind = "" if luck == 3 else value.kind
        return Object(items, complete, "" if complete else "forgotten", kind)
    return value


@st.composite
def calls(draw):
    name = draw(st.sampled_from(sorted([*FUNCTIONS, *list(SHAPES) * 6])))
    shape = SHAPES.get(name, (USUAL,) * draw(st.integers(1, 3)))
    whole = [draw(part) for part in shape]
    return name, whole, [draw(remembered(value)) for value in whole]


def covers(partial, whole):  # noqa: PLR0911 - one return a type
    """Tell whether a value may be what another one turns out to be.

    Beside unknown items nobody knows the type of all, so a number may turn out to be its text. Of
    a list that may hold more the order is not sure: `distinct` keeps the first of equals.
    """
    partial, whole = bare(partial), bare(whole)
    if isinstance(partial, Unknown) or isinstance(whole, Unknown):
        return isinstance(partial, Unknown)
    if isinstance(partial, Tuple) and isinstance(whole, Tuple):
        if partial.kind and whole.kind and partial.kind != whole.kind:
            return False
        if partial.complete:
            return len(partial.items) == len(whole.items) and all(
                map(covers, partial.items, whole.items)
            )
        return all(any(covers(item, other) for other in whole.items) for item in partial.items)
    if isinstance(partial, Object) and isinstance(whole, Object):
        if partial.kind and whole.kind and partial.kind != whole.kind:
            return False
        if partial.complete and partial.items.keys() != whole.items.keys():
            return False
        return all(
            key in whole.items and covers(item, whole.items[key])
            for key, item in partial.items.items()
        )
    if isinstance(whole, str) and isinstance(partial, bool | int | Decimal):
        return whole == (str(partial).lower() if isinstance(partial, bool) else str(partial))
    return type(partial) is type(whole) and partial == whole


class NoWorld:
    """A context without files."""

    def read(self, path):
        raise Failure(f"there is no {path}")

    def exists(self, _path):
        return False

    def files(self, _folder):
        return ()

    def render(self, text, _variables, _name):
        return text


@settings(max_examples=1_500, deadline=None)
@given(calls())
def test_knowing_less_never_says_anything_else(drawn):
    name, whole, partial = drawn
    try:
        told = call(name, whole, NoWorld())
    except Failure:
        return
    said = call(name, partial, NoWorld())
    assert covers(said, told), f"{name}({partial}) is {said}, but {name}({whole}) is {told}"


@pytest.mark.parametrize(
    ("partial", "whole", "answer"),
    [
        (Unknown("x"), "a", True),
        ("a", "b", False),
        (Tuple(("a",)), Tuple(("a", "b")), False),
        (Tuple(("b",), complete=False), Tuple(("a", "b")), True),
        (Tuple(("b", "c"), complete=False), Tuple(("a", "b")), False),
        (Object({"a": 1}, complete=False), Object({"a": 1, "b": 2}), True),
        (Object({"a": 1}), Object({"a": 1, "b": 2}), False),
    ],
)
def test_what_covers_what(partial, whole, answer):
    assert answer == covers(partial, whole)
