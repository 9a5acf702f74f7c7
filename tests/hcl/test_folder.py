from __future__ import annotations

import pytest

from tagguard.hcl.folder import Folder, configuration_files, overriding
from tagguard.tree import Tree


@pytest.fixture
def write(tmp_path):
    def write(**files):
        for name, text in files.items():
            data = text if isinstance(text, bytes) else text.encode()
            (tmp_path / name.replace("__", ".")).write_bytes(data)
        return Folder(Tree([tmp_path], cwd=tmp_path), ".")

    return write


def test_only_configuration_counts():
    paths = ["a.tf", "b.tf.json", "c.tofu", "d.tofu.json", "e.tfvars", "f.hcl", "g.json", ".h.tf"]
    assert paths[:4] == configuration_files([*paths, "i.tf~", "#j.tf", "x/.k.tf", "l.tftest.hcl"])


def test_opentofu_files_stand_in_for_their_twins():
    paths = ["m/a.tf", "m/a.tofu", "m/b.tf.json", "m/b.tofu.json", "m/c.tf", "n/c.tofu"]
    assert configuration_files(paths) == ["m/a.tofu", "m/b.tofu.json", "m/c.tf", "n/c.tofu"]


def test_overrides_come_last(write):
    names = ("a_override", "b", "override", "z")
    folder = write(**{f"{name}__tf": "locals {}" for name in names})
    assert folder.paths == ["b.tf", "z.tf", "a_override.tf", "override.tf"]
    blocks = folder.blocks("locals")
    assert folder.paths == [block.location.path for block in blocks]
    assert [block.location.path for block in overriding(blocks)] == [
        "b.tf",
        "a_override.tf",
        "override.tf",
    ]


def test_blocks_are_found_by_type_and_labels(write):
    folder = write(a__tf='resource "x" "y" {}', b__tf__json='{"resource": {"x": {"z": {}}}}')
    assert [block.location.path for block in folder.blocks("resource", "x", "y")] == ["a.tf"]
    assert [block.location.path for block in folder.blocks("resource", "x", "z")] == ["b.tf.json"]
    assert folder.blocks("resource", "x") == ()
    assert overriding(()) == []


def test_an_unreadable_file_is_a_fault_and_the_others_are_read(write):
    folder = write(a__tf=b"\xff", b__tf="locals {}")
    assert len(folder.blocks("locals")) == 1
    [fault] = [fault for file in folder.files for fault in file.faults]
    assert (fault.location.path, fault.location.line) == ("a.tf", 1)
    assert fault.message.startswith("not valid UTF-8")


def test_a_folder_that_is_not_there_is_empty(write):
    folder = write()
    assert (folder.paths, folder.files) == ([], [])
