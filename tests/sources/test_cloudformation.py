from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from tagguard.catalog import why_unknown
from tagguard.errors import InputError
from tagguard.model import Ignore, Item, Problem, Resource, Rows, Tag
from tagguard.sources import Document, ReadOptions
from tagguard.sources.cloudformation import CloudFormation


def document(text: str | bytes, path: str = "infra/template.yaml") -> Document:
    return Document(path=path, data=text.encode() if isinstance(text, str) else text)


def read(text: str | bytes, **options) -> list[Item]:
    source, template = CloudFormation(ReadOptions(**options)), document(text)
    assert source.recognises(template)
    return list(source.resources(template))


def one(text: str, **options) -> Resource:
    """Read the one resource of a template; what it implies is told elsewhere."""
    items = read(text, **options)
    [item] = [one for one in items if not isinstance(one, Resource) or one.creator is None]
    assert isinstance(item, Resource)
    return item


def bucket(tags: str, **options) -> Resource:
    """Read a bucket with these tags, beside parameters and conditions."""
    return one(
        f"""
Parameters:
  Env: {{Type: String, AllowedValues: [prod, dev], Default: dev}}
  Free: {{Type: String}}
  Secret: {{Type: String, NoEcho: true, Default: hunter2}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsFree: !Equals [!Ref Free, x]
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      Tags: {tags}
""",
        **options,
    )


def values(tags) -> dict[str, str | None]:
    """Give the team's tags by key: the value, or why it is unknown."""
    return {tag.key: tag.value if tag.is_known else tag.unknown for tag in tags if not tag.platform}


def typed(type_: str, properties: str, **options) -> Resource:
    return one(f"Resources: {{R: {{Type: '{type_}', Properties: {properties}}}}}", **options)


YAML = """\
# the logs
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "${AWS::StackName}-logs"
      Tags:
        - Key: Owner
          Value: ops@acme.io
        - {Key: CostCenter, Value: 0123}
"""
JSON = json.dumps(
    {
        "Resources": {
            "Logs": {
                "Type": "AWS::S3::Bucket",
                "Properties": {"Tags": [{"Key": "Owner", "Value": "ops@acme.io"}]},
            }
        }
    },
    indent=2,
)


def test_a_resource_of_a_yaml_template():
    resource = one(YAML)
    assert resource.source == "cloudformation"
    assert (resource.provider, resource.dialect) == ("aws", "aws")
    assert (resource.type, resource.address) == ("AWS::S3::Bucket", "Logs")
    assert resource.scope == "infra/template.yaml"
    assert (resource.taggable, resource.excluded, resource.variants) == ("yes", "", ())
    assert (resource.location.line, resource.location.column) == (4, 3)
    assert resource.places == ("`Tags` of `Logs`", "the stack's tags")
    assert resource.tags.complete
    assert values(resource.tags) == {"Owner": "ops@acme.io", "CostCenter": "0123"}
    owner = resource.tags.get("Owner")
    assert owner is not None
    assert owner.location is not None
    assert (owner.provenance, owner.location.line, owner.location.column) == ("resource", 9, 11)
    assert resource.attributes["BucketName"] == {"Fn::Sub": "${AWS::StackName}-logs"}


@pytest.mark.parametrize("indent", [2, "\t"])
def test_a_resource_of_a_json_template(indent):
    resource = one(json.dumps(json.loads(JSON), indent=indent))
    column = 5 if indent == 2 else 3
    assert (resource.location.line, resource.location.column) == (3, column)
    owner = resource.tags.get("Owner")
    assert owner is not None
    assert owner.location is not None
    assert (owner.value, owner.location.line) == ("ops@acme.io", 7)


def test_files_of_the_same_bytes_are_told_apart():
    source, data = CloudFormation(ReadOptions()), YAML.encode()
    for path in ("a.yaml", "b.yaml"):
        [resource] = source.resources(document(data, path))
        assert isinstance(resource, Resource)
        assert (resource.location.path, resource.scope) == (path, path)
        assert source.recognises(document(data, path))


def test_attributes_do_not_keep_the_reader_from_being_used_again():
    source, template = CloudFormation(ReadOptions()), document(YAML)
    first, second = (list(source.resources(template)) for _ in range(2))
    assert [item.address for item in first if isinstance(item, Resource)] == ["Logs"]
    assert len(first) == len(second)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "apiVersion: v1\nkind: Service\nmetadata: {name: Resources, labels: {Type: 'a::b'}}\n",
        "openapi: 3.0.0\ninfo: {title: Resources of Type a::b}\n",
        "services:\n  web:\n    image: acme/web::Type\n    x-Resources: 1\n",
        "on: push\njobs: {a: {steps: [{run: 'echo AWSTemplateFormatVersion: 2010'}]}}\n",
        "- hosts: all\n  vars: {t: 'AWSTemplateFormatVersion: 2010-09-09'}\n",
        "# Title\n\nWith AWSTemplateFormatVersion: and `[`.\n\n    Type: AWS::S3::Bucket\n",
        "Some prose, then a block\n\nResources:\n  A:\n    Type: AWS::S3::Bucket\n  - [\n",
        '["AWSTemplateFormatVersion:"]',
        '{"Resources": {"A": {"Type": "x"}}, "b": "::"}',
        b"\x7fELF\x00\xff\xfeResources Type::",
        b"Resources Type :: \xff\xfe",
    ],
)
def test_other_content_is_not_recognised(text):
    assert not CloudFormation(ReadOptions()).recognises(document(text))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (YAML + "   - [\n", 12, "not a readable template: "),
        (YAML.replace("    Type", "\tType"), 5, "not a readable template: a tab where"),
        (YAML + "---\na: b\n", 12, "not a readable template: a second YAML document begins here"),
        (YAML + "X: \x00\n", 12, "not a readable template: a character that YAML does not allow"),
        (JSON[:-4], 14, "not a readable template: the end of the text"),
        (YAML + "X: " + "[" * 5000, 12, "not a readable template: nested deeper than 200 levels"),
        (YAML + "X: &a [*a]\n", 12, "not a readable template: an alias refers to a node"),
        (YAML.encode() + b"X: \xff\n", 12, "not valid UTF-8 (byte "),
    ],
    ids=["broken", "tab", "second document", "NUL", "truncated", "deep", "cycle", "UTF-8"],
)
def test_a_broken_template_says_where_and_why(text, line, message):
    with pytest.raises(InputError) as caught:
        CloudFormation(ReadOptions()).recognises(document(text))
    assert caught.value.message.startswith(message)
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["", "- a\n"])
def test_what_is_no_template_cannot_be_read(text):
    with pytest.raises(InputError, match="a template is a mapping with `Resources`"):
        CloudFormation(ReadOptions()).resources(document(text))


def test_a_file_too_large_is_refused_unread():
    text = YAML + "# " + "x" * 8_000_000
    with pytest.raises(InputError, match="too large to read"):
        CloudFormation(ReadOptions()).recognises(document(text))


def test_a_billion_laughs_as_tags_are_refused():
    text = "X0: &a0 [{Key: a, Value: b}]\n"
    for level in range(1, 10):
        aliases = ", ".join([f"*a{level - 1}"] * 10)
        text += f"X{level}: &a{level} [{aliases}]\n"
    text += "Resources: {A: {Type: 'AWS::S3::Bucket', Properties: {Tags: *a9}}}\n"
    with pytest.raises(InputError, match="aliases unfold to more than 1,000,000 nodes"):
        CloudFormation(ReadOptions()).recognises(document(text))


def test_tags_shared_by_an_alias_are_read():
    items = read(
        "X: &tags [{Key: Owner, Value: a}]\n"
        "Resources:\n"
        "  A: {Type: 'AWS::S3::Bucket', Properties: {Tags: *tags}}\n"
        "  B: {Type: 'AWS::SQS::Queue', Properties: {Tags: *tags}}\n"
    )
    assert [values(item.tags) for item in items if isinstance(item, Resource)] == [
        {"Owner": "a"},
        {"Owner": "a"},
    ]


def test_values_are_the_text_that_was_written():
    tags = "{a: yes, b: 0123, c: 2024-01-01, d: 1e3, e: .inf, f: 1, g: true, h: '', i: ~, 1: x}"
    expected = {
        "a": "yes",
        "b": "0123",
        "c": "2024-01-01",
        "d": "1e3",
        "e": ".inf",
        "f": "1",
        "g": "true",
        "h": "",
        "1": "x",
    }
    assert values(typed("AWS::SSM::Parameter", f"{{Tags: {tags}}}").tags) == expected


def test_a_huge_value_and_a_huge_number_are_values():
    number = "9" * 10_000
    found = bucket(f"[{{Key: a, Value: {'x' * 2_000_000}}}, {{Key: n, Value: {number}}}]")
    assert [len(tag.value) for tag in found.tags] == [2_000_000, 10_000]


def test_a_value_that_a_deployment_decides_is_unknown():
    tags = bucket("[{Key: a, Value: !Ref AWS::StackName}, {Key: b, Value: !Ref Free}]").tags
    assert tags.complete
    assert values(tags) == {
        "a": "known at deployment: AWS::StackName",
        "b": "depends on parameter `Free`, which has no value",
    }


def test_parameters_give_values():
    tags = "[{Key: a, Value: !Ref Env}, {Key: b, Value: !Sub '${Free}-x'}]"
    assert values(bucket(tags, parameters={"Free": "f"}).tags) == {"a": "dev", "b": "f-x"}
    given = {"Free": "f", "Env": "prod"}
    assert values(bucket(tags, parameters=given).tags) == {"a": "prod", "b": "f-x"}


def test_a_secret_parameter_makes_a_sensitive_tag():
    tag = bucket("[{Key: a, Value: !Ref Secret}]").tags.get("a")
    assert tag is not None
    assert (tag.value, tag.sensitive, tag.shown) == ("hunter2", True, "(sensitive)")


def test_a_tag_that_only_the_platform_may_set_is_the_template_s_own():
    tags = bucket(
        "[{Key: 'aws:x', Value: a}, {Key: AWS:y, Value: a}]", stack_tags={"aws:z": "a"}
    ).tags
    assert [tag.platform for tag in tags] == [False] * 3


LEAKY = """
Parameters:
  S: {Type: String, NoEcho: true, Default: hunter2}
  L: {Type: CommaDelimitedList, NoEcho: true, Default: "hunter2,hunter3"}
  A: {Type: String, NoEcho: true, AllowedValues: [hunter2, hunter3]}
Mappings: {M: {k: {v: a}, hunter2: {v: found, w: [x, y]}}}
Resources:
  R:
    Type: AWS::S3::Bucket
    Properties:
      Tags: %s
"""


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        (
            "[{Key: a, Value: !FindInMap [M, !Ref S, x]}]",
            "`Fn::FindInMap` finds nothing at M.(sensitive).x",
        ),
        (
            "[{Key: a, Value: !FindInMap [M, !Sub 'x${S}', v]}]",
            "`Fn::FindInMap` finds nothing at M.(sensitive).v",
        ),
        (
            "[{Key: a, Value: !Select [!Ref S, [a, b]]}]",
            "`Fn::Select` finds nothing at index (sensitive)",
        ),
        ("[{Key: !Ref S, Value: x}]", "a tag's key is confidential"),
        ("[{Key: !Sub 'x-${S}', Value: x}]", "a tag's key is confidential"),
        ("[{Key: !Select [0, !Ref L], Value: x}]", "a tag's key is confidential"),
        ("[{Key: !FindInMap [M, !Ref S, v], Value: x}]", "a tag's key is confidential"),
    ],
)
def test_a_secret_is_in_no_reason_and_in_no_key(tags, reason):
    resource = one(LEAKY % tags)
    reasons = [*values(resource.tags).values(), resource.tags.reason]
    assert [text for text in reasons if text] == [reason]
    assert "hunter" not in repr(resource.tags.reason) + repr(list(values(resource.tags)))


def test_a_secret_is_in_no_branch():
    resource = one(LEAKY % "[{Key: a, Value: !Ref A}, {Key: !Ref A, Value: b}]")
    assert {variant.branch for variant in resource.variants} == {"parameter `A` is `(sensitive)`"}
    assert [list(variant.tags.tags) for variant in resource.variants] == [["a"], ["a"]]


@pytest.mark.parametrize(
    "value",
    [
        "!FindInMap [M, !Ref S, v]",
        "!Select [0, !FindInMap [M, !Ref S, w]]",
        "!Join ['', !FindInMap [M, !Ref S, w]]",
        "!Select [0, !Split [!Ref S, 'ahunter2b']]",
    ],
)
def test_what_a_secret_selects_is_secret(value):
    tag = one(LEAKY % f"[{{Key: a, Value: {value}}}]").tags.get("a")
    assert tag is not None
    assert (tag.is_known, tag.sensitive) == (True, True)


def test_a_loop_over_secrets_names_none_of_them():
    resource = one(
        """
Parameters: {L: {Type: CommaDelimitedList, NoEcho: true, Default: "hunter2,hunter3"}}
Resources:
  'Fn::ForEach::Queues':
    - Name
    - !Ref L
    - "Queue${Name}": {Type: "AWS::SQS::Queue"}
"""
    )
    assert resource.address == "Fn::ForEach::Queues[*]"
    assert resource.tags.reason == (
        "how often the loop runs is not known: its collection is confidential"
    )


@pytest.mark.parametrize(
    ("tags", "branches"),
    [
        (
            "[{Key: Env, Value: !If [IsProd, a, b]}]",
            {
                "condition `IsProd` is true": {"Env": "a"},
                "condition `IsProd` is false": {"Env": "b"},
            },
        ),
        (
            "[{Key: a, Value: x}, !If [IsProd, {Key: Env, Value: b}, !Ref AWS::NoValue]]",
            {
                "condition `IsProd` is true": {"a": "x", "Env": "b"},
                "condition `IsProd` is false": {"a": "x"},
            },
        ),
        (
            "!If [IsProd, [{Key: Env, Value: a}], !Ref AWS::NoValue]",
            {"condition `IsProd` is true": {"Env": "a"}, "condition `IsProd` is false": {}},
        ),
        (
            "[{Key: a, Value: !If [IsProd, p, d]}, {Key: b, Value: !If [IsFree, f, !Ref Env]}]",
            {
                "condition `IsProd` is true and condition `IsFree` is true": {"a": "p", "b": "f"},
                "condition `IsProd` is true and condition `IsFree` is false": {
                    "a": "p",
                    "b": "prod",
                },
                "condition `IsProd` is false and condition `IsFree` is true": {"a": "d", "b": "f"},
                "condition `IsProd` is false and condition `IsFree` is false": {
                    "a": "d",
                    "b": "dev",
                },
            },
        ),
    ],
    ids=["value", "entry", "list", "two conditions"],
)
def test_open_conditions_make_variants(tags, branches):
    found = bucket(tags)
    assert {variant.branch: values(variant.tags) for variant in found.variants} == branches
    assert all(variant.tags.complete for variant in found.variants)


def test_beside_its_variants_a_resource_shows_what_is_common():
    found = bucket(
        "[{Key: a, Value: !If [IsProd, x, y]}, !If [IsProd, {Key: b, Value: z}, !Ref AWS::NoValue]]"
    )
    assert values(found.tags) == {"a": "depends on condition `IsProd`"}
    assert not found.tags.complete
    assert found.tags.reason == "a tag: depends on condition `IsProd`"


def test_branches_that_agree_are_one():
    assert bucket("[{Key: a, Value: !Join ['', [!If [IsProd, x, x]]]}]").variants == ()


def test_a_given_parameter_closes_the_condition():
    found = bucket("[{Key: Env, Value: !If [IsProd, a, b]}]", parameters={"Env": "prod"})
    assert (values(found.tags), found.variants) == ({"Env": "a"}, ())


def test_too_many_combinations_leave_values_unknown():
    names = range(5)
    text = "Parameters: {" + ", ".join(f"P{n}: {{Type: String}}" for n in names) + "}\n"
    text += "Conditions: {" + ", ".join(f"C{n}: !Equals [!Ref P{n}, x]" for n in names) + "}\n"
    tags = ", ".join(f"{{Key: k{n}, Value: !If [C{n}, a, b]}}" for n in names)
    text += f"Resources: {{A: {{Type: 'AWS::S3::Bucket', Properties: {{Tags: [{tags}]}}}}}}\n"
    found = one(text)
    assert found.variants == ()
    assert values(found.tags)["k0"] == "depends on condition `C0`"


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ("{'Fn::Transform': {Name: AWS::Include}}", "tags: `Fn::Transform` is not unfolded"),
        ("[{'Fn::Transform': {Name: Mine}}]", "a tag: `Fn::Transform` is not unfolded"),
        ("{a: b, 'Fn::ForEach::X': [c]}", "`Fn::ForEach::X` is not unfolded"),
        ("!FindInMap [a, b, c]", "tags: `Fn::FindInMap` is not unfolded"),
        (
            "[{Key: !Ref Free, Value: x}]",
            "a tag: depends on parameter `Free`, which has no value",
        ),
    ],
)
def test_what_is_not_unfolded_leaves_the_set_incomplete(tags, reason):
    found = bucket(tags).tags
    assert (found.complete, found.reason) == (False, reason)


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ("text", "`Tags` of `Logs`: neither a list nor a map of tags"),
        ("[{Name: x, Value: y}]", "`Tags` of `Logs`: an entry without `Key` is no tag"),
        ("[text]", "`Tags` of `Logs`: an entry without `Key` is no tag"),
        ("[{Key: '', Value: y}, {Key: ~, Value: y}]", "`Tags` of `Logs`: an entry without `Key`"),
        ("{? [a] : b}", "`Tags` of `Logs`: a tag's key must be plain text"),
    ],
)
def test_tags_of_no_shape_are_a_problem_and_leave_the_set_incomplete(tags, message):
    text = f"Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties:\n      Tags: {tags}\n"
    problem, resource = read(text)
    assert isinstance(problem, Problem)
    assert isinstance(resource, Resource)
    assert problem.where == "infra/template.yaml:5"
    assert problem.message.startswith(message)
    assert not resource.tags.complete


LAUNCHING = """{TagSpecifications: [
    {ResourceType: launch-template, Tags: [{Key: Owner, Value: a}]},
    {ResourceType: instance, Tags: [{Key: x, Value: y}]}]}"""


@pytest.mark.parametrize(
    ("type_", "properties"),
    [
        ("AWS::S3::Bucket", "{Tags: {Owner: a}}"),
        ("AWS::SSM::Parameter", "{Tags: [{Key: Owner, Value: a}]}"),
        ("AWS::Cognito::UserPool", "{UserPoolTags: {Owner: a}, Tags: {x: y}}"),
        ("AWS::EFS::FileSystem", "{FileSystemTags: [{Key: Owner, Value: a}]}"),
        (
            "AWS::AutoScaling::AutoScalingGroup",
            "{Tags: [{Key: Owner, Value: a, PropagateAtLaunch: true}]}",
        ),
        (
            "AWS::EC2::LaunchTemplate",
            LAUNCHING,
        ),
        ("Acme::Widget::Thing", "{Tags: [{Key: Owner, Value: a}]}"),
    ],
)
def test_tags_stand_where_the_catalog_says(type_, properties):
    resource = typed(type_, properties)
    assert values(resource.tags) == {"Owner": "a"}
    assert resource.tags.complete


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("AWS::S3::Bucket", "yes"),
        ("AWS::S3::BucketPolicy", "no"),
        ("AWS::CloudFormation::CustomResource", "no"),
        ("AWS::CloudFormation::WaitConditionHandle", "no"),
        ("Custom::Thing", "no"),
        ("Acme::S3::Bucket::MODULE", "no"),
        ("Acme::Widget::Thing", "unknown"),
    ],
)
def test_what_takes_tags(type_, expected):
    assert typed(type_, "{}").taggable == expected


def test_the_catalog_can_be_amended():
    catalog = {"Acme::Widget::Thing": {"attribute": "Labels", "shape": "map"}}
    resource = typed("Acme::Widget::Thing", "{Labels: {Owner: a}}", catalog=catalog)
    assert (resource.taggable, values(resource.tags)) == ("yes", {"Owner": "a"})
    assert resource.places[0] == "`Labels` of `R`"


def test_stack_tags_reach_a_resource_and_give_way_to_its_own():
    resource = typed(
        "AWS::S3::Bucket",
        "{Tags: [{Key: Owner, Value: own}]}",
        stack_tags={"Owner": "stack", "Team": "stack"},
    )
    assert [(tag.key, tag.value, tag.provenance) for tag in resource.tags] == [
        ("Owner", "own", "resource"),
        ("Team", "stack", "stack"),
    ]
    assert resource.tags.complete


def branches(resource: Resource) -> dict[str, dict[str, str | None]]:
    return {variant.branch: values(variant.tags) for variant in resource.variants}


def test_stack_tags_that_may_not_reach_a_type_make_two_branches():
    stack = {"Owner": "stack", "Team": "stack"}
    own = "{HostedZoneTags: [{Key: Owner, Value: own}]}"
    resource = typed("AWS::Route53::HostedZone", own, stack_tags=stack)
    assert values(resource.tags) == {"Owner": "own"}
    assert branches(resource) == {
        "the stack's tags reach it": {"Owner": "own", "Team": "stack"},
        "the stack's tags do not reach it": {"Owner": "own"},
    }
    assert all(tags.complete for tags in (resource.tags, *(v.tags for v in resource.variants)))
    both = "{HostedZoneTags: [{Key: Owner, Value: a}, {Key: Team, Value: b}]}"
    assert typed("AWS::Route53::HostedZone", both, stack_tags=stack).variants == ()


QUEUES = """
Parameters: {Free: {Type: String}}
Conditions: {C: !Equals [!Ref Free, x]}
Resources:
  Q: {Type: "AWS::SQS::Queue", Properties: {Tags: [{Key: a, Value: !If [C, 1, 2]}, %s]}}
"""


def test_the_stack_s_branches_combine_with_those_of_conditions():
    resource = one(QUEUES % "", stack_tags={"Owner": "s"})
    assert values(resource.tags) == {"a": "depends on condition `C`"}
    assert branches(resource) == {
        "condition `C` is true and the stack's tags reach it": {"Owner": "s", "a": "1"},
        "condition `C` is true and the stack's tags do not reach it": {"a": "1"},
        "condition `C` is false and the stack's tags reach it": {"Owner": "s", "a": "2"},
        "condition `C` is false and the stack's tags do not reach it": {"a": "2"},
    }


def test_only_branches_in_which_the_stack_adds_a_key_are_split():
    own = "!If [C, {Key: Owner, Value: own}, !Ref AWS::NoValue]"
    assert branches(one(QUEUES % own, stack_tags={"Owner": "s"})) == {
        "condition `C` is true": {"a": "1", "Owner": "own"},
        "condition `C` is false and the stack's tags reach it": {"Owner": "s", "a": "2"},
        "condition `C` is false and the stack's tags do not reach it": {"a": "2"},
    }


def test_the_stack_s_branches_remain_where_conditions_are_too_many():
    names = range(5)
    text = "Parameters: {" + ", ".join(f"P{n}: {{Type: String}}" for n in names) + "}\n"
    text += "Conditions: {" + ", ".join(f"C{n}: !Equals [!Ref P{n}, x]" for n in names) + "}\n"
    tags = ", ".join(f"{{Key: k{n}, Value: !If [C{n}, a, b]}}" for n in names)
    text += f"Resources: {{A: {{Type: 'AWS::SQS::Queue', Properties: {{Tags: [{tags}]}}}}}}\n"
    resource = one(text, stack_tags={"Owner": "s"})
    assert [(v.branch, "Owner" in v.tags) for v in resource.variants] == [
        ("the stack's tags reach it", True),
        ("the stack's tags do not reach it", False),
    ]


def test_stack_tags_that_do_not_reach_a_type_are_not_added():
    resource = typed("AWS::IoT::Policy", "{}", stack_tags={"Owner": "stack"})
    assert (values(resource.tags), resource.tags.complete) == ({}, True)
    assert resource.places == ("`Tags` of `R`",)


def test_unknown_own_tags_may_override_the_stack():
    resource = bucket("{'Fn::Transform': {Name: Mine}}", stack_tags={"Owner": "stack"})
    why = "may be overridden: tags: `Fn::Transform` is not unfolded"
    assert values(resource.tags) == {"Owner": why}


SAM = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Tags: {Owner: global, Team: global}
Resources:
  Work:
    Type: AWS::Serverless::Function
    %s
    Properties: {Tags: {Owner: own}}
"""


def test_sam_globals_are_merged():
    resource = one(SAM % "")
    written = [tag for tag in resource.tags if not tag.platform]
    assert [(tag.key, tag.value, tag.provenance) for tag in written] == [
        ("Owner", "own", "resource"),
        ("Team", "global", "global"),
    ]
    team = resource.tags.get("Team")
    assert isinstance(team, Tag)
    assert team.location is not None
    assert team.location.line == 5
    assert resource.places[1] == "`Globals.Function.Tags`"


@pytest.mark.parametrize("ignored", ["'*'", "[Tags]", "[Runtime, Tags]"])
def test_sam_globals_can_be_ignored(ignored):
    assert values(one(SAM % f"IgnoreGlobals: {ignored}").tags) == {"Owner": "own"}


def test_a_macro_over_the_whole_template_may_add_tags():
    tags = one("Transform: Mine\n" + YAML).tags
    assert (tags.complete, tags.reason) == (False, "the macro `Mine` may add tags")


@pytest.mark.parametrize("where", ["Properties", "body"])
def test_an_include_beside_tags_leaves_them_incomplete(where):
    include = "'Fn::Transform': {Name: AWS::Include}"
    properties = f"{{Tags: [], {include}}}" if where == "Properties" else f"{{}}, {include}"
    tags = typed("AWS::S3::Bucket", properties).tags
    assert (tags.complete, tags.reason) == (False, "`Fn::Transform` is not unfolded")


CONDITIONAL = """
Parameters:
  Env: {Type: String, Default: prod}
  Free: {Type: String}
  Only: {Type: String, AllowedValues: [prod]}
Conditions:
  IsDev: !Equals [!Ref Env, dev]
  IsFree: !Equals [!Ref Free, x]
  NotFree: !Not [!Condition IsFree]
  OnlyDev: !Equals [!Ref Only, dev]
  Never: !And [!Condition IsFree, !Condition NotFree]
  BothEnvs: !And [!Condition IsDev, !Equals [!Ref Env, stg]]
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Condition: %s
    Properties: {Tags: [{Key: Env, Value: !If [%s, yes, no]}]}
"""


def test_a_resource_whose_condition_is_false_is_excluded():
    why = "its condition `OnlyDev` is false"
    assert one(CONDITIONAL % ("OnlyDev", "OnlyDev")).excluded == why
    given = {"Env": "prod"}
    why = "its condition `IsDev` is false"
    assert one(CONDITIONAL % ("IsDev", "IsDev"), parameters=given).excluded == why
    given = {"Env": "dev"}
    assert one(CONDITIONAL % ("IsDev", "IsDev"), parameters=given).excluded == ""


@pytest.mark.parametrize("condition", ["Never", "BothEnvs"])
def test_a_resource_whose_condition_contradicts_itself_is_excluded(condition):
    why = f"its condition `{condition}` is false"
    assert one(CONDITIONAL % (condition, "IsFree")).excluded == why


def test_a_default_decides_no_condition():
    resource = one(CONDITIONAL % ("IsDev", "IsDev"))
    assert (resource.excluded, values(resource.tags)) == ("", {"Env": "yes"})


@pytest.mark.parametrize("condition", ["IsFree", "IsDev"])
def test_a_resource_whose_condition_is_open_is_read_as_if_present(condition):
    resource = one(CONDITIONAL % (condition, condition))
    assert (resource.excluded, resource.variants) == ("", ())
    assert values(resource.tags) == {"Env": "yes"}


@pytest.mark.parametrize(
    ("condition", "other", "expected"),
    [("NotFree", "IsFree", "no"), ("IsFree", "NotFree", "no"), ("NotFree", "NotFree", "yes")],
)
def test_what_follows_from_a_resource_s_condition_is_no_question(condition, other, expected):
    resource = one(CONDITIONAL % (condition, other))
    assert (resource.variants, values(resource.tags)) == ((), {"Env": expected})


def test_a_condition_that_is_not_defined_excludes_nothing():
    assert one(CONDITIONAL % ("Missing", "IsDev")).excluded == ""


def test_loops_over_resources_are_unfolded():
    items = read(
        """
Transform: AWS::LanguageExtensions
Resources:
  'Fn::ForEach::Queues':
    - Name
    - [A, B]
    - "Queue${Name}":
        Type: AWS::SQS::Queue
        Properties:
          QueueName: !Sub "${Name}-q"
          Tags: [{Key: Name, Value: !Ref Name}, {Key: "k${Name}", Value: "x-${Name}"}]
"""
    )
    found = [(r.address, values(r.tags)) for r in items if isinstance(r, Resource)]
    assert found == [
        ("QueueA", {"Name": "A", "kA": "x-A"}),
        ("QueueB", {"Name": "B", "kB": "x-B"}),
    ]


def test_a_loop_that_is_not_known_is_one_resource_with_incomplete_tags():
    resource = one(
        "AWSTemplateFormatVersion: 2010-09-09\n"
        "Parameters: {Names: {Type: CommaDelimitedList}}\n"
        "Resources:\n"
        "  'Fn::ForEach::Queues':\n"
        "    - Name\n"
        "    - !Ref Names\n"
        "    - 'Q${Name}': {Type: 'AWS::SQS::Queue', Properties: {Tags: [{Key: a, Value: b}]}}\n"
    )
    assert (resource.address, resource.type) == ("Fn::ForEach::Queues[*]", "AWS::SQS::Queue")
    assert values(resource.tags) == {"a": "b"}
    assert not resource.tags.complete


def test_included_resources_are_one_that_is_not_known():
    resource = one(
        "AWSTemplateFormatVersion: x\nResources: {'Fn::Transform': {Name: AWS::Include}}"
    )
    assert (resource.address, resource.taggable) == ("Fn::Transform", "unknown")
    assert resource.tags.reason.startswith("`Fn::Transform` adds resources that are not known here")


def test_what_cannot_be_read_is_a_problem_and_the_others_go_on():
    items = read(
        """
AWSTemplateFormatVersion: 2010-09-09
Resources:
  NoType: {Properties: {}}
  OddType: {Type: !Ref X}
  Text: text
  Twice: {Type: "AWS::S3::Bucket"}
  Good: {Type: "AWS::S3::Bucket", Type: "AWS::SQS::Queue"}
  Twice: {Type: "AWS::SQS::Queue"}
"""
    )
    seen = [
        (item.where.partition(":")[2], item.message) if isinstance(item, Problem) else item.address
        for item in items
        if not isinstance(item, (Ignore, Rows))
    ]
    assert seen == [
        ("9", "`Twice` stands here twice; only the last one is judged"),
        ("4", "`NoType` has no `Type`"),
        ("5", "`OddType` has a `Type` that is no text"),
        ("6", "`Text` is not a mapping"),
        "Twice",
        ("8", "the key `Type` stands twice in `Good`; only the last one is read"),
        "Good",
    ]
    assert [item.type for item in items if isinstance(item, Resource)] == ["AWS::SQS::Queue"] * 2


def test_repeated_sections_are_a_problem():
    problem, resource = read(YAML + "Resources:\n  Other: {Type: 'AWS::S3::Bucket'}\n")
    assert isinstance(problem, Problem)
    assert isinstance(resource, Resource)
    assert problem.message == (
        "the key `Resources` stands twice in the template; only the last one is read"
    )
    assert resource.address == "Other"


@pytest.mark.parametrize("section", ["", "Resources:\n", "Resources: {}\n"])
def test_a_template_without_resources_has_none(section):
    assert read("AWSTemplateFormatVersion: 2010-09-09\n" + section) == []


@pytest.mark.parametrize("tags", ["[]", "{}", "!If [Missing, [], []]", "!Ref AWS::NoValue"])
def test_an_unknown_type_with_visible_tags_is_whole(tags):
    resource = typed("Acme::Widget::Thing", f"{{Tags: {tags}}}")
    assert (resource.taggable, len(resource.tags)) == ("unknown", 0)
    assert resource.tags.complete == ("If" not in tags)


@pytest.mark.parametrize("properties", ["{}", "{Name: x}", "!Ref AWS::NoValue"])
@pytest.mark.parametrize("stack", [{}, {"Owner": "s"}])
def test_an_unknown_type_without_visible_tags_is_not(properties, stack):
    resource = typed("Acme::Widget::Thing", properties, stack_tags=stack)
    reason = why_unknown("Acme::Widget::Thing")
    assert (values(resource.tags), resource.variants) == ({}, ())
    assert (resource.tags.complete, resource.tags.reason) == (False, reason)


def test_an_unknown_type_may_show_its_tags_in_one_branch_only():
    resource = one(
        """
Parameters: {Free: {Type: String}}
Conditions: {C: !Equals [!Ref Free, x]}
Resources:
  R: {Type: "Acme::Widget::Thing", Properties: !If [C, {Tags: []}, {}]}
"""
    )
    assert [variant.tags.complete for variant in resource.variants] == [True, False]


def reasons(items: list[Item]) -> set[str]:
    return {
        tag.unknown or "known" for item in items if isinstance(item, Resource) for tag in item.tags
    }


def tagged(sections: Mapping[str, object], values: Sequence[object]) -> str:
    """Give a template with one bucket that has these tags."""
    tags = [{"Key": f"K{n}", "Value": value} for n, value in enumerate(values)]
    logs = {"Type": "AWS::S3::Bucket", "Properties": {"Tags": tags}}
    return json.dumps({**sections, "Resources": {"Logs": logs}})


def test_loops_in_loops_that_double_a_text_end():
    body: object = {
        "R": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": [{"Key": "K", "Value": "${i0}"}]}}
    }
    for level in range(31):
        collection = [f"${{i{level + 1}}}" * 2]
        body = {f"Fn::ForEach::L{level}": [f"i{level}", collection, body]}
    [item] = read(json.dumps({"Resources": {"Fn::ForEach::Top": ["i31", ["xx"], body]}}))
    assert isinstance(item, Resource)
    assert not item.tags.complete
    assert "functions give a text longer than 10,000 characters" in item.tags.reason


def test_many_selections_from_one_long_parameter_end():
    parameters = {"Parameters": {"P": {"Type": "String", "Default": "," * 300_000}}}
    select = {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "P"}]}]}
    items = read(tagged(parameters, [select] * 3_000))
    assert reasons(items) == {"functions give a text longer than 10,000 characters"}


def test_many_texts_of_one_long_parameter_end():
    parameters = {"Parameters": {"P": {"Type": "String", "Default": "x" * 9_000}}}
    items = read(tagged(parameters, [{"Fn::Sub": f"{n}${{P}}"} for n in range(6_000)]))
    assert reasons(items) == {
        "known",
        "the template's functions build more than 50,000,000 characters",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}', True),
        (' {"Transform": "AWS::Serverless-2016-10-31", "Resources": {}}', True),
        ('{"AWSTemplateFormatVersion": "2010-09-09", "Resources": []}', True),
        ('{"Resources": [{"Type": "AWS::S3::Bucket"}]}', False),
        ('{"stack": {"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}}', False),
        ("{Resources: {B: {Type: 'AWS::S3::Bucket'}}}", True),
    ],
)
def test_a_template_is_told_by_what_stands_at_its_top(text, expected):
    source = CloudFormation(ReadOptions())
    assert source.recognises(Document("t.json", text.encode())) is expected
