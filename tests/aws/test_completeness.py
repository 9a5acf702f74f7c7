from __future__ import annotations

import pytest

from tagguard.aws.completeness import Allowances, Part, completeness, with_counts
from tagguard.report import Collected, Shortfall
from tests.aws.placed import Regional, Tagged

ONE, TWO = "111111111111", "222222222222"
REGIONS = ["eu-west-1", "us-east-1"]
COLLECTORS: list[Regional] = [
    Regional("services/sqs-queue", "sqs:queue"),
    Tagged("tagging"),
    Regional("explorer"),
]


def parts(*fates):
    """Give all parts of two accounts; `fates` are (account, Region, collector, state), `` any."""
    found = [Part(account=account) for account in (ONE, TWO)]  # each was entered
    for account in (ONE, TWO):
        for region in REGIONS:
            for one in COLLECTORS:
                states = [
                    state
                    for *place, state in fates
                    if all(
                        there in ("", here)
                        for there, here in zip(place, (account, region, one.name), strict=True)
                    )
                ]
                found.append(
                    Part(
                        account=account,
                        region=region,
                        collector=one.name,
                        state=states[0] if states else "done",
                        message=f"no {one.name}" if states else "",
                        resources=0 if states else 2,
                    )
                )
    return found


def summed(found, *allowed, chosen=()):
    return completeness(
        sorted(found, key=lambda one: (one.account, one.region, one.collector)),
        COLLECTORS,
        accounts=[TWO, ONE],
        regions=REGIONS,
        allowances=Allowances(named=allowed, chosen=chosen),
    )


def shortages(known):
    return [
        (one.account, one.region, one.collector, one.state, one.allowed) for one in known.shortfalls
    ]


def test_a_whole_scan_is_complete():
    known = summed(parts())
    assert (known.complete, known.shortfalls) == (True, ())
    assert (known.accounts, known.accounts_done, known.regions) == ((ONE, TWO), 2, tuple(REGIONS))
    tagging = Collected(collector="tagging", sees_untagged=False, asked=4, done=4, resources=8)
    assert known.collectors[-1] == tagging
    assert [one.sees_untagged for one in known.collectors] == [True, True, False]


@pytest.mark.parametrize("state", ["denied", "throttled", "truncated", "failed"])
def test_what_is_missing_is_told_and_counts(state):
    known = summed(parts((ONE, "eu-west-1", "tagging", state)))
    assert known.shortfalls == (
        Shortfall(
            account=ONE,
            region="eu-west-1",
            collector="tagging",
            state=state,
            message="no tagging",
            unseen="tags of resources whose own listing does not show them",
        ),
    )
    assert (known.complete, known.accounts_done) == (False, 1)
    assert getattr(known.collectors[-1], state) == 1
    assert known.collectors[-1].done == 3


def test_every_part_is_counted_in_one_state():
    fates = [(ONE, "", "tagging", "denied"), (TWO, "eu-west-1", "", "throttled")]
    for one in summed(parts(*fates)).collectors:
        states = (one.done, one.denied, one.throttled, one.truncated, one.failed, one.unavailable)
        assert sum(states) == one.asked == 4


def test_what_is_alike_in_a_whole_account_region_or_collector_is_told_once():
    everything = summed(parts((ONE, "", "", "denied")), chosen=["explorer"])
    assert shortages(everything) == [(ONE, None, None, "denied", False)]
    assert everything.shortfalls[0].message == "no explorer (and 2 other messages)"
    region = summed(parts((ONE, "eu-west-1", "", "denied")), chosen=["explorer"])
    assert shortages(region) == [(ONE, "eu-west-1", None, "denied", False)]
    collector = summed(parts((ONE, "", "tagging", "denied")))
    assert shortages(collector) == [(ONE, None, "tagging", "denied", False)]


def test_an_account_that_cannot_be_entered_lacks_all():
    found = [one for one in parts() if one.account != TWO]
    found.append(Part(account=TWO, state="denied", message="no role"))
    known = summed(found)
    assert known.shortfalls == (
        Shortfall(account=TWO, state="denied", message="no role", unseen="all resources"),
    )
    assert (known.complete, known.accounts_done) == (False, 1)


@pytest.mark.parametrize("state", ["denied", "unavailable"])
def test_explorer_and_config_may_stay_away_unless_they_are_chosen(state):
    fates = parts((ONE, "", "explorer", state))
    assert shortages(summed(fates)) == [(ONE, None, "explorer", state, True)]
    assert summed(fates).complete
    assert not summed(fates, chosen=["explorer"]).complete
    assert not summed(parts((ONE, "", "explorer", "throttled"))).complete


def test_a_service_that_a_region_does_not_have_leaves_nothing_unseen():
    known = summed(parts((ONE, "us-east-1", "services/sqs-queue", "unavailable")))
    assert (known.shortfalls, known.complete) == ((), True)
    assert known.collectors[1].unavailable == 1


@pytest.mark.parametrize(
    "name", [ONE, "1111*", "us-east-1", "services/sqs-queue", "services", "s*"]
)
def test_what_is_allowed_by_name_is_told_and_does_not_count(name):
    known = summed(parts((ONE, "us-east-1", "services/sqs-queue", "denied")), name)
    assert shortages(known) == [(ONE, "us-east-1", "services/sqs-queue", "denied", True)]
    assert (known.complete, known.accounts_done) == (True, 2)


@pytest.mark.parametrize("name", [TWO, "eu-west-1", "tagging", "us-east", "S*"])
def test_what_is_allowed_by_another_name_counts(name):
    known = summed(parts((ONE, "us-east-1", "services/sqs-queue", "denied")), name)
    assert not known.complete


def test_what_finding_the_accounts_missed_counts_too():
    found = Shortfall(account="profile x", state="denied", message="no such caller")
    skipped = Shortfall(account=TWO, state="suspended", message="closed", allowed=True)
    known = completeness(
        parts(),
        COLLECTORS,
        accounts=[ONE],
        regions=REGIONS,
        suspended=[TWO],
        found=[found, skipped],
    )
    assert known.shortfalls == (skipped, found)
    assert (known.complete, known.suspended, known.accounts_done) == (False, (TWO,), 1)


def test_counts_are_added_when_they_are_known():
    known = with_counts(summed(parts()), merged=7, deleted=2)
    assert (known.merged, known.deleted) == (7, 2)
