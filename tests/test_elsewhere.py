"""Tags that are managed elsewhere, as the engine judges and counts them."""

from __future__ import annotations

import pytest

from tagguard.model import Elsewhere, Variant
from tests.factories import make_resource, make_tags, make_taxonomy
from tests.test_engine import GOOD, run

WHY = "tags are managed elsewhere: ignore_changes"


def left(tags, *keys, **fields):
    return make_resource(tags, elsewhere=Elsewhere(WHY, keys), **fields)


def undecided(report):
    return {(one.rule, one.key, one.reason) for one in report.undetermined}


def key_row(report, name):
    (row,) = [one for one in report.keys if one.key == name]
    return row.applicable, row.present, row.valid, row.missing, row.undetermined


def test_each_required_key_that_passes_is_undetermined():
    report = run(left(GOOD))
    assert undecided(report) == {("missing-tag", "Owner", WHY), ("missing-tag", "Env", WHY)}
    assert (report.summary.undetermined, report.findings) == (1, ())


def test_optional_and_inapplicable_keys_stay_silent():
    report = run(left({**GOOD, "Note": "abc", "Data": "public"}))
    assert {key for _, key, _ in undecided(report)} == {"Owner", "Env"}


def test_a_failure_stays_a_failure():
    report = run(left({"Env": "nowhere"}))
    assert [(one.rule, one.key) for one in report.findings] == [
        ("invalid-value", "Env"),
        ("missing-tag", "Owner"),
    ]
    assert (report.summary.noncompliant, report.undetermined) == (1, ())


def test_only_the_keys_that_are_left():
    report = run(left(GOOD, "Owner"))
    assert undecided(report) == {("missing-tag", "Owner", WHY)}
    assert run(left(GOOD, "Note")).summary.compliant == 1


def test_what_is_open_already_is_one_question():
    report = run(left({"Owner": "x", "Env": None, "Data": "public"}, "Owner", "Env"))
    assert sorted((one.key, one.rule) for one in report.undetermined) == [
        ("Env", "invalid-value"),
        ("Owner", "missing-tag"),
    ]


@pytest.mark.parametrize(
    ("resource", "key", "row"),
    [
        (left(GOOD), "Owner", (1, 0, 0, 0, 1)),
        (left({**GOOD, "Note": "abc"}), "Note", (1, 0, 0, 0, 1)),
        (left(GOOD, "Env"), "Owner", (1, 1, 1, 0, 0)),
        (left({"Env": "dev"}), "Owner", (1, 0, 0, 1, 0)),
        (left({**GOOD, "Env": "nowhere"}), "Env", (1, 1, 0, 0, 0)),
        (left({**GOOD, "Env": None}), "Env", (1, 0, 0, 0, 1)),
    ],
)
def test_such_a_key_counts_as_undetermined(resource, key, row):
    assert key_row(run(resource), key) == row


def test_branches_are_asked_together():
    variants = (
        Variant("A is true", make_tags(GOOD)),
        Variant("A is false", make_tags({**GOOD, "Note": "x"})),
    )
    report = run(left({}, variants=variants))
    assert undecided(report) == {("missing-tag", "Owner", WHY), ("missing-tag", "Env", WHY)}
    assert key_row(report, "Owner") == (1, 0, 0, 0, 1)


def test_a_branch_without_the_key_is_told_by_itself():
    variants = (Variant("A is true", make_tags(GOOD)), Variant("A is false", make_tags({})))
    report = run(left({}, variants=variants))
    assert all("if A is false" in reason for _, _, reason in undecided(report))


def test_a_key_that_may_be_required_is_open_too():
    report = run(left({"Owner": "x", "Env": None, "Data": "public"}))
    assert ("missing-tag", "Data", WHY) in undecided(report)


def test_severity_is_that_of_a_missing_tag():
    taxonomy = make_taxonomy("  A: {required: true, severity: info}")
    report = run(left({"A": "x"}), taxonomy=taxonomy)
    assert (report.summary.compliant, report.undetermined) == (1, ())


def test_where_missing_tag_is_left_out_it_asks_nothing():
    assert run(left(GOOD), rules=[]).undetermined == ()
