from __future__ import annotations

import pytest

from tagguard.hcl.evaluate import Budget, evaluate
from tagguard.hcl.values import Object, Sensitive, Tuple, Unknown
from tests.hcl.evaluating import FURTHER, ONE_OF, SENSITIVE, UNKNOWN, CaseScope, expression

VARIABLES = {
    "u": UNKNOWN,
    "text": {ONE_OF: ["prod", "dev"]},
    "number": {ONE_OF: [1, 2]},
    "secret": {SENSITIVE: {ONE_OF: ["a", "b"]}},
    "map": {"a": "1", FURTHER: {"b": "2", "c": UNKNOWN}},
    "names": {"prod": "live", "dev": "lab", "test": "trial"},
}


def value(text):
    return evaluate(expression(text), CaseScope({"var": VARIABLES}), Budget())


def choices(text):
    found = value(text)
    assert isinstance(found, Unknown), found
    return found.choices


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("upper(var.text)", ("PROD", "DEV")),
        ('replace(var.text, "d", "")', ("pro", "ev")),
        ('format("%s-%d", var.text, 1)', ("prod-1", "dev-1")),
        ("lookup(var.names, var.text)", ("live", "lab")),
        ('lookup(var.names, var.u, "none")', ("live", "lab", "trial", "none")),
        ('lookup(var.map, "b", "none")', ("2", "none")),
        ("tostring(var.number)", ()),
        ('contains(["prod"], var.text)', (True, False)),
        ("issensitive(var.u)", (True, False)),
        ("upper(var.u)", ()),
        ('format("%s%s", var.text, var.text)', ()),
        ("tonumber(var.text)", ()),
        ("coalesce(var.text, var.u)", ()),
        ('index(["prod"], var.text)', ()),
        ("nonsensitive(var.secret)", ("a", "b")),
    ],
)
def test_what_a_function_can_give(text, expected):
    assert choices(text) == expected


def test_what_all_results_share_is_known():
    assert value("length(var.text) > 2") is not True
    assert value("substr(var.text, 1, 0)") == ""
    assert value('split("o", var.text)') == Tuple(
        (), complete=False, reason="var.text", kind="list"
    )


def test_marks_stay():
    assert value("upper(var.secret)") == Sensitive(Unknown("var.secret", choices=("A", "B")))


U = "var.u is unknown"
OPEN = "var.map is open"
ANY = Unknown("var.map is unknown")


@pytest.mark.parametrize(
    ("text", "items", "further"),
    [
        ("merge(var.map, {b = 3})", {"a": "1", "b": 3}, {"c": Unknown(OPEN)}),
        (
            "merge({a = 0, b = 0}, var.map)",
            {"a": "1", "b": Unknown(OPEN, choices=(0, "2"))},
            {"c": Unknown(OPEN)},
        ),
        ("merge({z = 1}, var.map, var.u)", {"z": Unknown(U), "a": Unknown(U)}, None),
        ("tomap(var.map)", {"a": "1"}, {"b": "2", "c": ANY}),
    ],
)
def test_keys_that_may_come(text, items, further):
    found = value(text)
    assert isinstance(found, Object)
    assert (found.items, found.complete, found.further) == (items, False, further)


def test_a_map_that_can_gain_nothing_is_complete():
    found = value("merge(var.u == 1 ? {a = 1} : {}, {a = 2, b = 3})")
    assert found == Object({"a": 2, "b": 3}, kind=found.kind, origins=found.origins)
