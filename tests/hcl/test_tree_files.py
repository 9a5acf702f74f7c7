from __future__ import annotations

import pytest

from tagguard.hcl.tree_files import TreeFiles
from tagguard.hcl.values import Failure, Unknown
from tagguard.tree import Tree
from tests.hcl.trees import write


@pytest.fixture
def files(tmp_path):
    """The files of `repo/env`, of which `repo` may be read."""
    write(
        tmp_path, {"repo/env/a.txt": b"\xef\xbb\xbfa", "repo/env/s/b.txt": "b", "repo/c.txt": "c"}
    )
    write(tmp_path, {"out.txt": "secret"})
    (tmp_path / "repo" / "env" / "link.txt").symlink_to(tmp_path / "out.txt")
    return TreeFiles(Tree([tmp_path / "repo"], cwd=tmp_path), "repo/env")


def test_paths_begin_at_the_root_module(files):
    assert files.read("a.txt") == b"\xef\xbb\xbfa"
    assert files.read("./s/../../c.txt") == b"c"
    assert files.exists("s/b.txt") is True
    assert files.exists("s") is False
    assert files.exists("b.txt") is False


def test_a_file_that_is_not_there_is_wrong(files):
    with pytest.raises(Failure, match=r"there is no file `b\.txt`"):
        files.read("b.txt")


@pytest.mark.parametrize("path", ["../../out.txt", "/etc/hostname", "~/x", "link.txt"])
def test_what_lies_outside_is_not_known(path, files):
    assert isinstance(files.read(path), Unknown)
    assert isinstance(files.exists(path), Unknown)


def test_folders_are_listed_with_paths_relative_to_them(files):
    assert files.files(".") == ["a.txt", "s/b.txt"]
    assert files.files("s") == ["b.txt"]
    assert files.files("nowhere") == []
    assert isinstance(files.files("../.."), Unknown)
