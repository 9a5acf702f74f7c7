from __future__ import annotations

import json

import pytest

from tagguard.model import Ignore, Resource
from tagguard.sources import Document, ReadOptions
from tagguard.sources.cloudformation import CloudFormation
from tagguard.tree import Tree
from tests.cloudformation.templates import resources

BUCKET = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n"


def told(text):
    """Give what each resource's waivers say, with their lines."""
    return {
        address: [(one.rule, one.key, one.reason, one.until, one.location.line) for one in found]
        for address, resource in resources(text).items()
        if (found := resource.ignores)
    }


def in_metadata(text):
    return f"{BUCKET}    Metadata:\n      tagguard:\n{text}"


def test_comments_and_data_are_both_read():
    text = (
        "Resources:\n"
        "  # tagguard:ignore missing-tag:Owner reason='moves' until=2026-12-31\n"
        "  A:\n"
        "    Type: AWS::S3::Bucket\n"
        "    Metadata:\n"
        "      tagguard:\n"
        "        ignore:\n"
        "          - {rule: empty-tag, key: Env, reason: later, until: 2026-12-31}\n"
        "          - unknown-key reason='fine'\n"
        "  B:\n"
        "    Type: AWS::S3::Bucket\n"
    )
    assert told(text) == {
        "A": [
            ("missing-tag", "Owner", "moves", "2026-12-31", 2),
            ("empty-tag", "Env", "later", "2026-12-31", 8),
            ("unknown-key", None, "fine", "", 9),
        ]
    }


def test_json_has_the_data_form():
    one = {"rule": "missing-tag", "reason": "r"}
    body = {"Type": "AWS::S3::Bucket", "Metadata": {"tagguard": {"ignore": one}}}
    text = json.dumps({"Resources": {"A": body, "B": {"Type": "AWS::S3::Bucket"}}}, indent=1)
    (found,) = resources(text)["A"].ignores
    assert (found.rule, found.key, found.reason) == ("missing-tag", None, "r")
    assert found.location.line is not None
    assert text.splitlines()[found.location.line - 1].strip() == '"ignore": {'
    assert resources(text)["B"].ignores == ()


def test_the_templates_own_metadata_is_for_all_its_resources():
    text = (
        "Metadata:\n  tagguard:\n    ignore: {rule: missing-tag, reason: r}\n"
        f"{BUCKET}  B:\n    Type: AWS::S3::Bucket # tagguard:ignore empty-tag\n"
    )
    assert {name: [one[0] for one in found] for name, found in told(text).items()} == {
        "A": ["missing-tag"],
        "B": ["missing-tag", "empty-tag"],
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("        ignore: [{reason: r}]\n", "no rule is named"),
        ("        ignore: [{rule: '', reason: r}]\n", "no rule is named"),
        (
            "        ignore: [{rule: a, reasn: r}]\n",
            "`reasn` is no field of an exemption (did you mean `reason`?)",
        ),
        ("        ignore: [{rule: a, reason: !Ref P}]\n", "`reason` is not plain text"),
        ("        ignore: [{rule: [a]}]\n", "`rule` is not plain text"),
        ("        ignore: [[a]]\n", "an exemption is a mapping with `rule` and `reason`"),
        ("        ignore: [null]\n", "an exemption is a mapping with `rule` and `reason`"),
        ("        ignore: a b\n", '`b` is not understood; write reason="…" and until=YYYY-MM-DD'),
        (
            "        ignores: []\n",
            "`ignores` is not known under `tagguard` (did you mean `ignore`?)",
        ),
        ("        ignore-missing-tag\n", "`tagguard` must be a mapping with `ignore`"),
    ],
)
def test_what_cannot_be_read_is_told(text, why):
    ((rule, _, reason, _, _),) = told(in_metadata(text))["A"]
    assert (rule, reason) == ("", why)


@pytest.mark.parametrize("text", ["        ignore: []\n", "        ignore: {}\n", ""])
def test_an_empty_list_waives_nothing(text):
    ignores = resources(in_metadata(text))["A"].ignores
    assert all(not one.rule for one in ignores)


def test_a_loop_hands_its_waivers_to_each_resource():
    text = (
        "Transform: AWS::LanguageExtensions\n"
        "Resources:\n"
        "  Fn::ForEach::Loop:\n"
        "    - X\n"
        "    - [One, Two]\n"
        "    - B${X}: # tagguard:ignore missing-tag reason='r'\n"
        "        Type: AWS::S3::Bucket\n"
    )
    assert {name: [one[0] for one in found] for name, found in told(text).items()} == {
        "BOne": ["missing-tag"],
        "BTwo": ["missing-tag"],
    }


def test_included_files_have_the_data_form(tmp_path):
    (tmp_path / "more.yaml").write_text(
        "A:\n  Type: AWS::S3::Bucket\n  Metadata:\n"
        "    tagguard: {ignore: [{rule: missing-tag, reason: r}]}\n"
    )
    (tmp_path / "t.yaml").write_text(
        "Resources:\n"
        "  # tagguard:ignore empty-tag\n"
        "  B: {Type: 'AWS::S3::Bucket'}\n"
        "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}\n"
    )
    source = CloudFormation(ReadOptions(tree=Tree([tmp_path], cwd=tmp_path)))
    found = source.resources(Document("t.yaml", (tmp_path / "t.yaml").read_bytes()))
    waivers = {
        one.address: [(each.rule, each.location.path, each.location.line) for each in one.ignores]
        for one in found
        if isinstance(one, Resource)
    }
    assert waivers == {
        "B": [("empty-tag", "t.yaml", 2)],
        "A": [("missing-tag", "more.yaml", 4)],
    }


def test_a_name_in_a_text_is_no_waiver():
    assert told(f"Description: tagguard\n{BUCKET}    DeletionPolicy: '# tagguard:ignore a'\n") == {}


def strays(text):
    items = CloudFormation(ReadOptions()).resources(Document("t.yaml", text.encode()))
    return [(one.location.line, one.reason) for one in items if isinstance(one, Ignore)]


def test_a_comment_at_no_resource_is_told():
    text = (
        "# tagguard:ignore missing-tag reason='r'\n"
        "Parameters: {P: {Type: String}} # tagguard:ignore missing-tag\n"
        "Transform: AWS::LanguageExtensions\n"
        "Resources:\n"
        "  # tagguard:ignore missing-tag reason='set off'\n"
        "\n"
        "  A: # tagguard:ignore missing-tag reason='r'\n"
        "    Type: AWS::S3::Bucket\n"
        "  # tagguard:ignore missing-tag reason='above a loop'\n"
        "  Fn::ForEach::Loop:\n"
        "    - X\n"
        "    - []\n"
        "    - B${X}: # tagguard:ignore missing-tag reason='of none'\n"
        "        Type: AWS::S3::Bucket\n"
    )
    why = "it stands at no resource"
    assert strays(text) == [(1, why), (2, why), (5, why), (9, why)]


def test_a_loop_that_holds_itself_ends():
    text = (
        f"# tagguard:ignore x\n{BUCKET}"
        "  Fn::ForEach::L: &l [X, [a], {B: {Type: AWS::S3::Bucket}}]\n"
        "  Fn::ForEach::M: *l\n"
    )
    assert [line for line, _ in strays(text)] == [1]
