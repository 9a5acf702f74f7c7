from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.ignore_comments import MAX_IGNORES, bounded, comment_ignores
from tagguard.model import Ignore, Location

HERE = Location("main.tf", 3, 5)


def read(text):
    return comment_ignores(text, HERE)


def waiver(rule, key=None, reason="", until=""):
    return Ignore(rule=rule, key=key, reason=reason, until=until, location=HERE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tagguard:ignore missing-tag", [waiver("missing-tag")]),
        ("tagguard:ignore missing-tag:Owner", [waiver("missing-tag", "Owner")]),
        ("tagguard:ignore a:K, b , c", [waiver("a", "K"), waiver("b"), waiver("c")]),
        ("tagguard:ignore a:aws:team", [waiver("a", "aws:team")]),
        ('tagguard:ignore a:"Cost, Center"', [waiver("a", "Cost, Center")]),
        ('tagguard:ignore a reason="x y"', [waiver("a", None, "x y")]),
        ("tagguard:ignore a reason='x \"y\"'", [waiver("a", None, 'x "y"')]),
        (r'tagguard:ignore a reason="x \"y\" \\"', [waiver("a", None, 'x "y" \\')]),
        ('tagguard:ignore a reason=" "', [waiver("a")]),
        (
            'tagguard:ignore a until=2026-12-31 reason="r"',
            [waiver("a", None, "r", "2026-12-31")],
        ),
        ("tagguard:ignore a until=soon", [waiver("a", None, "", "soon")]),
        ('nosec tagguard:ignore a reason="r" # and more', [waiver("a", None, "r")]),
        ("tagguard:ignore a //nosec", [waiver("a")]),
        ("tagguard:ignore a # nosec", [waiver("a")]),
        ("write `tagguard:ignore RULE` there", []),
        ("see docs/tagguard:ignore", []),
        ("tagguard ignores this", []),
        ("", []),
    ],
)
def test_what_a_comment_waives(text, found):
    assert list(read(text)) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tagguard:ignore", "no rule is named"),
        ("tagguard:ignore  # nosec", "no rule is named"),
        ('tagguard:ignore reason="r"', "no rule is named"),
        ("tagguard:ignore a,", "no rule is named behind the comma"),
        ('tagguard:ignore a, reason="r"', "no rule is named behind the comma"),
        ('tagguard:ignore a reason="r', 'in quotes that are closed: `reason="r`'),
        ("tagguard:ignore a reason=moves", "the reason must stand in quotes"),
        ("tagguard:ignore a reason=", "the reason must stand in quotes"),
        ('tagguard:ignore a reason="r" reason="s"', "`reason` stands twice"),
        ("tagguard:ignore a b", "`b` is not understood"),
        ("tagguard:ignore a expires=2026-12-31", "`expires=2026-12-31` is not understood"),
        ('tagguard:ignore a: reason="r"', "is not understood"),
        ("tagguard:ignore-all a", "`tagguard:ignore-all` is not known; write `tagguard:ignore`"),
        ("tagguard: ignore a", "`tagguard: ignore` is not known"),
        ("TagGuard:Ignore a", "`TagGuard:Ignore` is not known"),
    ],
)
def test_what_cannot_be_read_is_told(text, why):
    (one,) = read(text)
    assert (one.rule, one.key, one.location) == ("", None, HERE)
    assert why in one.reason


@given(st.text().map("tagguard:ignore".__add__))
def test_no_text_is_dropped(text):
    assert read(text)


WORD = st.from_regex(r"[a-z][a-z-]{0,8}", fullmatch=True)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]))


@given(WORD, TEXT.filter(str), TEXT)
def test_every_key_and_reason_can_be_written(rule, key, reason):
    def quoted(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    text = f"tagguard:ignore {rule}:{quoted(key)} reason={quoted(reason)}"
    assert read(text) == (waiver(rule, key, reason.strip()),)


def test_a_long_text_is_read_in_time_with_its_length():
    assert len(read("tagguard:ignore " + "a," * 100_000)) == 1
    assert len(read("tagguard:ignore " + "a " * 100_000)) == 1
    assert len(read('tagguard:ignore a reason="' + "\\" * 100_000)) == 1


def test_a_resource_holds_so_many_and_no_more():
    many = [waiver(f"r{number}") for number in range(MAX_IGNORES + 5)]
    assert bounded(many[:MAX_IGNORES] * 2) == tuple(many[:MAX_IGNORES])
    *kept, last = bounded(many)
    assert kept == many[:MAX_IGNORES]
    assert last.reason == "the resource holds more than 100 exemptions"
