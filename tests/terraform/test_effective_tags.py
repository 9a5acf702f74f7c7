from __future__ import annotations

import pytest

from tagguard.model import Tag, TagSet
from tagguard.terraform.effective_tags import either, known_tag, overlay, to_text

DEFAULTS = TagSet({"Team": Tag("Team", "core", "default_tags@aws")})


def values(tags):
    return {tag.key: tag.value for tag in tags}


def test_the_resource_wins_over_the_defaults():
    own = TagSet({"Team": Tag("Team", "pay")})

    assert overlay(own, DEFAULTS).tags["Team"] == Tag("Team", "pay", overrides="default_tags@aws")


def test_defaults_fill_what_the_resource_leaves_out():
    effective = overlay(TagSet({"Name": Tag("Name", "x")}), DEFAULTS)

    assert values(effective) == {"Team": "core", "Name": "x"}
    assert effective.tags["Team"].provenance == "default_tags@aws"
    assert effective.complete


def test_over_hidden_keys_a_default_is_present_but_its_value_is_open():
    effective = overlay(TagSet(complete=False, reason="tags depend on var.x"), DEFAULTS)

    assert values(effective) == {"Team": None}
    assert "var.x" in effective.tags["Team"].unknown
    assert (effective.complete, effective.reason) == (False, "tags depend on var.x")


def test_hidden_defaults_leave_the_set_open():
    own = TagSet({"Name": Tag("Name", "x")})
    effective = overlay(own, TagSet(complete=False, reason="defaults depend on var.d"))

    assert (effective.complete, effective.reason) == (False, "defaults depend on var.d")


def test_of_two_candidates_only_what_they_share_is_sure():
    west = TagSet({"Team": Tag("Team", "west"), "Org": Tag("Org", "acme"), "W": Tag("W", "1")})
    east = TagSet({"Team": Tag("Team", "east"), "Org": Tag("Org", "acme")})
    sure = either([west, east], "which one is not said")

    assert values(sure) == {"Team": None, "Org": "acme"}
    assert (sure.complete, sure.reason) == (False, "which one is not said")


def test_equal_candidates_are_as_good_as_one():
    west = TagSet({"Team": Tag("Team", "core", "default_tags@aws.west")})

    assert either([DEFAULTS, west], "") == DEFAULTS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.0, "1"),
        (1.5, "1.5"),
        (10**400, "1" + "0" * 400),
        ([], None),
        ({}, None),
    ],
)
def test_scalars_become_the_text_that_terraform_makes_of_them(value, text):
    assert to_text(value) == text


def test_a_number_with_too_many_digits_is_no_text():
    assert to_text(10**5000) is None


def test_a_value_that_is_no_scalar_is_unknown():
    assert known_tag("k", ["a"]).unknown == "the value is not text"


@pytest.mark.parametrize(
    ("left", "right", "choices"),
    [
        (Tag("A", "1"), Tag("A", "2"), ("1", "2")),
        (Tag("A", None, choices=("1", "2")), Tag("A", "3"), ("1", "2", "3")),
        (Tag("A", None, choices=("1", "2")), Tag("A", None), ()),
        (Tag("A", "1", sensitive=True), Tag("A", "2"), ()),
    ],
)
def test_a_value_of_one_of_two_sets_is_one_of_their_values(left, right, choices):
    sets = [TagSet({"A": left}), TagSet({"A": right})]
    for found in (either(sets, "why"), either(sets[::-1], "why")):
        tag = found.tags["A"]
        assert (tag.value, tag.unknown, set(tag.choices)) == (None, "why", set(choices))
