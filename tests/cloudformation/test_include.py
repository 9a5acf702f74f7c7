from __future__ import annotations

import json

import pytest

from tagguard.cloudformation import include
from tagguard.cloudformation.attributes import attributes
from tagguard.cloudformation.include import TemplateFile, load_file
from tagguard.documents import lookup, to_text_data
from tagguard.errors import InputError
from tagguard.json_nodes import MAX_DEPTH
from tagguard.tree import Tree

ROOT = "stacks/root.yaml"


@pytest.fixture
def load(tmp_path):
    """Give a function that writes files beside each other and reads the template among them."""

    def loaded(template: str, **files: str) -> TemplateFile:
        for name, text in {"root": template, **files}.items():
            (tmp_path / "stacks").mkdir(exist_ok=True)
            (tmp_path / "stacks" / f"{name}.yaml").write_text(text)
        tree = Tree([tmp_path], cwd=tmp_path)
        return load_file(ROOT, tree.read(ROOT), template, tree)

    return loaded


def data(file: TemplateFile) -> dict:
    found: dict = to_text_data(file.template.root)
    return found


def of(location: str) -> str:
    return f"{{'Fn::Transform': {{Name: AWS::Include, Parameters: {{Location: {location}}}}}}}"


def place(file: TemplateFile, *path: str) -> tuple[str, int | None, int | None]:
    node = lookup(file.template.root, *path)
    assert node is not None
    location = file.location(node)
    return location.path, location.line, location.column


def messages(file: TemplateFile) -> list[tuple[str, int | None, str]]:
    return [
        (file.location(one.node).path, file.location(one.node).line, one.message)
        for one in file.faults
    ]


def test_a_template_without_includes_is_as_it_is_written(load):
    file = load("Resources: {A: {Type: AWS::SQS::Queue}}")
    assert data(file) == {"Resources": {"A": {"Type": "AWS::SQS::Queue"}}}
    assert (file.included, file.faults) == ((), ())
    assert file.source is file.data


@pytest.mark.parametrize("location", ["part.yaml", "./part.yaml", "../stacks/part.yaml"])
def test_what_a_file_holds_takes_the_place_of_the_transform(load, location):
    file = load(f"Resources:\n  A: {of(location)}", part="# a queue\n  Type: AWS::SQS::Queue")
    assert data(file) == {"Resources": {"A": {"Type": "AWS::SQS::Queue"}}}
    assert place(file, "Resources") == (ROOT, 2, 3)
    assert place(file, "Resources", "A", "Type") == ("stacks/part.yaml", 2, 9)
    assert file.included == ("stacks/part.yaml",)


def test_the_short_form_and_a_list_of_one_are_transforms_too(load):
    transform = "{Name: AWS::Include, Parameters: {Location: part.yaml}}"
    file = load(
        f"Resources: {{A: !Transform {transform}, B: {{Fn::Transform: [{transform}]}}}}",
        part="Type: AWS::SQS::Queue",
    )
    queue = {"Type": "AWS::SQS::Queue"}
    assert data(file) == {"Resources": {"A": queue, "B": queue}}


def test_a_mapping_joins_the_keys_beside_the_transform(load):
    transform = "{Name: AWS::Include, Parameters: {Location: part.yaml}}"
    file = load(f"Resources: {{A: 1, Fn::Transform: {transform}, C: 3}}", part="B: 2")
    assert data(file) == {"Resources": {"A": "1", "B": "2", "C": "3"}}


def test_a_list_joins_the_list_around_the_transform(load):
    file = load(f"Tags: [a, {of('part.yaml')}, {of('item.yaml')}]", part="[b, c]", item="{d: e}")
    assert data(file) == {"Tags": ["a", "b", "c", {"d": "e"}]}


def test_sections_are_included_at_the_top(load):
    transform = "{Name: AWS::Include, Parameters: {Location: part.yaml}}"
    part = "Mappings: {M: {}}\nResources: {B: 2}"
    expected = {"A": "1", "B": "2"}
    for key in ("Transform", "Fn::Transform"):
        file = load(f"{key}: {transform}\nResources: {{A: 1}}", part=part)
        assert data(file)["Resources"] == expected
        assert data(file)["Mappings"] == {"M": {}}
    file = load(f"Transform: [AWS::Serverless-2016-10-31, {transform}]", part=part)
    assert data(file)["Resources"] == {"B": "2"}


def test_files_include_further_files(load):
    file = load(
        f"Resources: {of('one.yaml')}", one=f"A: {of('two.json.yaml')}", **{"two.json": '{"B": 1}'}
    )
    assert data(file) == {"Resources": {"A": {"B": "1"}}}
    assert place(file, "Resources", "A", "B") == ("stacks/two.json.yaml", 1, 7)


def test_an_alias_unfolds_to_the_same_as_its_anchor(load):
    file = load(f"A: &a {of('part.yaml')}\nB: *a", part="{x: 1}")
    assert data(file) == {"A": {"x": "1"}, "B": {"x": "1"}}
    assert file.included == ("stacks/part.yaml",)


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("s3://bucket/part.yaml", "s3://bucket/part.yaml"),
        ("https://example.com/part.yaml", "https://example.com/part.yaml"),
        ("!Sub '${Base}/part.yaml'", "${Base}/part.yaml"),
        ("!Ref Location", "Location"),
        ("[part.yaml]", "a place that is not known"),
    ],
)
def test_what_is_elsewhere_stays_a_function_that_says_what_it_is(load, location, named):
    file = load(f"Resources: {of(location)}", part="A: 1")
    assert list(data(file)["Resources"]) == [f"Fn::Transform of {named}"]
    assert (file.included, file.faults) == ((), ())


def test_what_is_not_known_at_the_top_may_be_a_resource(load):
    file = load("Transform: {Name: AWS::Include, Parameters: {Location: s3://b/p.yaml}}")
    assert list(data(file)["Resources"]) == ["Fn::Transform of s3://b/p.yaml"]


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (None, "what it includes cannot be read: there is no file `stacks/part.yaml`"),
        ("", "what it includes cannot be read: `stacks/part.yaml` is empty"),
        ("a: [", "what it includes cannot be read: `stacks/part.yaml:2`: "),
        (of("part.yaml"), "`part.yaml` includes itself"),
    ],
)
def test_a_local_file_that_cannot_be_included_is_told(load, part, message):
    files = {} if part is None else {"part": part}
    file = load(f"A: 1\nResources: {of('part.yaml')}", **files)
    assert list(data(file)["Resources"]) == ["Fn::Transform of part.yaml"]
    [(path, line, said)] = messages(file)
    assert said.startswith(message)
    assert (path, line) == (("stacks/part.yaml", 1) if part == of("part.yaml") else (ROOT, 2))


def test_files_outside_the_tree_are_not_read(load, tmp_path):
    outside = tmp_path.parent / "secret.yaml"
    outside.write_text("A: 1")
    file = load(f"Resources: {of(str(outside))}")
    [(_, _, said)] = messages(file)
    assert "outside the tree" in said


def test_what_joins_keys_must_be_a_mapping(load):
    transform = "{Name: AWS::Include, Parameters: {Location: part.yaml}}"
    file = load(f"Resources: {{A: 1, Fn::Transform: {transform}}}", part="[1]")
    assert list(data(file)["Resources"]) == ["A", "Fn::Transform of what is no mapping"]
    assert [said for *_, said in messages(file)] == [
        "what is included beside keys is not a mapping"
    ]
    file = load(f"Transform: {transform}\nResources: {{}}", part="[1]")
    assert [said for *_, said in messages(file)] == ["what is included at the top is not a mapping"]


def test_other_macros_are_left_alone(load):
    file = load("A: {Fn::Transform: {Name: Mine}} # AWS::Include")
    assert data(file) == {"A": {"Fn::Transform": {"Name": "Mine"}}}


def test_without_a_tree_nothing_is_followed():
    text = f"A: {of('part.yaml')}"
    file = load_file("root.yaml", text.encode(), text, None)
    assert list(data(file)["A"]) == ["Fn::Transform"]


def test_the_work_is_bounded(load, monkeypatch):
    chain = {f"n{at}": of(f"n{at + 1}.yaml") for at in range(include.MAX_TRAIL + 5)}
    file = load(f"A: {of('n0.yaml')}", **chain)
    assert ["is not included" in said for *_, said in messages(file)] == [True]
    assert len(file.included) == include.MAX_TRAIL

    many = json.dumps(
        [{"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "n.yaml"}}}] * 4
    )
    monkeypatch.setattr(include, "MAX_FILES", 3)
    assert len(load(f'{{"A": {many}}}', n="1").faults) == 1
    monkeypatch.setattr(include, "MAX_NODES", 10)
    assert len(load(f"A: {of('big.yaml')}", big="[1,2,3,4,5,6,7,8,9,10]").faults) == 1
    monkeypatch.setattr(include, "MAX_BYTES", 10)
    assert len(load(f"A: {of('long.yaml')}", long="a: 1 # long enough").faults) == 1


def test_the_whole_is_no_deeper_than_a_document_may_be(load):
    deep = "[" * 120 + "]" * 120
    nested = "[" * 100 + "%s" + "]" * 100
    file = load(f"A: {nested % of('deep.yaml')}", deep=deep)
    assert [said for *_, said in messages(file)] == [
        f"`deep.yaml` makes the template deeper than {MAX_DEPTH} levels"
    ]
    with pytest.raises(InputError, match="what it includes makes the template deeper"):
        load(f"A: &a [{of('deep.yaml')}]\nB: {nested % '*a'}", deep=deep)


def test_the_source_holds_everything_that_is_included(load):
    file = load(
        f"Resources: {of('part.yaml')}",
        part="Q: {Properties: {Name: !Sub '${A}', N: 012, T: '12', B: true}}",
    )
    found = attributes(file.source, ("Resources", "Q"), {})
    assert found == {"Name": {"Fn::Sub": "${A}"}, "N": "012", "T": "12", "B": True}
