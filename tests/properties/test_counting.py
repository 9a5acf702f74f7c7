"""What holds of every scan, whatever is in it and in whatever order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tagguard.coverage import BUCKETS
from tagguard.report import Coverage
from tests.conformance.observing import judge, taxonomy
from tests.properties.strategies import DOCUMENTS

STANDARD = taxonomy("standard", "2026-11-23")
SCANS = st.lists(DOCUMENTS, max_size=8, unique_by=lambda one: one.path)
fewer = settings(max_examples=50)


def filled(row: Coverage) -> int:
    """Add up a row's buckets."""
    return sum(getattr(row, bucket) for bucket in BUCKETS)


@fewer
@given(SCANS)
def test_every_resource_is_in_one_bucket(documents):
    judged = judge(documents, STANDARD)
    report = judged.report
    implied = [one for one in judged.resources if one.creator is not None]
    assert filled(report.summary) == report.summary.resources
    assert report.summary.resources == len(judged.resources) - len(implied)
    assert filled(report.summary.implied) == report.summary.implied.resources == len(implied)
    assert len(report.resources or ()) == len(judged.resources)


@fewer
@given(SCANS)
def test_teams_add_up_to_the_whole(documents):
    def squad(_resource, value_of):
        return value_of("Env") if isinstance(value_of("Env"), str) else None

    report = judge(documents, STANDARD, squad=squad).report
    for row in report.teams:
        assert filled(row) == row.resources
    for bucket in ("resources", *BUCKETS):
        total = sum(getattr(row, bucket) for row in report.teams)
        assert total == getattr(report.summary, bucket)
    told = sum(one.status == "open" for one in report.findings)
    assert sum(row.findings for row in report.teams) == told


@fewer
@given(SCANS, st.randoms())
def test_the_order_of_inputs_does_not_matter(documents, random):
    shuffled = list(documents)
    random.shuffle(shuffled)
    assert judge(documents, STANDARD).report == judge(shuffled, STANDARD).report


@fewer
@given(SCANS)
def test_implied_resources_stand_behind_their_creators(documents):
    latest = None
    for one in judge(documents, STANDARD).resources:
        if one.creator is None:
            latest = one
        else:
            assert latest is not None
            assert one.address.startswith(f"{one.creator.address}#")
            assert one.creator.address.partition("#")[0] == latest.address
            same = ("source", "provider", "dialect", "scope", "region", "change")
            assert [getattr(one, field) for field in same] == [
                getattr(one.creator, field) for field in same
            ]
