"""What one variable file assigns, and what is wrong with it."""

from __future__ import annotations

import pytest

from tagguard.hcl.assignments import assignments
from tagguard.hcl.evaluation import Budget
from tagguard.hcl.parsing import Allowance
from tagguard.hcl.values import Failure, Object
from tagguard.model import Location
from tagguard.tree import Tree
from tests.hcl.evaluating import plain

FAILS = "<fails>"


@pytest.fixture
def tree(tmp_path):
    return Tree([tmp_path], cwd=tmp_path)


@pytest.fixture
def found(tree, tmp_path):
    """Write one file and read it; give values by name, and faults as `line:column message`."""

    def found(text, name="a.tfvars"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        read = assignments(name, tree, Allowance())
        faults = [
            f"{each.location.line}:{each.location.column} {each.message}" for each in read.faults
        ]
        return {key: value(each) for key, each in read.by_name.items()}, faults

    return found


def value(assignment):
    try:
        return plain(assignment.value(Budget()))
    except Failure:
        return FAILS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ('a = "x"', {"a": "x"}),
        ('\N{ZERO WIDTH NO-BREAK SPACE}a = "x"\r\nb = [\r\n1]\r\n', {"a": "x", "b": [1]}),
        ("a = 1 + 2", {"a": 3}),
        ('a = "x${1}y"', {"a": "x1y"}),
        ("a = <<E\nx\nE\n", {"a": "x\n"}),
        ('a = [for each in ["x"] : "${each}y"]', {"a": ["xy"]}),
        ('a = true ? "x" : "y"', {"a": "x"}),
        ('a = { b = "x", "c" = null, (true) = 1 }', {"a": {"b": "x", "c": None, "true": 1}}),
        ('a = { b = "x", b = "y" }', {"a": {"b": "y"}}),
        ('a = "(no call)"', {"a": "(no call)"}),
        ('a = "$${b}"', {"a": "${b}"}),
    ],
)
def test_values_are_constant_expressions(found, text, expected):
    assert found(text) == (expected, [])


@pytest.mark.parametrize(
    "text",
    [
        "b",
        "var.b",
        "local.b",
        "b.c.d",
        "data.b.c",
        "module.b",
        "each.value",
        "count.index",
        "path.module",
        "terraform.workspace",
        "self",
        "self.b",
        '"${var.b}"',
        "{ x = b }",
        "{ (b) = 1 }",
        'upper("b")',
        '["${upper("b")}"]',
        "try(1, 2)",
        'file("a.tfvars")',
        "[for b in [1] : upper(b)]",
    ],
)
def test_names_and_functions_mean_nothing(found, text):
    assert found(f"a = {text}\nz = 1") == ({"a": FAILS, "z": 1}, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", {}),
        ('{"a": "${b} %{if}", "//": "said"}', {"a": "${b} %{if}"}),
        ('{"a": {"${b}": [true, null, 1.5, -2]}}', {"a": {"${b}": [True, None, 1.5, -2]}}),
        ('{"a": {"//": 1}}', {"a": {"//": 1}}),
    ],
)
def test_strings_in_json_are_what_they_are(found, text, expected):
    assert found(text, "a.tfvars.json") == (expected, [])


@pytest.mark.parametrize("name", ["a.json", "a.auto.tfvars.json"])
def test_the_ending_decides_the_syntax(found, name):
    assert found('{"a": 1}', name) == ({"a": 1}, [])
    assert found("a = 1", "a.txt") == ({"a": 1}, [])


def test_what_is_assigned_twice_is_a_fault_and_the_first_counts(found):
    again = "`a` is assigned twice; the first counts"
    assert found("a = 1\nb = 2\n  a = 3") == ({"a": 1, "b": 2}, [f"3:3 {again}"])
    in_json = '{"a": 1,\n "b": 2, "a": 3}'
    assert found(in_json, "a.json") == ({"a": 1, "b": 2}, [f"2:10 {again}"])


def test_blocks_are_faults(found):
    message = "`variable` is a block; a variable file only assigns values"
    assert found('a = 1\nvariable "b" {}') == ({"a": 1}, [f"2:1 {message}"])
    assert found('variable "b" {}') == ({}, [f"1:1 {message}"])


def test_the_rest_of_a_broken_file_counts(found):
    values, faults = found('a = "x"\nb = [\nc = "y"\n')
    assert values["a"] == "x"
    assert faults[0].startswith("2:")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": 1,\n}', "2:1 `}` where JSON expects something else"),
        ("", "1:1 the end of the text where JSON expects something else"),
        ("[]", "1:1 a variable file in JSON is an object"),
        ('[{"a": 1}]', "1:1 a variable file in JSON is an object"),
        (b'{"b": 1,\n"a": "\xff"}', "2:None not valid UTF-8"),
    ],
)
def test_broken_json_assigns_nothing(found, text, fault):
    assert found(text, "a.json") == ({}, [fault])


def test_keys_know_where_they_stand(tree, tmp_path):
    (tmp_path / "a.tfvars").write_text('a = {\n  Owner = "x"\n}\n')
    (tmp_path / "a.json").write_text('{"a": {\n  "Owner": "x"}}')
    for path in ("a.tfvars", "a.json"):
        (one,) = assignments(path, tree).by_name.values()
        made = one.value(Budget())
        assert isinstance(made, Object)
        assert made.origins == {"Owner": Location(path, 2, 3)}
        assert one.location.path == path


@pytest.mark.parametrize(
    "path", ["missing.tfvars", "missing.json", "../x.tfvars", "a\0b", "folder"]
)
def test_what_cannot_be_read_may_assign_anything(tree, tmp_path, path):
    (tmp_path / "folder").mkdir()
    read = assignments(path, tree)
    assert [(each.location, bool(each.message)) for each in read.faults] == [(Location(path), True)]
    assert read.may_assign("a")


def test_what_is_broken_may_assign_what_it_names(tree, tmp_path):
    (tmp_path / "a.tfvars").write_text("owner = ]\n")
    (tmp_path / "b.tfvars").write_bytes(b'a = 1\nowner = "\xff"\n')
    broken, damaged = assignments("a.tfvars", tree), assignments("b.tfvars", tree)
    assert (broken.may_assign("owner"), broken.may_assign("env")) == (True, False)
    assert (damaged.may_assign("owner"), damaged.faults[0].location.line) == (True, 2)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 50_000,
        "a = " + "[" * 2_000 + "]" * 2_000,
        "a = " + "{ b = " * 500 + "1" + "}" * 500,
        "a = " + "(" * 5_000 + "1" + ")" * 5_000,
        "a = " + '"${' * 2_000,
        '"' * 100_000,
        "{{ .Values.a }}\n" * 5_000,
        "a = 1e999999999",
        "\0" * 1_000,
        "a = [for x in [" + "1," * 1_000 + "] : [for y in [" + "1," * 1_000 + "] : y]]",
    ],
    ids=range(10),
)
@pytest.mark.parametrize("name", ["a.tfvars", "a.json"])
def test_hostile_files_end_in_values_and_faults(found, text, name):
    values, faults = found(text, name)
    assert values or faults


def test_a_megabyte_is_read(found):
    text = "".join(f'key_{number} = {{ Owner = "(team) {number}" }}\n' for number in range(25_000))
    values, faults = found(text)
    assert (len(values), faults) == (25_000, [])
    assert values["key_24999"] == {"Owner": "(team) 24999"}


def test_a_file_that_many_roots_share_is_parsed_once(tree, tmp_path):
    (tmp_path / "a.tfvars").write_text("a = 1")
    first = assignments("a.tfvars", tree)
    assert assignments("a.tfvars", tree) is first
    (tmp_path / "a.tfvars").write_text("a = 2")
    (changed,) = assignments("a.tfvars", tree).by_name.values()
    assert changed.value(Budget()) == 2
