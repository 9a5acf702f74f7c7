from __future__ import annotations

import pytest

from tagguard.cloudformation.facts import Facts
from tagguard.cloudformation.intrinsics import Evaluator, Text, Undecided, long_name
from tagguard.cloudformation.worlds import World
from tagguard.documents import lookup
from tests.cloudformation.templates import load_template

TEMPLATE = """
Parameters:
  Env: {Type: String, Default: dev}
  Team: {Type: String}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /ami}
Mappings:
  Owners: {dev: {mail: dev@acme.io, zones: [x, y]}, prod: {mail: !Transform x}}
Conditions:
  Yes: !Equals [a, a]
  No: !Equals [a, b]
Resources:
  Logs: {Type: "AWS::S3::Bucket"}
"""


def evaluate(expression: str, *, bindings=None, **given):
    template = load_template(f"{TEMPLATE}X: {expression}\n")
    world = World(Facts(template, given), bindings or {})
    return Evaluator(world).text(lookup(template.root, "X"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("plain", "plain"),
        ("0123", "0123"),
        ("yes", "yes"),
        ("2024-01-01", "2024-01-01"),
        ("1e3", "1e3"),
        ("''", ""),
        ("!Ref Env", "dev"),
        ("{Ref: Env}", "dev"),
        ("!Sub '${Env}-x'", "dev-x"),
        ("{'Fn::Sub': '${Env}-x'}", "dev-x"),
        ("!Sub ['${a}-${Env}', {a: !Ref Env}]", "dev-dev"),
        ("!Sub '${!Literal}'", "${Literal}"),
        ("!Sub '$x {y} ${'", "$x {y} ${"),
        ("!Join ['-', [a, !Ref Env, 1]]", "a-dev-1"),
        ("!Join ['-', !Ref Zones]", "a-b-c"),
        ("!Join ['', !Split [',', 'x,y']]", "xy"),
        ("!Join ['-', [a, !Ref AWS::NoValue, !If [No, b, c]]]", "a-c"),
        ("!Join ['-', []]", ""),
        ("!Join ['-', !FindInMap [Owners, qa, zones, {DefaultValue: [p, q]}]]", "p-q"),
        ("!Select [1, !FindInMap [Owners, dev, zones]]", "y"),
        ("!Select [!Select [0, ['1']], !Split [',', 'a,b']]", "b"),
        ("!Select [0, !If [Yes, !Ref Zones, [z]]]", "a"),
        ("{'Fn::Length': !Ref Zones}", "3"),
        ("{'Fn::Length': [a, b]}", "2"),
        ("!Length {'Fn::Split': [',', 'a,b,c,d']}", "4"),
        ("!Base64 owner", "b3duZXI="),
        ("'Fn::Base64': !Sub '${Env}'", "ZGV2"),
        ("!Join ['', !FindInMap [Owners, dev, zones]]", "xy"),
        ("'a {{resolve: b'", "a {{resolve: b"),
        ("'{{resolve:ssm:/x'", "{{resolve:ssm:/x"),
        ("!Ref {'Fn::Join': ['', [E, nv]]}", "dev"),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', [a, !Ref Team]]", "a"),
        ("!Select [2, !Ref Zones]", "c"),
        ("!FindInMap [Owners, !Ref Env, mail]", "dev@acme.io"),
        ("!FindInMap [Owners, none, mail, {DefaultValue: fallback}]", "fallback"),
        ("!If [Yes, a, b]", "a"),
        ("!If [No, a, !If [No, b, c]]", "c"),
        ("'Fn::If': [Yes, !Sub '${Env}', b]", "dev"),
    ],
)
def test_what_the_template_decides(expression, expected):
    written = expression if not expression.startswith("'Fn") else f"{{{expression}}}"
    assert Text(expected) == evaluate(written)


@pytest.mark.parametrize(
    "expression", ["", "~", "!Ref AWS::NoValue", "!If [No, a, {Ref: AWS::NoValue}]"]
)
def test_what_is_absent(expression):
    assert evaluate(expression) is None


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("!Ref AWS::StackName", "known at deployment: AWS::StackName"),
        ("!Sub '${AWS::Region}-x'", "known at deployment: AWS::Region"),
        ("!Ref Logs", "known at deployment: Logs"),
        ("!GetAtt Logs.Arn", "known at deployment: Logs.Arn"),
        ("!GetAtt [Logs, Arn]", "known at deployment: Logs.Arn"),
        ("!Sub '${Logs.Arn}'", "known at deployment: Logs.Arn"),
        ("!ImportValue x", "known at deployment: the export `x`"),
        (
            "!ImportValue {'Fn::Sub': '${Team}-x'}",
            "depends on parameter `Team`, which has no value",
        ),
        ("!Cidr [10.0.0.0/16, 4, 8]", "known at deployment: Fn::Cidr"),
        ("!Select [0, !GetAZs '']", "known at deployment: Fn::GetAZs"),
        (
            "{'Fn::Length': [a, !Ref AWS::NoValue]}",
            "`Fn::Length` counts a list that leaves out an item",
        ),
        ("{'Fn::Length': a}", "a text or a mapping stands where a list belongs"),
        ("!Base64 {Ref: Team}", "depends on parameter `Team`, which has no value"),
        ("'{{resolve:ssm:/x}}'", "known at deployment: a dynamic reference"),
        ("!Join ['', ['{{resolve', ':ssm:x}}']]", "known at deployment: a dynamic reference"),
        ("!Ref Team", "depends on parameter `Team`, which has no value"),
        ("!Sub '${Team}'", "depends on parameter `Team`, which has no value"),
        ("!Ref Image", "depends on parameter `Image`, which is read at deployment"),
        ("!Ref Nothing", "refers to `Nothing`, which the template does not define"),
        ("!FindInMap [Owners, qa, mail]", "`Fn::FindInMap` finds nothing at Owners.qa.mail"),
        ("!FindInMap [Owners, prod, mail]", "`Fn::Transform` is not unfolded"),
        ("!Select [7, [a]]", "`Fn::Select` finds nothing at index 7"),
        ("!Select [-1, [a]]", "`Fn::Select` finds nothing at index -1"),
        ("!Join x", "`Fn::Join` is not written as a list of 2"),
        ("!Join ['', x]", "a text or a mapping stands where a list belongs"),
        ("!Join ['', [!Ref AWS::NoValue]]", "a function's argument has no value"),
        ("!Join ['', !Split ['', abc]]", "`Fn::Split` has an empty delimiter"),
        ("!If [Missing, a, b]", "condition `Missing` is not defined in the template"),
        ("!If [Yes]", "`Fn::If` is not written as a list of 3"),
        ("!Sub [a]", "`Fn::Sub` is not written as a list of 2"),
        ("!Sub {a: b}", "`Fn::Sub` has no text"),
        ("!Rain::Embed x", "`Fn::Rain::Embed` is not unfolded"),
        ("[a]", "a list or a mapping stands where a text belongs"),
        ("{a: b, c: d}", "a list or a mapping stands where a text belongs"),
    ],
)
def test_what_only_a_deployment_knows(expression, reason):
    with pytest.raises(Undecided) as caught:
        evaluate(expression)
    assert reason == caught.value.reason


def test_a_given_value_wins_over_the_default():
    assert Text("prod-7") == evaluate("!Sub '${Env}-${Team}'", Env="prod", Team="7")


def test_a_secret_stays_one_wherever_it_goes():
    assert Text("hunter2", secret=True) == evaluate("!Ref Secret")
    assert Text("x-hunter2", secret=True) == evaluate("!Sub 'x-${Secret}'")
    assert Text("hunter2", secret=True) == evaluate("!Select [0, !Split ['-', !Ref Secret]]")


def test_a_secret_stays_one_in_every_shape():
    for expression in ("!Base64 {Ref: Secret}", "!Length {'Fn::Split': ['-', !Ref Secret]}"):
        assert evaluate(expression).secret


def test_a_pseudo_parameter_is_known_where_it_is_given():
    given = {"AWS::Region": "eu-west-1"}
    assert Text("eu-west-1") == evaluate("!Ref AWS::Region", **given)
    assert Text("x-eu-west-1") == evaluate("!Sub 'x-${AWS::Region}'", **given)


def test_loop_identifiers_are_put_in_everywhere():
    bindings = {"Name": "a"}
    assert Text("a") == evaluate("!Ref Name", bindings=bindings)
    assert Text("a-a-dev") == evaluate("!Sub '${Name}-&{Name}-${Env}'", bindings=bindings)
    assert Text("x-a") == evaluate("x-${Name}", bindings=bindings)


def test_the_value_of_a_loop_is_not_read_again():
    bindings = {"A": "${B}", "B": "b&{A}"}
    assert Text("${B}-b&{A}-${C}") == evaluate("${A}-&{B}-${C}", bindings=bindings)


def test_loop_identifiers_make_no_text_of_any_length():
    bindings = {"A": "x" * 1_000}
    assert Text("x" * 10_000) == evaluate("${A}" * 10, bindings=bindings)
    with pytest.raises(Undecided, match="longer than 10,000 characters"):
        evaluate("${A}" * 11, bindings=bindings)


def test_a_text_that_explodes_is_not_built():
    anchors = "!Join ['', [" + "&a0 !Join ['', [" + "x" * 1000 + "]]"
    for level in range(1, 5):
        aliases = ", ".join([f"*a{level - 1}"] * 10)
        anchors += f", &a{level} !Join ['', [{aliases}]]"
    with pytest.raises(Undecided, match="longer than 10,000 characters"):
        evaluate(anchors + "]]")


def test_a_literal_may_be_longer_than_what_functions_give():
    assert Text("x" * 20_000) == evaluate("x" * 20_000)
    with pytest.raises(Undecided, match="longer than 10,000 characters"):
        evaluate("!Sub '" + "x" * 20_000 + "'")
    with pytest.raises(Undecided, match="longer than 10,000 characters"):
        evaluate("!Ref Team", Team="x" * 20_000)


@pytest.mark.parametrize(
    ("expression", "readings"),
    [
        (f"!Select [0, !Split [',', '{'a,' * 400_000}']]", 2),
        (f"!Sub ['${{a}}', {{a: {'x' * 9_999}}}]", 4_951),
    ],
    ids=["items", "texts"],
)
def test_the_work_of_one_template_is_bounded(expression, readings):
    template = load_template(f"Resources: {{}}\nX: {expression}\n")
    evaluator, node = Evaluator(World(Facts(template, {}))), lookup(template.root, "X")
    for _ in range(readings):
        assert evaluator.text(node) is not None
    with pytest.raises(Undecided, match="functions build more than 50,000,000 characters"):
        evaluator.text(node)


def test_a_reason_quotes_no_long_name():
    with pytest.raises(Undecided) as caught:
        evaluate("!Ref " + "x" * 100_000)
    assert len(caught.value.reason) == 500


def test_functions_that_nest_too_deep_are_not_followed():
    with pytest.raises(Undecided, match="functions nest deeper than 30 levels"):
        evaluate("!Join ['', [" * 60 + "x" + "]]" * 60)


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ("!FindInMap [Own, a, b]", "`Fn::FindInMap` is not unfolded"),
        ("{'Fn::FindInMap': [Own, a, b]}", "`Fn::FindInMap` is not unfolded"),
        ("[x, !FindInMap [Own, a, b]]", "`Fn::FindInMap` is not unfolded"),
        ("!Join ['', [!FindInMap [Own, a, b]]]", "`Fn::Join` is not unfolded"),
    ],
)
@pytest.mark.parametrize("outer", ["%s", "!Join ['', %s]", "!Select [0, %s]"])
def test_a_mapping_cannot_lead_to_itself(outer, inner, reason):
    expression = outer % "!FindInMap [Own, a, b]"
    with pytest.raises(Undecided) as caught:
        evaluate(f"{expression}\nMappings: {{Own: {{a: {{b: {inner}}}}}}}")
    assert reason == caught.value.reason


def test_lists_that_nest_too_deep_are_not_followed():
    deep = "!FindInMap [a, b, c, {DefaultValue: " * 40 + "[x]" + "}]" * 40
    with pytest.raises(Undecided, match="functions nest deeper than 30 levels"):
        evaluate(f"!Join ['', {deep}]")


def test_short_forms_have_long_names():
    assert [long_name(tag) for tag in ("!Ref", "!Condition", "!GetAtt", "!Fn::ForEach::X")] == [
        "Ref",
        "Condition",
        "Fn::GetAtt",
        "Fn::ForEach::X",
    ]
