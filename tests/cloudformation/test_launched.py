from __future__ import annotations

import pytest

from tests.cloudformation.templates import resources, shown

SPECIFICATIONS = """
Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      TagSpecifications:
        - {ResourceType: launch-template, Tags: [{Key: Owner, Value: template}]}
      LaunchTemplateData:
        TagSpecifications:
          - {ResourceType: instance, Tags: [{Key: Owner, Value: vm}]}
          - {ResourceType: volume, Tags: [{Key: Owner, Value: disk}]}
          - {ResourceType: spot-instances-request, Tags: [{Key: Owner, Value: spot}]}
"""


def implied(text: str, **options) -> dict[str, dict[str, str]]:
    """Give the tags of what a template implies, by address."""
    found = resources(text, **options).values()
    return {item.address: shown(item.tags) for item in found if item.creator is not None}


def test_a_launch_template_tags_what_it_launches():
    assert implied(SPECIFICATIONS) == {
        "Web#instance": {"Owner": "vm (resource)"},
        "Web#volume": {"Owner": "disk (resource)"},
        "Web#spot-instances-request": {"Owner": "spot (resource)"},
    }


def test_what_is_launched_has_a_type_a_creator_and_a_place():
    found = resources(SPECIFICATIONS)
    item = found["Web#volume"]
    assert item.creator is not None
    assert item.creator.address == "Web"
    assert item.type == "AWS::EC2::Volume"
    assert item.location.line == 11
    assert item.places == ("`LaunchTemplateData.TagSpecifications` of `Web`",)
    assert found["Web#spot-instances-request"].type == "aws:ec2/spot-instances-request"


def test_the_stacks_tags_do_not_reach_what_a_launch_template_launches():
    assert implied(SPECIFICATIONS, stack_tags={"Team": "x"})["Web#instance"] == {
        "Owner": "vm (resource)"
    }


def test_an_unknown_resource_type_is_undetermined():
    found = resources("""
Parameters: {Kind: {Type: String}}
Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        TagSpecifications: [{ResourceType: !Ref Kind, Tags: [{Key: Owner, Value: vm}]}]
""")
    item = found["Web#tag_specifications[0]"]
    assert item.type == "aws:ec2/unknown"
    assert not item.tags.complete
    assert "parameter `Kind`" in item.tags.reason


def group(tags: str, more: str = "", **options) -> dict[str, str]:
    """Give the tags of a group's instances."""
    found = implied(
        f"""
Parameters: {{Free: {{Type: String}}, Copy: {{Type: String}}}}
Resources:
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {{Tags: {tags}{more}}}
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        TagSpecifications:
          - {{ResourceType: instance, Tags: [{{Key: A, Value: t}}, {{Key: T, Value: t}}]}}
          - {{ResourceType: volume, Tags: [{{Key: V, Value: v}}]}}
""",
        **options,
    )
    return found.get("Group#instance", {})


A = "{Key: A, Value: a, PropagateAtLaunch: true}"
FROM_TEMPLATE = ", LaunchTemplate: {LaunchTemplateId: !Ref Template}"


@pytest.mark.parametrize(
    ("tags", "more", "expected"),
    [
        (f"[{A}]", "", {"A": "a (propagated:Group)"}),
        ("[{Key: B, Value: b, PropagateAtLaunch: false}]", "", {}),
        ("[{Key: B, Value: b}]", "", {}),
        (
            f"[{A}]",
            FROM_TEMPLATE,
            {"A": "a (propagated:Group)", "T": "t (propagated:Template)"},
        ),
        (
            f"[{A}]",
            (
                ", MixedInstancesPolicy: {LaunchTemplate: {LaunchTemplateSpecification: "
                "{LaunchTemplateId: !Ref Template}}}"
            ),
            {"A": "a (propagated:Group)", "T": "t (propagated:Template)"},
        ),
    ],
)
def test_a_group_hands_on_the_tags_that_propagate(tags, more, expected):
    assert group(tags, more) == expected


def test_the_stacks_tags_reach_a_groups_instances_through_the_group():
    assert group(f"[{A}]", stack_tags={"A": "s", "S": "s"}) == {
        "A": "a (propagated:Group)",
        "S": "s (stack)",
    }


def test_what_a_group_replaces_only_for_itself_is_open():
    text = """
Resources:
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {Tags: [{Key: Owner, Value: a, PropagateAtLaunch: false}]}
"""
    tags = resources(text, stack_tags={"Owner": "s", "Team": "s"})["Group#instance"].tags
    assert (shown(tags), tags.complete) == ({"Team": "s (stack)"}, False)


def test_an_unknown_switch_leaves_every_weaker_value_open():
    unknown = "[{Key: T, Value: g, PropagateAtLaunch: !Ref Copy}]"
    found = group(unknown, FROM_TEMPLATE)
    assert found["T"].startswith("? may be overridden: whether a tag is propagated: depends on")
    assert found["A"].startswith("? may be overridden")


@pytest.mark.parametrize("named", ["LaunchTemplateId: !Ref Free", "LaunchTemplateName: golden"])
def test_a_launch_template_from_elsewhere_may_add_tags(named):
    text = f"""
Parameters: {{Free: {{Type: String}}}}
Resources:
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {{Tags: [{A}], LaunchTemplate: {{{named}}}}}
"""
    tags = resources(text)["Group#instance"].tags
    assert shown(tags) == {"A": "a (propagated:Group)"}
    assert not tags.complete
    assert "launch template" in tags.reason


TASKS = """
Parameters: {Free: {Type: String}}
Resources:
  Definition: {Type: AWS::ECS::TaskDefinition, Properties: {Tags: [{Key: Owner, Value: d}]}}
  Service:
    Type: AWS::ECS::Service
    Properties: {Tags: [{Key: Owner, Value: s}], TaskDefinition: %s, PropagateTags: %s}
"""


@pytest.mark.parametrize(
    ("definition", "switch", "expected"),
    [
        ("!Ref Definition", "SERVICE", {"Owner": "s (propagated:Service)"}),
        ("!Ref Definition", "TASK_DEFINITION", {"Owner": "d (propagated:Definition)"}),
        ("!Ref Definition", "NONE", None),
        ("!Ref Definition", "!Ref AWS::NoValue", None),
    ],
)
def test_a_service_hands_on_its_tags_or_the_definitions(definition, switch, expected):
    assert implied(TASKS % (definition, switch)).get("Service#task") == expected


@pytest.mark.parametrize(
    ("definition", "switch", "reason"),
    [
        ("!Ref Free", "TASK_DEFINITION", "the task definition (depends on parameter `Free`"),
        ("web:3", "TASK_DEFINITION", "the task definition (`web:3`)"),
        ("!Ref Definition", "!Ref Free", "whether tags are propagated: depends on"),
    ],
)
def test_tags_of_a_task_are_open_where_the_template_does_not_tell(definition, switch, reason):
    tags = resources(TASKS % (definition, switch))["Service#task"].tags
    assert (len(tags), tags.complete) == (0, False)
    assert reason in tags.reason


def test_tags_for_a_task_win_over_those_handed_on():
    found = implied("""
Resources:
  Definition:
    Type: AWS::ECS::TaskDefinition
    Properties: {Tags: [{Key: Owner, Value: d}, {Key: Team, Value: d}]}
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      Targets:
        - EcsParameters:
            TaskDefinitionArn: !GetAtt Definition.TaskDefinitionArn
            PropagateTags: TASK_DEFINITION
            TagList: [{Key: Owner, Value: own}]
""")
    assert found == {
        "Nightly#task": {"Owner": "own (resource)", "Team": "d (propagated:Definition)"}
    }


@pytest.mark.parametrize(
    ("type_", "properties", "expected"),
    [
        (
            "AWS::EC2::Instance",
            "{PropagateTagsToVolumeOnCreation: true, Tags: [{Key: Owner, Value: a}]}",
            {"R#volume": {"Owner": "a (propagated:R)"}},
        ),
        (
            "AWS::EC2::Instance",
            "{PropagateTagsToVolumeOnCreation: false, Tags: [{Key: Owner, Value: a}]}",
            {},
        ),
        (
            "AWS::Batch::JobDefinition",
            "{PropagateTags: true, Tags: {Owner: a}}",
            {"R#task": {"Owner": "a (propagated:R)"}},
        ),
        (
            "AWS::Batch::ComputeEnvironment",
            "{ComputeResources: {Tags: {Owner: a}}}",
            {"R#instance": {"Owner": "a (resource)"}},
        ),
        (
            "AWS::EC2::EC2Fleet",
            (
                "{TagSpecifications: [{ResourceType: fleet, Tags: []}, "
                "{ResourceType: instance, Tags: [{Key: Owner, Value: a}]}]}"
            ),
            {"R#instance": {"Owner": "a (resource)"}},
        ),
        (
            "AWS::EC2::SpotFleet",
            (
                "{SpotFleetRequestConfigData: {LaunchSpecifications: [{TagSpecifications: "
                "[{ResourceType: instance, Tags: [{Key: Owner, Value: a}]}]}, {TagSpecifications: "
                "[{ResourceType: instance, Tags: [{Key: Owner, Value: b}]}]}]}}"
            ),
            {
                "R#instance[0]": {"Owner": "a (resource)"},
                "R#instance[1]": {"Owner": "b (resource)"},
            },
        ),
        (
            "AWS::Scheduler::Schedule",
            "{Target: {EcsParameters: {Tags: [{key: Owner, value: a}]}}}",
            {"R#task": {"Owner": "a (resource)"}},
        ),
        (
            "AWS::Pipes::Pipe",
            "{TargetParameters: {EcsTaskParameters: {Tags: [{Key: Owner, Value: a}]}}}",
            {"R#task": {"Owner": "a (resource)"}},
        ),
        (
            "AWS::ECS::Service",
            (
                "{VolumeConfigurations: [{ManagedEBSVolume: {TagSpecifications: "
                "[{ResourceType: volume, Tags: [{Key: Owner, Value: a}]}]}}]}"
            ),
            {"R#volume": {"Owner": "a (resource)"}},
        ),
        ("AWS::EKS::Nodegroup", "{Tags: {Owner: a}}", {}),
    ],
)
def test_each_type_shows_what_it_launches(type_, properties, expected):
    text = f"Resources: {{R: {{Type: '{type_}', Properties: {properties}}}}}"
    assert implied(text) == expected


@pytest.mark.parametrize(
    "properties",
    ["[]", "x", "{LaunchTemplateData: []}", "{LaunchTemplateData: {TagSpecifications: {a: b}}}"],
)
def test_nonsense_implies_nothing(properties):
    text = f"Resources: {{R: {{Type: AWS::EC2::LaunchTemplate, Properties: {properties}}}}}"
    assert implied(text) == {}


def test_a_spot_fleet_says_its_own_tags_in_a_specification_too():
    found = resources("""
Resources:
  F:
    Type: AWS::EC2::SpotFleet
    Properties:
      SpotFleetRequestConfigData:
        TagSpecifications: [{ResourceType: spot-fleet-request, Tags: [{Key: Owner, Value: a}]}]
        LaunchSpecifications:
          - TagSpecifications: [{ResourceType: instance, Tags: [{Key: Team, Value: b}]}]
""")
    assert shown(found["F"].tags) == {"Owner": "a (resource)"}
    assert shown(found["F#instance"].tags) == {"Team": "b (resource)"}


def test_whether_the_stacks_tags_reach_the_volumes_of_an_instance_is_open():
    text = """
Resources:
  I:
    Type: AWS::EC2::Instance
    Properties: {PropagateTagsToVolumeOnCreation: true, Tags: [{Key: Owner, Value: a}]}
"""
    tags = resources(text, stack_tags={"Owner": "s", "Team": "s"})["I#volume"].tags
    assert shown(tags) == {"Owner": "a (propagated:I)"}
    assert (
        tags.reason == "it is not known whether the stack's tags reach the volumes of an instance"
    )
    assert resources(text, stack_tags={"Owner": "s"})["I#volume"].tags.complete


def test_the_place_of_a_groups_instances_names_the_switch():
    text = """
Resources:
  G:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {Tags: [{Key: Owner, Value: a, PropagateAtLaunch: false}]}
"""
    assert resources(text)["G#instance"].places == ("`Tags` of `G` with `PropagateAtLaunch: true`",)


SECRET = "Parameters: {P: {Type: String, NoEcho: true, Default: S3CRET}}\n"


@pytest.mark.parametrize(
    ("type_", "properties", "address", "reason"),
    [
        (
            "AWS::AutoScaling::AutoScalingGroup",
            "{LaunchTemplate: {LaunchTemplateId: !Ref P}, Tags: [{Key: A, Value: a}]}",
            "X#instance",
            "the launch template (confidential) may add tags",
        ),
        (
            "AWS::ECS::Service",
            "{PropagateTags: TASK_DEFINITION, TaskDefinition: !Sub 'x${P}'}",
            "X#task",
            "tags are those of the task definition (confidential)",
        ),
        (
            "AWS::ECS::Service",
            "{PropagateTags: !Ref P}",
            "X#task",
            "whether tags are propagated: confidential",
        ),
        (
            "AWS::EC2::LaunchTemplate",
            "{LaunchTemplateData: {TagSpecifications: [{ResourceType: !Ref P}]}}",
            "X#tag_specifications[0]",
            "the resource type: confidential",
        ),
    ],
)
def test_a_confidential_value_decides_nothing_and_is_not_shown(type_, properties, address, reason):
    text = f"{SECRET}Resources: {{X: {{Type: {type_}, Properties: {properties}}}}}"
    item = resources(text)[address]
    assert (item.tags.complete, item.tags.reason) == (False, reason)
    assert "S3CRET" not in item.type
