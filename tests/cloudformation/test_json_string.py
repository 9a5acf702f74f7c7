from __future__ import annotations

import pytest

from tagguard.cloudformation.facts import Facts
from tagguard.cloudformation.intrinsics import Evaluator, Text, Undecided
from tagguard.cloudformation.worlds import World
from tagguard.documents import lookup
from tests.cloudformation.templates import load_template

PARAMETERS = """
Parameters:
  Env: {Type: String, Default: dev}
  Count: {Type: Number, Default: 3}
  Zones: {Type: CommaDelimitedList, Default: "a,b"}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
"""


def evaluate(expression: str) -> Text | None:
    template = load_template(f"{PARAMETERS}X: !ToJsonString {expression}\n")
    return Evaluator(World(Facts(template, {}))).text(lookup(template.root, "X"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{b: x, a: !Ref Env}", '{"b":"x","a":"dev"}'),
        ("[1, true, 'true', x]", '[1,true,"true","x"]'),
        ("{a: [], b: {}}", '{"a":[],"b":{}}'),
        ("[a, !Ref AWS::NoValue]", '["a"]'),
        ("""['say "x"']""", r'["say \"x\""]'),
    ],
)
def test_data_becomes_text(expression, expected):
    assert Text(expected) == evaluate(expression)


def test_a_secret_in_it_makes_it_one():
    value = evaluate("[!Ref Secret]")
    assert value is not None
    assert value.secret


@pytest.mark.parametrize(
    "expression",
    [
        "[1.50]",
        "[0123]",
        "[yes]",
        "[~]",
        "[2024-01-01]",
        "[a/b]",
        "[ü]",
        "[!Ref Count]",
        "[!Ref Zones]",
        "[!Ref Nothing]",
        "{Ref: AWS::NoValue}",
    ],
)
def test_what_has_no_sure_spelling_is_unknown(expression):
    with pytest.raises(Undecided):
        evaluate(expression)
