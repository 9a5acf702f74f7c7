from __future__ import annotations

import pytest

from tagguard.cloudformation.implied import implied_names
from tests.cloudformation.templates import resources, shown

TEMPLATE = """
Parameters: {{Env: {{Type: String}}, Mode: {{Type: String, AllowedValues: [SERVICE, NONE]}}}}
Conditions: {{IsProd: !Equals [!Ref Env, prod]}}
Resources:
  Service:
    Type: AWS::ECS::Service
    Properties: {{Tags: [{{Key: Owner, Value: {value}}}], PropagateTags: {switch}}}
"""


def task(value: str = "a", switch: str = "SERVICE", **options):
    return resources(TEMPLATE.format(value=value, switch=switch), **options).get("Service#task")


def test_it_follows_its_creator():
    text = TEMPLATE.format(value="a", switch="SERVICE")
    assert list(resources(text)) == ["Service", "Service#task"]


def test_open_conditions_in_the_creators_tags_are_branches_of_the_copy():
    found = [
        (variant.branch, shown(variant.tags)) for variant in task("!If [IsProd, p, d]").variants
    ]
    assert found == [
        ("condition `IsProd` is true", {"Owner": "p (propagated:Service)"}),
        ("condition `IsProd` is false", {"Owner": "d (propagated:Service)"}),
    ]


def test_what_one_branch_implies_is_judged_as_if_it_were_there():
    found = task(switch="!Ref Mode")
    assert (shown(found.tags), found.variants) == ({"Owner": "a (propagated:Service)"}, ())
    assert task(switch="!Ref Mode", parameters={"Mode": "NONE"}) is None


def test_more_branches_than_are_tried_leave_it_open():
    parameters = "".join(f"P{n}: {{Type: String}}, " for n in range(6))
    conditions = "".join(f"C{n}: !Equals [!Ref P{n}, x], " for n in range(6))
    parts = ", ".join(f"!If [C{n}, a, b]" for n in range(6))
    found = resources(f"""
Parameters: {{{parameters}}}
Conditions: {{{conditions}}}
Resources:
  Service:
    Type: AWS::ECS::Service
    Properties: {{Tags: [{{Key: Owner, Value: !Join ['', [{parts}]]}}], PropagateTags: SERVICE}}
""")
    assert shown(found["Service#task"].tags) == {
        "Owner": "? depends on condition `C0` (propagated:Service)"
    }


def test_a_copy_says_who_hands_it_on_and_where_it_is_written():
    tag = task().tags.get("Owner")
    assert (tag.provenance, tag.location.line) == ("propagated:Service", 7)


def test_an_excluded_resource_implies_nothing():
    text = TEMPLATE.format(value="a", switch="SERVICE").replace(
        "    Type: AWS::ECS::Service", "    Condition: IsProd\n    Type: AWS::ECS::Service"
    )
    assert "Service#task" not in resources(text, parameters={"Env": "dev"})
    assert "Service#task" in resources(text, parameters={"Env": "prod"})


def test_a_macro_may_add_tags_to_what_is_implied_too():
    text = "Transform: Mine" + TEMPLATE.format(value="a", switch="SERVICE")
    tags = resources(text)["Service#task"].tags
    assert (tags.complete, tags.reason) == (False, "the macro `Mine` may add tags")


def test_copying_costs_and_what_is_left_out_is_open():
    tags = ", ".join(f"{{Key: k{n}, Value: v}}" for n in range(2_000))
    services = "".join(
        f"  S{n}: {{Type: AWS::ECS::Service, Properties: {{PropagateTags: TASK_DEFINITION, "
        "TaskDefinition: !Ref D}}\n"
        for n in range(150)
    )
    found = resources(
        f"Resources:\n  D: {{Type: AWS::ECS::TaskDefinition, Properties: {{Tags: [{tags}]}}}}\n"
        f"{services}"
    )
    assert len(found["S0#task"].tags) == 2_000
    assert (len(found["S149#task"].tags), found["S149#task"].tags.complete) == (0, False)
    assert "build more than" in found["S149#task"].tags.reason


def test_many_of_one_kind_have_names_of_their_own():
    found = resources("""
Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        TagSpecifications:
          - {ResourceType: volume, Tags: [{Key: Owner, Value: a}]}
          - {ResourceType: volume, Tags: [{Key: Owner, Value: b}]}
""")
    assert [address for address in found if "#" in address] == ["Web#volume", "Web#volume[1]"]


def test_it_is_read_through_the_stack_around_it():
    tag = task(stack_tags={"Owner": "s"}).tags.get("Owner")
    assert (tag.value, tag.overrides) == ("a", "")


def test_what_a_loop_makes_is_found_through_a_reference():
    found = resources("""
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Templates:
    - Name
    - [A, B]
    - Template${Name}:
        Type: AWS::EC2::LaunchTemplate
        Properties:
          LaunchTemplateData:
            TagSpecifications: [{ResourceType: instance, Tags: [{Key: From, Value: !Ref Name}]}]
      Group${Name}:
        Type: AWS::AutoScaling::AutoScalingGroup
        Properties:
          LaunchTemplate: {LaunchTemplateId: !Ref "Template${Name}", Version: 1}
          Tags: [{Key: Owner, Value: a, PropagateAtLaunch: true}]
  Single:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      LaunchTemplate: {LaunchTemplateId: !Ref TemplateB, Version: 1}
      Tags: [{Key: Owner, Value: !Ref TemplateA, PropagateAtLaunch: true}]
""")
    assert shown(found["GroupA#instance"].tags) == {
        "From": "A (propagated:TemplateA)",
        "Owner": "a (propagated:GroupA)",
    }
    assert shown(found["Single#instance"].tags) == {
        "From": "B (propagated:TemplateB)",
        "Owner": "? known at deployment: TemplateA (propagated:Single)",
    }


def test_names_with_numbers_of_their_own_are_not_overwritten():
    kinds = ["a[1]", "a", "a"]
    listed = ", ".join(f"{{ResourceType: '{kind}', Tags: []}}" for kind in kinds)
    found = resources(f"""
Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties: {{LaunchTemplateData: {{TagSpecifications: [{listed}]}}}}
""")
    assert [address for address in found if "#" in address] == ["Web#a[1]", "Web#a", "Web#a[2]"]


@pytest.mark.parametrize(
    ("type_", "names"),
    [
        ("AWS::AutoScaling::AutoScalingGroup", ("instance",)),
        ("AWS::ECS::Service", ("task", "volume")),
        ("AWS::CloudFormation::Stack", ("contents",)),
        ("AWS::S3::Bucket", ()),
    ],
)
def test_what_a_type_may_imply_has_names(type_, names):
    assert implied_names(type_) == names
