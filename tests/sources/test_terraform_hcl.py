from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from tagguard.model import Problem, Resource
from tagguard.report import Input
from tagguard.sources import ModuleFile, ReadOptions
from tagguard.sources.files import documents
from tagguard.sources.reading import Reader
from tagguard.sources.terraform_hcl import TerraformHcl
from tagguard.tree import Tree

TOPIC = 'resource "aws_sns_topic" "%s" {}\n'
PLAN = '{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": []}'


def call(source, name="m"):
    return f'module "{name}" {{\n  source = "{source}"\n}}\n'


class Run:
    """What becomes of a folder's files when some of them are named."""

    def __init__(self, folder, files, *paths, cwd=".", rebase=lambda path: path, **given):
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        skip = given.pop("skip_unrecognised", False)
        base = folder / cwd
        options = ReadOptions(tree=given.pop("tree", Tree([folder], cwd=base)), **given)
        self.reader = Reader(options, rebase=rebase, skip_unrecognised=skip)
        found = documents([base / path for path in paths or (".",)], cwd=base, stdin=io.BytesIO())
        items = list(self.reader.read(found))
        self.problems = [item for item in items if isinstance(item, Problem)]
        self.resources = [item for item in items if isinstance(item, Resource)]

    @property
    def roots(self):
        return [(one.path, one.resources) for one in self.reader.inputs if "hcl" in one.kind]

    @property
    def notes(self):
        return [f"{note.where}: {note.message}" for note in self.reader.notes]


ESTATE = {
    "envs/prod/main.tf": TOPIC % "a" + call("../../modules/bucket"),
    "envs/dev/main.tf": call("../../modules/bucket"),
    "envs/test/main.tf": TOPIC % "a",
    "modules/bucket/main.tf": TOPIC % "b" + call("../key"),
    "modules/key/main.tf": TOPIC % "c",
}


def test_a_called_folder_is_judged_through_its_callers(tmp_path):
    run = Run(tmp_path, ESTATE)
    assert run.roots == [("envs/dev", 2), ("envs/prod", 3), ("envs/test", 1)]
    assert run.notes == []
    assert [(one.scope, one.address) for one in run.resources] == [
        ("envs/dev", "module.m.aws_sns_topic.b"),
        ("envs/dev", "module.m.module.m.aws_sns_topic.c"),
        ("envs/prod", "aws_sns_topic.a"),
        ("envs/prod", "module.m.aws_sns_topic.b"),
        ("envs/prod", "module.m.module.m.aws_sns_topic.c"),
        ("envs/test", "aws_sns_topic.a"),
    ]


def test_only_scanned_folders_count_as_callers(tmp_path):
    assert Run(tmp_path, ESTATE, "modules").roots == [("modules/bucket", 2)]


def test_of_a_named_file_the_roots_are_judged_that_it_belongs_to(tmp_path):
    run = Run(tmp_path, ESTATE, "modules/key/main.tf")
    assert run.roots == [("envs/dev", 2), ("envs/prod", 3)]
    assert run.notes == ["modules/key: judged through envs/dev, envs/prod"]


def test_a_named_file_of_a_root_is_judged_with_it_alone(tmp_path):
    run = Run(tmp_path, ESTATE, "envs/test/main.tf")
    assert (run.roots, run.notes) == ([("envs/test", 1)], [])


def test_named_files_and_folders_go_together(tmp_path):
    run = Run(tmp_path, ESTATE, "modules", "modules/key/main.tf", "envs/test")
    assert run.roots == [("envs/dev", 2), ("envs/prod", 3), ("envs/test", 1)]


def test_callers_are_found_from_any_working_directory(tmp_path):
    run = Run(tmp_path, ESTATE, "main.tf", cwd="modules/key")
    assert run.roots == [("../../envs/dev", 2), ("../../envs/prod", 3)]
    assert run.notes == [".: judged through ../../envs/dev, ../../envs/prod"]


def test_the_scope_is_seen_from_the_folder_of_the_configuration(tmp_path):
    files = {"a/main.tf": TOPIC % "a"}
    run = Run(tmp_path, files, ".", cwd="a", rebase=lambda path: f"infra/{path}")
    assert ([one.scope for one in run.resources], run.roots) == (["infra"], [(".", 1)])


@pytest.mark.parametrize("paths", [(".",), ("b/main.tf",)])
def test_what_only_looks_like_a_call_hides_nothing(tmp_path, paths):
    files = {"a/main.tf": "/*\n" + call("../b") + "*/\n", "b/main.tf": TOPIC % "b"}
    run = Run(tmp_path, files, *paths)
    assert ("b", 1) in run.roots
    assert run.notes == []


def test_chains_of_what_only_looks_like_calls_hide_nothing(tmp_path):
    texts = {f"{n}/main.tf": f"/*\n{call(f'../{n + 1}')}*/\n" + TOPIC % "x" for n in range(30)}
    assert sorted(Run(tmp_path, texts).roots) == sorted((str(n), 1) for n in range(30))


def test_circles_are_judged_once(tmp_path):
    files = {
        "a/main.tf": TOPIC % "a" + call("../b"),
        "b/main.tf": TOPIC % "b" + call("../a"),
        "self/main.tf": TOPIC % "s" + call("../self"),
    }
    assert [path for path, _ in Run(tmp_path, files).roots] == ["a", "self"]
    assert [path for path, _ in Run(tmp_path, files, "b/main.tf").roots] == ["b"]


def test_a_plan_speaks_for_its_root_and_what_that_calls(tmp_path):
    files = ESTATE | {"envs/prod/plan.json": PLAN}
    del files["envs/dev/main.tf"]
    run = Run(tmp_path, files)
    assert run.roots == [("envs/test", 1)]
    note = "envs/prod: judged by its plan envs/prod/plan.json, not a second time by its source"
    assert run.notes == [note]


def test_a_plan_speaks_for_the_source_that_the_caller_names(tmp_path):
    files = {"plan.json": PLAN, "src/main.tf": TOPIC % "a", "main.tf": TOPIC % "b"}
    assert Run(tmp_path, files, source="src").roots == [(".", 1)]


def test_named_files_that_belong_to_no_module(tmp_path):
    files = {"envs/prod.tfvars": "", "main.tf": TOPIC % "a", "terraform.tfvars": ""}
    run = Run(tmp_path, files, "envs/prod.tfvars", "terraform.tfvars")
    assert [one.where for one in run.problems] == ["envs/prod.tfvars"]
    assert run.roots == [(".", 1)]
    passed = Run(tmp_path, files, "envs/prod.tfvars", skip_unrecognised=True)
    assert (passed.problems, passed.roots, passed.reader.skipped) == ([], [], 1)


def test_a_folder_that_two_links_lead_to_is_judged_once(tmp_path):
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs/shared").symlink_to("../modules")
    (tmp_path / "loop").symlink_to(".")
    files = {"envs/main.tf": call("./shared/a"), "modules/a/main.tf": TOPIC % "a"}
    assert Run(tmp_path, files).roots == [("envs", 1)]


def test_calls_that_leave_the_tree_reach_nothing(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/x.tf").write_text(TOPIC % "x")
    (tmp_path / "inside").mkdir()
    run = Run(tmp_path / "inside", {"main.tf": call("../outside") + TOPIC % "a"})
    assert {one.address for one in run.resources if one.type == "aws_sns_topic"} == {
        "aws_sns_topic.a"
    }


def test_names_that_are_not_utf8_are_survived(tmp_path):
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    Path(os.fsdecode(folder)).mkdir()
    Path(os.fsdecode(folder + b"/main.tf")).write_text(TOPIC % "a")
    assert [count for _, count in Run(tmp_path, {}).roots] == [1]


def test_without_a_tree_named_files_are_problems(tmp_path):
    run = Run(tmp_path, {"main.tf": TOPIC % "a"}, "main.tf", tree=None)
    assert ([one.where for one in run.problems], run.roots) == (["main.tf"], [])


def test_notes_name_a_few_roots_and_count_the_others(tmp_path):
    files = {f"envs/{n}/main.tf": call("../../m") for n in range(7)}
    run = Run(tmp_path, files | {"m/main.tf": TOPIC % "m"}, "m/main.tf")
    (note,) = run.notes
    assert note == "m: judged through envs/0, envs/1, envs/2, envs/3, envs/4 and 2 more"


def test_variable_files_that_wait_for_an_option_are_told(tmp_path):
    files = {
        "dev/main.tf": TOPIC % "a" + call("../m"),
        "dev/dev.tfvars": "",
        "prod/main.tf": TOPIC % "a",
        "prod/terraform.tfvars": "",
        "prod/more.auto.tfvars.json": "{}",
        "m/main.tf": TOPIC % "m",
        "m/m.tfvars": "",
    }
    told = "dev: has variable files that Terraform takes by option only, and none was given"
    assert Run(tmp_path, files).notes == [told]
    assert Run(tmp_path, files, "dev/dev.tfvars").notes == [told]
    assert Run(tmp_path, files, var_files=("dev/dev.tfvars",)).notes == []
    assert Run(tmp_path, files, var_files=("prod/terraform.tfvars",)).notes == [told]


def test_the_variables_of_roots_are_told(tmp_path):
    files = {"main.tf": 'variable "a" {}\n' + call("./m"), "m/main.tf": 'variable "b" {}\n'}
    assert Run(tmp_path, files, variables={"c": "1"}).reader.variables == {"a"}
    assert Run(tmp_path, files).reader.variables == set()


def test_files_of_other_tools_are_noted_and_where_named_a_problem(tmp_path):
    files = {"live/terragrunt.hcl": "", "live/main.tf": TOPIC % "a", "app/Pulumi.yaml": "name: a\n"}
    run = Run(tmp_path, files)
    assert (run.roots, run.reader.skipped, run.problems) == ([("live", 1)], 0, [])
    assert run.notes == [
        "app: written for Pulumi, which is not read",
        "live: written for Terragrunt, which is not read",
    ]
    (problem,) = Run(tmp_path, files, "live/terragrunt.hcl").problems
    assert "Terragrunt" in problem.message
    assert "plan" in problem.hint


def test_items_come_root_by_root(tmp_path):
    source = TerraformHcl(ReadOptions(tree=Tree([tmp_path], cwd=tmp_path)))
    for name, text in ESTATE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for file in documents([tmp_path], cwd=tmp_path, stdin=io.BytesIO()):
        assert isinstance(file, ModuleFile)
        source.gather(file)
    kinds = [type(item) for item in source.gathered((), lambda path: path)]
    assert kinds == [*[Resource] * 2, Input, *[Resource] * 3, Input, Resource, Input]
