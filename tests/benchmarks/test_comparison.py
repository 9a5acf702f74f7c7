from __future__ import annotations

import json

import pytest

from benchmarks import workloads
from benchmarks.comparison import Place, Row, absent, compare, is_sound, lines, row, to_data
from benchmarks.terraform_source import Effective

TRUTH: dict[str, Effective] = {
    "a.good": {"Owner": "x", "Environment": "prod"},
    "a.bad": {"Environment": "prod"},
    "a.worse": {"Name": "x"},
    "a.open": None,
    "a.untaggable": {},
}


def judged(*claims, seen=("a.good", "a.bad", "a.worse", "a.open", "a.untaggable")):
    return 2.0, set(seen), set(claims)


def test_what_is_missing_and_called_so_is_found_and_the_rest_is_missed():
    told = row("tool", judged(("a.bad", "Owner"), ("a.worse", "Owner")), TRUTH)
    assert told == Row("tool", 2.0, seen=5, found=2, missed=1, false=0)


def test_tags_that_are_there_or_belong_nowhere_are_falsely_missing():
    claims = [("a.good", "Owner"), ("a.untaggable", "Owner"), ("elsewhere", "Owner")]
    told = row("tool", judged(*claims), TRUTH)
    assert (told.found, told.missed, told.false) == (0, 3, 3)


def test_what_nobody_can_know_does_not_count():
    told = row("tool", judged(("a.open", "Owner")), TRUTH)
    assert (told.found, told.missed, told.false) == (0, 3, 0)


def test_only_resources_that_are_there_are_seen():
    assert row("tool", judged(seen=("a.good", "module.a")), TRUTH).seen == 1


def test_the_table_sets_the_other_tools_against_the_first():
    rows: list[Row | str] = [
        Row("tagguard", 0.5, 50, 3, 0, 0),
        Row("slow", 20, 40, 1, 2, 344),
        "other: not given",
    ]
    assert list(lines(rows, 1000)) == [
        "1,000 resources, Owner and Environment required of what takes tags",
        "tool        seconds    ratio     seen    found   missed    false",
        "tagguard       0.50     1.0x       50        3        0        0",
        "slow          20.00    40.0x       40        1        2      344",
        "other: not given",
    ]
    assert [each["tool"] for each in to_data(rows)] == ["tagguard", "slow"]


@pytest.fixture
def place(tmp_path):
    """Inputs of one resource, whose tags nobody can know."""
    (tmp_path / workloads.TRUTH).write_text(json.dumps({workloads.FEW: {"tags": {"a.open": None}}}))
    return Place(tmp_path, tmp_path, rounds=1)


def test_tools_that_are_not_given_are_named_with_the_way_to_get_them(place):
    _, *others = compare(place, {"checkov": None})
    assert [absent("checkov"), absent("c7n-left")] == others
    assert "--checkov DIR/bin/checkov" in absent("checkov")


def test_a_tool_that_fails_is_named_with_its_error(place):
    _, told, _ = compare(place, {"checkov": place.folder / "nowhere"})
    assert isinstance(told, str)
    assert told.startswith("checkov is not compared: FileNotFoundError")


def test_only_tagguards_own_untruths_fail_the_run():
    true, untrue = Row("tagguard", 1, 5, 3, 0, 0), Row("tagguard", 1, 5, 2, 1, 0)
    assert is_sound([])
    assert is_sound([true, Row("other", 1, 5, 0, 3, 0), "no other"])
    assert not is_sound([untrue])
    assert not is_sound(["tagguard is not compared: exit 2", true])


def test_nothing_is_printed_of_no_comparison():
    assert list(lines([], 1000)) == []
