from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tagguard.hcl.recovery import MAX_PIECES, pieces

LINES = [
    'resource "a" "b" {',
    "locals {",
    "}",
    "  a = 1",
    "x = <<EOT",
    "EOT",
    "/*",
    "*/",
    '"',
    "é",
    "",
    "\r",
]


def heads(text):
    return [first for _, _, first, _ in pieces(text.encode())]


def test_each_block_begins_a_piece():
    assert heads('# a\nlocal = 1\n\nresource "a" "b" {\nlocals {\n}\n') == [0, 3, 4]


def test_the_first_line_needs_no_piece_of_its_own():
    assert heads("locals {\n}\nlocals {\n}\n") == [0, 2]


def test_what_is_indented_or_no_block_begins_none():
    assert heads('a = {\n  b {\n"c" {\n{{ d }}\ne ( {\n') == [0]


def test_heredocs_and_comments_hide_what_they_hold():
    assert heads("a = <<-EOT\nlocals {\n  EOT\n/* b\nlocals { */\nlocals {\n") == [0, 5]


def test_a_heredoc_without_end_hides_nothing():
    assert heads("a = <<EOT\nlocals {\n") == [0, 1]


def test_marks_in_strings_and_comments_open_nothing():
    assert heads('a = "arn:aws:s3:::b/*"\nlocals {\n') == [0, 1]
    assert heads("# /*\nlocals {\n") == [0, 1]
    assert heads("a = 1 /* b */\nlocals {\n") == [0, 1]


def test_cuts_are_bounded():
    assert len(heads("a {\n" * (2 * MAX_PIECES))) == MAX_PIECES


@given(st.lists(st.sampled_from(LINES)).map("\n".join))
def test_the_pieces_are_the_whole_text(text):
    data = text.encode()
    cut = list(pieces(data))
    assert data == b"".join(data[start:end] for start, end, _, _ in cut)
    for start, end, first, last in cut:
        assert first == data.count(b"\n", 0, start)
        assert last == data.count(b"\n", 0, end) + (end == len(data))
