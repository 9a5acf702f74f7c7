from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagguard.model import Resource, TagSet
from tests.cloudformation.templates import resources, shown

EVERYTHING = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  P0: {Type: String}
  P1: {Type: String, AllowedValues: ["true", "false"]}
  P2: {Type: String}
  P3: {Type: String, AllowedValues: [SERVICE, TASK_DEFINITION, NONE]}
  P4: {Type: String}
  P5: {Type: CommaDelimitedList}
Conditions:
  First: !Equals [!Ref P0, a]
  Second: !And [!Condition First, !Not [!Equals [!Ref P4, b]]]
Globals: {Function: {Tags: {Owner: !Ref P0, Team: g}, PropagateTags: !Ref P1}}
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      Tags:
        - !If [First, {Key: Owner, Value: !Ref P2}, !Ref AWS::NoValue]
        - {Key: !Sub "k${P4}", Value: !Select [0, !Ref P5]}
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        TagSpecifications:
          - {ResourceType: !If [Second, instance, volume], Tags: [{Key: Owner, Value: !Ref P2}]}
          - {ResourceType: network-interface, Tags: [{Key: Owner, Value: !Join ["", !Ref P5]}]}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      LaunchTemplate: {LaunchTemplateId: !Ref Template}
      Tags:
        - {Key: Owner, Value: !Ref P0, PropagateAtLaunch: !Ref P1}
        - {Key: Team, Value: !Ref P2, PropagateAtLaunch: !Ref P4}
  Definition: {Type: AWS::ECS::TaskDefinition, Properties: {Tags: [{Key: Owner, Value: !Ref P4}]}}
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !If [Second, !Ref Definition, "elsewhere:1"]
      PropagateTags: !Ref P3
      Tags: [{Key: Owner, Value: !If [First, x, !Ref P2]}]
  Work: {Type: AWS::Serverless::Function, Properties: {Tags: {Owner: !Ref P2}}}
  Door: {Type: AWS::Serverless::Api, Properties: {Tags: {Owner: a}, PropagateTags: !Ref P4}}
"""
WORDS = st.sampled_from(["a", "b", "true", "false", ""])
VALUES = st.fixed_dictionaries(
    {
        "P0": WORDS,
        "P1": st.sampled_from(["true", "false"]),
        "P2": WORDS,
        "P3": st.sampled_from(["SERVICE", "TASK_DEFINITION", "NONE"]),
        "P4": WORDS,
        "P5": st.sampled_from(["a", "a,b", "b,,a"]),
    }
)


def admits(seen: TagSet, real: TagSet) -> bool:
    """Tell whether what is seen leaves room for what is real."""
    values = all(tag.key in real and tag.value in {None, real.tags[tag.key].value} for tag in seen)
    return values and (not seen.complete or seen.tags.keys() >= real.tags.keys())


def sets(resource: Resource) -> list[TagSet]:
    return [variant.tags for variant in resource.variants] or [resource.tags]


@settings(deadline=None)
@given(values=VALUES, hidden=st.sets(st.sampled_from(["P0", "P1", "P2", "P3", "P4", "P5"])))
def test_what_is_not_known_leaves_room_for_what_is(values, hidden):
    whole = resources(EVERYTHING, parameters=values, stack_tags={"Stack": "s", "Owner": "s"})
    known = {name: value for name, value in values.items() if name not in hidden}
    part = resources(EVERYTHING, parameters=known, stack_tags={"Stack": "s", "Owner": "s"})
    assert {address for address, item in whole.items() if not item.creator} <= part.keys()
    vague = "Template#tag_specifications[0]"
    for address, resource in whole.items():
        if address not in part:
            assert vague in part
            continue
        for real in sets(resource):
            assert any(admits(seen, real) for seen in sets(part[address])), address


def tags(written: str, **options) -> TagSet:
    text = f"Resources: {{R: {{Type: AWS::S3::Bucket, Properties: {{Tags: {written}}}}}}}"
    return resources(text, **options)["R"].tags


def test_an_own_tag_names_the_stacks_that_it_replaces():
    found = tags("[{Key: Owner, Value: own}]", stack_tags={"Owner": "stack", "Team": "stack"})
    assert [(tag.key, tag.value, tag.provenance, tag.overrides) for tag in found] == [
        ("Owner", "own", "resource", "stack"),
        ("Team", "stack", "stack", ""),
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("capacity-reservation", {"Owner": "a (resource)"}),
        ("instance", {}),
        ("!Sub 'capacity-reservation'", {"Owner": "a (resource)"}),
    ],
)
def test_a_tag_specification_speaks_of_the_resource_or_of_another(kind, expected):
    text = f"""
Resources:
  R:
    Type: AWS::EC2::CapacityReservation
    Properties:
      TagSpecifications: [{{ResourceType: {kind}, Tags: [{{Key: Owner, Value: a}}]}}]
"""
    assert shown(resources(text)["R"].tags) == expected


def test_an_unknown_resource_type_leaves_the_resources_own_tags_open():
    text = """
Parameters: {Free: {Type: String}}
Resources:
  R:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      TagSpecifications: [{ResourceType: !Ref Free, Tags: [{Key: Owner, Value: a}]}]
"""
    found = resources(text)["R"].tags
    assert (len(found), found.complete) == (0, False)
