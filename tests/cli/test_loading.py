"""Which files inputs may name, and which folder is the source of a plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagguard.cli.loading import (
    cache_folder,
    exported_variables,
    require_sound,
    source_of,
    tree_of,
    var_files_of,
)
from tagguard.cli.options import Project, pairs
from tagguard.config import Config
from tagguard.errors import ConfigError, UsageError
from tests.factories import TODAY


@pytest.fixture
def place(tmp_path):
    """Give a project that stands in `repo/inner`, with a file in every folder around it."""
    for folder in ("repo/.git", "repo/inner", "elsewhere/deep"):
        (tmp_path / folder).mkdir(parents=True)
    for folder in (".", "repo", "repo/inner", "elsewhere", "elsewhere/deep"):
        (tmp_path / folder / "file.yaml").write_text("x")
    cwd = tmp_path / "repo" / "inner"
    return Project(config=Config(), folder=cwd, cwd=cwd, today=TODAY)


def reachable(project, *paths, root=None, **named):
    absolute = [project.cwd / path for path in paths]
    named = {"source": None, **named}
    tree = tree_of(project, absolute, root=root and project.cwd / root, **named)
    folders = (".", "..", "../..", "../../elsewhere", "../../elsewhere/deep")
    return {folder for folder in folders if tree.has_file(f"{folder}/file.yaml")}


def test_inputs_may_name_files_of_the_repository_that_we_stand_in(place):
    assert reachable(place) == {".", ".."}


def test_outside_of_a_repository_it_is_the_working_directory(place):
    (place.cwd / "../.git").rmdir()
    assert reachable(place) == {"."}


def test_a_worktrees_git_is_a_file(place):
    (place.cwd / "../.git").rmdir()
    (place.cwd / "../.git").write_text("gitdir: elsewhere")
    assert reachable(place) == {".", ".."}


def test_folders_that_are_named_and_the_folders_of_named_files_belong_to_it(place):
    assert reachable(place, "../../elsewhere") == {
        *(".", "..", "../../elsewhere", "../../elsewhere/deep")
    }
    assert reachable(place, "../../elsewhere/deep/file.yaml") == {
        *(".", "..", "../../elsewhere/deep")
    }
    assert reachable(place, source=place.cwd / "../../elsewhere/deep") == {
        *(".", "..", "../../elsewhere/deep")
    }


def test_the_folders_of_variable_files_belong_to_it(place):
    outside = place.cwd / "../../elsewhere/deep/file.yaml"
    assert reachable(place, var_files=[outside]) == {".", "..", "../../elsewhere/deep"}


def test_root_takes_the_place_of_the_repository(place):
    assert reachable(place, root=".") == {"."}
    assert reachable(place, root="../../elsewhere/deep") == {"../../elsewhere/deep"}


def test_stdin_names_no_folder(place):
    tree = tree_of(place, [Path("-")], root=None, source=None)
    assert tree.has_file("../file.yaml")
    assert not tree.has_file("../../file.yaml")


def test_a_root_that_is_no_folder_is_refused(place):
    with pytest.raises(UsageError, match="is no folder"):
        tree_of(place, [], root=place.cwd / "file.yaml", source=None)


@pytest.mark.parametrize("name", ["main.tf", "main.tofu", "main.tf.json"])
def test_the_source_is_shown_relative_to_the_working_directory(place, name):
    folder = place.cwd / "../../elsewhere"
    (folder / name).write_text("")
    assert source_of(place, folder) == "../../elsewhere"
    assert source_of(place, None) is None


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (".", "holds no Terraform files"),
        ("file.yaml", "is no folder that can be read: Not a directory"),
        ("nowhere", "is no folder that can be read: No such file or directory"),
    ],
)
def test_a_source_without_terraform_files_is_refused(place, source, message):
    (place.cwd / "folder.tf").mkdir()
    with pytest.raises(UsageError, match=message):
        source_of(place, place.cwd / source)


def test_what_is_no_character_is_replaced():
    given = pairs(("a=\udcff\ud800", "b=x=\N{GRINNING FACE}"), "variable")
    assert given == {"a": "\N{REPLACEMENT CHARACTER}" * 2, "b": "x=\N{GRINNING FACE}"}


@pytest.fixture
def with_files(place, monkeypatch):
    """Give a project whose configuration, in the folder above, names two variable files."""
    for name in ("a.tfvars", "b.tfvars", "inner/c.tfvars"):
        (place.cwd.parent / name).write_text("x = 1\n")
    monkeypatch.chdir(place.cwd)
    config = Config(var_files=["b.tfvars", "a.tfvars"])
    return Project(config=config, folder=place.cwd.parent, cwd=place.cwd, today=TODAY)


def test_variable_files_of_options_come_after_those_of_the_configuration(with_files):
    found = var_files_of(with_files, ["c.tfvars", "../a.tfvars"])
    assert [with_files.shown(file) for file in found] == [
        *("../b.tfvars", "../a.tfvars", "c.tfvars", "../a.tfvars")
    ]


@pytest.mark.parametrize("name", ["none.tfvars", "inner", "a\0b"])
def test_a_variable_file_that_is_not_there_is_refused(with_files, name):
    with pytest.raises(UsageError, match="there is no variable file"):
        var_files_of(with_files, [name])
    config = Config(var_files=[name])
    project = Project(config=config, folder=with_files.cwd.parent, cwd=with_files.cwd, today=TODAY)
    with pytest.raises(ConfigError, match=r"no variable file|NUL"):
        var_files_of(project, [])


def test_all_faults_of_a_variable_file_are_told(place):
    (place.cwd / "a.tfvars").write_text("a = 1")
    (place.cwd / "b.tfvars").write_text('a = var.x\nvariable "b" {}')
    tree = tree_of(place, [], root=None, source=None)
    require_sound(["a.tfvars"], tree)
    with pytest.raises(ConfigError, match=r"the variable file b.tfvars is wrong") as told:
        require_sound(["a.tfvars", "b.tfvars"], tree)
    assert told.value.faults == (
        "b.tfvars:2: `variable` is a block; a variable file only assigns values",
        "b.tfvars:1: the value of `a`: var.x cannot be referred to here",
    )


def test_of_the_environment_only_variables_are_taken():
    environment = {"TF_VAR_a": "x=y", "TF_VAR_b": "\udcff", "TF_LOG": "1", "HOME": "/"}
    assert exported_variables(environment) == {
        "TF_VAR_a": "x=y",
        "TF_VAR_b": "\N{REPLACEMENT CHARACTER}",
    }


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"HOME": "/h"}, "/h/.cache/tagguard"),
        ("linux", {"HOME": "/h", "XDG_CACHE_HOME": "/c"}, "/c/tagguard"),
        ("linux", {"HOME": "/h", "XDG_CACHE_HOME": "c"}, "/h/.cache/tagguard"),
        ("linux", {"HOME": "/h", "XDG_CACHE_HOME": ""}, "/h/.cache/tagguard"),
        ("linux", {}, None),
        ("linux", {"HOME": "/h", "TAGGUARD_CACHE_DIR": "/own"}, "/own"),
        ("linux", {"HOME": "/h", "TAGGUARD_CACHE_DIR": ""}, "/h/.cache/tagguard"),
        ("darwin", {"HOME": "/h", "XDG_CACHE_HOME": "/c"}, "/h/Library/Caches/tagguard"),
        ("darwin", {}, None),
        ("win32", {"HOME": "/h", "LOCALAPPDATA": "/l"}, "/l/tagguard"),
        ("win32", {"HOME": "/h"}, None),
    ],
)
def test_the_cache_lies_where_users_keep_theirs(platform, environment, expected):
    found = cache_folder(environment, platform)
    assert found == (None if expected is None else Path(expected))


def test_a_relative_cache_folder_is_relative_to_where_we_stand():
    assert cache_folder({"TAGGUARD_CACHE_DIR": "own"}, "linux") == Path.cwd() / "own"
