from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

from tagguard.model import Resource
from tagguard.sources import root_readings, root_workers
from tagguard.sources.root_readings import readings
from tagguard.terraform.source_root import RootOptions, RootReading
from tagguard.tree import Tree
from tests.conftest import PROJECT
from tests.sources import root_stand_ins

ROOTS = [f"roots/{number}" for number in range(12)]


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """Give a folder with twelve roots that share a module."""
    monkeypatch.syspath_prepend(PROJECT)  # workers look where we look
    for folder in (*ROOTS, "modules/a"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "main.tf").write_text(f"# {folder}\n")
    return tmp_path


class Runs:
    """Reads the roots of a folder again and again."""

    def __init__(self, repo, read):
        self.repo = repo
        self.log = repo / "log"
        self.read = read

    def __call__(self, *, jobs=1, cache=True, folders=ROOTS, cwd=None, **options):
        """Read the roots; what was really read is in `self.who` then."""
        self.log.write_text("")
        cwd = cwd or self.repo
        given = {"log": str(self.log), "parent": str(os.getpid())}
        found = readings(
            folders,
            {folder: f"scope/{folder}" for folder in folders},
            RootOptions(variables=given, **options),
            Tree([self.repo], cwd=cwd),
            self.repo / "cache" if cache else None,
            jobs=jobs,
            read=self.read,
        )
        return list(found)

    @property
    def who(self):
        """Give who read which root."""
        lines = (line.split() for line in self.log.read_text().splitlines())
        return [(folder, int(pid)) for folder, pid in lines]


@pytest.fixture
def run(repo):
    """Give a way to read all roots."""
    return Runs(repo, root_stand_ins.logged)


def expected(given=""):
    return [
        (root, f"# {root}\n# modules/a\n", f"scope/{root}", given, ("m", root)) for root in ROOTS
    ]


def shown(found):
    return [
        (
            folder,
            reading.items[-2].address,
            reading.items[-2].scope,
            reading.items[-2].tags.get("Owner").value,
            (reading.items[-1].message, reading.items[-1].where),
        )
        for folder, reading in found
    ]


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("cache", [True, False])
def test_readings_are_the_same_whoever_makes_them(run, jobs, cache):
    found = run(jobs=jobs, cache=cache)
    assert shown(found) == expected()
    assert [reading.folders for _, reading in found] == [(root, "modules/a") for root in ROOTS]
    assert Counter(folder for folder, _ in run.who) == Counter(ROOTS)


def test_workers_take_part(run):
    run(jobs=3, cache=False)
    # The first root is this process's own; how the others are shared is a matter of luck.
    assert run.who[0][0] in ROOTS
    assert {pid for _, pid in run.who} - {os.getpid()}


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_second_run_reads_nothing(run, jobs):
    first = run(jobs=jobs)
    assert shown(run()) == shown(first)
    assert run.who == []
    assert [one.folders for _, one in run()] == [one.folders for _, one in first]


@pytest.mark.parametrize(
    ("file", "text", "again"),
    [
        ("roots/3/main.tf", "# new", ["roots/3"]),
        ("roots/3/more.tf", "# new", ["roots/3"]),
        ("modules/a/main.tf", "# new", ROOTS),
        ("modules/a/b.tf", "# new", ROOTS),
        ("given.txt", "someone", ROOTS),
        ("roots/main.tf", "# nobody asks", []),
        ("roots/3/deep/main.tf", "# nor here", []),
    ],
)
def test_what_changed_is_read_again(run, file, text, again):
    run()
    (run.repo / file).parent.mkdir(exist_ok=True)
    (run.repo / file).write_text(text)
    found = run()
    assert [folder for folder, _ in run.who] == again
    assert shown(found) == shown(run(cache=False))
    run()
    assert run.who == []


def test_a_file_that_went_is_noticed(run):
    run()
    (run.repo / "roots/5/main.tf").unlink()
    run()
    assert [folder for folder, _ in run.who] == ["roots/5"]


def test_other_options_are_another_reading(run):
    run(folders=ROOTS[:1])
    run(folders=ROOTS[:1], with_attributes=False)
    assert len(run.who) == 1
    run(folders=ROOTS[:1], catalog={"aws_x": {"taggable": True}})
    assert len(run.who) == 1


def test_the_same_from_elsewhere_is_another_reading(run):
    run(folders=["roots/1"])
    (found,) = run(folders=["1"], cwd=run.repo / "roots")
    assert run.who != []
    assert found[1].items[1].where == "1"


@pytest.mark.parametrize("stand_in", ["dying", "failing"])
def test_a_worker_that_ends_loses_nothing(repo, stand_in):
    run = Runs(repo, getattr(root_stand_ins, stand_in))
    assert shown(run(jobs=3, cache=False)) == expected()
    assert {folder for folder, pid in run.who if pid == os.getpid()}


def test_workers_that_cannot_be_started_are_not_missed(run, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(run.repo / "none"))
    assert shown(run(jobs=2)) == expected()
    monkeypatch.setattr(sys, "executable", "/bin/true")
    assert shown(run(jobs=2, cache=False)) == expected()


def test_a_reader_that_workers_cannot_find_is_used_here(repo):
    def local(*arguments):
        return root_stand_ins.logged(*arguments)

    assert shown(Runs(repo, local)(jobs=2)) == expected()


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_cannot_be_packed_is_read_here_each_time(repo, jobs):
    run = Runs(repo, root_stand_ins.strange)
    assert shown(run(jobs=jobs)) == expected()
    run(jobs=jobs)
    assert {folder for folder, pid in run.who if pid == os.getpid()} == set(ROOTS)


def test_a_faulty_payload_is_read_again(run, monkeypatch):
    monkeypatch.setattr(root_readings, "packed", lambda _: b"\x90")
    run()
    monkeypatch.undo()
    assert shown(run()) == expected()
    assert len(run.who) == len(ROOTS)


def test_workers_pause_while_answers_wait(run, monkeypatch):
    monkeypatch.setattr(root_workers, "MAX_HELD", 0)
    assert shown(run(jobs=3, cache=False)) == expected()


def test_who_stops_early_leaves_no_process(run, monkeypatch):
    started = []
    start = subprocess.Popen

    def noted(*arguments, **options):
        started.append(start(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    options = RootOptions(variables={"log": str(run.log)})
    found = readings(
        ROOTS, dict.fromkeys(ROOTS, "."), options, Tree([run.repo], cwd=run.repo), jobs=2,
        read=root_stand_ins.logged,
    )  # fmt: skip
    assert next(found)[0] == ROOTS[0]
    assert isinstance(found, Generator)
    found.close()
    assert [process.returncode is not None for process in started] == [True]


@pytest.mark.parametrize("jobs", [1, 2])
def test_folders_whose_names_are_no_text_are_read(tmp_path, monkeypatch, jobs):
    monkeypatch.syspath_prepend(PROJECT)
    base = tmp_path / os.fsdecode(b"b\xff")
    folders = [os.fsdecode(b"\xfe%d" % number) for number in range(4)]
    for folder in folders:
        (base / folder).mkdir(parents=True)
    for tree in (Tree([base], cwd=base), Tree([tmp_path], cwd=tmp_path)):
        found = readings(
            folders,
            dict.fromkeys(folders, "."),
            RootOptions(),
            tree,
            tmp_path / "cache",
            jobs=jobs,
            read=root_stand_ins.logged,
        )
        assert [folder for folder, _ in found] == folders


def test_a_hostile_folder_is_not_imported_from(run, monkeypatch):
    (run.repo / "tagguard").mkdir()
    for name in ("msgspec.py", "json.py", "tagguard/__init__.py"):
        (run.repo / name).write_text(f"open({str(run.repo / 'pwned')!r}, 'w')")
    monkeypatch.chdir(run.repo)
    run(jobs=2, cache=False)
    assert {pid for _, pid in run.who} - {os.getpid()}
    assert not (run.repo / "pwned").exists()


def test_little_source_starts_no_process(run, monkeypatch):
    monkeypatch.setattr(root_workers, "_started", lambda: pytest.fail("a process was started"))
    run(jobs=None)


def test_much_source_starts_one_where_there_are_cores(run, monkeypatch):
    monkeypatch.setattr(root_readings, "BYTES_PER_WORKER", 50)
    monkeypatch.setattr(root_readings, "_cores", lambda: 2)
    run(jobs=None, cache=False)
    assert len({pid for _, pid in run.who}) == 2


def test_no_roots_no_readings(run):
    assert run(folders=[], jobs=None) == []


def test_a_reading_is_bytes_as_a_whole():
    assert RootReading.__struct_fields__ == ("items", "folders")


def test_real_roots_come_back_from_the_cache(tmp_path):
    (tmp_path / "main.tf").write_text(
        'resource "aws_s3_bucket" "b" {\n  tags = { Owner = "a" }\n}\n', "utf-8"
    )
    arguments = (["."], {".": "."}, RootOptions(), Tree([tmp_path], cwd=tmp_path))
    kinds = [
        [(one.address, dict(one.tags.tags)) for one in reading.items if isinstance(one, Resource)]
        for _ in range(2)
        for _, reading in readings(*arguments, Path(tmp_path / "cache"))
    ]
    assert kinds[0] == kinds[1]
    assert kinds[0][0][0] == "aws_s3_bucket.b"


@pytest.mark.parametrize(("secret", "kept"), [("true", 0), ("false", 1)])
def test_readings_with_sensitive_tags_are_not_kept(secret, kept, tmp_path):
    (tmp_path / "main.tf").write_text(
        f'variable "v" {{\n  default = "hush"\n  sensitive = {secret}\n}}\n'
        'resource "aws_s3_bucket" "b" {\n  tags = { Owner = var.v }\n}\n',
        "utf-8",
    )
    cache = tmp_path / "cache"
    list(readings(["."], {".": "."}, RootOptions(), Tree([tmp_path], cwd=tmp_path), cache))
    assert sum(path.is_file() for path in cache.rglob("*")) == kept
