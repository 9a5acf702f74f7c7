"""Waivers in the input, as the engine asks for them and reports them."""

from __future__ import annotations

from typing import Any

import pytest

from tagguard.exemptions import Exemption, Exemptions
from tagguard.model import Ignore, Location, Outcome
from tagguard.report import Report
from tagguard.rules import load_rule
from tagguard.selectors import Selector
from tests.factories import TODAY, make_implied, make_resource, make_taxonomy
from tests.test_engine import GOOD, KEYS, exempting, run

FORBIDDING = make_taxonomy(KEYS, more="exemptions: {inline: forbid}")
ONE_FAULT = {"Env": "dev"}


def ignore(rule: str = "missing-tag", line: int = 7, **fields: Any) -> Ignore:
    return Ignore(**{"reason": "r", "location": Location("main.tf", line), "rule": rule, **fields})


def held(*ignores: Ignore, **fields: Any):
    """Make a resource with one failure, the missing owner, and these waivers."""
    return make_resource(ONE_FAULT, ignores=ignores, **fields)


def rows(report: Report) -> list[tuple[str, str, int]]:
    return [(one.id, one.state, one.matched) for one in report.exemptions]


def test_a_waived_failure_stays_a_finding_that_names_its_waiver():
    report = run(held(ignore(key="Owner")))
    (finding,) = report.findings
    assert (finding.status, finding.exemption, finding.hint) == ("exempt", "main.tf:7", GIVEN)
    assert (report.summary.exempt, rows(report)) == (1, [("main.tf:7", "active", 1)])
    assert report.exemptions[0].location == Location("main.tf", 7)


GIVEN = run(make_resource(ONE_FAULT)).findings[0].hint


@pytest.mark.parametrize(
    ("waiver", "state", "hint"),
    [
        (
            ignore(reason=""),
            ("refused", 0),
            'the exemption at main.tf:7 waives nothing: no reason is given; add reason="…"',
        ),
        (
            ignore(until="2026-11-22"),
            ("expired", 1),
            "the exemption at main.tf:7 ended on 2026-11-22",
        ),
        (ignore(key="Env"), ("unused", 0), ""),
        (ignore("empty-tag"), ("unused", 0), ""),
    ],
)
def test_one_that_does_not_hold_leaves_the_failure_open(waiver, state, hint):
    report = run(held(waiver))
    (finding,) = report.findings
    assert (finding.status, finding.exemption) == ("open", None)
    assert finding.hint == "; ".join(filter(None, (GIVEN, hint)))
    assert (report.summary.noncompliant, rows(report)) == (1, [("main.tf:7", *state)])


def test_every_failure_must_be_waived():
    report = run(make_resource({}, ignores=(ignore(key="Owner"),)))
    assert {one.key: one.status for one in report.findings} == {"Owner": "exempt", "Env": "open"}
    assert report.summary.noncompliant == 1


def test_a_waiver_waives_no_open_question():
    resource = make_resource(ONE_FAULT, complete=False, ignores=(ignore(),))
    assert run(resource).summary.undetermined == 1


def test_the_taxonomy_may_forbid_them():
    report = run(held(ignore()), taxonomy=FORBIDDING)
    assert (report.summary.noncompliant, rows(report)) == (1, [("main.tf:7", "refused", 0)])


def test_one_in_the_exemptions_file_is_named_first_and_both_count_as_used():
    report = run(held(ignore()), exemptions=exempting())
    assert report.findings[0].exemption == "exemption-1"
    assert rows(report) == [("exemption-1", "active", 1), ("main.tf:7", "active", 1)]


def test_an_expired_one_in_the_file_leaves_room_for_one_in_the_input():
    expired = Exemption(match=Selector(), reason="r", owner="o", expires="2026-11-22")
    exemptions = Exemptions([expired], today=TODAY, max_days=None)
    report = run(held(ignore()), exemptions=exemptions)
    assert report.findings[0].exemption == "main.tf:7"


def test_one_that_stands_at_no_resource_is_told():
    stray = ignore("", reason="it stands at no resource")
    report = run(stray, make_resource(GOOD))
    (use,) = report.exemptions
    assert (use.state, use.reason) == ("refused", "it stands at no resource")
    assert (report.summary.resources, report.problems) == (1, ())


def test_what_a_resource_implies_is_under_its_waivers_and_counts_once():
    creator = make_resource(GOOD, type="aws_instance", ignores=(ignore(),))
    report = run(make_implied(ONE_FAULT, creator, ignores=creator.ignores))
    assert (report.summary.implied.exempt, rows(report)) == (1, [("main.tf:7", "active", 1)])


def test_waivers_for_policies():
    failure = Outcome(verdict="fail", rule="zone-closed", message="m")

    class Policy:
        ID = "zone-closed"

        @staticmethod
        def check(_reading):
            return [failure]

    resource = make_resource(GOOD, ignores=(ignore("zone-closed"),))
    unknown = run(resource, rules=[Policy])
    assert (unknown.summary.noncompliant, rows(unknown)) == (1, [("main.tf:7", "refused", 0)])
    known = run(resource, rules=[Policy], known_rules=frozenset({"zone-closed"}))
    assert (known.summary.exempt, rows(known)) == (1, [("main.tf:7", "active", 1)])


@pytest.mark.parametrize(("partial", "told"), [(True, []), (False, [("main.tf:7", "unused", 0)])])
def test_rules_that_are_left_out_are_known_all_the_same(partial, told):
    rules = [load_rule("empty-tag")]
    report = run(held(ignore()), rules=rules, partial=partial)
    assert rows(report) == told


@pytest.mark.parametrize(
    ("waiver", "told"),
    [
        (ignore(), []),
        (ignore(until="2026-11-22"), [("main.tf:7", "expired", 0)]),
        (ignore(reason=""), [("main.tf:7", "refused", 0)]),
    ],
)
def test_of_other_teams_only_what_is_surely_wrong_is_told(waiver, told):
    report = run(held(waiver), teams=frozenset({"somebody"}), partial=True)
    assert (report.summary.excluded, rows(report)) == (1, told)


def test_rows_are_sorted_and_one_place_has_one():
    waivers = (ignore(line=10), ignore("empty-tag", line=10), ignore(line=9))
    report = run(held(*waivers), make_resource(ONE_FAULT, address="b", ignores=waivers))
    assert rows(report) == [("main.tf:9", "active", 2), ("main.tf:10", "active", 2)]
    assert report.exemptions[1].reason == "matched nothing: `empty-tag`"
