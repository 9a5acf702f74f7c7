from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tagguard import cache as module
from tagguard.cache import Cache, Recorder, key_of
from tagguard.errors import InputError
from tagguard.tree import Tree


@pytest.fixture
def tree(tmp_path):
    """Give a tree with `in/a.tf` and `in/b/c.tf`."""
    (tmp_path / "in" / "b").mkdir(parents=True)
    (tmp_path / "in" / "a.tf").write_text("a")
    (tmp_path / "in" / "b" / "c.tf").write_text("c")
    return Tree([tmp_path / "in"], cwd=tmp_path)


@pytest.fixture
def kept(tmp_path):
    """Give an empty cache."""
    return Cache(tmp_path / "cache")


def asked(tree):
    """Ask a recorder one question of each kind."""
    recorder = Recorder(tree)
    recorder.read("in/a.tf")
    for missing in ("in/no.tf", "out.tf"):
        with pytest.raises(InputError):
            recorder.raw(missing)
    recorder.files("in/b")
    recorder.has_file("in/terraform.tfvars")
    recorder.contains("in/x")
    recorder.below("in/b")
    return recorder.trace()


def entry_of(kept):
    (file,) = (file for file in kept._folder.rglob("*") if file.is_file())
    return file


KEY = key_of("root") or ""


def test_a_recorder_answers_as_the_tree_does(tree):
    recorder = Recorder(tree)
    assert recorder.read("in/a.tf") == b"a"
    assert recorder.files("in") == ["in/a.tf"]
    assert recorder.below("in") == ["in/a.tf", "in/b/c.tf"]
    assert recorder.has_file("in/a.tf")
    assert not recorder.contains("a.tf")


def test_a_trace_holds_while_the_files_are_the_same(tree, tmp_path):
    trace = asked(tree)
    assert len(trace) == 7
    os.utime(tmp_path / "in" / "a.tf", (0, 0))
    (tmp_path / "in" / "z.tf").touch()  # nobody asked
    assert Recorder(tree).confirms(trace)


@pytest.mark.parametrize("file", ["a.tf", "no.tf", "b/d.tf", "terraform.tfvars", "b/d/e.tf"])
def test_a_trace_breaks_when_an_answer_is_another(tree, tmp_path, file):
    trace = asked(tree)
    (tmp_path / "in" / "b" / "d").mkdir() if "/d/" in file else None
    (tmp_path / "in" / file).write_text("new")
    assert not Recorder(tree).confirms(trace)


def test_a_trace_breaks_when_what_was_inside_lies_outside(tree, tmp_path):
    trace = asked(tree)
    (tmp_path / "in" / "x").symlink_to(tmp_path)
    assert not Recorder(tree).confirms(trace)


def test_the_trace_of_folders_is_what_was_asked_of_them(tree):
    recorder = Recorder(tree)
    recorder.raw("in/a.tf")
    recorder.raw("in/b/c.tf")
    assert [one[:2] for one in recorder.trace(["in/./b"]) or ()] == [("raw", "in/b/c.tf")]
    assert [one[:2] for one in recorder.trace(["in/none"]) or ()] == [("files", "in/none")]


def test_who_saw_two_answers_has_no_trace(tree, tmp_path):
    recorder = Recorder(tree)
    recorder.raw("in/b/c.tf")
    recorder.raw("in/a.tf")
    (tmp_path / "in" / "a.tf").write_text("b")
    recorder.raw("in/a.tf")
    assert recorder.trace() is None
    assert recorder.trace(["in/b"]) is not None


def test_a_question_that_nobody_can_ask_confirms_nothing(tree):
    assert not Recorder(tree).confirms([("bounds", "in", b"")])
    assert not Recorder(tree).confirms([("__init__", "in", b"")])


def test_what_was_kept_is_found_while_its_trace_holds(tree, kept, tmp_path):
    kept.keep(KEY, asked(tree), b"payload")
    assert Cache(tmp_path / "cache").find(KEY, Recorder(tree)) == b"payload"
    assert kept.find(key_of("other"), Recorder(tree)) is None
    (tmp_path / "in" / "a.tf").write_text("changed")
    assert kept.find(KEY, Recorder(tree)) is None
    kept.keep(KEY, asked(tree), b"new")
    assert kept.find(KEY, Recorder(tree)) == b"new"
    entry_of(kept)


@pytest.mark.parametrize("place", [0, 10, 16, 17, 40, -1])
def test_an_entry_that_is_not_whole_is_not_there(tree, kept, place):
    kept.keep(KEY, asked(tree), b"payload")
    file = entry_of(kept)
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    assert kept.find(KEY, Recorder(tree)) is None


@pytest.mark.parametrize("data", [b"", b"\x90", module._hash(b"\x90") + b"\x90", b"x" * 100])
def test_what_is_no_entry_is_not_there(tree, kept, data):
    kept.keep(KEY, asked(tree), b"payload")
    entry_of(kept).write_bytes(data)
    assert kept.find(KEY, Recorder(tree)) is None


def test_entries_are_for_their_owner_alone(tree, kept):
    kept.keep(KEY, asked(tree), b"payload")
    file = entry_of(kept)
    assert file.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in list(file.parents)[:3]} == {0o700}


def test_a_folder_in_which_others_write_is_not_used(tree, kept, tmp_path):
    kept.keep(KEY, asked(tree), b"payload")
    (tmp_path / "cache").chmod(0o777)
    assert Cache(tmp_path / "cache").find(KEY, Recorder(tree)) is None


@pytest.mark.parametrize("folder", ["in/a.tf", "in/a.tf/cache", "\0", "x" * 5_000])
def test_without_a_folder_everything_is_forgotten(tree, tmp_path, folder):
    kept = Cache(tmp_path / folder)
    kept.keep(KEY, asked(tree), b"payload")
    kept.tidy()
    assert kept.find(KEY, Recorder(tree)) is None


def test_what_cannot_be_written_is_forgotten(tree, kept):
    (kept._folder / KEY[0]).write_text("a file in the way")
    kept.keep(KEY, asked(tree), b"payload")
    assert kept.find(KEY, Recorder(tree)) is None
    kept.keep(KEY, [("raw", "\udcff", b"")], b"payload")


def test_nothing_is_left_of_a_write_that_failed(tree, kept):
    (kept._folder / KEY[0] / KEY).mkdir(parents=True)  # a file cannot replace it
    kept.keep(KEY, asked(tree), b"payload")
    assert list((kept._folder / KEY[0]).iterdir()) == [kept._folder / KEY[0] / KEY]


def test_runs_at_once_do_not_harm_each_other(tree, tmp_path):
    trace, payloads = asked(tree), [bytes([letter]) * 50_000 for letter in b"ab"]
    Cache(tmp_path / "cache").keep(KEY, trace, payloads[0])

    def work(number):
        kept = Cache(tmp_path / "cache")
        kept.keep(KEY, trace, payloads[number % 2])
        return kept.find(KEY, Recorder(tree))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(200))) <= set(payloads)


def test_the_oldest_entries_go(tree, kept, monkeypatch):
    keys = [KEY[0] + format(number, "031x") for number in range(6)]
    for age, key in enumerate(keys):
        kept.keep(key, asked(tree), bytes(1_000))
        os.utime(kept._path(key), (age, age))
    assert kept.find(keys[0], Recorder(tree))  # thereby it is the newest
    kept.tidy()
    monkeypatch.setattr(module, "MAX_BYTES", 16 * 6_000)
    kept.tidy()
    assert len(list(kept._path(KEY).parent.iterdir())) == 6, "nothing was added since"
    kept.keep(keys[5], asked(tree), bytes(1_000))
    kept.tidy()
    left = {file.name for file in kept._path(KEY).parent.iterdir()}
    assert {keys[0], keys[5]} <= left
    assert keys[1] not in left


def test_an_entry_that_is_too_large_is_not_kept(tree, kept, monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", 16_000)
    kept.keep(KEY, asked(tree), bytes(2_000))
    assert kept.find(KEY, Recorder(tree)) is None


def test_a_key_depends_on_every_part():
    keys = {
        key_of("a", {"x": 1, "y": 2}),
        key_of("a", {"x": 1}),
        key_of("b", {"x": 1}),
        key_of("b", "x"),
    }
    assert len(keys) == 4
    assert key_of("a", {"x": 1, "y": 2}) == key_of("a", {"y": 2, "x": 1})
    assert key_of("\udcff") is None
    assert key_of(object()) is None


def test_a_key_depends_on_the_code(monkeypatch, tmp_path):
    before = key_of("a")
    (tmp_path / "cache.py").write_text("other code")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "cache.py"))
    module._code.cache_clear()
    try:
        assert key_of("a") != before
    finally:
        monkeypatch.undo()
        module._code.cache_clear()
    assert Path(module.__file__).parent.name == "tagguard"
