from __future__ import annotations

import pytest

from tagguard.cloudformation.facts import Assumption, Facts, stated
from tagguard.cloudformation.intrinsics import Undecided
from tagguard.cloudformation.worlds import Open, World
from tests.cloudformation.templates import load_template


def facts(text: str, **given: str) -> Facts:
    return Facts(load_template(text), given)


def assuming(text: str, **conditions: bool) -> Facts:
    found = facts(text)
    for name, value in conditions.items():
        found = found.assuming(Assumption(name, value))
    return found


ENV = """
Parameters:
  Env: {Type: String, AllowedValues: [prod, stg, dev], Default: dev}
  Free: {Type: String}
  Fixed: {Type: String, Default: x}
  Only: {Type: String, AllowedValues: [x]}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /x}
  Loose: {Type: String}
  Second: {Type: String, Default: x}
  Items: {Type: CommaDelimitedList, AllowedValues: [a, b]}
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
  Stored: !Equals [!Ref Stored, /x]
  Both: !Equals [!Ref Loose, !Ref Second]
  Same: !Equals [!Ref Loose, !Ref Loose]
  Loosely: !Equals [!Ref Loose, x]
  Nor: !And [!Condition NotProd, !Not [!Condition FreeIsX]]
  Either: !Or [!Condition FreeIsX, !Condition IsProd]
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
        ("FixedIsX", {}, None),
        ("FixedIsX", {"Fixed": "x"}, True),
        ("OnlyIsX", {}, True),
        ("Foreign", {}, False),
        ("Built", {}, None),
        ("Built", {"Env": "prod"}, True),
        ("Region", {}, None),
        ("And", {}, None),
        ("And", {"Env": "prod"}, None),
        ("And", {"Env": "prod", "Fixed": "x"}, True),
        ("AndFalse", {}, False),
        ("Or", {}, None),
        ("Or", {"Env": "dev"}, False),
        ("OrTrue", {}, None),
        ("OrTrue", {"Fixed": "x"}, True),
        ("Loop", {}, None),
        ("Stored", {}, None),
        ("Stored", {"Stored": "/y"}, None),
        ("Both", {}, None),
        ("Same", {}, None),
        ("Loosely", {}, None),
        ("Loosely", {"Loose": "y"}, False),
        ("Odd", {}, None),
        ("Cyclic", {}, None),
        ("Unheard", {}, None),
    ],
)
def test_conditions_in_three_values(condition, given, expected):
    assert expected is facts(ENV, **given).truth(condition)


def test_long_chains_and_deep_nesting_of_conditions_stay_open():
    chain = "\n".join(f"  C{n}: !Condition C{n + 1}" for n in range(3000))
    assert facts(f"Conditions:\n{chain}\n  C3000: !Equals [a, a]\n").truth("C0") is None
    nested = "!Not [" * 90 + "!Equals [a, a]" + "]" * 90
    assert facts(f"Conditions:\n  C: {nested}\n").truth("C") is None


@pytest.mark.parametrize(
    ("assumed", "follows"),
    [
        ({"NotProd": True}, {"IsProd": False}),
        ({"NotProd": False}, {"IsProd": True, "IsStg": False}),
        ({"IsProd": True}, {"IsStg": False, "NotProd": False}),
        ({"IsProd": False}, {"IsStg": None, "NotProd": True}),
        ({"Nor": True}, {"IsProd": False, "FreeIsX": False}),
        ({"Nor": False}, {"IsProd": None, "FreeIsX": None}),
        ({"Either": False}, {"IsProd": False, "FreeIsX": False}),
        ({"Either": True, "FreeIsX": False}, {"IsProd": True}),
        ({"FreeIsX": False, "Either": True}, {"IsProd": True, "IsStg": False}),
        ({"Region": True}, {"Abroad": False}),
    ],
)
def test_what_follows_from_an_assumption(assumed, follows):
    template = ENV + '  Abroad: !Equals [eu-west-1, !Ref "AWS::Region"]\n'
    found = assuming(template, **assumed)
    assert {name: found.truth(name) for name in follows} == follows
    assert found.consistent


@pytest.mark.parametrize(
    "assumed",
    [
        {"IsProd": True, "NotProd": True},
        {"IsProd": True, "IsStg": True},
        {"NotProd": False, "IsProd": False},
        {"Either": True, "FreeIsX": False, "IsProd": False},
        {"Foreign": True},
        {"Loop": True},
        {"Loop": False},
    ],
)
def test_contradictions(assumed):
    assert not assuming(ENV, **assumed).consistent


def test_assumed_values_count_beside_assumed_conditions():
    template = """
Parameters: {A: {Type: String, AllowedValues: [x, z]}, B: {Type: String, AllowedValues: [x, z]}}
Conditions:
  Both: !And [!Equals [!Ref A, x], !Equals [!Ref B, x]]
"""
    found = assuming(template, Both=False)
    assert found.values("B") == ("x", "z")
    assert found.assuming(Assumption("A", "x")).values("B") == ("z",)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Env", ("prod", "stg", "dev")),
        ("Free", ("x", None)),
        ("Fixed", ("x", None)),
        ("Only", ("x",)),
        ("Loose", (None,)),
        ("Stored", ("/x", None)),
        ("Items", (None,)),
        ("AWS::Region", ("us-east-1", None)),
    ],
)
def test_what_a_name_may_be(name, expected):
    assert expected == facts(ENV).values(name)


def test_drawing_conclusions_ends():
    count = 2_000
    chain = "\n".join(f"  C{n}: !Not [!Condition C{n + 1}]" for n in range(count))
    found = assuming(f"Conditions:\n{chain}\n  C{count}: !Equals [!Ref X, a]\n", C0=True)
    assert (found.truth("C1"), found.truth(f"C{count}")) == (False, None)
    assert found.consistent


def test_a_dynamic_reference_is_no_text_to_compare_with():
    template = """
Parameters: {P: {Type: String}}
Conditions: {A: !Equals [!Ref P, "{{resolve:ssm:x}}"], B: !Equals [!Ref P, b]}
"""
    assert assuming(template, B=False).truth("A") is None
    assert assuming(template, A=True).truth("B") is None


def test_a_previous_value_that_is_kept_is_not_the_default():
    text = (
        "Parameters:\n  Env: {Type: String, Default: prod}\n"
        "  Size: {Type: String, Default: s, AllowedValues: [s, l]}\n"
        "Conditions: {IsProd: !Equals [!Ref Env, prod]}\nResources: {}\n"
    )
    found = stated(load_template(text), {"Env": None, "Size": None, "Gone": None})
    with pytest.raises(Undecided, match="parameter `Env`, whose previous value is kept"):
        World(found).parameter("Env")
    assert found.truth("IsProd") is None
    with pytest.raises(Undecided, match="parameter `Size`, whose previous value is kept"):
        World(found, forks=False).parameter("Size")
    with pytest.raises(Open):
        World(found).parameter("Size")
    assert World(stated(load_template(text), {"Env": "dev"})).parameter("Env").value == "dev"
