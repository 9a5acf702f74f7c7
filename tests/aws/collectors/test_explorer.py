from __future__ import annotations

import pytest

from tagguard.aws.collectors import CollectorOptions, MissingError
from tagguard.aws.collectors.explorer import collectors
from tests.aws.stub import Fault, Index, Stub, Thing, View

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

(EXPLORER,) = collectors(CollectorOptions())
EC2 = "arn:aws:ec2:eu-west-1:111111111111:instance/"
LOCAL = {"eu-west-1": Index(views=[View()])}
MANY = [
    *(
        Thing(arn=f"{EC2}i-{number * 7919 % 4096:05x}", tags={"n": "1"} if number % 3 else None)
        for number in range(2500)
    ),
    *(
        Thing(
            arn=f"arn:aws:logs:eu-west-1:111111111111:log-group:/team/{number}",
            type="logs:log-group",
        )
        for number in range(1200)
    ),
]


def seen(api):
    return [one for page in EXPLORER.collect(api) for one in page]


def missing(api):
    with pytest.raises(MissingError) as caught:
        seen(api)
    return caught.value


def test_what_never_had_a_tag_is_seen(api_of):
    things = [Thing(arn=f"{EC2}i-1", tags={"Owner": "web"}), Thing(arn=f"{EC2}i-2")]
    with Stub(things, indexes=LOCAL) as stub:
        found = seen(api_of(stub))
    assert [(one.arn, one.tags) for one in found] == [
        (f"{EC2}i-1", {"Owner": "web"}),
        (f"{EC2}i-2", {}),
    ]
    assert {one.as_of for one in found} == {"2026-01-01T01:00:00.000Z"}
    assert EXPLORER.sees_untagged


def test_a_view_without_tags_does_not_say_untagged(api_of):
    with Stub(
        [Thing(arn=f"{EC2}i-1", tags={"Owner": "web"})],
        indexes={"eu-west-1": Index(views=[View(tags=False)])},
    ) as stub:
        assert [one.tags for one in seen(api_of(stub))] == [None]


def test_tags_of_iam_are_not_indexed(api_of):
    role = Thing(
        arn="arn:aws:iam::111111111111:role/app", region="global", type="iam:role", tags={"a": "b"}
    )
    with Stub([role], indexes={"us-east-1": Index(views=[View()])}) as stub:
        (one,) = seen(api_of(stub, region="us-east-1"))
    assert (one.arn, one.region, one.tags) == (role.arn, "global", None)


def test_listing_reads_every_page_with_less_than_a_thousand(api_of):
    with Stub(MANY, indexes=LOCAL) as stub:
        found = seen(api_of(stub))
        asked = [one.body for one in stub.requests if one.operation == "ListResources"]
    assert sorted(one.arn for one in found) == sorted(one.arn for one in MANY)
    assert {body["MaxResults"] for body in asked} == {999}


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 3700])
def test_search_is_split_until_nothing_is_cut(api_of, count):
    denied = Fault(operation="ListResources", code="AccessDeniedException", times=99)
    with Stub(MANY[-count:], indexes=LOCAL, faults=[denied]) as stub:
        found = seen(api_of(stub))
    assert sorted(one.arn for one in found) == sorted(one.arn for one in MANY[-count:])


def test_a_listing_that_ends_at_the_limit_of_search_is_checked_by_search(api_of):
    with Stub(MANY[:1000], indexes=LOCAL) as stub:
        found = seen(api_of(stub))
        assert stub.calls["111111111111", "eu-west-1", "Search"] == 1
    assert {one.arn for one in found} == {one.arn for one in MANY[:1000]}


def test_a_search_that_cannot_be_split_further_is_told(api_of):
    named = [
        Thing(arn=f"arn:aws:cloudwatch:eu-west-1:111111111111:alarm:too many {number}")
        for number in range(1001)
    ]
    denied = Fault(operation="ListResources", code="AccessDeniedException", times=99)
    with Stub(named, indexes=LOCAL, faults=[denied]) as stub:
        error = missing(api_of(stub))
    assert error.state == "truncated"
    assert "cannot be narrowed any further" in error.message


def test_both_denied_is_denied(api_of):
    denied = [
        Fault(operation=operation, code="AccessDeniedException", times=99)
        for operation in ("ListResources", "Search")
    ]
    with Stub(MANY[:1], indexes=LOCAL, faults=denied) as stub:
        assert missing(api_of(stub)).state == "denied"


@pytest.mark.parametrize(
    ("indexes", "message"),
    [
        ({}, "Resource Explorer has no index in this Region"),
        ({"eu-west-1": Index(state="CREATING")}, "the index of Resource Explorer is creating here"),
        ({"eu-west-1": Index()}, "Resource Explorer has no view for this Region"),
    ],
)
def test_what_is_not_set_up_is_unavailable(api_of, indexes, message):
    with Stub(MANY[:1], indexes=indexes) as stub:
        error = missing(api_of(stub))
    assert (error.state, error.message) == ("unavailable", message)
    assert "leave `explorer` out" in error.hint


def test_the_best_view_is_used_not_the_first(api_of):
    views = [
        View(name="part", filter="service:s3"),
        View(name="bare", tags=False, default=False),
        View(name="secret", readable=False, default=False),
        View(name="never-asked", default=False),
    ]
    with Stub([Thing(arn=f"{EC2}i-1")], indexes={"eu-west-1": Index(views=views)}) as stub:
        (one,) = seen(api_of(stub))
    assert (one.arn, one.tags) == (f"{EC2}i-1", None)


def test_a_filtered_view_shows_its_part_and_says_so(api_of):
    things = [Thing(arn=f"{EC2}i-1", tags={"a": "b"}), Thing(arn=f"{EC2}i-2")]
    with Stub(things, indexes={"eu-west-1": Index(views=[View(filter="-tag:none")])}) as stub:
        pages = EXPLORER.collect(api_of(stub))
        shown = [one.arn for one in next(pages)]
        with pytest.raises(MissingError) as caught:
            next(pages)
    assert shown == [f"{EC2}i-1"]
    assert caught.value.state == "truncated"
    assert "is filtered" in caught.value.message


def test_the_aggregator_is_asked_for_a_region_that_has_no_view(api_of):
    indexes = {
        "eu-west-1": Index(into="us-east-1"),
        "us-east-1": Index(views=[View()], aggregates=["eu-west-1"]),
    }
    home = Thing(arn="arn:aws:ec2:us-east-1:111111111111:instance/i-9", region="us-east-1")
    zone = Thing(arn="arn:aws:route53:::hostedzone/Z1", region="global", type="route53:hostedzone")
    with Stub([Thing(arn=f"{EC2}i-1"), home, zone], indexes=indexes) as stub:
        assert [one.arn for one in seen(api_of(stub))] == [f"{EC2}i-1"]
        assert [one.arn for one in seen(api_of(stub, region="us-east-1"))] == [home.arn, zone.arn]
        assert stub.calls["111111111111", "eu-west-1", "ListResources"] == 0


def test_an_own_view_is_asked_before_the_aggregator(api_of):
    indexes = {
        "eu-west-1": Index(views=[View()], into="us-east-1"),
        "us-east-1": Index(views=[View()], aggregates=["eu-west-1"]),
    }
    with Stub([Thing(arn=f"{EC2}i-1")], indexes=indexes) as stub:
        assert len(seen(api_of(stub))) == 1
        assert stub.calls["111111111111", "us-east-1", "ListResources"] == 0


def test_only_what_is_declared_is_called(api_of):
    denied = Fault(operation="ListResources", code="AccessDeniedException", times=99)
    indexes = {"eu-west-1": Index(views=[View(tags=False)])}
    with Stub(MANY[:1], indexes=indexes, faults=[denied]) as stub:
        seen(api_of(stub))
        called = {one.operation for one in stub.requests if one.service == "resource-explorer-2"}
    assert called == {call.operation for call in EXPLORER.calls}
