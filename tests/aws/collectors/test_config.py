from __future__ import annotations

import pytest

from tagguard.aws.collectors import CollectorOptions, MissingError, Target
from tagguard.aws.collectors.config import collectors
from tests.aws.stub import Fault, Recording, Stub, Thing

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

EC2 = "arn:aws:ec2:eu-west-1:111111111111:instance/"
AGGREGATED = Recording(aggregator="org", owner="111111111111", region="eu-central-1")
OTHER = Thing(
    arn="arn:aws:ec2:eu-west-1:222222222222:instance/i-1", account="222222222222", tags={"a": "b"}
)


def seen(api, aggregator=""):
    (collector,) = collectors(CollectorOptions(aggregator=aggregator))
    return [one for page in collector.collect(api) for one in page]


def missing(api, aggregator=""):
    with pytest.raises(MissingError) as caught:
        seen(api, aggregator)
    return caught.value


def test_results_are_read_page_by_page(api_of):
    things = [
        Thing(arn=f"{EC2}i-{number:03}", tags={"n": str(number)} if number % 2 else None)
        for number in range(250)
    ]
    with Stub(things) as stub:
        found = seen(api_of(stub))
    assert [(one.arn, one.tags or None) for one in found] == [(one.arn, one.tags) for one in things]
    assert {one.tags == {} for one in found} == {True, False}
    assert {(one.type, one.as_of) for one in found} == {
        ("ec2:instance", "2026-01-01T01:00:00.000Z")
    }


def test_what_is_not_recorded_is_not_seen_and_nothing_is_proved(api_of):
    with Stub([Thing(arn=f"{EC2}i-1", recorded=False)]) as stub:
        assert seen(api_of(stub)) == []
    assert [one.covers for one in collectors(CollectorOptions())] == [frozenset()]


def test_what_config_recorded_about_others_is_no_resource(api_of):
    with Stub([Thing(arn="", cfn="AWS::Config::ResourceCompliance")]) as stub:
        assert seen(api_of(stub)) == []


def test_what_has_no_arn_is_called_by_type_and_id(api_of):
    with Stub([Thing(arn="", cfn="AWS::Acme::Thing")]) as stub:
        (one,) = seen(api_of(stub))
    assert (one.arn, one.type, one.region) == ("AWS::Acme::Thing/", "AWS::Acme::Thing", "eu-west-1")


@pytest.mark.parametrize(
    ("recorders", "message"),
    [((), "has no recorder here"), ((False,), "is stopped here, so what it knows is old")],
)
def test_without_a_running_recorder_it_is_unavailable(api_of, recorders, message):
    with Stub([Thing(arn=f"{EC2}i-1")], config=Recording(recorders=recorders)) as stub:
        error = missing(api_of(stub))
    assert (error.state, message in error.message) == ("unavailable", True)


def test_an_expired_page_token_begins_anew(api_of):
    things = [Thing(arn=f"{EC2}i-{number}") for number in range(150)]
    expired = Fault(operation="SelectResourceConfig", code="InvalidNextTokenException")
    expired.continued = True
    with Stub(things, faults=[expired]) as stub:
        assert {one.arn for one in seen(api_of(stub))} == {one.arn for one in things}


def test_an_aggregator_is_asked_by_the_caller_for_one_account_and_region(api_of):
    elsewhere = Thing(arn="arn:aws:ec2:eu-west-3:222222222222:instance/i-2", region="eu-west-3")
    things = [OTHER, elsewhere, Thing(arn=f"{EC2}i-1")]
    with Stub(things, config=AGGREGATED) as stub:
        found = seen(api_of(stub, account="222222222222"), "org@eu-central-1")
        own = seen(api_of(stub), "org@eu-central-1")
        asked = {one.account for one in stub.requests if one.service == "config"}
    assert [(one.arn, one.account, one.region) for one in found] == [
        (OTHER.arn, "222222222222", "eu-west-1")
    ]
    assert [one.arn for one in own] == [f"{EC2}i-1"]
    assert asked == {"111111111111"}


def test_an_aggregator_shows_what_belongs_to_no_region_in_the_home_region(api_of):
    zone = Thing(arn="arn:aws:route53:::hostedzone/Z1", region="global", account="222222222222")
    with Stub([OTHER, zone], config=AGGREGATED) as stub:
        here = seen(api_of(stub, account="222222222222"), "org@eu-central-1")
        home = seen(api_of(stub, "222222222222", "us-east-1"), "org@eu-central-1")
    assert [[one.arn for one in found] for found in (here, home)] == [[OTHER.arn], [zone.arn]]


@pytest.mark.parametrize("aggregator", ["org", "organisation@eu-central-1"])
def test_no_such_aggregator_is_unavailable(api_of, aggregator):
    with Stub([OTHER], config=AGGREGATED) as stub:
        error = missing(api_of(stub, account="222222222222"), aggregator)
    assert error.state == "unavailable"
    assert f"the account 111111111111 has no aggregator `{aggregator.split('@')[0]}`" in str(error)
    assert "NAME@REGION" in error.hint


class Answering:
    """Gives one page of results, whatever they are."""

    target = Target("111111111111", "eu-west-1")

    def __init__(self, *results):
        self.results = results

    def call(self, _, **__):
        return {"ConfigurationRecordersStatus": [{"recording": True}]}

    def pages(self, _, **__):
        yield {"Results": self.results}


@pytest.mark.parametrize("result", ["", "[]", "{}", '{"resourceType": 1}', '{"resourceType"'])
def test_a_result_that_is_none_is_told(result):
    assert missing(Answering(result)).state == "failed"


def test_tags_that_are_not_in_a_result_are_not_known():
    (one,) = seen(Answering('{"resourceType": "AWS::S3::Bucket", "arn": "arn:aws:s3:::logs"}'))
    assert (one.tags, one.as_of) == (None, "")


def test_a_bucket_is_where_config_says():
    result = (
        '{"resourceType": "AWS::S3::Bucket", "arn": "arn:aws:s3:::b", "awsRegion": "eu-west-3"}'
    )
    (one,) = seen(Answering(result))
    assert (one.account, one.region) == ("111111111111", "eu-west-3")
