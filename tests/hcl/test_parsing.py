from __future__ import annotations

from tagguard.hcl.parsing import Allowance, parse

FAULTY = b"a = {{{\n" * 2000


def test_what_a_text_takes_goes_off_the_shared_allowance():
    allowance = Allowance(3.0)
    parse(FAULTY, allowance)

    assert allowance.left < 3.0


def test_without_any_left_nothing_is_read():
    assert parse(b"a = 1", Allowance(0)) == ([], [0])


def test_little_left_stops_a_parse():
    allowance = Allowance(1e-6)
    roots, unread = parse(b"a = 1", allowance)

    assert (roots, unread, allowance.left < 0) == ([], [0], True)
