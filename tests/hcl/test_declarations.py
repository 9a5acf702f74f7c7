from __future__ import annotations

import pytest

from tagguard.hcl.folder import Folder
from tagguard.tree import Tree
from tests.hcl.trees import write


@pytest.fixture
def declared(tmp_path):
    def declared(**files):
        write(tmp_path, {name.replace("__", "."): text for name, text in files.items()})
        return Folder(Tree([tmp_path], cwd=tmp_path), ".").declarations

    return declared


def told(declarations):
    return [
        (f"{fault.location.path}:{fault.location.line}", fault.message)
        for fault in declarations.faults
    ]


def test_blocks_are_found_by_name(declared):
    found = declared(
        a__tf='resource "t" "r" {}\ndata "t" "d" {}\nmodule "m" {}\noutput "o" {}\n'
        'provider "aws" {}\nprovider "aws" {\n  alias = "west"\n}\nvariable "v" {}\n',
        b__tf__json='{"resource": {"t": {"j": {}}}, "locals": {"l": 1}}',
    )
    assert list(found.resources) == [("t", "r"), ("t", "j")]
    assert list(found.data) == [("t", "d")]
    assert list(found.providers) == [("aws", ""), ("aws", "west")]
    assert [list(each) for each in (found.calls, found.outputs, found.variables, found.locals)] == [
        ["m"],
        ["o"],
        ["v"],
        ["l"],
    ]
    assert found.is_there
    assert found.is_whole


def test_a_folder_without_configuration_declares_nothing(declared):
    found = declared(readme__md="# no")
    assert not found.is_there
    assert found.resources == {}


def test_a_variable_says_what_it_takes(declared):
    found = declared(
        a__tf='variable "a" {\n  type = map(string)\n  default = {}\n  sensitive = true\n}\n'
        'variable "b" { nullable = false }\n'
    ).variables
    a, b = found["a"], found["b"]
    assert (a.constraint.kind, a.is_sensitive, a.is_nullable) == ("map", True, True)
    assert a.default is not None
    assert (b.constraint.kind, b.default, b.is_sensitive, b.is_nullable) == (
        "any",
        None,
        False,
        False,
    )


def test_required_providers_are_those_of_all_terraform_blocks(declared):
    found = declared(
        a__tf='terraform {\n  required_providers {\n    aws = { source = "a/aws" }\n  }\n}\n',
        b__tf='terraform {\n  required_providers {\n    eu = { source = "x/aws" }\n  }\n}\n',
    )
    assert list(found.required) == ["aws", "eu"]


def test_what_is_declared_twice_is_a_fault_and_the_first_counts(declared):
    found = declared(
        a__tf='locals { x = 1 }\nresource "t" "r" { a = 1 }\n',
        b__tf='locals { x = 2 }\nresource "t" "r" { a = 2 }\n'
        'provider "aws" {}\nprovider "aws" {}\n',
    )
    assert told(found) == [
        ("b.tf:1", "local.x is declared twice, first at a.tf:1"),
        ("b.tf:2", "resource t r is declared twice, first at a.tf:2"),
        ("b.tf:4", "provider aws is declared twice, first at b.tf:3"),
    ]
    assert found.locals["x"].expression.literal() == "1"
    assert found.resources["t", "r"].literal("a") == "1"


def test_overrides_replace_what_they_set(declared):
    found = declared(
        z__tf='locals {\n  x = 1\n  y = 1\n}\nresource "t" "r" {\n  a = 1\n  b = 1\n}\n'
        'variable "v" {\n  type = string\n  default = "z"\n}\n',
        a_override__tf='locals { x = 2 }\nresource "t" "r" { a = 2 }\n'
        'variable "v" { default = "a" }\n',
        override__tf__json='{"resource": {"t": {"r": {"a": 3}}}}',
    )
    assert told(found) == []
    assert [found.locals[name].expression.literal() for name in "xy"] == ["2", "1"]
    block = found.resources["t", "r"]
    assert (block.literal("a"), block.literal("b")) == ("3", "1")
    variable = found.variables["v"]
    assert variable.constraint.kind == "string"
    assert variable.default
    assert variable.default.literal() == "a"


def test_an_override_needs_something_to_override_but_for_a_default_provider(declared):
    found = declared(
        override__tf='resource "t" "r" {}\nprovider "aws" {}\nprovider "aws" {\n  alias = "x"\n}\n'
    )
    assert told(found) == [
        ("override.tf:1", "resource t r overrides nothing: no other file declares it"),
        ("override.tf:3", "provider aws x overrides nothing: no other file declares it"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('resource "t" {}', "`resource` takes 2 labels, not 1"),
        ('data "t" "a" "b" {}', "`data` takes 2 labels, not 3"),
        ("module {}", "`module` takes 1 label, not 0"),
    ],
)
def test_a_block_without_its_name_is_a_fault(text, message, declared):
    found = declared(a__tf=text, b__tf='resource "t" "r" {}')
    assert told(found) == [("a.tf:1", message)]
    assert list(found.resources) == [("t", "r")]


@pytest.mark.parametrize("label", ["", "a b", "1a", "a.b", "{{ x }}"])
def test_a_label_is_a_name(label, declared):
    assert told(declared(a__tf=f'resource "t" "{label}" {{}}')) == [
        ("a.tf:1", f"`{label}` is no name")
    ]


@pytest.mark.parametrize("label", ["a", "_a", "a-1", "größe", "a__b"])
def test_names(label, declared):
    assert told(declared(a__tf=f'resource "t" "{label}" {{}}')) == []


def test_blocks_that_say_nothing_of_resources_are_passed_over(declared):
    text = 'moved {}\nremoved {}\nimport {}\ncheck "c" {}\nephemeral "t" "e" {}\nwhatever "x" {}\n'
    found = declared(a__tf=text)
    assert told(found) == []
    assert found.resources == {}


def test_a_broken_file_leaves_the_others_whole(declared):
    found = declared(a__tf='resource "t" "a" {}\nresource "t" "b" {\n  x = = 1\n}\n', b__tf="\xff")
    assert not found.is_whole
    assert ("t", "a") in found.resources


def test_a_link_that_leads_nowhere_is_a_fault(declared, tmp_path):
    (tmp_path / "lost.tf").symlink_to(tmp_path / "gone.tf")
    (tmp_path / "out.tf").symlink_to("/etc/hostname")
    (tmp_path / "folder.tf").symlink_to(tmp_path)
    found = declared(a__tf='resource "t" "a" {}')
    assert told(found) == [
        ("lost.tf:None", "there is no file `lost.tf`"),
        ("out.tf:None", "`out.tf` lies outside the tree that may be read"),
    ]
    assert ("t", "a") in found.resources
