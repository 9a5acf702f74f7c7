from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.errors import InputError
from tagguard.tree import Tree


@pytest.fixture
def tree(tmp_path):
    """Give a tree with `in/a.yaml` and `in/b/c.yaml`; beside its root lies `out.yaml`."""
    (tmp_path / "in" / "b").mkdir(parents=True)
    for name in ("in/a.yaml", "in/b/c.yaml", "out.yaml"):
        (tmp_path / name).write_text(name)
    return Tree([tmp_path / "in"], cwd=tmp_path)


@pytest.mark.parametrize(
    ("path", "by", "expected"),
    [
        ("./b.yaml", "stacks/a.yaml", "stacks/b.yaml"),
        ("../b.yaml", "stacks/a.yaml", "b.yaml"),
        ("b/../c.yaml", "a.yaml", "c.yaml"),
        ("b.yaml", "-", "b.yaml"),
        ("../b.yaml", "a.yaml", "../b.yaml"),
    ],
)
def test_a_path_is_seen_from_the_file_that_names_it(tree, path, by, expected):
    assert tree.named(path, by) == expected


def test_absolute_paths_are_shown_relative_to_the_working_directory(tree, tmp_path):
    file = tmp_path / "in" / "a.yaml"
    assert tree.named(str(file), "in/b/c.yaml") == "in/a.yaml"
    assert tree.named(f"file://{file}", "in/b/c.yaml") == "in/a.yaml"
    assert tree.named("file://d.yaml", "in/b/c.yaml") == "in/b/d.yaml"


def test_what_is_in_the_roots_is_read(tree):
    assert tree.has_file("in/b/c.yaml")
    assert tree.read("in/b/c.yaml") == b"in/b/c.yaml"
    assert tree.files("in") == ["in/a.yaml"]


def test_nothing_outside_is_read_listed_or_told_of(tree, tmp_path):
    (tmp_path / "in" / "link.yaml").symlink_to(tmp_path / "out.yaml")
    for path in ("out.yaml", "in/../out.yaml", "in/link.yaml", "/etc/hosts"):
        assert not tree.has_file(path)
        with pytest.raises(InputError, match="outside the tree"):
            tree.read(path)
    assert tree.files(".") == tree.files("..") == tree.files("in/no") == []
    assert tree.files("in") == ["in/a.yaml"]


def test_what_is_no_regular_file_is_not_read(tree, tmp_path):
    os.mkfifo(tmp_path / "in" / "pipe")
    for path in ("in/b", "in/pipe", "in/none", "in/" + "x" * 5_000):
        assert not tree.has_file(path)
        with pytest.raises(InputError, match="there is no file") as raised:
            tree.read(path)
        assert raised.value.hint == "a path is relative to the file that names it"


def test_a_large_file_is_refused(tree, tmp_path, monkeypatch):
    monkeypatch.setattr("tagguard.tree.MAX_BYTES", 5)
    (tmp_path / "in" / "five").write_text("12345")
    assert tree.read("in/five") == b"12345"
    with pytest.raises(InputError, match="larger than 5 bytes"):
        tree.read("in/a.yaml")


def test_a_name_that_no_file_can_have_is_told_as_such(tree):
    with pytest.raises(InputError, match="no name that a file can have"):
        tree.read("in/\0a.yaml")


@given(path=st.text(), by=st.text())
def test_no_name_crashes(tmp_path_factory, path, by):
    folder = tmp_path_factory.getbasetemp()
    tree = Tree([folder], cwd=folder)
    named = tree.named(path, by)
    assert not tree.has_file(named)
    with pytest.raises(InputError):
        tree.read(named)
    assert isinstance(tree.files(named), list)


def test_a_missing_file_inside_is_told_from_one_outside(tree):
    assert tree.contains("in/none")
    assert tree.contains("in")
    assert not tree.contains("out.yaml")
    assert not tree.contains("in/../..")


def test_raw_bytes_are_as_they_lie_there(tree, tmp_path):
    (tmp_path / "in" / "wide.json").write_bytes("\ufeff{}".encode("utf-16-le"))
    assert tree.read("in/wide.json") == b"{}"
    assert tree.raw("in/wide.json") == b"\xff\xfe{\0}\0"
    assert tree.size("in/wide.json") == 6
    assert tree.size("in") == tree.size("out.yaml") == tree.size("in/none") == 0


def test_everything_below_a_folder_is_listed(tree, tmp_path):
    (tmp_path / "in" / "b" / "deep" / "er").mkdir(parents=True)
    (tmp_path / "in" / "b" / "deep" / "er" / ".d").touch()
    assert tree.below("in") == ["in/a.yaml", "in/b/c.yaml", "in/b/deep/er/.d"]
    assert tree.below("in/b/../b") == ["in/b/c.yaml", "in/b/deep/er/.d"]
    assert tree.below("in/none") == []
    with pytest.raises(InputError, match="outside the tree"):
        tree.below(".")


def test_links_are_listed_only_where_they_lead_to_files_inside(tree, tmp_path):
    (tmp_path / "in" / "b" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "b" / "same").symlink_to(tmp_path / "in" / "a.yaml")
    (tmp_path / "in" / "b" / "out").symlink_to(tmp_path / "out.yaml")
    assert tree.below("in") == ["in/a.yaml", "in/b/c.yaml", "in/b/same"]
    assert tree.read("in/b/loop/b/loop/a.yaml") == b"in/a.yaml"


def test_a_link_in_the_middle_of_a_path_does_not_lead_out(tree, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").touch()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "secret")
    assert not tree.has_file("in/link/key")
    assert tree.files("in/link") == []
    assert not tree.contains("in/link/key")


def test_a_listing_without_end_is_refused(tree, monkeypatch):
    monkeypatch.setattr("tagguard.tree.MAX_BELOW", 2)
    assert tree.below("in/b") == ["in/b/c.yaml"]
    with pytest.raises(InputError, match="more than 2 files"):
        tree.below("in")


def test_bounds_make_the_same_tree(tree, tmp_path):
    cwd, *roots = tree.bounds
    assert [cwd, *roots] == [str(tmp_path), os.path.realpath(tmp_path / "in")]
    assert Tree(roots, cwd=tmp_path).files("in") == tree.files("in")
