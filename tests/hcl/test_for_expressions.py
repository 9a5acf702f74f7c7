from __future__ import annotations

import pytest

from tagguard.hcl.evaluate import Budget, evaluate
from tagguard.hcl.values import Unknown
from tests.hcl.evaluating import FURTHER, MORE, ONE_OF, UNKNOWN, CaseScope, expression

VARIABLES = {
    "u": UNKNOWN,
    "text": {ONE_OF: ["x", ""]},
    "few": {"a": "1", FURTHER: {"b": "2"}},
    "many": {"a": "1", MORE: True},
    "pair": {"a": "1", "b": ""},
}


def value(text):
    return evaluate(expression(text), CaseScope({"var": VARIABLES}), Budget())


@pytest.mark.parametrize(
    ("text", "items", "further"),
    [
        ("{for k, v in var.few : upper(k) => v}", {"A": "1"}, {"B": "2"}),
        ("{for k, v in var.few : v => k if v != var.u}", {}, {"1": "a", "2": "b"}),
        ('{for k in ["a", "b"] : k => 1 if k != var.u}', {}, {"a": 1, "b": 1}),
        ('{for k, v in {a = var.text} : k => v if v != ""}', {}, {"a": ("x", "")}),
        ("{for k, v in var.many : k => v}", {"a": "1"}, None),
        ("{for k, v in var.few : var.u => v}", {}, None),
        ("{for k, v in var.few : k => v.none if v != var.u}", {}, None),
        ("{for k, v in var.few : upper(k) => v... if v != var.u}", {}, None),
    ],
)
def test_elements_in_doubt_add_certain_keys_only(text, items, further):
    found = value(text)
    assert (found.complete, found.items) == (False, items)
    shown = found.further and {
        key: item.choices if isinstance(item, Unknown) else item
        for key, item in found.further.items()
    }
    assert shown == further


def test_elements_that_are_surely_left_out_are_not_in_doubt():
    found = value('{for k, v in var.few : k => v if v != "2"}')
    assert (found.complete, found.items) == (True, {"a": "1"})


def test_two_elements_may_not_have_one_key():
    assert value('{for k, v in var.few : "same" => v}').further is None
