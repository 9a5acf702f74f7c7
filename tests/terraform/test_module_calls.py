from __future__ import annotations

import pytest

from tagguard.terraform.module_calls import ModuleCalls
from tagguard.tree import Tree


def calls(folder, files, cwd="."):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            file.write_bytes(text)
        else:
            file.write_text(text)
    return ModuleCalls(Tree([folder], cwd=folder / cwd))


def call(source):
    return f'module "x" {{\n  source = "{source}"\n}}\n'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tf", call("../b")),
        ("a.tf", call("./../b/")),
        ("a.tofu", call("../b")),
        ("a.tf", 'module "x" { source="../b" }'),
        ("a.tf", call("..\\\\b")),
        ("a.tf", ("\ufeff" + call("../b")).encode("utf-16")),
        ("a.tf", b"# \xff\n" + call("../b").encode()),
        ("a.tf.json", '{"module": {"x": {"source": "../b"}}}'),
    ],
)
def test_calls_are_found_in_the_text(tmp_path, name, text):
    graph = calls(tmp_path, {f"a/{name}": text, "b/b.tf": ""})
    assert graph.called("a") == ("b",)


@pytest.mark.parametrize(
    "text",
    [
        '# source = "../b"',
        '  // source = "../b"',
        call("acme/b/aws"),
        call("git::https://example.com/b"),
        call("../a"),
        call("."),
        "",
    ],
)
def test_what_calls_no_other_folder(tmp_path, text):
    graph = calls(tmp_path, {"a/a.tf": text, "b/b.tf": ""})
    assert graph.called("a") == ()


def test_a_source_that_is_no_path_is_survived(tmp_path):
    graph = calls(tmp_path, {"a/a.tf": call("../b\0") + call("../" + "x" * 5000)})
    assert graph.reachable(["a"]) > {"a"}


def test_a_folder_has_one_name_whatever_leads_to_it(tmp_path):
    graph = calls(tmp_path, {"a/a.tf": call("./link/b"), "real/b/b.tf": "", "cwd/x.tf": ""}, "cwd")
    (tmp_path / "a/link").symlink_to("../real")
    assert graph.called("../a") == ("../real/b",)
    assert graph.name("../cwd") == "."
    assert graph.name("../real/../real/b") == "../real/b"


def test_roots_are_what_nobody_calls(tmp_path):
    files = {"a/a.tf": call("../b"), "b/b.tf": call("../c"), "c/c.tf": "", "d/d.tf": ""}
    assert calls(tmp_path, files).roots(["a", "b", "c", "d"]) == ["a", "d"]


def test_of_circles_one_folder_is_a_root(tmp_path):
    files = {"a/a.tf": call("../b"), "b/b.tf": call("../a"), "c/c.tf": call("../c")}
    assert calls(tmp_path, files).roots(["a", "b", "c"]) == ["c", "a"]


def test_callers_are_followed_upwards(tmp_path):
    files = {
        "a/a.tf": call("../m"),
        "b/b.tf": call("../m"),
        "m/m.tf": call("../n"),
        "n/n.tf": call("../m"),
        "o/o.tf": "",
    }
    graph = calls(tmp_path, files)
    assert graph.callers(["n"], ["a", "b", "m", "n", "o"]) == {"a", "b", "m", "n"}
    assert graph.reachable(["a"]) == {"a", "m", "n"}


def test_the_top_is_the_widest_root_around(tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    graph = ModuleCalls(Tree([tmp_path / "a/b", tmp_path / "a"], cwd=tmp_path))
    assert graph.top("a/b/c") == tmp_path / "a"
    assert graph.top("z") == tmp_path / "z"


def test_nothing_outside_the_tree_is_read(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/x.tf").write_text(call("../inside"))
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside/a.tf").write_text(call("../outside"))
    graph = ModuleCalls(Tree([tmp_path / "inside"], cwd=tmp_path))
    assert graph.called("inside") == ("outside",)
    assert graph.called("outside") == ()
