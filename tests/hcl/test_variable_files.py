"""Which value a root's variable is given."""

from __future__ import annotations

import os
import subprocess

import pytest

from tagguard.hcl.folder import Folder
from tagguard.hcl.values import Object, Tuple
from tagguard.hcl.variable_files import given_values, variable_file_faults
from tagguard.model import Location
from tagguard.tree import Tree
from tests.hcl.evaluating import UNKNOWN, needs_terraform, plain

MAIN = """
variable "untyped" {}
variable "text" { type = string }
variable "number" { type = number }
variable "flag" { type = bool }
variable "anything" { type = any }
variable "list" { type = list(string) }
variable "tags" { type = map(string) }
"""
LAYERS = [
    ("TF_VAR_x", "environment"),
    ("terraform.tfvars", 'x = "terraform.tfvars"'),
    ("terraform.tfvars.json", '{"x": "terraform.tfvars.json"}'),
    (".z.auto.tfvars", 'x = "hidden"'),
    ("B.auto.tfvars", 'x = "upper case"'),
    ("a.auto.tfvars", 'x = "a.auto.tfvars"'),
    ("a.auto.tfvars.json", '{"x": "a.auto.tfvars.json"}'),
    ("b.auto.tfvars", 'x = "b.auto.tfvars"'),
    ("first.tfvars", 'x = "first"'),
    ("second.txt", 'x = "second"'),
    ("--var", "option"),
]
"""From the weakest to the strongest."""
GIVEN = [
    "environment",
    "terraform.tfvars",
    "terraform.tfvars.json",
    "hidden",
    "upper case",
    "a.auto.tfvars",
    "a.auto.tfvars.json",
    "b.auto.tfvars",
    "first",
    "second",
    "option",
]


@pytest.fixture
def given(tmp_path):
    """Write files beside `main.tf`; give values by name and faults."""

    def given(main=MAIN, files=(), folder=".", **how):
        (tmp_path / folder).mkdir(exist_ok=True)
        for name, text in {f"{folder}/main.tf": main, **dict(files)}.items():
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        tree = Tree([tmp_path], cwd=tmp_path)
        declared = Folder(tree, folder).declarations.variables
        values, faults = given_values(folder, tree, declared, **how)
        return {name: plain(value) for name, value in values.items()}, faults

    return given


def layered(layers):
    """Give the files of the first layers, and what else a caller hands over."""
    files = {name: text for name, text in layers if "tfvars" in name or "." in name}
    return files, {
        "var_files": [name for name in ("first.tfvars", "second.txt") if name in files],
        "environment": {name: text for name, text in layers if name.startswith("TF_VAR_")},
        "variables": {"x": text} if (text := dict(layers).get("--var")) else {},
    }


@pytest.mark.parametrize("count", range(1, len(LAYERS) + 1))
def test_the_strongest_wins(given, count):
    files, how = layered(LAYERS[:count])
    assert given('variable "x" {}', files, **how) == ({"x": GIVEN[count - 1]}, [])


@needs_terraform
@pytest.mark.parametrize("count", range(1, len(LAYERS) + 1))
def test_terraform_agrees(given, tmp_path, count):
    files, how = layered(LAYERS[:count])
    given('variable "x" {}', {**files, "rc": ""}, **how)
    done = subprocess.run(
        [
            "terraform",
            "console",
            *(f"-var-file={name}" for name in how["var_files"]),
            *(f"-var=x={text}" for text in how["variables"].values()),
        ],
        input='"is ${var.x}"',
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "TF_CLI_CONFIG_FILE": str(tmp_path / "rc"),
            "CHECKPOINT_DISABLE": "1",
            **how["environment"],
        },
    )
    assert (done.stdout, done.stderr) == (f'"is {GIVEN[count - 1]}"\n', "")


def test_files_that_only_look_alike_are_not_loaded(given):
    names = ("auto.tfvars", "prod.tfvars", "x.auto.tfvars~", "Terraform.tfvars", "main.auto.tf")
    assert given('variable "x" {}', dict.fromkeys(names, 'x = "y"')) == ({}, [])


def test_files_of_another_folder_are_not_loaded(given, tmp_path):
    (tmp_path / "terraform.tfvars").write_text('x = "above"')
    assert given('variable "x" {}', folder="root") == ({}, [])
    files = {"root/terraform.tfvars": 'x = "own"'}
    assert given('variable "x" {}', files, folder="root") == ({"x": "own"}, [])


def test_values_are_told_of_declared_variables_only(given):
    files = {"terraform.tfvars": "text = null\nother = var.x\n"}
    how = {"variables": {"nope": "["}, "environment": {"TF_VAR_none": "[", "text": "x"}}
    assert given(files=files, **how) == ({"text": None}, [])


TEXTS = [
    ("untyped", '["a"]', '["a"]'),
    ("untyped", "a b", "a b"),
    ("text", '"a"', '"a"'),
    ("text", "${x}", "${x}"),
    ("text", "", ""),
    ("number", "12", "12"),
    ("flag", "true", "true"),
    ("anything", "12", 12),
    ("anything", '"a"', "a"),
    ("list", '["a", "b"]', ["a", "b"]),
    ("list", '[for x in ["a"] : "${x}b"]', ["ab"]),
    ("tags", '{Owner = "a"}', {"Owner": "a"}),
    ("tags", '{"Owner": "a"}', {"Owner": "a"}),
    ("tags", '{\nOwner = "a"\n}', {"Owner": "a"}),
    ("list", "null", None),
]


@pytest.mark.parametrize(("name", "text", "expected"), TEXTS)
def test_the_type_says_how_a_text_is_read(given, name, text, expected):
    assert given(variables={name: text}) == ({name: expected}, [])
    assert given(environment={f"TF_VAR_{name}": text}) == ({name: expected}, [])


@pytest.mark.parametrize(
    "text",
    ["hush", "", "[", "var.hush", 'upper("hush")', "1\nhush = 2", '1\nhush "x" {}', "\0", "\ud800"],
)
@pytest.mark.parametrize("name", ["anything", "list"])
def test_a_text_that_is_no_constant_expression_is_a_fault_and_is_not_told(given, name, text):
    for how, label in (
        ({"variables": {name: text}}, f"--var {name}"),
        ({"environment": {f"TF_VAR_{name}": text}}, f"TF_VAR_{name}"),
    ):
        values, (fault,) = given(**how)
        assert values == {name: UNKNOWN}
        assert fault.location == Location(".")
        assert label in fault.message
        assert "hush" not in fault.message


def test_types_in_json_say_how_too(given, tmp_path):
    main = '{"variable": {"a": {"type": "string"}, "b": {"type": "list(string)"}, "c": {}}}'
    texts = {"a": '["x"]', "b": '["x"]', "c": '["x"]'}
    (tmp_path / "variables.tf.json").write_text(main)
    assert given("", variables=texts) == ({"a": '["x"]', "b": ["x"], "c": '["x"]'}, [])


def test_only_keys_in_files_have_a_place(tmp_path):
    (tmp_path / "main.tf").write_text(MAIN)
    (tmp_path / "terraform.tfvars").write_text('anything = [\n  { Owner = "x" },\n]')
    tree = Tree([tmp_path], cwd=tmp_path)
    declared = Folder(tree, ".").declarations.variables
    variables = {"tags": '{Owner = "x"}'}
    values, _ = given_values(".", tree, declared, variables=variables)
    assert isinstance(values["anything"], Tuple)
    (written,) = values["anything"].items
    assert isinstance(written, Object)
    assert written.origins == {"Owner": Location("terraform.tfvars", 2, 5)}
    assert values["tags"] == Object({"Owner": "x"}, kind="object")


def test_a_wrong_value_is_unknown_and_a_fault_where_it_stands(given):
    values, faults = given(files={"terraform.tfvars": 'text = "x"\n  untyped = var.y\n'})
    assert values == {"text": "x", "untyped": UNKNOWN}
    assert [(each.location, each.message) for each in faults] == [
        (
            Location("terraform.tfvars", 2, 3),
            "the value of `untyped`: var.y cannot be referred to here",
        )
    ]


def test_a_wrong_value_that_does_not_count_is_no_fault(given):
    files = {"terraform.tfvars": "text = var.y\n", "x.auto.tfvars": 'text = "x"'}
    assert given(files=files) == ({"text": "x"}, [])


def test_what_a_broken_file_may_say_is_unknown_unless_something_stronger_says_it(given):
    files = {
        "a.auto.tfvars": 'text = "weaker"\nnumber = 1\nflag = true\nuntyped = "weaker"\n',
        "b.auto.tfvars": 'text = "x"\nnumber = ]\nuntyped = ]\n',
        "c.auto.tfvars": 'untyped = "stronger"\n',
    }
    values, faults = given(files=files)
    assert values == {"text": "x", "number": UNKNOWN, "flag": True, "untyped": "stronger"}
    assert {each.location.path for each in faults} == {"b.auto.tfvars"}


def test_a_missing_file_makes_all_unknown_that_no_option_gives(given):
    values, faults = given(
        'variable "a" {}\nvariable "b" {}', var_files=["no.tfvars"], variables={"b": "x"}
    )
    assert values == {"a": UNKNOWN, "b": "x"}
    assert [(each.location, each.message) for each in faults] == [
        (Location("no.tfvars"), "there is no file `no.tfvars`")
    ]


def test_links_out_of_the_tree_are_not_followed(given, tmp_path, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "x.tfvars"
    secret.write_text('text = "secret"')
    (tmp_path / "x.auto.tfvars").symlink_to(secret)
    (tmp_path / "y.auto.tfvars").symlink_to("y.auto.tfvars")
    (tmp_path / "z.auto.tfvars").mkdir()
    assert given() == ({}, [])


def test_a_value_that_takes_too_much_is_unknown_and_a_fault(given):
    digits = ", ".join(str(number) for number in range(10)) * 30
    loops = "".join(f"for x{at} in [{digits}] : [" for at in range(3))
    values, faults = given(files={"terraform.tfvars": f"untyped = [{loops}1" + "]" * 4})
    assert values == {"untyped": UNKNOWN}
    assert [each.location for each in faults] == [Location(".")]


def test_a_caller_can_ask_for_all_faults_of_a_file(tmp_path):
    (tmp_path / "good.tfvars").write_text("a = 1")
    (tmp_path / "bad.tfvars").write_text("a = var.x\nb {}\n\na = 1")
    tree = Tree([tmp_path], cwd=tmp_path)
    assert variable_file_faults("good.tfvars", tree) == []
    assert [each.location.line for each in variable_file_faults("bad.tfvars", tree)] == [2, 4, 1]
    assert len(variable_file_faults("none.tfvars", tree)) == 1
