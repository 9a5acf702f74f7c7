from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.aws.completeness import Part
from tagguard.aws.merging import Merging, Seen
from tagguard.aws.sightings import Sighting
from tests.aws.placed import Global, Regional, Tagged

HOME, OTHER = "111111111111", "222222222222"
WEST, EAST, VIRGINIA = "eu-west-1", "eu-east-1", "us-east-1"
QUEUE = f"arn:aws:sqs:{WEST}:{HOME}:jobs"
BUCKET = "arn:aws:s3:::logs"
ROLE = f"arn:aws:iam::{HOME}:role/deploy"
TAGS = {"Owner": "a"}


COLLECTORS: list[Regional] = [
    Tagged("tagging"),
    Regional("explorer"),
    Regional("config"),
    Regional("services/sqs-queue", "sqs:queue"),
    Global("services/s3-bucket", "s3:bucket"),
    Global("services/iam-role", "iam:role"),
]


def parts(**states):
    """Give every part of two accounts and three Regions; `states` by family are not done."""
    return [
        Part(account=account, region=region, collector=one.name, state=states.get(one.name, "done"))
        for account in (HOME, OTHER)
        for one in COLLECTORS
        for region in one.regions([WEST, EAST, VIRGINIA], "aws")
    ]


DONE = parts()


def by_place(parts):
    return sorted(parts, key=lambda one: (one.account, one.region))


def merging(*, parts=DONE, accounts=(HOME, OTHER), regions=(WEST, EAST, VIRGINIA)):
    return Merging(by_place(parts), COLLECTORS, accounts=accounts, regions=regions)


def seen(collector, arn=QUEUE, *, tags=None, by=HOME, at=WEST, **fields):
    kind = {QUEUE: "sqs:queue", BUCKET: "s3:bucket", ROLE: "iam:role"}.get(arn, "sqs:queue")
    defaults = {"type": kind, "account": HOME, "region": at}
    return Seen(Sighting(arn=arn, tags=tags, **(defaults | fields)), by, at, collector)


def merge(*sightings, **settings):
    (one,) = merging(**settings).resources(sightings)
    return one


LISTED = seen("services/sqs-queue")


def test_a_tag_bearing_answer_beats_a_silent_one():
    one = merge(LISTED, seen("tagging", tags=TAGS), seen("explorer"))
    assert (one.tags, one.excluded, one.account, one.region) == (TAGS, "", HOME, WEST)
    assert one.seen_by == ("explorer", "services/sqs-queue", "tagging")


def test_listed_and_unknown_to_the_tagging_api_is_never_tagged():
    one = merge(LISTED)
    assert (one.tags, one.reason) == ({}, "")


@pytest.mark.parametrize("state", ["denied", "throttled", "truncated", "failed", "unavailable"])
def test_silence_says_nothing_where_the_tagging_api_did_not_finish(state):
    one = merge(LISTED, parts=parts(tagging=state))
    assert one.tags is None
    assert one.reason == f"the tagging API in {HOME}, {WEST}: {state}"


def test_silence_says_nothing_where_the_tagging_api_was_not_asked():
    asked = [one for one in parts() if one.collector != "tagging"]
    one = merge(LISTED, parts=asked)
    assert (one.tags, one.reason) == (None, f"the tagging API in {HOME}, {WEST}: not asked")


def test_what_only_an_index_shows_without_tags_is_not_untagged():
    arn = f"arn:aws:ssm:{WEST}:{HOME}:parameter/x"
    one = merge(seen("explorer", arn, type="ssm:parameter"))
    assert one.tags is None
    assert one.reason == "what shows this resource does not show its tags (explorer)"


def test_no_tags_from_an_api_that_bears_them_is_an_answer():
    assert merge(seen("tagging", tags={}), LISTED).tags == {}


def test_the_live_listing_is_believed_first_then_the_tagging_api_then_the_freshest_index():
    old = seen("config", tags={"Owner": "old"}, as_of="2026-11-01T00:00:00Z")
    new = seen("explorer", tags={"Owner": "new"}, as_of="2026-11-02T00:00:00Z")
    told = seen("tagging", tags={"Owner": "told"})
    live = seen("services/sqs-queue", tags={"Owner": "live"})
    steps = [([LISTED, old], "old"), ([LISTED, old, new], "new")]
    steps += [([LISTED, old, new, told], "told"), ([old, new, told, live], "live")]
    for sightings, owner in steps:
        assert merge(*sightings).tags == {"Owner": owner}


def test_what_its_own_listing_does_not_show_is_a_ghost():
    one = merge(seen("tagging", tags=TAGS))
    assert one.excluded == "deleted lately: not listed by services/sqs-queue"


def test_a_listing_that_did_not_finish_makes_no_ghosts():
    assert merge(seen("tagging", tags=TAGS), parts=parts(**{"services/sqs-queue": "denied"})) == (
        merge(seen("tagging", tags=TAGS), parts=[])
    )
    assert merge(seen("tagging", tags=TAGS), parts=[]).excluded == ""


def test_a_terminated_resource_is_deleted_lately_though_others_still_show_it():
    one = merge(seen("services/sqs-queue", gone="terminated"), seen("tagging", tags=TAGS))
    assert one.excluded == "deleted lately: terminated"
    merger = merging()
    assert [*merger.resources([seen("services/sqs-queue", gone="x")])]
    assert (merger.merged, merger.deleted) == (1, 1)


def test_a_name_that_lives_again_is_alive():
    gone = seen("services/sqs-queue", gone="deleting")
    assert merge(gone, seen("services/sqs-queue", tags=TAGS)).excluded == ""


def test_a_bucket_counts_once_with_its_own_region():
    one = merge(
        seen("services/s3-bucket", BUCKET, at=VIRGINIA, region=WEST),
        seen("tagging", BUCKET, at=WEST, tags=TAGS),
        seen("explorer", BUCKET, at=VIRGINIA, region="global"),
    )
    assert (one.region, one.account, one.tags) == (WEST, HOME, TAGS)


def test_a_bucket_that_never_had_a_tag_is_asked_for_in_its_own_region():
    listed = seen("services/s3-bucket", BUCKET, at=VIRGINIA, region=WEST)
    assert merge(listed).tags == {}
    one = merge(listed, parts=[part for part in parts() if part.region != WEST])
    assert (one.tags, one.reason) == (None, f"the tagging API in {HOME}, {WEST}: not asked")


def test_two_listings_that_cover_a_type_together_must_both_be_through():
    both = [*COLLECTORS, Regional("services/sqs-fifo", "sqs:queue")]
    done = Part(account=HOME, region=WEST, collector="services/sqs-fifo")
    told = [seen("tagging", tags=TAGS)]
    (one,) = Merging(by_place(parts()), both, accounts=[HOME], regions=[WEST]).resources(told)
    assert one.excluded == ""
    (one,) = Merging(by_place([*parts(), done]), both, accounts=[HOME], regions=[WEST]).resources(
        told
    )
    assert one.excluded == "deleted lately: not listed by services/sqs-queue and services/sqs-fifo"


def test_a_global_resource_is_silent_where_home_was_not_asked():
    role = seen("services/iam-role", ROLE, at=VIRGINIA, region="global")
    asked = [one for one in parts() if (one.collector, one.region) != ("tagging", VIRGINIA)]
    assert merge(role, parts=asked).reason == f"the tagging API in {HOME}, {VIRGINIA}: not asked"
    own = Part(account=HOME, region=VIRGINIA, collector="tagging/global")
    assert merge(role, parts=[*asked, own]).tags == {}


def test_a_global_resource_is_asked_for_at_home_though_the_scan_names_another_region():
    role = seen("services/iam-role", ROLE, at=VIRGINIA, region="global")
    one = merge(role, regions=[WEST])
    assert (one.tags, one.region, one.excluded) == ({}, "global", "")
    ghost = merge(seen("config", ROLE, at=WEST, region="global", tags=TAGS))
    assert ghost.excluded == "deleted lately: not listed by services/iam-role"


def test_what_is_shared_belongs_to_its_owner_and_shows_its_tags_to_nobody_else():
    shared = seen("services/sqs-queue", tags={}, by=OTHER, account=OTHER)
    own = seen("services/sqs-queue", tags=TAGS)
    one = merge(shared, own)
    assert (one.account, one.tags) == (HOME, TAGS)
    only_shared = merge(shared, parts=parts(tagging="denied"))
    assert (only_shared.account, only_shared.tags) == (HOME, None)
    foreign = merge(shared, accounts=[OTHER])
    assert foreign.excluded == f"belongs to the account {HOME}, which is not scanned"


def test_what_lies_outside_the_regions_asked_for_is_excluded():
    one = merge(LISTED, regions=[EAST])
    assert one.excluded == f"lies in {WEST}, which is not scanned"


def test_any_api_may_tell_that_a_service_made_it():
    one = merge(seen("explorer", tags=TAGS), seen("services/sqs-queue", managed_by="mq"))
    assert one.managed_by == "mq"


def test_tags_that_only_a_service_sets_make_it_managed_and_a_stack_does_not():
    def managed(*keys):
        return merge(seen("tagging", tags=dict.fromkeys(keys, "x")), LISTED).managed_by

    assert managed("aws:autoscaling:groupName") == "autoscaling"
    assert managed("aws:autoscaling:groupName", "Owner") == "user"
    assert managed("aws:cloudformation:stack-name") == "user"


def test_a_default_is_a_teams_once_the_tagging_api_shows_its_tags():
    arn = f"arn:aws:events:{WEST}:{HOME}:event-bus/default"
    listed = seen("services/events-bus", arn, type="events:event-bus")
    told = seen("tagging", arn, type="events:event-bus", tags=TAGS)
    assert merge(listed).managed_by == "aws"
    assert merge(listed, told).managed_by == "user"


def sightings():
    return st.builds(
        seen,
        st.sampled_from([one.name for one in COLLECTORS]),
        tags=st.sampled_from([None, {}, TAGS, {"Owner": "b"}, {"aws:autoscaling:groupName": "g"}]),
        by=st.sampled_from([HOME, OTHER]),
        at=st.sampled_from([WEST, EAST]),
        region=st.sampled_from([WEST, EAST, "global"]),
        managed_by=st.sampled_from(["user", "mq", "eks"]),
        as_of=st.sampled_from(["", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"]),
        gone=st.sampled_from(["", "terminated"]),
    )


@given(st.lists(sightings(), min_size=1, max_size=4), st.sampled_from(["done", "denied"]))
def test_the_order_of_sightings_changes_nothing(found, state):
    known = parts(tagging=state)
    answers = {repr(merge(*order, parts=known)) for order in permutations(found)}
    assert len(answers) == 1


def test_resources_go_out_in_the_order_of_their_arns_and_are_counted():
    merger = merging()
    arns = [f"arn:aws:sqs:{WEST}:{HOME}:q{number}" for number in range(5)]
    found = [seen("services/sqs-queue", arn) for arn in arns for _ in range(2)]
    assert [one.address for one in merger.resources(iter(found))] == arns
    assert (merger.merged, merger.deleted) == (5, 0)
