from __future__ import annotations

import pytest

from tagguard.cloudformation.intrinsics import Evaluator, Undecided
from tagguard.cloudformation.template import load_template
from tagguard.cloudformation.worlds import MAX_WORLDS, Assumption, World, explore
from tagguard.documents import lookup


def world(text: str, **given: str) -> World:
    return World(load_template(text), given)


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
  Fixed: {Type: String, Default: x}
  Only: {Type: String, AllowedValues: [x]}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsStg: !Equals [!Ref Env, stg]
  NotProd: !Not [!Condition IsProd]
  FreeIsX: !Equals [!Ref Free, x]
  FixedIsX: !Equals [!Ref Fixed, x]
  OnlyIsX: !Equals [!Ref Only, x]
  Foreign: !Equals [!Ref Env, qa]
  Built: !Equals [!Sub "${Env}-1", prod-1]
  Region: !Equals [!Ref "AWS::Region", us-east-1]
  And: !And [!Condition FixedIsX, !Condition IsProd]
  AndFalse: !And [!Condition FreeIsX, !Condition Foreign]
  Or: !Or [!Condition Foreign, {Condition: IsProd}]
  OrTrue: !Or [!Condition FreeIsX, !Condition FixedIsX]
  Loop: !Not [!Condition Loop]
  Odd: [a]
  Cyclic: !Equals [!If [Cyclic, a, b], a]
"""


@pytest.mark.parametrize(
    ("condition", "given", "expected"),
    [
        ("IsProd", {}, None),
        ("IsProd", {"Env": "prod"}, True),
        ("IsProd", {"Env": "dev"}, False),
        ("NotProd", {}, None),
        ("NotProd", {"Env": "prod"}, False),
        ("FreeIsX", {}, None),
        ("FixedIsX", {}, True),
        ("OnlyIsX", {}, True),
        ("Foreign", {}, False),
        ("Built", {}, None),
        ("Built", {"Env": "prod"}, True),
        ("Region", {}, None),
        ("And", {}, None),
        ("And", {"Env": "prod"}, True),
        ("AndFalse", {}, False),
        ("Or", {}, None),
        ("Or", {"Env": "dev"}, False),
        ("OrTrue", {}, True),
        ("Loop", {}, None),
        ("Odd", {}, None),
        ("Cyclic", {}, None),
        ("Unheard", {}, None),
    ],
)
def test_conditions_in_three_values(condition, given, expected):
    assert expected is world(ENV, **given).truth(condition)


def test_long_chains_and_deep_nesting_of_conditions_stay_open():
    chain = "\n".join(f"  C{n}: !Condition C{n + 1}" for n in range(3000))
    assert world(f"Conditions:\n{chain}\n  C3000: !Equals [a, a]\n").truth("C0") is None
    nested = "!Not [" * 90 + "!Equals [a, a]" + "]" * 90
    assert world(f"Conditions:\n  C: {nested}\n").truth("C") is None


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
    allowed = ", ".join(f"v{n}" for n in range(201))
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
