from __future__ import annotations

import pytest

from tests.hcl.evaluating import (
    ask_terraform,
    cases,
    expected,
    is_for_terraform,
    needs_terraform,
    outcome,
)

ALL = cases("language-*.yaml")


@pytest.mark.parametrize("case", ALL, ids=[case["expression"] for case in ALL])
def test_an_expression_has_its_value(case):
    assert expected(case) == outcome(case)


@needs_terraform
def test_terraform_agrees(tmp_path):
    asked = [case for case in ALL if is_for_terraform(case)]
    answers = ask_terraform(asked, tmp_path)
    told = [(case["expression"], expected(case)) for case in asked]
    assert told == [
        (case["expression"], answer) for case, answer in zip(asked, answers, strict=True)
    ]
