"""Templates over several files: nested stacks, includes, CDK assemblies."""

from __future__ import annotations

import io
import json

import pytest

from tagguard.cloudformation import stack
from tagguard.model import Item, Problem, Resource
from tagguard.sources import ReadOptions, cloudformation
from tagguard.sources.files import documents
from tagguard.sources.reading import Reader
from tagguard.tree import Tree

NESTED = "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s}}"
QUEUE = "Resources: {Q: {Type: AWS::SQS::Queue}}"
VPC = "Resources: {T: {Type: AWS::EC2::VPC, Properties: {Tags: [%s]}}}"
"""A type that the stack's tags surely reach, so no branch is left open."""
VPC_JSON = '"Resources": {"T": {"Type": "AWS::EC2::VPC", "Properties": {"Tags": [%s]}}}'


@pytest.fixture
def check(tmp_path):
    """Give a function that writes files and reads those that are named, or all."""

    def read(files: dict[str, str], *names: str, **options) -> Found:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        tree = Tree([tmp_path], cwd=tmp_path)
        reader = Reader(ReadOptions(tree=tree, **options))
        paths = [tmp_path / name for name in names or (".",)]
        items = list(reader.read(documents(paths, cwd=tmp_path, stdin=io.BytesIO())))
        return Found(reader, items)

    return read


class Found:
    """What became of some files."""

    def __init__(self, reader: Reader, items: list[Item]) -> None:
        resources = [item for item in items if isinstance(item, Resource)]
        self.resources = {one.address: one for one in resources if one.creator is None}
        self.implied = {one.address: one for one in resources if one.creator is not None}
        self.problems = [(item.where, item.message) for item in items if isinstance(item, Problem)]
        self.inputs = {one.path: one.resources for one in reader.inputs}
        self.skipped = reader.skipped
        self.parameters = reader.parameters
        assert len(resources) == len(self.resources) + len(self.implied)
        assert sum(self.inputs.values()) == len(self.resources)

    def tags(self, address: str) -> dict[str, str]:
        return {
            tag.key: f"{tag.value if tag.is_known else tag.unknown} ({tag.provenance})"
            for tag in self.resources[address].tags
            if not tag.platform
        }


def vpc(tags: str = "", start: str = "") -> str:
    return f"{start}\n{VPC % tags}"


def nested(url: str, more: str = "", start: str = "") -> str:
    return f"""{start}
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    {more}
    Properties:
      TemplateURL: {url}
"""


def test_a_nested_stack_is_judged_through_the_one_around_it(check):
    found = check({"a.yaml": nested("sub/b.yaml"), "sub/b.yaml": QUEUE}, stack_tags={"Cost": "1"})
    assert list(found.resources) == ["Net", "Net/Q"]
    queue = found.resources["Net/Q"]
    assert (queue.location.path, queue.location.line, queue.location.column) == (
        "sub/b.yaml",
        1,
        13,
    )
    assert queue.scope == "a.yaml"
    assert queue.places == ("`Tags` of `Net/Q`", "`Tags` of `Net`", "the stack's tags")
    assert queue.attributes == {}
    assert found.inputs == {"a.yaml": 1, "sub/b.yaml": 1}
    assert found.problems == []


@pytest.mark.parametrize("names", [(), ("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")])
@pytest.mark.parametrize(("caller", "called"), [("a", "b"), ("b", "a")])
def test_the_order_of_files_does_not_matter(check, names, caller, called):
    files = {f"{caller}.yaml": nested(f"{called}.yaml"), f"{called}.yaml": QUEUE}
    found = check(files, *names)
    assert list(found.resources) == ["Net", "Net/Q"]
    assert found.inputs == {"a.yaml": 1, "b.yaml": 1}


def test_a_template_that_nobody_names_here_is_judged_by_itself(check):
    files = {"a.yaml": nested("b.yaml"), "b.yaml": QUEUE}
    found = check(files, "b.yaml")
    assert list(found.resources) == ["Q"]
    assert found.inputs == {"b.yaml": 1}
    found = check(files, "a.yaml")
    assert list(found.resources) == ["Net", "Net/Q"]
    assert found.inputs == {"a.yaml": 2}


def test_stacks_nest_deeper_and_addresses_tell(check):
    files = {"c.yaml": nested("b.yaml"), "b.yaml": nested("a.yaml"), "a.yaml": QUEUE}
    found = check(files)
    assert list(found.resources) == ["Net", "Net/Net", "Net/Net/Q"]
    assert found.resources["Net/Net/Q"].places[1] == "`Tags` of `Net/Net`"
    assert found.inputs == {"c.yaml": 1, "b.yaml": 1, "a.yaml": 1}


def test_a_template_may_be_nested_twice(check):
    two = f"Resources: {{A: {NESTED % 'b.yaml'}, B: {NESTED % 'b.yaml'}}}"
    found = check({"a.yaml": two, "b.yaml": QUEUE + "\nX: 1\nX: 2"})
    assert list(found.resources) == ["A", "A/Q", "B", "B/Q"]
    assert found.inputs == {"a.yaml": 2, "b.yaml": 2}
    assert found.problems == [
        ("b.yaml:3", "the key `X` stands twice in the template; only the last one is read")
    ]


def test_tags_are_handed_on(check):
    tags = "[{Key: Owner, Value: net}, {Key: Team, Value: !Ref Who}, {Key: Env, Value: x}]"
    parent = nested("b.yaml", start="Parameters: {Who: {Type: String}}") + f"      Tags: {tags}"
    child = vpc("{Key: Env, Value: own}")
    found = check({"a.yaml": parent, "b.yaml": child}, stack_tags={"Cost": "1", "Owner": "stack"})
    assert found.tags("Net/T") == {
        "Cost": "1 (stack)",
        "Owner": "net (stack)",
        "Team": "depends on parameter `Who`, which has no value (stack)",
        "Env": "own (resource)",
    }
    owner, env = (found.resources["Net/T"].tags.get(key) for key in ("Owner", "Env"))
    assert owner.location.path == "a.yaml"
    assert env.overrides == "stack"


def test_what_may_be_tagged_besides_may_reach_what_is_nested(check):
    parent = nested("b.yaml") + "      Tags: !Ref Unknown"
    found = check({"a.yaml": parent, "b.yaml": vpc()})
    tags = found.resources["Net/T"].tags
    assert not tags.complete
    assert "the tags of the stack `Net`" in tags.reason


def test_parameters_are_those_that_the_parent_passes(check):
    child = vpc("{Key: Env, Value: !Ref Env}", "Parameters: {Env: {Type: String, Default: dev}}")
    files = {"a.yaml": nested("b.yaml") + "      Parameters: {Env: prod}", "b.yaml": child}
    assert check(files, parameters={"Env": "given"}).tags("Net/T") == {"Env": "prod (resource)"}
    files["a.yaml"] = nested("b.yaml")
    assert check(files, parameters={"Env": "given"}).tags("Net/T") == {"Env": "dev (resource)"}


def test_what_is_in_a_stack_that_is_not_created_is_left_out(check):
    start = "Conditions: {Never: !Equals [a, b]}"
    files = {"a.yaml": nested("b.yaml", "Condition: Never", start), "b.yaml": QUEUE}
    found = check(files)
    why = "its condition `Never` is false"
    assert found.resources["Net"].excluded == why
    assert found.resources["Net/Q"].excluded == f"its stack `Net` is left out: {why}"


def test_what_a_nested_stack_implies_belongs_to_it(check):
    group = """
Resources:
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {Tags: [{Key: Owner, Value: a, PropagateAtLaunch: true}]}
"""
    found = check({"a.yaml": nested("b.yaml"), "b.yaml": group})
    assert list(found.implied) == ["Net/Group#instance"]
    assert (
        found.implied["Net/Group#instance"].tags.get("Owner").provenance == "propagated:Net/Group"
    )
    assert found.inputs == {"a.yaml": 1, "b.yaml": 1}


def test_a_missing_or_broken_template_is_told_and_the_stack_itself_judged(check):
    found = check({"a.yaml": nested("gone.yaml")})
    assert list(found.resources) == ["Net"]
    assert found.problems == [
        ("a.yaml:7", "the template of a nested stack: there is no file `gone.yaml`")
    ]
    files = {"a.yaml": nested("b.yaml"), "b.yaml": "AWSTemplateFormatVersion: 2010-09-09\nX: ["}
    found = check(files)
    assert list(found.resources) == ["Net"]
    assert [where for where, _ in found.problems] == ["b.yaml:3"]
    assert found.inputs == {"a.yaml": 1, "b.yaml": 0}
    found = check({**files, "b.yaml": "name: x"})
    assert found.problems == [("b.yaml", "not a template: there are no `Resources`")]


@pytest.mark.parametrize(
    "url", ["https://s3.amazonaws.com/b/c.yaml", "!Sub 'https://${X}'", "!Ref X"]
)
def test_what_is_not_at_hand_is_no_problem_and_stands_for_itself(check, url):
    tags = "      Tags: [{Key: Team, Value: net}]"
    found = check({"a.yaml": nested(url) + tags}, stack_tags={"Owner": "me"})
    assert (list(found.resources), found.problems) == (["Net"], [])
    [item] = found.implied.values()
    assert (item.address, item.type) == ("Net#contents", "aws:cloudformation/stack-contents")
    assert item.creator is found.resources["Net"]
    assert item.location == item.creator.location
    assert {tag.key: (tag.value, tag.provenance) for tag in item.tags} == {
        "Owner": ("me", "stack"),
        "Team": ("net", "stack"),
    }
    assert not item.tags.complete
    assert item.tags.reason.startswith("its template is not read: ")


def test_what_is_in_a_stack_that_cannot_be_read_stands_for_itself_too(check):
    item = check({"a.yaml": nested("gone.yaml")}).implied["Net#contents"]
    assert item.tags.reason == "its template `gone.yaml` is not read"
    never = nested("gone.yaml", "Condition: Never", "Conditions: {Never: !Equals [a, b]}")
    assert check({"a.yaml": never}).implied == {}


def test_outside_the_tree_nothing_is_read(check, tmp_path):
    (tmp_path.parent / "outside.yaml").write_text(QUEUE)
    found = check({"a.yaml": nested("../outside.yaml")})
    assert list(found.resources) == ["Net"]
    [(_, message)] = found.problems
    assert "outside the tree" in message


def test_stacks_that_nest_each_other_end(check):
    found = check({"a.yaml": nested("b.yaml"), "b.yaml": nested("a.yaml")})
    assert list(found.resources) == ["Net", "Net/Net"]
    assert found.problems == [("b.yaml:7", "`a.yaml` is nested in itself; it is not followed")]
    assert found.inputs == {"a.yaml": 1, "b.yaml": 1}


def test_a_stack_may_nest_itself_until_a_condition_ends_it(check):
    start = """
Parameters: {Last: {Type: String, Default: "no"}}
Conditions: {More: !Equals [!Ref Last, "no"]}
"""
    parameters = '      Parameters: {Last: "yes"}'
    text = nested("a.yaml", "Condition: More", start) + parameters
    found = check({"a.yaml": text}, parameters={"Last": "no"})
    assert list(found.resources) == ["Net"]
    assert found.problems == [("a.yaml:10", "`a.yaml` is nested in itself; it is not followed")]
    found = check({"b.yaml": nested("a.yaml") + parameters, "a.yaml": text})
    assert list(found.resources) == ["Net", "Net/Net"]
    assert found.problems == []


def test_the_number_of_stacks_is_bounded(check, monkeypatch):
    monkeypatch.setattr(stack, "MAX_STACKS", 20)
    two = "Resources: {{A: {0}, B: {0}}}"
    files = {f"s{at}.yaml": two.format(NESTED % f"s{at + 1}.yaml") for at in range(8)}
    found = check({**files, "s8.yaml": QUEUE}, "s0.yaml")
    assert 20 < len(found.resources) < 50
    assert {message.partition(":")[0] for _, message in found.problems} == {
        "no more stacks are followed"
    }
    monkeypatch.setattr(stack, "MAX_RESOURCES", 8)
    assert 8 < len(check(files, "s0.yaml").resources) < 20
    monkeypatch.undo()
    monkeypatch.setattr(stack, "MAX_NESTED", 3)
    found = check(files, "s0.yaml")
    assert max(address.count("/") for address in found.resources) == 3


def test_the_stacks_of_an_assembly_share_their_bounds(check, monkeypatch):
    monkeypatch.setattr(stack, "MAX_STACKS", 3)
    entry = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}
    text = json.dumps({"artifacts": {f"A{at}": entry for at in range(9)}})
    files = {"m/manifest.json": text, "m/t.json": '{"Resources": {}}'}
    assert check(files).problems == [
        ("m/manifest.json", "no more stacks are followed: at most 3 with 50,000 resources are")
    ]


def test_templates_that_are_read_over_and_over_are_bounded(check, monkeypatch):
    monkeypatch.setattr(cloudformation, "MAX_KEPT", 0)
    two = f"Resources: {{A: {NESTED % 'b.yaml'}, B: {NESTED % 'c.yaml'}, C: {NESTED % 'b.yaml'}}}"
    files = {"a.yaml": two, "b.yaml": QUEUE, "c.yaml": QUEUE}
    assert check(files).problems == []
    monkeypatch.setattr(cloudformation, "MAX_AGAIN", 0)
    found = check(files)
    assert list(found.resources) == ["A", "A/Q", "B", "B/Q", "C"]
    assert found.problems == [
        ("b.yaml", "the templates that others name are too large to be read over and over")
    ]


def test_an_application_is_a_nested_stack(check):
    application = """
Transform: AWS::Serverless-2016-10-31
Resources:
  App:
    Type: AWS::Serverless::Application
    Properties: {Location: ./b.yaml, Parameters: {Env: prod}, Tags: {Owner: app}}
"""
    child = vpc("{Key: Env, Value: !Ref Env}", "Parameters: {Env: {Type: String}}")
    found = check({"a.yaml": application, "b.yaml": child})
    assert found.tags("App/T") == {"Owner": "app (stack)", "Env": "prod (resource)"}


def test_without_a_tree_nothing_is_followed(tmp_path):
    (tmp_path / "a.yaml").write_text(nested("b.yaml"))
    found = documents([tmp_path / "a.yaml"], cwd=tmp_path, stdin=io.BytesIO())
    _, item = Reader(ReadOptions()).read(found)
    assert isinstance(item, Resource)
    assert item.address == "Net#contents"


def include(location: str) -> str:
    return f"{{'Fn::Transform': {{Name: AWS::Include, Parameters: {{Location: {location}}}}}}}"


def test_included_resources_and_tags_say_where_they_stand(check):
    part = f"\nT:\n  Type: AWS::EC2::VPC\n  Properties:\n    Tags: [{include('tags.json')}]"
    tags = '[\n{"Key": "Owner",\n "Value": {"Ref": "Who"}}]'
    root = f"Parameters: {{Who: {{Type: String, Default: me}}}}\nResources: {include('part.yaml')}"
    found = check({"root.yaml": root, "part.yaml": part, "tags.json": tags})
    resource = found.resources["T"]
    assert (resource.location.path, resource.location.line) == ("part.yaml", 2)
    owner = resource.tags.get("Owner")
    assert (owner.value, owner.location.path, owner.location.line) == ("me", "tags.json", 2)
    assert resource.attributes == {"Tags": [{"Key": "Owner", "Value": {"Ref": "Who"}}]}
    assert found.inputs == {"root.yaml": 0, "part.yaml": 1, "tags.json": 0}
    assert (found.skipped, found.problems) == (0, [])


def test_tags_that_are_included_from_elsewhere_are_not_complete(check):
    found = check({"a.yaml": vpc(include("s3://b/tags.yaml"))})
    tags = found.resources["T"].tags
    assert not tags.complete
    assert "Fn::Transform of s3://b/tags.yaml" in tags.reason


def test_resources_that_are_included_from_elsewhere_are_one_that_says_so(check):
    found = check({"a.yaml": f"AWSTemplateFormatVersion: x\nResources: {include('s3://b/r.yaml')}"})
    [resource] = found.resources.values()
    assert resource.address == "Fn::Transform of s3://b/r.yaml"
    assert not resource.tags.complete


def test_a_missing_include_is_a_problem(check):
    found = check({"a.yaml": vpc(include("gone.yaml"))})
    assert not found.resources["T"].tags.complete
    assert found.problems == [
        ("a.yaml:2", "what it includes cannot be read: there is no file `gone.yaml`")
    ]


def test_an_included_template_is_not_judged_a_second_time(check):
    root = "Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}\nResources: {}"
    found = check({"a.yaml": root, "part.yaml": QUEUE})
    assert list(found.resources) == ["Q"]
    assert found.inputs == {"a.yaml": 0, "part.yaml": 1}


def manifest(**stacks: dict) -> str:
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": stacks[name].pop("environment", "aws://unknown-account/unknown-region"),
            "properties": {"templateFile": f"{name}.template.json", **stacks[name]},
        }
        for name in stacks
    }
    return json.dumps({"version": "36.0.0", "artifacts": artifacts})


TEMPLATE = json.dumps({"Resources": {"T": {"Type": "AWS::EC2::VPC"}}})


def test_a_cloud_assembly_gives_its_stacks_with_their_tags(check):
    files = {
        "cdk.out/manifest.json": manifest(
            A={
                "tags": {"Owner": "cdk", "Env": "cdk"},
                "environment": "aws://123456789012/eu-west-1",
            }
        ),
        "cdk.out/A.template.json": TEMPLATE,
        "cdk.out/asset.1/lambda.template.json": TEMPLATE,
        "cdk.out/tree.json": '{"Resources": 1, "Type": "::"}',
        "cdk.out/A.assets.json": "{}",
    }
    for names in [(), ("cdk.out",), ("cdk.out/manifest.json",)]:
        found = check(files, *names, stack_tags={"Env": "given"})
        assert list(found.resources) == ["T"]
        assert found.tags("T") == {"Owner": "cdk (stack)", "Env": "given (stack)"}
        resource = found.resources["T"]
        assert (resource.account, resource.region) == ("123456789012", "eu-west-1")
        assert resource.scope == resource.location.path == "cdk.out/A.template.json"
        assert (found.skipped, found.problems) == (0, [])


def test_what_a_manifest_says_is_known_in_its_templates(check):
    tag = '{"Key": "Where", "Value": {"Fn::Sub": "${AWS::Region}/${Env}"}}'
    template = f'{{"Parameters": {{"Env": {{"Type": "String"}}}}, {VPC_JSON % tag}}}'
    files = {
        "cdk.out/manifest.json": manifest(
            A={"environment": "aws://unknown-account/eu-west-1", "parameters": {"Env": "cdk"}}
        ),
        "cdk.out/A.template.json": template,
    }
    assert check(files).tags("T") == {"Where": "eu-west-1/cdk (resource)"}
    found = check(files, parameters={"Env": "mine", "AWS::Region": "us-east-1"})
    assert found.tags("T") == {"Where": "us-east-1/mine (resource)"}
    assert (found.resources["T"].account, found.resources["T"].region) == (None, "us-east-1")


def test_templates_of_an_assembly_that_are_named_too_are_judged_once(check):
    files = {"cdk.out/manifest.json": manifest(A={}), "cdk.out/A.template.json": TEMPLATE}
    found = check(files, "cdk.out/A.template.json", "cdk.out/manifest.json")
    assert list(found.resources) == ["T"]
    assert found.inputs == {"cdk.out/manifest.json": 0, "cdk.out/A.template.json": 1}


@pytest.mark.parametrize("name", ["assembly-B", "a"])
def test_nested_assemblies_are_judged_once(check, name):
    root = json.loads(manifest(A={}))
    assembly = {"type": "cdk:cloud-assembly", "properties": {"directoryName": name}}
    root["artifacts"]["Stage"] = assembly
    files = {
        "cdk.out/manifest.json": json.dumps(root),
        "cdk.out/A.template.json": TEMPLATE,
        f"cdk.out/{name}/manifest.json": manifest(B={"tags": {"Owner": "b"}}),
        f"cdk.out/{name}/B.template.json": TEMPLATE.replace('"T"', '"U"'),
    }
    found = check(files)
    assert list(found.resources) == ["T", "U"]
    assert found.tags("U") == {"Owner": "b (stack)"}
    files[f"cdk.out/{name}/manifest.json"] = '{"artifacts": ["cdk:cloud-assembly"]}'
    found = check(files)
    assert list(found.resources) == ["T", "U"]
    assert [where for where, _ in found.problems] == [f"cdk.out/{name}/manifest.json"]


def test_a_missing_template_of_an_assembly_is_a_problem(check):
    found = check({"cdk.out/manifest.json": manifest(A={})})
    assert found.problems == [
        ("cdk.out/manifest.json", "there is no file `cdk.out/A.template.json`")
    ]
    found = check({"cdk.out/A.template.json": "[]"})
    assert [where for where, _ in found.problems] == ["cdk.out/A.template.json:1"]


def test_a_damaged_manifest_is_a_problem_and_its_templates_are_read(check):
    files = {"x/manifest.json": "{", "x/cdk.out": "{}", "x/A.template.json": TEMPLATE}
    found = check(files)
    assert list(found.resources) == ["T"]
    [(where, message)] = found.problems
    assert where == "x/manifest.json"
    assert message.startswith("not a readable manifest")


def test_nested_stacks_of_an_assembly_are_judged_through_their_parents(check):
    parent = {
        "Resources": {
            "Net": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": {"Fn::Sub": "https://s3.${AWS::Region}/x"}},
                "Metadata": {
                    "aws:asset:path": "Net.nested.template.json",
                    "aws:asset:property": "TemplateURL",
                },
            }
        }
    }
    files = {
        "cdk.out/manifest.json": manifest(A={"tags": {"Owner": "cdk"}}),
        "cdk.out/A.template.json": json.dumps(parent),
        "cdk.out/Net.nested.template.json": TEMPLATE,
    }
    found = check(files)
    assert found.tags("Net/T") == {"Owner": "cdk (stack)"}
    assert found.problems == []


def test_other_manifests_are_passed_over(check):
    found = check({"web/manifest.json": '{"name": "app"}', "web/A.yaml": QUEUE})
    assert list(found.resources) == ["Q"]
    assert found.skipped == 1


@pytest.mark.parametrize(
    "manifest",
    ['{"artifacts": {}, "x": "aws:cloudformation:stack"}', '{"artifacts": {"a": {"type": []}}}'],
)
def test_a_manifest_without_stacks_is_none(check, manifest):
    files = {"manifest.json": manifest, "cdk.out": "", "n.yaml": QUEUE}
    assert list(check(files).resources) == ["Q"]
    [(where, message)] = check({}, "manifest.json").problems
    assert (where, message) == ("manifest.json", "not recognised as any kind of input")


def test_assemblies_that_hold_no_stack_are_a_problem(check):
    root = {"P": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "p"}}}
    files = {
        "manifest.json": json.dumps({"artifacts": root}),
        "p/manifest.json": '{"artifacts": {}}',
    }
    assert check(files).problems == [("manifest.json", "the assembly names no stacks")]


def test_the_parameters_that_a_caller_may_set_are_known_afterwards(check):
    child = vpc(start="Parameters: {Inner: {Type: String}}")
    start = "Parameters: {Env: {Type: String}, Stage: {Type: String}}"
    found = check({"a.yaml": nested("b.yaml", start=start), "b.yaml": child})
    assert found.parameters == {"Env", "Stage"}
