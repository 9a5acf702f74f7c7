from __future__ import annotations

import io

import pytest

from tagguard.cli import progress
from tagguard.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", -1.0)


def watched(stream, *, quiet=False):
    with Progress(stream, quiet=quiet) as shown:
        assert list(shown.count(range(100))) == list(range(100))
    return stream.getvalue()


@pytest.mark.usefixtures("impatient")
def test_long_work_tells_how_far_it_is_and_leaves_no_trace():
    said = watched(Terminal())
    assert said.startswith("\r64 resources read, ")
    assert said.rpartition("\r")[0].endswith(" ")
    assert said.endswith("\r")


@pytest.mark.usefixtures("impatient")
def test_a_scan_tells_accounts_resources_and_rate():
    stream = Terminal()
    with Progress(stream, quiet=False) as shown:
        shown.tell("2 of 500 accounts done, 1,200 resources seen", 1_200)
        assert stream.getvalue().startswith("\r2 of 500 accounts done, 1,200 resources seen, ")
        assert stream.getvalue().endswith(" a second")


@pytest.mark.usefixtures("impatient")
def test_nothing_is_said_away_from_a_terminal_or_when_quiet():
    assert watched(io.StringIO()) == ""
    assert watched(Terminal(), quiet=True) == ""


def test_short_work_stays_silent():
    assert watched(Terminal()) == ""


def test_a_closed_stream_is_no_trouble():
    with Progress(None, quiet=False) as shown:
        assert list(shown.count([1])) == [1]
