from __future__ import annotations

import pytest

from tagguard.hcl.evaluate import Budget, evaluate
from tagguard.hcl.repetition import MAX_INSTANCES, SINGLE, Instance, instances, pairs, why_open
from tagguard.hcl.syntax import read
from tagguard.hcl.values import Failure, Object, Sensitive, Tuple, Unknown
from tests.hcl.evaluating import CaseScope, plain

NAMES = {"var": {"u": "<unknown>", "open": {"a": 1, "…": True}}}


def made(text):
    body = read("main.tf", f"{text}\n".encode()).body
    return instances(body, lambda one: evaluate(one, CaseScope(NAMES), Budget()))


def suffixes(text):
    found = made(text)
    return [one.suffix for one in found], found.fault


def test_a_block_makes_one_thing():
    assert list(made("a = 1")) == [SINGLE]
    assert SINGLE.suffix == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count = 2", ["[0]", "[1]"]),
        ('count = "1"', ["[0]"]),
        ("count = 0", []),
        ("count = var.u", ["[*]"]),
        ("count = sensitive(1)", ["[0]"]),
        ("for_each = {}", []),
        ("for_each = { b = 1, a = 2 }", ['["a"]', '["b"]']),
        ('for_each = toset(["b", "a", "a"])', ['["a"]', '["b"]']),
        ("for_each = var.u", ["[*]"]),
        ("for_each = var.open", ['["a"]', "[*]"]),
        ('for_each = toset(["a", var.u])', ['["a"]', "[*]"]),
    ],
)
def test_instances(text, expected):
    assert suffixes(text) == (expected, "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("count = -1", "`count` is wrong: a whole number from 0 is required"),
        ("count = 1.5", "`count` is wrong: a whole number from 0 is required"),
        ("count = null", "`count` is wrong: it is null"),
        (
            'for_each = sensitive(toset(["a"]))',
            "`for_each` is wrong: it is sensitive, and would show in addresses",
        ),
        ("count = []", "`count` is wrong: a number is required, not a tuple"),
        ("count = 10001", "`count` is wrong: 10,001 instances are more than 10,000"),
        ("count = 1e100", "`count` is wrong: " + f"{10**100:,} instances are more than 10,000"),
        (
            'for_each = ["a"]',
            "`for_each` is wrong: a map or a set of strings is required, not a tuple",
        ),
        (
            "for_each = null",
            "`for_each` is wrong: a map or a set of strings is required, not null",
        ),
        (
            'for_each = "a"',
            "`for_each` is wrong: a map or a set of strings is required, not a string",
        ),
        ("count = 1\nfor_each = {}", "`count` and `for_each` exclude each other"),
    ],
)
def test_what_is_wrong_leaves_one_that_stands_for_all(text, fault):
    assert suffixes(text) == (["[*]"], fault)


def test_each_and_count_have_their_values():
    [one] = made("for_each = { a = { n = 1 } }")
    assert (one.each_key, plain(one.each_value), one.origin.line) == ("a", {"n": 1}, 1)
    [first, _] = made("count = 2")
    assert first.count_index == 0
    [hidden] = made("for_each = var.u")
    assert (hidden.each_key, hidden.each_value) == (Unknown("var.u is unknown"),) * 2


@pytest.mark.parametrize(
    ("key", "suffix"),
    [
        (7, "[7]"),
        ("a", '["a"]'),
        ('q"', r'["q\""]'),
        ("b\\s", r'["b\\s"]'),
        ("l\nr\rt\t", r'["l\nr\rt\t"]'),
        ("\x01", r'["\u0001"]'),
        ("${x} %{y} $z", '["$${x} %%{y} $z"]'),
        ("é", '["é"]'),
    ],
)
def test_keys_stand_in_addresses_as_terraform_writes_them(key, suffix):
    assert Instance(key).suffix == suffix


def test_a_reference_gives_what_is_repeated():
    def name(one):
        return f"it{one.suffix}"

    assert made("a = 1").collect(name) == "it"
    assert plain(made("count = 2").collect(name)) == ["it[0]", "it[1]"]
    assert plain(made("for_each = { a = 1 }").collect(name)) == {"a": 'it["a"]'}
    assert plain(made("count = var.u").collect(name)) == ["…"]
    assert plain(made("for_each = var.open").collect(name)) == {"a": 'it["a"]', "…": True}


def test_pairs_walk_what_dynamic_may_walk():
    def walked(value):
        return [(plain(key), plain(item)) for key, item, _ in pairs(value)]

    assert walked(Object({"a": 1})) == [("a", 1)]
    assert walked(Tuple(("x", "y"), kind="tuple")) == [(0, "x"), (1, "y")]
    assert walked(Tuple(("x",), kind="set")) == [("x", "x")]
    assert walked(Unknown("u")) == []
    [(_, item, _)] = pairs(Sensitive(Object({"a": 1})))
    assert item == Sensitive(1)
    with pytest.raises(Failure, match="not a number"):
        walked(7)


def test_why_there_may_be_more():
    assert why_open(Object({})) == ""
    assert why_open(Unknown("u")) == "u"
    assert why_open(Sensitive(Tuple((), complete=False, reason="r"))) == "r"


def test_a_set_as_large_as_may_be():
    keys = Tuple(tuple(str(at) for at in range(MAX_INSTANCES + 1)), kind="set")
    body = read("main.tf", b"for_each = 1\n").body
    assert len(instances(body, lambda _: Tuple(keys.items[:-1], kind="set")).known) == MAX_INSTANCES
    found = instances(body, lambda _: keys)
    assert [one.suffix for one in found] == ["[*]"]
    assert found.fault.endswith("there are more than 10,000 instances")
