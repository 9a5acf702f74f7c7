from __future__ import annotations

from tagguard.model import Location, Problem, Resource, Rows
from tagguard.sources.inventories import CHUNK
from tagguard.sources.inventories.row_chunks import Row, in_chunks

PATTERN = Resource(
    source="kubectl",
    provider="kubernetes",
    dialect="kubernetes",
    type="Pod",
    address="",
    scope="objects",
    location=Location("objects"),
)
PROBLEM = Problem(stage="read", where="objects", message="one is missing")


def row(number):
    return Row(PATTERN, f"Pod/{number}", {"team": "a"}, number)


def test_rows_come_in_bounded_columns():
    found = list(in_chunks(map(row, range(2 * CHUNK + 1))))

    assert [len(one.addresses) for one in found if isinstance(one, Rows)] == [CHUNK, CHUNK, 1]


def test_a_problem_comes_behind_the_rows_before_it():
    first, problem, last = in_chunks([row(1), row(2), PROBLEM, row(3)])

    assert first == Rows(
        patterns=[PATTERN, PATTERN],
        addresses=["Pod/1", "Pod/2"],
        tags=[{"team": "a"}, {"team": "a"}],
        lines=[1, 2],
    )
    assert problem is PROBLEM
    assert isinstance(last, Rows)
    assert last.addresses == ["Pod/3"]


def test_nothing_gives_no_columns():
    assert list(in_chunks([])) == []
