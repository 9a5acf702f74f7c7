from __future__ import annotations

import pytest

from tagguard.model import Outcome, TagSet, Variant
from tagguard.variants import merge_variants

TWO = (Variant("C is true", TagSet()), Variant("C is false", TagSet()))


def fail(rule="missing-tag", key="Owner", severity="error", message="m"):
    return Outcome(verdict="fail", rule=rule, key=key, severity=severity, message=message)


def open_(rule="invalid-value", key="Owner", message="why"):
    return Outcome(verdict="undetermined", rule=rule, key=key, message=message)


def merged(*branches):
    return [
        (one.verdict, one.rule, one.severity, one.message) for one in merge_variants(TWO, branches)
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([], [], []),
        ([fail()], [fail()], [("fail", "missing-tag", "error", "m")]),
        (
            [fail()],
            [],
            [("undetermined", "missing-tag", "error", "if C is true: m")],
        ),
        (
            [open_()],
            [fail()],
            [
                ("undetermined", "invalid-value", "error", "if C is true: why"),
                ("undetermined", "missing-tag", "error", "if C is false: m"),
            ],
        ),
        (
            [fail("missing-tag")],
            [fail("invalid-value", message="n")],
            [("fail", "missing-tag", "error", "m"), ("fail", "invalid-value", "error", "n")],
        ),
        (
            [fail("invalid-value", message="`a`")],
            [fail("invalid-value", message="`b`")],
            [("fail", "invalid-value", "error", "if C is true: `a`; if C is false: `b`")],
        ),
        (
            [fail("misnamed-key", severity="warning", message="w")],
            [fail("misnamed-key", message="e")],
            [
                ("fail", "misnamed-key", "warning", "w"),
                ("undetermined", "misnamed-key", "error", "if C is false: e"),
            ],
        ),
        (
            [fail("mine", None, message="1"), fail("mine", None, message="2")],
            [fail("mine", None, message="1"), fail("mine", None, message="2")],
            [("fail", "mine", "error", "1"), ("fail", "mine", "error", "2")],
        ),
        (
            [fail("mine", "Env")],
            [fail("other", "Env")],
            [
                ("undetermined", "mine", "error", "if C is true: m"),
                ("undetermined", "other", "error", "if C is false: m"),
            ],
        ),
    ],
)
def test_only_what_fails_in_every_branch_fails(one, other, expected):
    assert merged(one, other) == expected
