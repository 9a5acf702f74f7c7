from __future__ import annotations

import pytest

from tagguard.cloudformation.facts import Facts
from tagguard.cloudformation.intrinsics import Evaluator, Undecided
from tagguard.cloudformation.nested import Reference, given, handed_on, reference
from tagguard.cloudformation.worlds import World, explore
from tagguard.documents import lookup
from tagguard.model import Location, Resource, Tag, TagSet, Variant
from tests.cloudformation.templates import load_template

PARENT = """
Parameters:
  Free: {Type: String}
  Usual: {Type: String, Default: dev}
  Choice: {Type: String, AllowedValues: [prod, dev]}
  Likely: {Type: String, AllowedValues: [prod, dev], Default: dev}
  Secret: {Type: String, NoEcho: true}
Conditions:
  IsProd: !Equals [!Ref Usual, prod]
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: %s}
"""
CHILD = """
Parameters:
  Env: {Type: String%s}
  Names: {Type: CommaDelimitedList, Default: a}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  HasB: !Equals [!Join [",", !Ref Names], "a,b"]
Resources: {}
"""


def inside(passed: str, own: str = "", **values: str) -> World:
    """Give the world in a nested stack that gets these parameters."""
    parent = load_template(PARENT % passed)
    world = World(Facts(parent, values))
    properties = lookup(parent.root, "Resources", "Net", "Properties")
    return World(Facts(*given(load_template(CHILD % own), properties, world, "Net")))


def env(world: World) -> list[str]:
    """Give every value that the parameter may have, or why it is not known."""
    ref = load_template("X: !Ref Env").root.value[0][1]
    try:
        ways = explore(world, lambda current: Evaluator(current).text(ref))
    except Undecided as exc:
        return [exc.reason]
    return [value.value for _, value in ways if value is not None]


@pytest.mark.parametrize("own", ["", ", Default: none", ", AllowedValues: [none]"])
def test_what_the_parent_knows_is_sure(own):
    world = inside("{Env: prod}", own)
    assert env(world) == ["prod"]
    assert world.facts.truth("IsProd") is True
    assert inside("{Env: !Ref Free}", own, Free="x").facts.truth("IsProd") is False


def test_a_nested_stack_is_where_its_parent_is():
    known = {"AWS::Region": "eu-west-1", "AWS::StackName": "parent"}
    world = inside("{}", **known)
    assert (world.pseudo("AWS::Region"), world.pseudo("AWS::StackName")) == ("eu-west-1", None)


def test_lists_are_passed_as_texts():
    for passed in ("'a,b'", "!Join [',', [a, b]]", "!Ref Free"):
        assert inside(f"{{Names: {passed}}}", Free="a,b").facts.truth("HasB") is True
    assert inside("{Names: 'a,c'}").facts.truth("HasB") is False
    assert inside("{}").facts.truth("HasB") is False
    assert inside("{Names: !Ref Usual}").facts.truth("HasB") is None


def test_a_default_of_the_parent_decides_no_condition():
    world = inside("{Env: !Ref Usual}", ", Default: prod")
    assert env(world) == ["dev"]
    assert world.facts.truth("IsProd") is None


def test_what_the_parent_does_not_know_is_unknown_in_spite_of_a_default():
    end = " (passed on as parameter `Env` of the stack `Net`)"
    cause = "depends on parameter `Free`, which has no value"
    world = inside("{Env: !Ref Free}", ", Default: prod")
    assert env(world) == [cause + end]
    assert world.facts.truth("IsProd") is None
    assert env(inside("{Env: !Ref 'AWS::Region'}", ", Default: prod")) == [
        "known at deployment: AWS::Region" + end
    ]
    assert env(inside("!Ref Free", ", Default: prod")) == ["`Ref` is not unfolded" + end]
    assert env(inside("{'Fn::Transform': {Name: M}}", ", Default: x")) == [
        "`Fn::Transform` is not unfolded" + end
    ]
    assert env(inside("[Env]", ", Default: x")) == ["`Parameters` is not a mapping" + end]


def test_what_nobody_passes_has_its_default_for_sure():
    for passed in ("{}", "null", "{Env: !Ref 'AWS::NoValue'}"):
        world = inside(passed, ", Default: prod")
        assert env(world) == ["prod"]
        assert world.facts.truth("IsProd") is True
    where = "parameter `Env` of the stack `Net`"
    assert env(inside("{}")) == [f"depends on {where}, which the stack around it gives no value"]


@pytest.mark.parametrize("passed", ["{Env: !Ref Choice}", "{Env: !If [IsProd, prod, dev]}"])
def test_what_the_parent_leaves_open_is_tried(passed):
    world = inside(passed, ", Default: other")
    assert env(world) == ["prod", "dev"]
    assert world.facts.truth("IsProd") is None


def test_a_choice_with_a_default_is_that_default_and_decides_no_condition():
    world = inside("{Env: !Ref Likely}")
    assert env(world) == ["dev"]
    assert world.facts.truth("IsProd") is None
    assert world.facts.values("Env") == ("prod", "dev")


def test_a_mix_of_known_and_unknown_is_unknown():
    [why] = env(inside("{Env: !If [IsProd, prod, !Ref Free]}", ", Default: dev"))
    assert why.startswith("depends on parameter `Free`, which has no value (passed on")
    [why] = env(inside("{Env: !If [IsProd, prod, !Ref Usual]}", ", Default: dev"))
    assert why.startswith("depends on what is open in the stack around it (passed on")


def test_a_secret_stays_one():
    world = inside("{Env: !Ref Secret}", Secret="hunter2")
    assert world.parameter("Env") == ("hunter2", True)


def test_the_work_is_counted_with_the_parent():
    parent = load_template(PARENT % "{}")
    child, _ = given(load_template(CHILD % ""), None, World(Facts(parent, {})), "Net")
    assert child.budget is parent.budget


def named(body: str, type_: str = "AWS::CloudFormation::Stack", **values: str) -> Reference | str:
    template = load_template(f"Parameters: {{Base: {{Type: String}}}}\nResources: {{Net: {body}}}")
    node = lookup(template.root, "Resources", "Net")
    assert node is not None
    return reference(node, type_, World(Facts(template, values)))


@pytest.mark.parametrize("location", ["child.yaml", "./a/child.yaml", "file:///a/child.yaml"])
def test_a_path_names_a_local_template(location):
    found = named(f"{{Properties: {{TemplateURL: '{location}'}}}}")
    assert isinstance(found, Reference)
    assert (found.location, found.literal) == (location, True)
    found = named(f"{{Properties: {{Location: '{location}'}}}}", "AWS::Serverless::Application")
    assert isinstance(found, Reference)


def test_a_path_that_a_function_gives_may_be_part_of_an_address():
    body = "{Properties: {TemplateURL: !Sub '${Base}/c.yaml'}}"
    found = named(body, Base="a")
    assert isinstance(found, Reference)
    assert (found.location, found.literal) == ("a/c.yaml", False)
    assert named(body) == (
        "its template is not read: depends on parameter `Base`, which has no value"
    )


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        (
            "{TemplateURL: 'https://s3.amazonaws.com/b/c.yaml'}",
            "it lies at `https://s3.amazonaws.com/b/c.yaml`",
        ),
        ("{TemplateURL: 's3://b/c.yaml'}", "it lies at `s3://b/c.yaml`"),
        ("{TemplateURL: {a: b}}", "a list or a mapping stands where a text belongs"),
        ("{TemplateURL: null}", "there is no `TemplateURL`"),
        ("{}", "there is no `TemplateURL`"),
        ("x", "there is no `TemplateURL`"),
    ],
)
def test_everything_else_is_not_at_hand(properties, reason):
    assert named(f"{{Properties: {properties}}}") == f"its template is not read: {reason}"


def test_an_application_of_the_repository_is_not_at_hand():
    location = "{Location: {ApplicationId: 'arn:x', SemanticVersion: 1.0.0}}"
    reason = named(f"{{Properties: {location}}}", "AWS::Serverless::Application")
    assert reason == ("its template is not read: it lies in the Serverless Application Repository")


def test_cdk_names_the_file_in_metadata():
    properties = "Properties: {TemplateURL: {'Fn::Sub': 'https://${AWS::Region}/x'}}"
    metadata = "Metadata: {'aws:asset:path': c.nested.template.json, 'aws:asset:property': %s}"
    found = named(f"{{{properties}, {metadata % 'TemplateURL'}}}")
    assert isinstance(found, Reference)
    assert found.location == "c.nested.template.json"
    assert isinstance(named(f"{{{properties}, {metadata % 'Code'}}}"), str)


def stack(*sets: TagSet) -> Resource:
    first, *rest = sets
    variants = tuple(Variant(str(at), one) for at, one in enumerate(sets)) if rest else ()
    return Resource(
        source="cloudformation",
        provider="aws",
        dialect="aws",
        type="AWS::CloudFormation::Stack",
        address="Net",
        scope="a.yaml",
        tags=first,
        variants=variants,
        location=Location("a.yaml"),
    )


def tags(complete: bool = True, **values: str | None) -> TagSet:
    found = {key: Tag(key, value, unknown="" if value else "why") for key, value in values.items()}
    return TagSet(found, complete, "" if complete else "because")


def test_a_stack_hands_its_tags_on_and_those_of_the_stack_around_it():
    around = {"Cost": Tag("Cost", "1", "stack")}
    handed, gap = handed_on(around, stack(tags(Owner="a", Team=None)))
    assert [(tag.key, tag.value, tag.unknown, tag.provenance) for tag in handed.values()] == [
        ("Cost", "1", "", "stack"),
        ("Owner", "a", "", "stack"),
        ("Team", None, "why", "stack"),
    ]
    assert gap == ""


def test_what_its_branches_have_in_common_is_handed_on():
    handed, gap = handed_on({}, stack(tags(A="1", B="1", C="1"), tags(A="1", B="2")))
    assert handed["A"].value == "1"
    assert handed["B"].value is None
    assert handed["B"].unknown == "depends on what is open in the tags of `Net`"
    assert "C" not in handed
    assert (
        gap
        == "the tags of the stack `Net`: whether it has the tag `C` depends on what is open there"
    )


def test_what_it_may_have_besides_may_reach_what_is_in_it():
    handed, gap = handed_on({}, stack(tags(complete=False, A="1")))
    assert handed["A"].value == "1"
    assert gap == "the tags of the stack `Net`: because"
