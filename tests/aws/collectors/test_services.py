"""What a listing makes of an answer: gone, managed, another's, refused, paged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jmespath
import pytest

from tagguard.aws.collectors import (
    Call,
    CollectorOptions,
    MissingError,
    RefusedError,
    Target,
)
from tagguard.aws.collectors.services import PATIENCE, ServiceListing, collectors
from tagguard.aws.sightings import Sighting

ACCOUNT = "123456789012"
OTHER = "210987654321"
LISTINGS: Mapping[str, ServiceListing] = {
    one.name.removeprefix("services/"): one
    for one in collectors(CollectorOptions())
    if isinstance(one, ServiceListing)
}


class Canned:
    """An `Api` that answers from a list: operation, expected parameters, answer or error."""

    def __init__(self, *answers: tuple[str, Mapping[str, Any], Any], region: str = "eu-west-1"):
        self.target = Target(ACCOUNT, region)
        self._answers = answers
        self.asked: list[str] = []

    def call(self, call: Call, /, **parameters: Any) -> dict[str, Any]:
        self.asked.append(call.operation)
        for operation, wanted, answer in self._answers:
            if operation == call.operation and wanted.items() <= parameters.items():
                if isinstance(answer, Exception):
                    raise answer
                return dict(answer)
        raise AssertionError(f"{call.operation} {parameters} was not expected")

    def pages(
        self, call: Call, *, token: str, into: str = "", **parameters: Any
    ) -> Iterator[dict[str, Any]]:
        while True:
            answer = self.call(call, **parameters)
            yield answer
            following = jmespath.search(token, answer)
            if not following:
                return
            parameters[into or token] = following

    def at(self, *, region: str = "", caller: bool = False) -> Canned:
        raise AssertionError(f"no listing goes elsewhere: {region} {caller}")


def streamed(name: str, api: Canned) -> Iterator[Sighting]:
    for page in LISTINGS[name].collect(api):
        yield from page


def collected(name: str, api: Canned) -> list[Sighting]:
    return list(streamed(name, api))


def listed(name: str, answer: Mapping[str, Any]) -> list[Sighting]:
    """Give what the listing makes of an answer to its only step."""
    (step,) = LISTINGS[name].listing.steps
    return collected(name, Canned((step.call.operation, {}, answer)))


def denied(what: str = "no") -> MissingError:
    return MissingError("denied", what)


@pytest.mark.parametrize(
    ("name", "answer", "gone"),
    [
        (
            "ec2-instance",
            {
                "Reservations": [
                    {"Instances": [{"InstanceId": "i-1", "State": {"Name": "terminated"}}]}
                ]
            },
            "terminated",
        ),
        (
            "ec2-natgateway",
            {"NatGateways": [{"NatGatewayId": "nat-1", "State": "deleted"}]},
            "deleted",
        ),
        (
            "ec2-natgateway",
            {"NatGateways": [{"NatGatewayId": "nat-1", "State": "available"}]},
            "",
        ),
        (
            "ec2-vpc-endpoint",
            {"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "State": "Deleting"}]},
            "Deleting",
        ),
        (
            "autoscaling-group",
            {
                "AutoScalingGroups": [
                    {
                        "AutoScalingGroupARN": f"arn:aws:autoscaling:eu-west-1:{ACCOUNT}:"
                        "autoScalingGroup:1:autoScalingGroupName/x",
                        "Status": "Delete in progress",
                    }
                ]
            },
            "Delete in progress",
        ),
    ],
)
def test_what_is_gone_is_marked(name, answer, gone):
    (one,) = listed(name, answer)
    assert one.gone == gone


@pytest.mark.parametrize(
    ("name", "answer", "maker"),
    [
        ("ec2-vpc", {"Vpcs": [{"VpcId": "vpc-1", "IsDefault": True}]}, "aws"),
        ("ec2-vpc", {"Vpcs": [{"VpcId": "vpc-1", "IsDefault": False}]}, "user"),
        ("ec2-subnet", {"Subnets": [{"SubnetId": "subnet-1", "DefaultForAz": True}]}, "aws"),
        (
            "ec2-subnet",
            {
                "Subnets": [
                    {
                        "SubnetId": "subnet-1",
                        "DefaultForAz": True,
                        "Tags": [{"Key": "Team", "Value": "x"}],
                    }
                ]
            },
            "user",
        ),
        (
            "ec2-security-group",
            {"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "default"}]},
            "aws",
        ),
        (
            "ec2-network-interface",
            {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "RequesterManaged": True}]},
            "aws",
        ),
        (
            "ec2-volume",
            {
                "Volumes": [
                    {
                        "VolumeId": "vol-1",
                        "Operator": {"Managed": True, "Principal": "eks.amazonaws.com"},
                    }
                ]
            },
            "eks",
        ),
        (
            "rds-snapshot",
            {
                "DBSnapshots": [
                    {
                        "DBSnapshotArn": f"arn:aws:rds:eu-west-1:{ACCOUNT}:snapshot:rds:x-1",
                        "SnapshotType": "automated",
                    }
                ]
            },
            "aws",
        ),
        (
            "iam-role",
            {
                "RoleDetailList": [
                    {
                        "Arn": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/"
                        "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
                    }
                ]
            },
            "autoscaling",
        ),
        (
            "secretsmanager-secret",
            {
                "SecretList": [
                    {
                        "ARN": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:rds!db-1-aBcDeF",
                        "OwningService": "rds",
                    }
                ]
            },
            "rds",
        ),
        (
            "athena-workgroup",
            {"WorkGroups": [{"Name": "primary"}]},
            "user",  # a team may have tagged it: that is told when the tags are joined
        ),
    ],
)
def test_what_the_platform_made_is_marked(name, answer, maker):
    (one,) = listed(name, answer)
    assert one.managed_by == maker


def test_what_another_account_owns_is_left_to_it():
    answer = {
        "Subnets": [
            {"SubnetId": "subnet-1", "OwnerId": OTHER},
            {"SubnetId": "subnet-2", "OwnerId": ACCOUNT},
        ]
    }
    (one,) = listed("ec2-subnet", answer)
    assert one.arn.endswith("subnet-2")


def test_an_arn_of_another_account_is_left_to_it():
    trail = {"Trails": [{"TrailARN": f"arn:aws:cloudtrail:eu-west-1:{OTHER}:trail/all"}]}
    assert listed("cloudtrail-trail", trail) == []


def test_the_region_is_the_arns():
    trail = {"Trails": [{"TrailARN": f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/all"}]}
    (one,) = listed("cloudtrail-trail", trail)
    assert one.region == "us-east-1"


def test_a_bucket_is_in_its_own_region():
    api = Canned(("ListBuckets", {}, {"Buckets": [{"Name": "b", "BucketRegion": "eu-north-1"}]}))
    (one,) = collected("s3-bucket", api)
    assert (one.arn, one.region, one.account) == ("arn:aws:s3:::b", "eu-north-1", ACCOUNT)
    assert api.asked == ["ListBuckets"]


@pytest.mark.parametrize(
    ("location", "region"), [(None, "us-east-1"), ("EU", "eu-west-1"), ("eu-north-1", "eu-north-1")]
)
def test_a_bucket_listed_without_region_is_asked_for_it(location, region):
    api = Canned(
        ("ListBuckets", {}, {"Buckets": [{"Name": "b"}]}),
        ("GetBucketLocation", {"Bucket": "b"}, {"LocationConstraint": location}),
        region="us-east-1",
    )
    (one,) = collected("s3-bucket", api)
    assert (one.arn, one.region) == ("arn:aws:s3:::b", region)


def test_tags_that_are_not_shown_are_not_no_tags():
    (one,) = listed("dynamodb-table", {"TableNames": ["t"]})
    assert one.tags is None
    (one,) = listed("ec2-volume", {"Volumes": [{"VolumeId": "vol-1"}]})
    assert one.tags == {}


def test_a_log_group_has_one_spelling():
    answer = {
        "logGroups": [{"logGroupName": "/aws/x", "arn": "arn:aws:logs:r:1:log-group:/aws/x:*"}]
    }
    (one,) = listed("logs-group", answer)
    assert one.arn == f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/x"


def test_streams_without_page_tokens_are_all_listed():
    more = {"DeliveryStreamNames": ["a", "b"], "HasMoreDeliveryStreams": True}
    rest = {"DeliveryStreamNames": ["c"], "HasMoreDeliveryStreams": False}
    api = Canned(
        ("ListDeliveryStreams", {"ExclusiveStartDeliveryStreamName": "b"}, rest),
        ("ListDeliveryStreams", {}, more),
    )
    assert [one.arn[-1] for one in collected("firehose-stream", api)] == ["a", "b", "c"]


def test_nested_page_tokens_are_followed():
    arn = f"arn:aws:cloudfront::{ACCOUNT}:distribution/"
    first = {"DistributionList": {"Items": [{"ARN": f"{arn}A"}], "NextMarker": "m"}}
    second = {"DistributionList": {"Items": [{"ARN": f"{arn}B"}], "NextMarker": ""}}
    api = Canned(
        ("ListDistributions", {"Marker": "m"}, second),
        ("ListDistributions", {}, first),
    )
    seen = collected("cloudfront-distribution", api)
    assert [(one.arn[-1], one.region) for one in seen] == [("A", "global"), ("B", "global")]


def keys(*names: str) -> tuple[str, Mapping[str, Any], Any]:
    return "ListKeys", {}, {"Keys": [{"KeyArn": key(name)} for name in names]}


def key(name: str) -> str:
    return f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{name}"


def described(name: str, **facts: object) -> tuple[str, Mapping[str, Any], Any]:
    return "DescribeKey", {"KeyId": key(name)}, {"KeyMetadata": {"Arn": key(name), **facts}}


def test_keys_are_told_apart():
    api = Canned(
        keys("a", "b", "c"),
        described("a", KeyManager="AWS", KeyState="Enabled"),
        described("b", KeyManager="CUSTOMER", KeyState="Enabled"),
        described("c", KeyManager="CUSTOMER", KeyState="PendingDeletion"),
    )
    seen = [(one.managed_by, one.gone) for one in collected("kms-key", api)]
    assert seen == [("aws", ""), ("user", ""), ("user", "PendingDeletion")]


def test_a_key_whose_description_is_denied_is_seen_and_told():
    api = Canned(
        keys("a", "b"),
        ("DescribeKey", {"KeyId": key("a")}, denied("kms:DescribeKey is denied")),
        described("b", KeyManager="AWS"),
    )
    seen: list[Sighting] = []
    with pytest.raises(MissingError, match="DescribeKey is denied") as caught:
        seen.extend(streamed("kms-key", api))
    assert caught.value.state == "denied"
    assert [(one.arn, one.managed_by) for one in seen] == [(key("a"), "user"), (key("b"), "aws")]


def test_what_is_denied_again_and_again_is_not_asked_for_ever():
    api = Canned(keys(*map(str, range(50))), ("DescribeKey", {}, denied()))
    seen: list[Sighting] = []
    with pytest.raises(MissingError):
        seen.extend(streamed("kms-key", api))
    assert len(seen) == 50
    assert api.asked.count("DescribeKey") == PATIENCE


def test_what_is_throttled_out_ends_the_listing():
    api = Canned(keys("a", "b"), ("DescribeKey", {}, MissingError("throttled", "too much")))
    with pytest.raises(MissingError, match="too much"):
        collected("kms-key", api)
    assert api.asked.count("DescribeKey") == 1


def test_what_is_deleted_between_two_steps_is_no_fault():
    gone = RefusedError("ResourceNotFoundException", "no cluster a")
    api = Canned(
        ("ListClusters", {}, {"clusters": ["a", "b"]}),
        ("ListNodegroups", {"clusterName": "a"}, gone),
        ("ListNodegroups", {"clusterName": "b"}, {"nodegroups": ["n"]}),
        (
            "DescribeNodegroup",
            {"clusterName": "b", "nodegroupName": "n"},
            {
                "nodegroup": {
                    "nodegroupArn": f"arn:aws:eks:eu-west-1:{ACCOUNT}:nodegroup/b/n/1",
                    "tags": {"Team": "x"},
                }
            },
        ),
    )
    (one,) = collected("eks-nodegroup", api)
    assert (one.type, one.tags) == ("eks:nodegroup", {"Team": "x"})


def test_a_refusal_that_is_no_absence_is_told():
    api = Canned(
        ("ListClusters", {}, {"clusters": ["a", "b"]}),
        ("ListNodegroups", {"clusterName": "a"}, RefusedError("ServerException", "broken")),
        ("ListNodegroups", {"clusterName": "b"}, {"nodegroups": []}),
    )
    with pytest.raises(MissingError, match="broken"):
        collected("eks-nodegroup", api)


def test_an_item_without_an_arn_is_told():
    with pytest.raises(MissingError, match="services/rds-db without an ARN: 1"):
        listed("rds-db", {"DBInstances": [{"DBInstanceIdentifier": "x"}]})


def test_where_listings_are_asked():
    regions = ["eu-west-1", "us-east-1"]
    assert LISTINGS["ec2-instance"].regions(regions, "aws") == regions
    assert LISTINGS["iam-role"].regions(["eu-west-1"], "aws") == ("us-east-1",)
    assert LISTINGS["iam-role"].regions(["cn-north-1"], "aws-cn") == ("cn-north-1",)
    assert LISTINGS["globalaccelerator"].regions(regions, "aws") == ("us-west-2",)
    assert LISTINGS["globalaccelerator"].regions(["cn-north-1"], "aws-cn") == ()


def test_a_partition_has_its_own_arns():
    api = Canned(("ListTables", {}, {"TableNames": ["t"]}))
    api.target = Target(ACCOUNT, "cn-north-1", "aws-cn")
    (one,) = collected("dynamodb-table", api)
    assert one.arn == f"arn:aws-cn:dynamodb:cn-north-1:{ACCOUNT}:table/t"
