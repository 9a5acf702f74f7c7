from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tagguard.escapes import visible
from tagguard.formats.terminal import aligned, clip, clip_front, excerpt, pad, width, wrap

visible_texts = st.text().map(visible)


def test_width_counts_columns():
    widths = [width(text) for text in ("", "abc", "日本", "🚀", "e\u0301", "Wärme")]
    assert widths == [0, 3, 4, 2, 1, 5]


def test_clip_never_splits_a_wide_character():
    assert clip("日本語", 6) == "日本語"
    assert clip("日本語", 5) == "日本…"
    assert clip("日本語", 4) == "日…"
    assert clip_front("日本語", 4) == "…語"
    assert clip_front("a/b", 3) == "a/b"


@given(visible_texts, st.integers(1, 40))
def test_clipped_text_fits(text, room):
    assert width(clip(text, room)) <= room


def test_pad():
    assert pad("日", 4) == "日  "
    assert pad("日", 4, right=True) == "  日"


def test_wrap_breaks_at_spaces():
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("a/very/long/path is whole", 6) == ["a/very/long/path", "is", "whole"]
    assert wrap("日本 語 x", 6) == ["日本", "語 x"]
    assert wrap("", 6) == [""]


@given(visible_texts, st.integers(1, 40))
def test_wrapping_loses_nothing(text, room):
    assert " ".join(wrap(text, room)) == text


@given(st.lists(st.tuples(visible_texts, visible_texts, visible_texts), min_size=1))
def test_cells_line_up(rows):
    lines = aligned(rows, 40)
    for column in zip(*lines, strict=True):
        assert len({width(cell) for cell in column}) == 1


def test_the_first_column_gives_way():
    assert aligned([["a long team name", "1"], ["b", "20"]], 14) == [
        ["a long te…", " 1"],
        ["b         ", "20"],
    ]


def test_excerpt_marks_the_word_at_the_column():
    assert excerpt('  Owner = "x"\n', 3, 80) == ('  Owner = "x"', "  ^^^^^")
    assert excerpt('  - Key: "日本"', 10, 80) == ('  - Key: "日本"', "         ^^^^^^")
    assert excerpt("- {Key: Owner}", 3, 80) == ("- {Key: Owner}", "  ^^^^^^^^^^^^")
    assert excerpt("\tOwner: x", None, 80) == (" Owner: x", " ^^^^^^")
    assert excerpt("x", 99, 80) == ("x", " ^")
    assert excerpt("", None, 80) == ("", "^")


def test_excerpt_shows_a_long_line_around_the_mark():
    text, marks = excerpt("a" * 1000 + " Owner " + "b" * 1_000_000, 1002, 40)
    assert width(text) <= 40
    assert text.startswith("…")
    assert text.endswith("…")
    at = text.index("Owner")
    assert marks == " " * at + "^" * 5


@given(st.text(st.characters(exclude_categories=())), st.integers(1, 200), st.integers(20, 80))
def test_excerpts_are_printable_and_bounded(line, column, room):
    text, marks = excerpt(line, column, room)
    assert text.isprintable()
    assert width(text) <= room
    assert marks.strip(" ").strip("^") == ""
