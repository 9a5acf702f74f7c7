from __future__ import annotations

import json

import pytest

from tagguard.hcl.constraints import MAX_NESTING, conform, constraint
from tagguard.hcl.evaluate import Budget, evaluate
from tagguard.hcl.values import Failure, Object
from tests.hcl.evaluating import (
    CaseScope,
    cases,
    console,
    expected,
    expression,
    is_for_terraform,
    needs_terraform,
    plain,
)

ALL = cases("constraints.yaml")


def conformed(case):
    scope = CaseScope(case.get("scope", {}))

    def default(written):
        return evaluate(written, CaseScope({}), Budget())

    value = evaluate(expression(case["expression"]), scope, Budget())
    return conform(value, constraint(expression(case["type"])), default)


@pytest.mark.parametrize("case", ALL, ids=[f"{each['type']}: {each['expression']}" for each in ALL])
def test_a_module_gets_what_the_type_makes_of_a_value(case):
    try:
        outcome = {"value": plain(conformed(case))}
    except Failure:
        outcome = {"fails": True}
    assert outcome == expected(case)


@needs_terraform
def test_terraform_agrees(tmp_path):
    asked = [case for case in ALL if is_for_terraform(case) and "value" in case]
    variables = [
        f'variable "v{at}" {{\n  type = {case["type"]}\n  default = {case["expression"]}\n}}\n'
        for at, case in enumerate(asked)
    ]
    (tmp_path / "main.tf").write_text("".join(variables), encoding="utf-8")
    names = ", ".join(f"var.v{at}" for at in range(len(asked)))
    answers = json.loads(console(f"jsonencode([{names}])", tmp_path))
    assert answers == [case["value"] for case in asked]


def test_keys_keep_their_place():
    case = {"type": "map(string)", "expression": "{a = 1}"}
    value = conformed(case)
    assert isinstance(value, Object)
    assert (value.kind, list(value.origins)) == ("map", ["a"])


def test_types_nested_deeply_accept_everything():
    deep = "list(" * (MAX_NESTING + 1) + "string" + ")" * (MAX_NESTING + 1)
    assert plain(conformed({"type": deep, "expression": "[]"})) == []
