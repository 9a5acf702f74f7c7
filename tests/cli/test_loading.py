"""Which files inputs may name, and which folder is the source of a plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagguard.cli.loading import source_of, tree_of
from tagguard.cli.options import Project
from tagguard.config import Config
from tagguard.errors import UsageError
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


def reachable(project, *paths, root=None, source=None):
    absolute = [project.cwd / path for path in paths]
    tree = tree_of(project, absolute, root=root and project.cwd / root, source=source)
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
