from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.cloudformation.facts import Assumption, Facts
from tagguard.cloudformation.intrinsics import Evaluator, Undecided
from tagguard.cloudformation.worlds import MAX_WORLDS, World, explore
from tagguard.documents import lookup
from tests.cloudformation.templates import load_template


def world(text: str, **given: str) -> World:
    return World(Facts(load_template(text), given))


def readings(template: str, expression: str, **given: str) -> list[tuple[str, str | None]]:
    """Give branch and value (or reason) in every world."""
    start = world(f"{template}\nX: {expression}\n", **given)

    def read(current: World) -> str | None:
        try:
            value = Evaluator(current).text(lookup(current.template.root, "X"))
        except Undecided as exc:
            return exc.reason
        return value.value if value else None

    return [(current.branch, value) for current, value in explore(start, read)]


ENV = """
Parameters:
  Env: {Type: String, AllowedValues: [prod, stg, dev], Default: dev}
  Free: {Type: String}
  Named: {Type: String, Default: dev}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsStg: !Equals [!Ref Env, stg]
  FreeIsX: !Equals [!Ref Free, x]
  FreeIsY: !Equals [!Ref Free, y]
  FreeIsXy: !Or [!Condition FreeIsX, !Condition FreeIsY]
  NotX: !Not [!Condition FreeIsX]
  Built: !Equals [!Sub "${Free}-1", x-1]
  NotBuilt: !Not [!Condition Built]
  Live: !Equals [!Ref Named, live]
  Loop: !Not [!Condition Loop]
"""


def test_both_sides_of_an_open_condition_are_read():
    expected = [("condition `FreeIsX` is true", "a"), ("condition `FreeIsX` is false", "b")]
    assert expected == readings(ENV, "!If [FreeIsX, a, b]")


def test_an_assumed_condition_leaves_only_the_values_that_agree():
    assert readings(ENV, "!If [IsProd, !Ref Env, !Ref Env]") == [
        ("condition `IsProd` is true", "prod"),
        ("condition `IsProd` is false", "dev"),
    ]


def test_impossible_combinations_are_not_tried():
    expression = "!If [IsProd, !If [IsStg, never, prod], !If [IsStg, stg, dev]]"
    assert [value for _, value in readings(ENV, expression)] == ["prod", "stg", "dev"]


@pytest.mark.parametrize("built", ["NotX", "NotBuilt"])
def test_a_condition_and_its_opposite_are_one_question(built):
    opposite = {"NotX": "FreeIsX", "NotBuilt": "Built"}[built]
    assert readings(
        ENV, f"!If [{built}, !If [{opposite}, never, a], !If [{opposite}, b, never]]"
    ) == [
        (f"condition `{built}` is true", "a"),
        (f"condition `{built}` is false", "b"),
    ]


def test_conditions_that_compare_one_parameter_exclude_each_other():
    expression = "!If [FreeIsX, !If [FreeIsY, never, x], !If [FreeIsY, y, z]]"
    assert [value for _, value in readings(ENV, expression)] == ["x", "y", "z"]


def test_a_condition_tells_what_a_parameter_is():
    unknown = "depends on parameter `Free`, which has no value"
    assert readings(ENV, "!If [FreeIsX, !Ref Free, !Ref Free]") == [
        ("condition `FreeIsX` is true", "x"),
        ("condition `FreeIsX` is false", unknown),
    ]
    assert [value for _, value in readings(ENV, "!If [FreeIsXy, !Ref Free, z]")] == ["x", "y", "z"]


def test_a_default_counts_in_values_where_the_condition_allows_it():
    assert readings(ENV, "!Ref Named") == [("", "dev")]
    assert readings(ENV, "!If [Live, !Ref Named, !Ref Named]") == [
        ("condition `Live` is true", "live"),
        ("condition `Live` is false", "dev"),
    ]
    template = (
        "Parameters: {P: {Type: String, Default: ''}}\n"
        "Conditions: {Has: !Not [!Equals [!Ref P, '']]}"
    )
    other = "depends on parameter `P`, which has another value than its default"
    assert [value for _, value in readings(template, "!If [Has, !Ref P, none]")] == [other, "none"]


def test_a_condition_that_contradicts_itself_leaves_no_world():
    assert readings(ENV, "!If [Loop, a, b]") == []


def test_a_parameter_without_default_takes_each_allowed_value():
    template = "Parameters: {Env: {Type: String, AllowedValues: [prod, dev]}}"
    assert readings(template, "!Ref Env") == [
        ("parameter `Env` is `prod`", "prod"),
        ("parameter `Env` is `dev`", "dev"),
    ]
    assert readings(template, "!Ref Env", Env="dev") == [("", "dev")]


def test_a_secret_value_is_not_named_in_a_branch():
    template = "Parameters: {P: {Type: String, NoEcho: true, AllowedValues: [hunter2, other]}}"
    assert [branch for branch, _ in readings(template, "!Ref P")] == [
        "parameter `P` is `(sensitive)`"
    ] * 2


def test_a_parameter_with_too_many_values_is_unknown():
    allowed = ", ".join(f"v{n}" for n in range(MAX_WORLDS + 1))
    template = f"Parameters: {{P: {{Type: String, AllowedValues: [{allowed}]}}}}"
    expected = "depends on parameter `P`, which may have 17 values"
    assert [("", expected)] == readings(template, "!Ref P")


def test_many_allowed_values_are_not_held_against_assumptions():
    allowed = ", ".join(f"v{n}" for n in range(65))
    template = (
        f"Parameters: {{P: {{Type: String, AllowedValues: [{allowed}], Default: v0}}}}\n"
        "Conditions: {C: !Equals [!Ref P, v1]}"
    )
    assert [value for _, value in readings(template, "!If [C, !Ref P, x]")] == ["v0", "x"]


def test_too_many_combinations_give_nothing():
    count = 5
    parameters = "\n".join(f"  P{n}: {{Type: String}}" for n in range(count))
    conditions = "\n".join(f"  C{n}: !Equals [!Ref P{n}, x]" for n in range(count))
    template = f"Parameters:\n{parameters}\nConditions:\n{conditions}"
    parts = ", ".join(f"!If [C{n}, a, b]" for n in range(count))
    assert readings(template, f"!Join ['', [{parts}]]") == []
    few = ", ".join(f"!If [C{n}, a, b]" for n in range(count - 1))
    assert len(readings(template, f"!Join ['', [{few}]]")) == MAX_WORLDS


def test_a_settled_world_asks_no_questions():
    settled = world(ENV).settled()
    with pytest.raises(Undecided, match="depends on condition `IsProd`"):
        settled.holds("IsProd")
    assert settled.assuming(Assumption("IsProd", value=True)).holds("IsProd")


NAMES = ("A", "B", "C", "D")
SIDES = ("!Ref P", "!Ref Q", '!Sub "${P}"', '!Sub "${Q}"')


@st.composite
def condition_sections(draw: st.DrawFn) -> str:
    """Give conditions that compare two parameters and refer to each other, backwards only."""
    text = "Conditions:\n"
    for index, name in enumerate(NAMES):
        parts = [f"!Equals [{side}, {value}]" for side in SIDES for value in "xy"]
        parts += ["!Equals [!Ref P, !Ref Q]", *(f"!Condition {one}" for one in NAMES[:index])]
        form = draw(st.sampled_from(["%s", "!Not [%s]", "!And [%s, %s]", "!Or [%s, %s]"]))
        operands = tuple(draw(st.sampled_from(parts)) for _ in range(form.count("%s")))
        text += f"  {name}: {form % operands}\n"
    return text


@pytest.mark.parametrize("allowed", ["", ", AllowedValues: [x, y, z]"], ids=["free", "allowed"])
@given(section=condition_sections(), order=st.permutations(NAMES))
def test_no_possible_world_is_left_out(allowed, section, order):
    template = f"Parameters:\n  P: {{Type: String{allowed}}}\n  Q: {{Type: String{allowed}}}\n"
    template += section
    expression = "!Join ['', [" + ", ".join(f"!If [{name}, 1, 0]" for name in order) + "]]"
    tried = {value for _, value in readings(template, expression)}
    for p, q in product("xyz", repeat=2):
        [(_, value)] = readings(template, expression, P=p, Q=q)
        assert value in tried


REGION = 'Conditions: {East: !Equals [!Ref "AWS::Region", us-east-1]}'


def test_a_pseudo_parameter_that_is_given_decides_conditions():
    expression = "!If [East, a, !Ref 'AWS::Region']"
    given = {"AWS::Region": "eu-west-1"}
    assert readings(REGION, expression, **given) == [("", "eu-west-1")]


def test_a_pseudo_parameter_is_what_an_assumed_condition_says():
    assert readings(REGION, "!If [East, !Ref 'AWS::Region', !Ref 'AWS::Region']") == [
        ("condition `East` is true", "us-east-1"),
        ("condition `East` is false", "known at deployment: AWS::Region"),
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('!Equals [!Join ["-", !Ref L], "a-b"]', "yes"),
        ('!Equals [!Select [1, !Ref L], "a"]', "no"),
        ('!Equals [!Select [0, !Split ["-", "x-y"]], !Sub "x"]', "yes"),
        ('!Equals [{"Fn::Length": !Ref L}, 2]', "yes"),
        ("{Fn::Not: [{Condition: Off}]}", "yes"),
        ("{Condition: Off}", "no"),
        ("!Condition Off", "no"),
    ],
)
def test_conditions_compare_what_functions_give(condition, expected):
    template = f"""
Parameters: {{L: {{Type: CommaDelimitedList}}}}
Conditions: {{Off: !Equals [a, b], C: {condition}}}
"""
    assert [("", expected)] == readings(template, "!If [C, yes, no]", L="a,b")
