from __future__ import annotations

import pytest

from tagguard.aws.collectors import CollectorOptions, MissingError
from tagguard.aws.collectors.tagging import collectors
from tests.aws.stub import Fault, Stub, Thing

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

EC2 = "arn:aws:ec2:eu-west-1:111111111111:instance/"
TAGGED = Thing(arn=f"{EC2}i-1", tags={"Owner": "payments", "aws:autoscaling:groupName": "web"})
ZONE = Thing(arn="arn:aws:route53:::hostedzone/Z1", region="global", tags={"Owner": "dns"})
HOME = Thing(
    arn="arn:aws:ec2:us-east-1:111111111111:instance/i-9", region="us-east-1", tags={"a": "b"}
)
PLAIN, GLOBAL = collectors(CollectorOptions())


def seen(collector, api):
    return [one for page in collector.collect(api) for one in page]


def test_tags_of_the_platform_are_shown_with_the_team_s(api_of):
    with Stub([TAGGED]) as stub:
        (one,) = seen(PLAIN, api_of(stub))
    assert one.tags == {"Owner": "payments", "aws:autoscaling:groupName": "web"}
    assert (one.type, one.account, one.region) == ("ec2:instance", "111111111111", "eu-west-1")


def test_what_lost_its_tags_has_none_and_what_never_had_any_is_not_seen(api_of):
    things = [Thing(arn=f"{EC2}i-1", tags={}), Thing(arn=f"{EC2}i-2", tags=None)]
    with Stub(things) as stub:
        assert [(one.arn, one.tags) for one in seen(PLAIN, api_of(stub))] == [(f"{EC2}i-1", {})]
    assert not PLAIN.sees_untagged


def test_a_bucket_is_in_the_account_and_region_that_were_asked(api_of):
    with Stub([Thing(arn="arn:aws:s3:::logs", tags={"a": "b"})]) as stub:
        (one,) = seen(PLAIN, api_of(stub))
    assert (one.type, one.account, one.region) == ("s3:bucket", "111111111111", "eu-west-1")


def test_every_page_is_read_and_pages_are_cut_by_resources_alone(api_of):
    things = [Thing(arn=f"{EC2}i-{number}", tags={"n": str(number)}) for number in range(1001)]
    with Stub(things) as stub:
        pages = list(PLAIN.collect(api_of(stub)))
        asked = [one.body for one in stub.requests if one.operation == "GetResources"]
    assert [len(page) for page in pages] == [100] * 10 + [1]
    assert {one.arn for page in pages for one in page} == {one.arn for one in things}
    assert {key for body in asked for key in body} == {"ResourcesPerPage", "PaginationToken"}


def test_an_expired_page_token_begins_the_listing_anew(api_of):
    things = [Thing(arn=f"{EC2}i-{number}", tags={}) for number in range(250)]
    expired = Fault(operation="GetResources", code="PaginationTokenExpiredException")
    expired.continued = True
    with Stub(things, faults=[expired]) as stub:
        sightings = seen(PLAIN, api_of(stub))
    assert {one.arn for one in sightings} == {one.arn for one in things}
    assert len(sightings) == 350


def test_a_burst_of_throttling_is_waited_out(api_of):
    burst = Fault(operation="GetResources", code="ThrottledException", times=4)
    with Stub([TAGGED], faults=[burst]) as stub:
        assert len(seen(PLAIN, api_of(stub))) == 1
        assert stub.calls["111111111111", "eu-west-1", "GetResources"] == 5


def test_a_denial_is_told(api_of):
    denied = Fault(operation="GetResources", code="AccessDeniedException", times=9)
    with Stub([TAGGED], faults=[denied]) as stub, pytest.raises(MissingError) as caught:
        seen(PLAIN, api_of(stub))
    assert caught.value.state == "denied"


def test_what_was_deleted_lately_is_still_shown(api_of):
    with Stub([Thing(arn=f"{EC2}i-1", tags={"a": "b"}, ghost=True)]) as stub:
        assert len(seen(PLAIN, api_of(stub))) == 1


def test_what_belongs_to_no_region_comes_from_the_home_region(api_of):
    with Stub([HOME, ZONE, TAGGED]) as stub:
        api = api_of(stub, region="us-east-1")
        regions = {one.arn: one.region for one in seen(PLAIN, api)}
        assert regions == {HOME.arn: "us-east-1", ZONE.arn: "global"}
        assert [one.arn for one in seen(GLOBAL, api)] == [ZONE.arn]


def test_the_home_region_is_asked_for_it_where_the_scan_leaves_it_out():
    assert PLAIN.regions(["eu-west-1"], "aws") == ["eu-west-1"]
    assert GLOBAL.regions(["eu-west-1"], "aws") == ["us-east-1"]
    assert GLOBAL.regions(["eu-west-1", "us-east-1"], "aws") == []
    assert GLOBAL.regions(["cn-north-1"], "aws-cn") == ["cn-northwest-1"]
    assert GLOBAL.regions(["us-iso-east-1"], "aws-iso") == []
