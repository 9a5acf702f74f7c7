from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.cloudformation.cdk import Artifact, artifacts, is_manifest
from tagguard.model import Problem
from tagguard.tree import Tree

STACK = "aws:cloudformation:stack"


@pytest.fixture
def assembly(tmp_path):
    """Give a function that writes manifests and reads the first one's artifacts."""

    def read(manifest, **nested) -> list[Artifact | Problem]:
        for folder, content in {"cdk.out": manifest, **nested}.items():
            path = tmp_path / folder.replace("__", "/")
            path.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps({"artifacts": content})
            (path / "manifest.json").write_text(text)
        tree = Tree([tmp_path], cwd=tmp_path)
        return list(
            artifacts("cdk.out/manifest.json", tree.read("cdk.out/manifest.json"), tree, set())
        )

    return read


def stack(template: str = "A.template.json", **more) -> dict:
    properties = {"templateFile": template, **more.pop("properties", {})}
    return {"type": STACK, "properties": properties, **more}


def messages(items):
    return [(item.where, item.message) for item in items if isinstance(item, Problem)]


def test_every_stack_is_given_with_what_the_manifest_says(assembly):
    tags, parameters = {"Owner": "a"}, {"Env": "prod"}
    found = assembly(
        {
            "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
            "A": stack(
                environment="aws://123456789012/eu-west-1",
                properties={"tags": tags, "parameters": parameters, "stackName": "a"},
            ),
            "B": stack("B.template.json", environment="aws://unknown-account/unknown-region"),
            "A.assets": {"type": "cdk:asset-manifest"},
        }
    )
    assert found == [
        Artifact("cdk.out/A.template.json", tags, parameters, "123456789012", "eu-west-1"),
        Artifact("cdk.out/B.template.json"),
    ]


@pytest.mark.parametrize(("key", "value"), [("key", "value"), ("Key", "Value")])
def test_older_versions_keep_the_tags_in_metadata(assembly, key, value):
    data = [{key: "Owner", value: "old"}, {key: "Team", value: "t"}]
    entries = [
        {"type": "aws:cdk:logicalId", "data": "x"},
        {"type": "aws:cdk:stack-tags", "data": data},
    ]
    [found] = assembly(
        {"A": stack(metadata={"/A": entries}, properties={"tags": {"Owner": "new"}})}
    )
    assert found.tags == {"Owner": "new", "Team": "t"}


def test_nested_assemblies_are_followed(assembly):
    nested = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    found = assembly(
        {"A": stack(), "Prod": nested},
        **{"cdk.out__assembly-Prod": {"B": stack("B.template.json")}},
    )
    assert found == [
        Artifact("cdk.out/A.template.json"),
        Artifact("cdk.out/assembly-Prod/B.template.json"),
    ]


@pytest.mark.parametrize("folder", [".", "../cdk.out", "gone", None])
def test_an_assembly_that_leads_nowhere_is_a_problem(assembly, folder):
    nested = {"type": "cdk:cloud-assembly", "properties": {"directoryName": folder}}
    items = assembly({"Prod": nested, "A": stack()})
    [(where, message)] = messages(items)
    assert where == "cdk.out/manifest.json"
    assert message.startswith("the assembly `Prod`")
    assert items[1:] == [Artifact("cdk.out/A.template.json")]


def test_every_manifest_is_followed_once(assembly):
    def twice(folder: str) -> dict:
        entry = {"type": "cdk:cloud-assembly", "properties": {"directoryName": folder}}
        return {"A": entry, "B": entry}

    levels = {f"l{at}": twice(f"../l{at + 1}") for at in range(18)}
    found = assembly(twice("../l0"), **levels, l18={"A": stack()})
    assert found == [Artifact("l18/A.template.json")]


@pytest.mark.parametrize("text", ["{", '{"artifacts": []}', '{"artifacts": {"A": 1}}', "[" * 9_999])
def test_the_templates_beside_a_damaged_manifest_are_given(assembly, tmp_path, text):
    (tmp_path / "cdk.out").mkdir()
    for name in ("A.template.json", "B.nested.template.json", "tree.json", "A.assets.json"):
        (tmp_path / "cdk.out" / name).write_text("{}")
    problem, *items = assembly(text)
    assert problem.message.startswith("not a readable manifest: ")
    assert items == [Artifact("cdk.out/A.template.json")]


def test_a_stack_without_a_template_is_a_problem(assembly):
    items = assembly({"A": {"type": STACK}})
    assert messages(items) == [("cdk.out/manifest.json", "the stack `A` names no `templateFile`")]


def test_a_manifest_is_told_from_other_json(tmp_path):
    tree = Tree([tmp_path], cwd=tmp_path)
    sure = json.dumps({"artifacts": {"A": {"type": STACK}}}).encode()
    assert is_manifest("x/manifest.json", sure, tree)
    assert not is_manifest("x/other.json", sure, tree)
    assert not is_manifest("x/manifest.json", b'{"artifacts": {}}', tree)
    (tmp_path / "cdk.out").write_text("{}")
    assert is_manifest("manifest.json", b"{", tree)


leaves = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just("aws:cdk:stack-tags")
)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "metadata",
                    "tags",
                    "data",
                    "key",
                    "value",
                    "directoryName",
                    "templateFile",
                    "environment",
                    "A",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(kind=st.sampled_from([STACK, "cdk:cloud-assembly"]), entry=trees)
def test_no_artifact_crashes(tmp_path_factory, kind, entry):
    folder = tmp_path_factory.getbasetemp()
    tree = Tree([folder], cwd=folder)
    artifact = {**entry, "type": kind} if isinstance(entry, dict) else entry
    data = json.dumps({"artifacts": {"A": artifact}}).encode()
    assert all(
        isinstance(one, Artifact | Problem) for one in artifacts("manifest.json", data, tree, set())
    )
