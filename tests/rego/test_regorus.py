from __future__ import annotations

from datetime import date

import pytest

from tagguard.rego.engine import Module, RegoError
from tagguard.rego.regorus import Regorus

RULE = "data.p.violation"


def engine(body, **data):
    module = Module("p.rego", f"package p\nimport rego.v1\n{body}\n")
    return Regorus([module], data, today=date(2026, 1, 1), rules=[RULE])


def test_answers_name_the_inputs_that_something_holds_for():
    body = "violation contains input.x if input.x > 1"
    assert engine(body).evaluate([RULE], b'[{"x": 1}, {"x": 2}, {}, {"x": 3}]') == [
        [(1, [2]), (3, [3])]
    ]


def test_error_keeps_reason_and_place_only():
    (answer,) = engine("violation contains 1 if 1 / input.x > 0").evaluate([RULE], b'[{"x": 0}]')
    assert isinstance(answer, RegoError)
    assert (answer.reason, answer.place) == ("divide by zero", "p.rego:3:27")


def test_error_without_a_place_loses_its_backtrace_too():
    body = 'violation contains 1 if time.parse_ns("2006-01-02", input.x) > 0'
    (answer,) = engine(body).evaluate([RULE], b'[{"x": "2026-99-99"}]')
    assert isinstance(answer, RegoError)
    assert answer.place == ""
    assert answer.reason.startswith("Failed to parse datetime")
    assert "backtrace" not in answer.reason


def test_engine_works_on_after_an_error():
    one = engine("violation contains 1 if 1 / input.x > 0")
    one.evaluate([RULE], b'[{"x": 0}]')
    assert one.evaluate([RULE], b'[{"x": 1}]') == [[(0, [1])]]


def test_input_that_is_not_json_is_an_error():
    (answer,) = engine("violation contains 1").evaluate([RULE], b"[{")
    assert isinstance(answer, RegoError)


def test_unsafe_variables_are_raised_at_once():
    with pytest.raises(RegoError, match="undefined variable `y`"):
        engine("violation contains 1 if y")


def test_value_of_a_rule():
    one = engine("violation contains 1\nyes := true\nno if false")
    assert (one.value("data.p.yes"), one.value("data.p.no")) == (True, None)


def test_prints_cannot_drive_the_terminal(capsys):
    one = engine("violation contains 1 if print(input.x)")
    one.evaluate([RULE], b'[{"x": "\\u001b[31m\\u202ea\\nb \\u00e9"}]')
    assert capsys.readouterr().err.endswith("\\x1b[31m\\u202ea\\nb \u00e9\n")


def test_a_test_may_set_its_own_clock():
    one = engine("violation contains 1\nnow := x if { x := time.now_ns() with time.now_ns as 5 }")
    assert one.value("data.p.now") == 5
