from __future__ import annotations

from pathlib import Path

import pytest

from tagguard.errors import PolicyError
from tagguard.model import BUILTIN_RULES, PolicyInfo, Tag, TagSet
from tagguard.policies import (
    MAX_TEXT,
    Mask,
    check_ids,
    files,
    resolve,
    shipped_policies,
    shown,
)
from tests.factories import make_implied, make_resource


def info(id_, origin="a.py"):
    return PolicyInfo(id=id_, kind="python", severity="error", summary="", origin=origin)


def test_shipped_policies_are_found_by_name():
    found = shipped_policies()
    assert {"no-placeholder-values", "no-secrets-in-tags", "hygiene", "unique-names"} <= set(found)
    assert resolve("tagguard:hygiene").is_dir()
    assert resolve("tagguard:unique-names").name == "unique_names.py"


def test_unknown_shipped_policy_gets_a_suggestion():
    with pytest.raises(PolicyError, match="did you mean `no-placeholder-values`"):
        resolve("tagguard:no-placeholder-value")


def test_path_is_taken_from_its_base(tmp_path):
    (tmp_path / "p.rego").touch()
    assert resolve("p.rego", base=tmp_path) == tmp_path / "p.rego"
    with pytest.raises(PolicyError, match=r"there is no policy file or folder `nowhere`"):
        resolve("nowhere")


@pytest.mark.parametrize("name", ["_x.py", "test_x.py", "x_test.py", "conftest.py", "x_test.rego",
                                  "x.txt", ".git/x.py"])  # fmt: skip
def test_folder_without_policies_is_refused(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    with pytest.raises(PolicyError, match="holds no policy"):
        resolve(str(tmp_path))


def test_files_have_a_stable_order_and_come_once(tmp_path):
    for name in ("b.py", "a/z.py", "a/y.py", "c.rego"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = files([tmp_path / "b.py", tmp_path, tmp_path / "a"], ".py")
    assert [file.relative_to(tmp_path).as_posix() for file in found] == ["b.py", "a/y.py", "a/z.py"]


def test_links_in_a_circle_do_no_harm(tmp_path):
    (tmp_path / "p.py").touch()
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert files([tmp_path], ".py") == [tmp_path / "p.py"]


def test_shipped_files_are_shown_without_an_absolute_path():
    place = shown(resolve("tagguard:unique-names"))
    assert place == "tagguard:policies/hygiene/unique_names.py"
    assert shown(Path("mine/p.py")) == "mine/p.py"


@pytest.mark.parametrize("id_", ["Cost-Center", "a_b", "a--b", "-a", "", "a b", "ä"])
def test_ids_are_kebab_case(id_):
    with pytest.raises(PolicyError, match="kebab-case"):
        check_ids([info(id_)])


def test_ids_are_unique_and_not_built_in():
    check_ids([info("a"), info("b-2")])
    with pytest.raises(PolicyError, match=r"`a`: one\.py and two\.rego"):
        check_ids([info("a", "one.py"), info("a", "two.rego")])


@pytest.mark.parametrize("id_", BUILTIN_RULES)
def test_ids_of_built_in_rules_are_taken(id_):
    with pytest.raises(PolicyError, match="own rules"):
        check_ids([info(id_)])


def test_mask_hides_longest_first_and_cuts():
    tags = {
        "A": Tag("A", "hush", sensitive=True),
        "B": Tag("B", "hush-hush", sensitive=True),
        "C": Tag("C", "plain"),
        "D": Tag("D", "", sensitive=True),
    }
    mask = Mask([make_resource(tags=TagSet(tags))])
    assert mask("hush-hush, hush, plain") == "(sensitive), (sensitive), plain"
    assert len(mask("x" * 10 * MAX_TEXT)) == MAX_TEXT + 1


def test_what_a_creator_hides_is_masked_too():
    creator = make_resource(tags=TagSet({"T": Tag("T", "hush", sensitive=True)}))
    assert Mask([make_implied({}, creator)])("it is hush") == "it is (sensitive)"
