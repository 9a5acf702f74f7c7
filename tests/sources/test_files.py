from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from tagguard.errors import InputError, UsageError
from tagguard.model import Problem
from tagguard.report import Note
from tagguard.sources import ModuleFile
from tagguard.sources.files import documents, module_folders
from tagguard.tree import to_utf8


def read(folder, *names, stdin=b""):
    paths = [folder / name if name != "-" else Path("-") for name in names]
    return list(documents(paths, cwd=folder, stdin=io.BytesIO(stdin)))


def shown(items):
    return [item.where if isinstance(item, Note | Problem) else item.path for item in items]


def test_folders_are_walked_in_a_stable_order(tmp_path):
    for name in ("b/x.yaml", "a/z.json", "a/y.template", "a/n.txt", ".git/c.json", "c.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert shown(read(tmp_path, ".")) == ["c.yml", "a/y.template", "a/z.json", "b/x.yaml"]


def test_inventories_and_packed_files_are_opened(tmp_path):
    names = ["a.csv", "b.json.gz", "c.jsonl", "d.ndjson.gz", "e.parquet", "f.yaml.gz", "g.csv.gz"]
    for name in (*names, "h.gz", "i.tar.gz", "j.tf.gz", "k.csv.zip"):
        (tmp_path / name).write_bytes(b"")
    assert shown(read(tmp_path, ".")) == names


def test_what_is_named_is_opened_whatever_its_ending_and_once(tmp_path):
    (tmp_path / "n.txt").write_text("{}")
    items = read(tmp_path, "n.txt", "./n.txt", "-", stdin=b"x")
    assert shown(items) == ["n.txt", "-"]
    assert [item.explicit for item in items] == [True, True]


def test_a_missing_path_is_refused_before_anything_is_read(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    found = documents([tmp_path / "a.json", tmp_path / "no"], cwd=tmp_path, stdin=io.BytesIO())
    with pytest.raises(UsageError):
        next(found)


def test_links_that_lead_nowhere_or_in_circles_are_problems(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("gone")
    loop, dangling = read(tmp_path, "loop", "dangling")
    assert isinstance(loop, Problem)
    assert isinstance(dangling, Problem)
    assert dangling.message == "cannot be read: No such file or directory"


def test_what_is_no_regular_file_is_passed_over_in_folders(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "link.json").symlink_to("/dev/zero")
    (tmp_path / "good.json").write_text("{}")
    assert shown(read(tmp_path, ".")) == ["good.json"]


def test_a_device_is_not_read():
    (problem,) = documents([Path("/dev/zero")], cwd=Path("/"), stdin=io.BytesIO())
    assert isinstance(problem, Problem)
    assert problem.message == "is a device, not a file"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_encoding_becomes_utf8(encoding):
    text = '{"Owner": "é"}'
    assert to_utf8(text.encode(encoding)) == text.encode()


def test_broken_utf16_is_explained():
    with pytest.raises(InputError, match="begins like UTF-16-LE text but is not"):
        to_utf8(b"\xff\xfea")


STACKS = '{"version": "1", "artifacts": {"A": {"type": "aws:cloudformation:stack"}}}'


def test_of_a_cloud_assembly_what_cdk_keeps_for_itself_is_not_opened(tmp_path):
    listed = {
        "x/manifest.json": STACKS,
        "x/A.template.json": "{}",
        "x/plan.json": "{}",
        "x/subtree.json": "{}",
        "x/assembly-B/B.template.json": "{}",
    }
    others = {
        "x/asset.1/C.template.json": "{}",
        "x/tree.json": "{}",
        "x/A.assets.json": "{}",
        "x/assembly-B/asset.2/D.template.json": "{}",
    }
    marked = {"y/manifest.json": "damaged", "y/cdk.out": "{}", "y/E.template.json": "{}"}
    usual = {"z/manifest.json": '{"name": "web"}', "z/tree.json": "{}", "z/asset.3/F.json": "{}"}
    for name, text in {**listed, **others, **marked, **usual}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "x/assembly-B/manifest.json").write_text(listed["x/manifest.json"])
    marked.pop("y/cdk.out")
    expected = {*listed, "x/assembly-B/manifest.json", *marked, *usual}
    assert set(shown(read(tmp_path, "."))) == expected


def test_a_manifest_that_is_a_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "manifest.json")
    (tmp_path / "a.json").write_text("{}")
    assert shown(read(tmp_path, ".")) == ["a.json"]


@pytest.mark.parametrize(
    "manifest",
    [
        '{"artifacts": {}, "x": "aws:cloudformation:stack"}',
        '{"artifacts": {"Tree": {"type": "cdk:tree"}}}',
        '{"name": "web", "artifacts": ["a"]}',
    ],
)
def test_a_manifest_without_stacks_hides_nothing(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest)
    (tmp_path / "asset.1").mkdir()
    for name in ("tree.json", "plan.json", "n.yaml", "asset.1/a.json"):
        (tmp_path / name).write_text("{}")
    expected = ["manifest.json", "n.yaml", "plan.json", "tree.json", "asset.1/a.json"]
    assert shown(read(tmp_path, ".")) == expected


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")


def test_files_of_modules_are_only_named(tmp_path):
    write(tmp_path, "a.tf", "b.tofu", "c/d.tf.json", "c/e.tofu.json", "x.tfvars", "y.tfvars.json")
    write(tmp_path, ".f.tf", "#g.tf", "h.tf~", ".terraform/i.tf")
    (tmp_path / "link.tf").symlink_to("a.tf")
    (tmp_path / "folder.tf").mkdir()
    found = [ModuleFile(name, explicit=False) for name in ("a.tf", "b.tofu", "link.tf")]
    found += [ModuleFile(name, explicit=False) for name in ("c/d.tf.json", "c/e.tofu.json")]
    assert found == read(tmp_path, ".")


def test_named_files_of_variables_belong_to_modules_too(tmp_path):
    write(tmp_path, "x.tfvars", "y.auto.tfvars.json", "main.tf")
    names = ("x.tfvars", "y.auto.tfvars.json", "main.tf")
    assert [ModuleFile(name) for name in names] == read(tmp_path, *names)


def test_folders_of_other_tools_are_noted(tmp_path):
    write(tmp_path, "live/root.hcl", "live/a/terragrunt.hcl", "app/Pulumi.yaml")
    notes = read(tmp_path, ".")
    assert [(note.where, note.message.split()[2].strip(",")) for note in notes] == [
        ("app", "Pulumi"),
        ("live", "Terragrunt"),
        ("live/a", "Terragrunt"),
    ]
    assert all(note.hint for note in notes)


def test_folders_with_modules_are_found(tmp_path):
    write(tmp_path, "a/x.tf", "a/b/y.tf.json", "c/z.json", ".terraform/m/v.tf", "d/.w.tf")
    (tmp_path / "loop").symlink_to(".")
    found = {path.relative_to(tmp_path).as_posix() for path in module_folders(tmp_path)}
    assert found == {"a", "a/b"}
