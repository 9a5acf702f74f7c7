from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.escapes import visible
from tagguard.formats.wording import (
    encodable,
    percent,
    place,
    plural,
    sentence,
    shortened,
    shown,
)
from tagguard.model import Location, Problem
from tagguard.report import Coverage, Summary
from tests.formats.reports import make_finding, make_report


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain, é 日本語 🚀", "plain, é 日本語 🚀"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\r\tc\0", "a\\nb\\r\\tc\\x00"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("a\xa0b\u200b", "a\\xa0b\\u200b"),
        ("\ud800", "\\ud800"),
    ],
)
def test_visible(text, expected):
    assert visible(text) == expected


@given(st.text(st.characters(exclude_categories=())))
def test_visible_text_prints_and_encodes(text):
    assert visible(text).isprintable()
    visible(text).encode()


def test_shortened_keeps_both_ends_and_tells_the_length():
    short = shortened("a" * 5000 + " is not valid", 100)
    assert short.startswith("aaaa")
    assert short.endswith("aa is not valid")
    assert "(5,013 characters)" in short
    assert len(short) < 130
    assert shortened("a" * 100, 100) == "a" * 100


def test_shown_escapes_after_shortening():
    assert len(shown("\0" * 2_000_000)) < 2_000


def test_encodable_replaces_only_lone_surrogates():
    assert encodable("\ufeffa\ud800b🚀") == "\ufeffa\ufffdb🚀"


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (None, "no data"),
        (0.0, "0.0 %"),
        (0.7, "70.0 %"),
        (0.29, "29.0 %"),
        (2 / 3, "66.6 %"),
        (0.99999, "99.9 %"),
        (1.0, "100.0 %"),
    ],
)
def test_percent_rounds_down(part, expected):
    assert percent(part) == expected


def test_plural():
    counted = [plural(count, "file") for count in (0, 1, 2, 1200)]
    assert counted == ["0 files", "1 file", "2 files", "1,200 files"]


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (Location("a.tf"), "a.tf"),
        (Location("a.tf", 3), "a.tf:3"),
        (Location("a.tf", 3, 7), "a.tf:3:7"),
        (Location("a.tf", None, 7), "a.tf"),
        (Location("a\nb.tf", 1), "a\\nb.tf:1"),
    ],
)
def test_place(location, expected):
    assert place(location) == expected


def unread(where: str) -> Problem:
    return Problem(stage="read", where=where, message="broken")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "0 findings in 0 resources; no data"),
        (
            {"summary": Summary(resources=1, compliant=1, coverage=1.0)},
            "0 findings in 1 resource",
        ),
        (
            {"summary": Summary(resources=2, excluded=2)},
            "0 findings in 2 resources; 2 excluded; no data",
        ),
        (
            {
                "summary": Summary(resources=148, undetermined=5, untaggable=2, coverage=0.5),
                "findings": tuple(
                    make_finding(status=status) for status in ["open"] * 9 + ["exempt"] * 3
                ),
                "problems": (unread("a.tf:3"), unread("a.tf:10:4")),
            },
            (
                "12 findings (3 exempt) in 148 resources; 5 undetermined, 2 untaggable;"
                " 1 file could not be read"
            ),
        ),
        (
            {
                "summary": Summary(resources=1, noncompliant=1, coverage=0.0),
                "findings": (make_finding(status="baseline"),),
                "problems": (Problem(stage="policy", where="p on r", message="crash"),),
            },
            "1 finding (1 in the baseline) in 1 resource; 1 problem",
        ),
        (
            {"problems": (unread("a"), unread("b"), Problem(stage="x", where="", message=""))},
            "0 findings in 0 resources; no data; 2 files could not be read, 1 other problem",
        ),
    ],
)
def test_sentence(fields, expected):
    assert sentence(make_report(**fields)) == expected


@pytest.mark.parametrize(
    ("implied", "expected"),
    [
        (
            {"resources": 3, "compliant": 1, "noncompliant": 2},
            "3 implied ones; implied: 1 compliant, 2 noncompliant",
        ),
        ({"resources": 1, "compliant": 1}, "1 implied one; implied: 1 compliant"),
        (
            {"resources": 4, "untaggable": 1, "excluded": 3},
            "1 implied one; implied: 1 untaggable",
        ),
        (
            {"resources": 3, "noncompliant": 1, "undetermined": 1, "exempt": 1},
            "3 implied ones; implied: 1 noncompliant, 1 exempt, 1 undetermined",
        ),
    ],
)
def test_implied_resources_have_a_clause_of_their_own(implied, expected):
    summary = Summary(resources=5, compliant=5, coverage=1.0, implied=Coverage(**implied))
    assert sentence(make_report(summary=summary)) == f"0 findings in 5 resources and {expected}"


def test_implied_resources_that_nobody_asks_for_are_not_mentioned():
    summary = Summary(resources=5, excluded=5, implied=Coverage(resources=2, excluded=2))
    assert "implied" not in sentence(make_report(summary=summary))


@pytest.mark.parametrize(
    ("excluded", "implied", "unchanged", "expected"),
    [
        (1199, 0, 1100, "99 excluded; 1,100 unchanged resources left out"),
        (4, 0, 4, "4 unchanged resources left out"),
        (4, 2, 6, "6 unchanged resources left out"),
        (5, 2, 6, "1 excluded; 6 unchanged resources left out"),
        (0, 7, 1, "1 unchanged resource left out"),
    ],
)
def test_what_was_left_out_as_unchanged_is_told_once(excluded, implied, unchanged, expected):
    summary = Summary(
        resources=1200,
        compliant=1200 - excluded,
        excluded=excluded,
        unchanged=unchanged,
        coverage=1.0,
        implied=Coverage(resources=implied, excluded=implied),
    )
    told = sentence(make_report(summary=summary))
    assert told == f"0 findings in 1,200 resources; {expected}"


def test_figures_of_implied_resources_are_data_too():
    implied = Coverage(resources=1, compliant=1, coverage=1.0)
    summary = Summary(resources=1, untaggable=1, implied=implied)
    assert sentence(make_report(summary=summary)) == (
        "0 findings in 1 resource and 1 implied one; 1 untaggable; implied: 1 compliant"
    )
