from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.taxonomy.nearness import TYPOS_AMONG, Lexicon, distance, folded, is_typo


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xyz", 3)],
)
def test_distance_counts_edits_and_swaps(left, right, expected):
    assert distance(left, right, most=5) == expected


@pytest.mark.parametrize(
    ("written", "meant", "expected"),
    [
        ("ownr", "owner", False),
        ("ownner", "owner", True),
        ("owenr", "owner", True),
        ("environmet", "environment", True),
        ("enviromnet", "environment", True),
        ("name", "game", False),
        ("team", "teams", False),
    ],
)
def test_short_words_are_not_taken_for_typos(written, meant, expected):
    assert is_typo(written, meant) is expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("Prod", "prod"), (" prod", "prod"), ("stagin", "staging"), ("qa", None), ("prod", None)],
)
def test_the_nearest_value_is_suggested(written, expected):
    assert Lexicon(["prod", "staging", "dev"]).nearest(written) == expected


def test_folding_drops_case_and_separators():
    assert folded("Cost-Center ") == folded("cost_center") == "costcenter"


@given(st.text(max_size=12), st.text(max_size=12))
def test_distance_is_symmetric_and_bounded(left, right):
    assert distance(left, right, most=4) == distance(right, left, most=4)
    assert distance(left, right, most=4) <= 5


def test_in_a_long_list_only_case_and_spacing_are_mended():
    words = Lexicon([f"CC-{number:06}" for number in range(TYPOS_AMONG + 1)])
    assert words.nearest("cc 000007") == "CC-000007"
    assert words.nearest("CC-00007") is None
