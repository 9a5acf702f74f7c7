"""Listings against a server that speaks the services' protocols: what never had a tag is seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from moto.server import ThreadedMotoServer

from tagguard.aws.arns import normal
from tagguard.aws.collectors import CollectorOptions, Target
from tagguard.aws.collectors.services import ServiceListing, collectors
from tests.aws.collectors.direct import DirectApi
from tests.aws.collectors.makers import ACCOUNT, MAKERS, REGION

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TAGS = {"Team": "payments"}
LISTINGS: Mapping[str, ServiceListing] = {
    one.name.removeprefix("services/"): one
    for one in collectors(CollectorOptions())
    if isinstance(one, ServiceListing)
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture(scope="module")
def api(server) -> DirectApi:
    return DirectApi(server, Target(ACCOUNT, REGION))


def sightings(name: str, api: DirectApi):
    return {one.arn: one for page in LISTINGS[name].collect(api) for one in page}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_what_never_had_a_tag_is_seen(name, api):
    bare = normal(MAKERS[name](api, f"never-{name}", {}))
    tagged = normal(MAKERS[name](api, f"tagged-{name}", TAGS))
    seen = sightings(name, api)
    shows = bool(LISTINGS[name].listing.tags)
    assert seen[bare].tags == ({} if shows else None)
    assert seen[tagged].tags == (TAGS if shows else None)
    for one in (seen[bare], seen[tagged]):
        assert (one.type, one.account) == (LISTINGS[name].listing.type, ACCOUNT)
        assert (one.managed_by, one.gone) == ("user", "")
        assert one.region in (REGION, "global")


def test_a_bucket_knows_its_region(api):
    api.client("s3").create_bucket(
        Bucket="abroad", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    assert sightings("s3-bucket", api)["arn:aws:s3:::abroad"].region == "eu-west-1"


@pytest.mark.parametrize("name", ["dynamodb-table", "logs-group", "kinesis-stream"])
def test_every_page_is_read(name, server):
    api = DirectApi(server, Target(ACCOUNT, "eu-central-1"))
    for number in range(120):
        MAKERS[name](api, f"n{number:03}", {})
    assert len(sightings(name, api)) == 120


def test_what_is_terminated_is_gone_and_what_comes_with_an_account_is_managed(server):
    api = DirectApi(server, Target(ACCOUNT, "eu-west-2"))
    arn = MAKERS["ec2-instance"](api, "", {})
    api.client("ec2").terminate_instances(InstanceIds=[arn.rpartition("/")[2]])
    (one,) = sightings("ec2-instance", api).values()
    assert one.gone == "terminated"
    for name in ("vpc", "subnet", "route-table", "network-acl", "security-group"):
        found = sightings(f"ec2-{name}", api).values()
        assert {one.managed_by for one in found} == {"aws"}
