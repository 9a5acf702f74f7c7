from __future__ import annotations

import pytest

from tagguard.hcl import modules as modules_of
from tests.hcl.evaluating import SENSITIVE, UNKNOWN, cases, needs_terraform
from tests.hcl.trees import faults, inputs, modules, planned_inputs, root_of, write

CASES = cases("module-trees.yaml")
NAMES = [case["name"] for case in CASES]


def bare(value):
    """Drop the marks: a plan keeps them elsewhere."""
    if isinstance(value, dict) and set(value) == {SENSITIVE}:
        return bare(value[SENSITIVE])
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items()}
    return [bare(item) for item in value] if isinstance(value, list) else value


def one(text):
    return f'resource "terraform_data" "one" {{\n  input = {text}\n}}\n'


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_source_says_what_a_plan_would(case, tmp_path):
    root = root_of(tmp_path, case["files"])
    assert bare(inputs(root)) == case["inputs"]
    assert faults(root) == []


@needs_terraform
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_cases_are_true(case, tmp_path):
    write(tmp_path, case["files"])
    assert planned_inputs(tmp_path) == case["inputs"]


def test_a_variable_without_a_value_is_unknown_and_says_so(tmp_path):
    root = root_of(tmp_path, {"a.tf": 'variable "v" {}\n' + one("var.v")})
    assert inputs(root) == {"terraform_data.one": UNKNOWN}
    assert root.top().variable("v").reason == "var.v has no value"


def test_a_variable_is_given_from_outside(tmp_path):
    root = root_of(tmp_path, {"a.tf": 'variable "v" { default = "d" }\n' + one("var.v")}, v="x")
    assert inputs(root) == {"terraform_data.one": "x"}


def test_what_repeats_in_an_unknown_number_has_one_open_instance(tmp_path):
    files = {
        "a.tf": 'variable "u" {}\nmodule "m" {\n  source = "./m"\n  for_each = var.u\n'
        '  key = each.key\n  fixed = "f"\n}\n' + one("[for k, v in module.m : v.out]"),
        "m/a.tf": 'variable "key" {}\nvariable "fixed" {}\noutput "out" { value = 1 }\n'
        'resource "terraform_data" "t" {\n  count = var.key == "a" ? 1 : 2\n'
        "  input = [var.key, var.fixed]\n}\n",
    }
    assert inputs(root_of(tmp_path, files)) == {
        "terraform_data.one": ["…"],
        "module.m[*].terraform_data.t[*]": [UNKNOWN, "f"],
    }


def test_a_map_with_an_unknown_rest_has_known_and_open_instances(tmp_path):
    text = (
        'variable "u" {}\nresource "terraform_data" "t" {\n'
        '  for_each = merge(var.u, { a = "x" })\n  input = each.value\n}\n'
    )
    assert inputs(root_of(tmp_path, {"a.tf": text})) == {
        'terraform_data.t["a"]': "x",
        "terraform_data.t[*]": UNKNOWN,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('module "m" { source = "./" }', "module.m calls itself"),
        (
            'module "m" { source = "./no" }',
            "module.m has its code in `no`, where there are no Terraform files",
        ),
        (
            'module "m" { source = "../../out" }',
            "module.m has its code in `../../out`, outside the tree that may be read",
        ),
        (
            'module "m" {\n  source = "./m"\n  for_each = ["a"]\n}',
            "`for_each` is wrong: a map or a set of strings is required, not a tuple",
        ),
        (
            'resource "x" "y" { count = -1 }',
            "`count` is wrong: a whole number from 0 is required",
        ),
        (
            'resource "x" "y" {\n  count = 1\n  for_each = {}\n}',
            "`count` and `for_each` exclude each other",
        ),
    ],
)
def test_what_is_wrong_is_a_fault_where_it_stands(text, message, tmp_path):
    root = root_of(tmp_path, {"a.tf": text, "b.tf": one("1"), "m/a.tf": ""})
    assert faults(root) == [("a.tf:1", message)]
    assert inputs(root)["terraform_data.one"] == 1


def test_modules_that_call_each_other_end(tmp_path):
    files = {
        "a.tf": 'module "a" { source = "./m" }\n',
        "m/a.tf": 'module "b" { source = "../n" }\n' + one("1"),
        "n/a.tf": 'module "c" { source = "../m" }\n' + one("2"),
    }
    root = root_of(tmp_path, files)
    assert faults(root) == [("n/a.tf:1", "module.a.module.b.module.c calls itself")]
    assert inputs(root) == {
        "module.a.terraform_data.one": 1,
        "module.a.module.b.terraform_data.one": 2,
    }


def test_outputs_of_code_that_is_not_here_are_unknown(tmp_path):
    text = 'module "m" { source = "org/m/aws" }\n' + one('try(module.m.tags, "fallback")')
    root = root_of(tmp_path, {"a.tf": text})
    assert inputs(root) == {"terraform_data.one": UNKNOWN}
    [call] = root.top().calls()
    assert call.missing == "the code of module.m (org/m/aws) is not here"
    assert faults(root) == []


def test_outputs_of_a_broken_module_may_stand_in_what_could_not_be_read(tmp_path):
    files = {
        "a.tf": 'module "m" { source = "./m" }\n' + one('[module.m.a, try(module.m.b, "no")]'),
        "m/a.tf": 'output "a" { value = 1 }\n',
        "m/b.tf": 'output "b" {{ value = 2 }\n',
    }
    root = root_of(tmp_path, files)
    assert inputs(root) == {"terraform_data.one": [1, UNKNOWN]}
    assert [place for place, _ in faults(root)] == ["m/b.tf:1"]


def test_what_is_not_declared_is_unknown(tmp_path):
    text = one('[var.no, local.no, module.no.x, aws_vpc.no.id, try(local.no, "x")]')
    root = root_of(tmp_path, {"a.tf": text})
    assert inputs(root) == {"terraform_data.one": [UNKNOWN] * 5}
    assert root.top().local("no").reason == "local.no is wrong: local.no is not declared"


def test_a_null_that_a_variable_does_not_allow_is_wrong(tmp_path):
    files = {
        "a.tf": 'module "m" {\n  source = "./m"\n  v = null\n}\n',
        "m/a.tf": 'variable "v" { nullable = false }\n' + one("var.v"),
    }
    assert inputs(root_of(tmp_path, files)) == {"module.m.terraform_data.one": UNKNOWN}


def test_cycles_are_unknown_and_told_with_their_module(tmp_path):
    files = {
        "a.tf": 'module "m" {\n  source = "./m"\n  v = module.m.out\n}\n' + one('"good"'),
        "m/a.tf": 'variable "v" {}\noutput "out" { value = var.v }\n' + one("var.v"),
    }
    root = root_of(tmp_path, files)
    assert inputs(root) == {"terraform_data.one": "good", "module.m.terraform_data.one": UNKNOWN}
    assert root.budget.exhausted == "var.v -> output.out -> var.v in module.m is a cycle"


def test_attributes_that_a_provider_fills_in_are_known_after_apply(tmp_path):
    text = (
        'resource "aws_instance" "i" {\n  tags = { A = "a" }\n  key_name = null\n'
        '  root_block_device {\n    tags = { R = "r" }\n  }\n  count = 1\n}\n'
    )
    asked = (
        'aws_instance.i[0].tags["A"]',
        "aws_instance.i[0].id",
        "aws_instance.i[0].key_name",
        'aws_instance.i[0].root_block_device[0].tags["R"]',
        'try(aws_instance.i[0].root_block_device[0].volume_id, "no")',
        'try(aws_instance.i[0].root_block_device[0].tags["Q"], "no")',
        'try(aws_instance.i[1].id, "no")',
    )
    root = root_of(tmp_path, {"a.tf": text + one(f"[{', '.join(asked)}]")})
    assert inputs(root)["terraform_data.one"] == [
        "a", UNKNOWN, UNKNOWN, "r", UNKNOWN, "no", "no",
    ]  # fmt: skip
    [instances] = [root.top().resource("aws_instance", "i")]
    assert instances.items[0].items["id"].of == "aws_instance.i[0].id"


def test_data_and_the_workspace_are_not_known(tmp_path):
    root = root_of(tmp_path, {"a.tf": one("[data.aws_region.r.name, terraform.workspace]")})
    assert inputs(root) == {"terraform_data.one": [UNKNOWN, UNKNOWN]}
    root.workspace = "prod"
    assert inputs(root) == {"terraform_data.one": [UNKNOWN, "prod"]}


@pytest.mark.parametrize("name", ["each.key", "each.value", "count.index", "self.x"])
def test_names_of_instances_mean_nothing_elsewhere(name, tmp_path):
    root = root_of(tmp_path, {"a.tf": one(f'try({name}, "refused")')})
    assert inputs(root) == {"terraform_data.one": "refused"}


def test_each_folder_is_read_once_and_told(tmp_path):
    calls = "".join(f'module "m{at}" {{ source = "./m" }}\n' for at in range(3))
    root = root_of(tmp_path, {"a.tf": calls + 'module "n" { source = "./no" }\n', "m/a.tf": ""})
    assert [module.address for module in modules(root)] == [
        "",
        "module.m0",
        "module.m1",
        "module.m2",
    ]
    assert list(root.folders) == [".", "m", "no"]


def test_too_many_instances_in_all_leave_one_that_stands_for_them(tmp_path, monkeypatch):
    monkeypatch.setattr(modules_of, "MAX_INSTANCES", 5)
    repeated = 'resource "terraform_data" "%s" {\n  count = 3\n  input = "x"\n}\n'
    root = root_of(tmp_path, {"a.tf": repeated % "a" + repeated % "b" + one("1")})
    assert list(inputs(root)) == [
        *(f"terraform_data.a[{at}]" for at in range(3)),
        "terraform_data.b[*]",
        "terraform_data.one",
    ]
    assert faults(root) == [("a.tf:5", "there are more than 5 instances in all")]


def test_too_many_modules_end(tmp_path, monkeypatch):
    monkeypatch.setattr(modules_of, "MAX_MODULES", 10)
    many = 'module "m" {\n  source = "%s"\n  count = 4\n}\n'
    files = {"a.tf": many % "./m", "m/a.tf": many % "../n" + one("1"), "n/a.tf": one("2")}
    root = root_of(tmp_path, files)
    assert len(inputs(root)) == 4 + 4
    assert faults(root) == [("m/a.tf:1", "module.m.module.m makes more than 10 module instances")]


def test_modules_too_deep_end(tmp_path):
    depth = modules_of.MAX_DEPTH + 5
    files = {
        f"m{at}/a.tf": f'module "m" {{ source = "../m{at + 1}" }}\n' + one(at)
        for at in range(depth)
    }
    root = root_of(tmp_path, files, path="m0")
    assert len(inputs(root)) == modules_of.MAX_DEPTH + 1
    [(place, message)] = faults(root)
    assert place == f"m{modules_of.MAX_DEPTH}/a.tf:1"
    assert message.endswith(f"is more than {modules_of.MAX_DEPTH} modules deep")


def test_path_module_is_spelt_as_the_calls_say(tmp_path):
    files = {
        "env/prod/a.tf": 'module "a" { source = "../prod/sub" }\n'
        + one("[path.module, path.root]"),
        "env/prod/sub/a.tf": 'module "b" { source = "./../../mod/" }\n' + one("path.module"),
        "env/mod/a.tf": one("path.module"),
    }
    assert inputs(root_of(tmp_path, files, path="env/prod")) == {
        "terraform_data.one": [".", "."],
        "module.a.terraform_data.one": "../prod/sub",
        "module.a.module.b.terraform_data.one": "../mod",
    }


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            "git::https://me:hush@host.example/x.git?ref=v1",
            "git::https://…@host.example/x.git?ref=v1",
        ),
        ("git::https://me:hu@sh@host.example/x.git", "git::https://…@host.example/x.git"),
        (
            "git::ssh://host.example/x?ref=v1&sshkey=hush",
            "git::ssh://host.example/x?ref=v1&sshkey=…",
        ),
        (
            "s3::https://host.example/x?aws_access_key_secret=hush",
            "s3::https://host.example/x?aws_access_key_secret=…",
        ),
    ],
)
def test_secrets_in_the_source_of_a_module_are_not_shown(source, shown, tmp_path):
    root = root_of(tmp_path, {"main.tf": f'module "m" {{\n  source = "{source}"\n}}\n'})
    [call] = root.top().calls()
    assert f"({shown})" in call.missing
