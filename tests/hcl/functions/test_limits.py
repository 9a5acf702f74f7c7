"""Nothing that an expression hands to a function makes it run away or raise but a Failure."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagguard.hcl.functions import FUNCTIONS, call
from tagguard.hcl.values import Failure, Object, Tuple, Unknown
from tests.hcl.functions.test_knowledge import ANY, NUMBERS, TEXTS, NoWorld

MANY = Tuple(tuple(str(number) for number in range(1_000)), kind="list")
LONG = "a,\n" * 1_000_000


def doubled(times):
    value = Tuple(("a",), kind="tuple")
    for _ in range(times):
        value = Tuple((value, value), kind="tuple")
    return value


def nested(times):
    value = Object({})
    for _ in range(times):
        value = Object({"a": Tuple((value,))})
    return value


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + chr(ord(name) - 1)] * 10)}]\n" for name in "bcdefghij"
)
HOSTILE = [
    ("setproduct", (MANY, MANY, MANY)),
    ("matchkeys", (MANY, MANY, MANY)),
    ("format", ("%999999999d", 1)),
    ("format", ("%9999[1]d" * 10_000, 1)),
    ("formatlist", ("%9999s", MANY)),
    ("indent", (10**9, "a\nb")),
    ("indent", (1_000, LONG)),
    ("replace", (LONG, "a", LONG)),
    ("replace", (LONG, "/a/", "$0" * 1_000)),
    ("replace", ("", "/x*/", LONG * 2)),
    ("regexall", (".", LONG)),
    ("join", ("x" * 100_000, MANY)),
    ("split", (",", LONG)),
    ("split", ("", LONG)),
    ("jsondecode", ("[" * 100_000 + "]" * 100_000,)),
    ("jsondecode", ("[" + "[]," * 2_000_000 + "[]]",)),
    ("csvdecode", ("a,b\n" + "1,2\n" * 100_000,)),
    ("jsonencode", (doubled(60),)),
    ("flatten", (doubled(60),)),
    ("tolist", (doubled(60),)),
    ("contains", (doubled(60), "b")),
    ("merge", (nested(1_000), nested(1_000))),
    ("yamlencode", (nested(1_000),)),
    ("parseint", ("1" * 10_000, 10)),
    ("pow", (10, 300)),
    ("pow", (10, 400)),
    ("pow", (3, -(10**8))),
    ("log", (0, 2)),
    ("tonumber", ("1" * 100_000 + "e1000000000000",)),
    ("timeadd", ("9999-12-31T00:00:00Z", "2562046h")),
]
REFUSED = [
    ("range", (10**12,)),
    ("range", (0, 1, 10**-9)),
    ("yamldecode", (BOMB,)),
    ("yamldecode", ("[" * 10_000,)),
    ("yamldecode", ("a: &a [*a]",)),
    ("regex", ("(" * 10_000, "a")),
    ("regex", ("(((a{100}){100}){100}){100}", "a")),
    ("timeadd", ("2020-01-01T00:00:00Z", "9" * 100_000 + "h")),
    ("cidrsubnet", ("10.0.0.0/8", 10**9, 0)),
]


@pytest.mark.parametrize(("name", "args"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_what_is_too_large_is_unknown(name, args):
    assert isinstance(call(name, args, NoWorld()), Unknown)


@pytest.mark.parametrize(("name", "args"), REFUSED, ids=[name for name, _ in REFUSED])
def test_what_terraform_refuses_too_fails(name, args):
    with pytest.raises(Failure):
        call(name, args, NoWorld())


TEXT = st.one_of(TEXTS, st.text(max_size=12), st.text("%[]{}()/\\$.*+-?#:,'\"\n01azZ", max_size=12))
ARGUMENTS = st.lists(ANY | TEXT | NUMBERS, max_size=4)


@settings(max_examples=1_000, deadline=None)
@given(st.sampled_from(sorted(FUNCTIONS)), ARGUMENTS)
def test_nothing_but_failures_is_raised(name, args):
    with suppress(Failure):
        call(name, args, NoWorld())


def test_an_unknown_function_fails():
    with pytest.raises(Failure, match="no function called `nope`"):
        call("nope", (), NoWorld())
