from __future__ import annotations

import pytest

from tagguard.aws.arns import parse, type_of
from tagguard.aws.collectors import CollectorOptions, MissingError, Target
from tagguard.aws.collectors.cloud_control import ARNS, arn_of, collectors
from tests.aws.stub import Fault, Stub, Thing

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HERE = Target("111111111111", "eu-west-1")
GROUP = "AWS::Logs::LogGroup"
LOGS = "arn:aws:logs:eu-west-1:111111111111:log-group:"


def collector(type_):
    (one,) = collectors(CollectorOptions(types=[type_]))
    return one


def seen(api, type_):
    return [one for page in collector(type_).collect(api) for one in page]


def missing(api, type_):
    with pytest.raises(MissingError) as caught:
        seen(api, type_)
    return caught.value


def group(name, **properties):
    return Thing(arn=f"{LOGS}{name}", cfn=GROUP, identifier=name, properties=properties)


def test_each_type_is_a_collector_and_without_types_there_is_none():
    assert collectors(CollectorOptions()) == ()
    names = [one.name for one in collectors(CollectorOptions(types=[GROUP, "AWS::S3::Bucket"]))]
    assert names == [f"cloudcontrol/{GROUP}", "cloudcontrol/AWS::S3::Bucket"]


def test_tags_that_a_listing_does_not_show_are_not_known(api_of):
    tagged = group("/b", Tags=[{"Key": "Owner", "Value": "web"}])
    with Stub([group("/a"), tagged, group("/c", Tags=[])]) as stub:
        found = seen(api_of(stub), GROUP)
    assert [(one.arn, one.tags) for one in found] == [
        (f"{LOGS}/a", None),
        (f"{LOGS}/b", {"Owner": "web"}),
        (f"{LOGS}/c", {}),
    ]
    assert {(one.type, one.account, one.region) for one in found} == {
        ("logs:log-group", "111111111111", "eu-west-1")
    }


def test_every_page_is_read(api_of):
    with Stub([group(f"/{number}") for number in range(230)]) as stub:
        pages = list(collector(GROUP).collect(api_of(stub)))
    assert [len(page) for page in pages] == [100, 100, 30]


@pytest.mark.parametrize(
    ("type_", "id_", "properties", "arn"),
    [
        ("AWS::SNS::Topic", "arn:aws:sns:eu-west-1:1:news", {}, "arn:aws:sns:eu-west-1:1:news"),
        ("AWS::Acme::Thing", "t-1", {"Arn": "arn:aws:acme:::t-1"}, "arn:aws:acme:::t-1"),
        ("AWS::Acme::Thing", "t-1", {"ThingArn": "arn:aws:acme:::t-1"}, "arn:aws:acme:::t-1"),
        ("AWS::Acme::Thing", "t-1", {"RoleArn": "arn:aws:iam::1:role/r", "Arn": 7}, ""),
        ("AWS::Acme::Thing", "arn:aws:acme:::a|arn:aws:acme:::b", {}, ""),
        ("AWS::S3::Bucket", "logs", {}, "arn:aws:s3:::logs"),
        (
            "AWS::SQS::Queue",
            "https://sqs.eu-west-1.amazonaws.com/111111111111/jobs",
            {},
            "arn:aws:sqs:eu-west-1:111111111111:jobs",
        ),
    ],
)
def test_an_arn_is_read_or_made_up_but_not_guessed(type_, id_, properties, arn):
    assert arn_of(HERE, type_, id_, properties) == arn


@pytest.mark.parametrize("type_", sorted(ARNS))
def test_a_made_up_arn_is_of_its_type(type_):
    read = parse(arn_of(HERE, type_, "name", {}))
    assert read
    assert read.type == type_of(type_)
    assert read.account in ("", "111111111111")


def test_what_has_no_arn_is_called_by_type_and_identifier(api_of):
    with Stub([Thing(arn="", cfn="AWS::EC2::EIP", identifier="eip|1")]) as stub:
        (one,) = seen(api_of(stub), "AWS::EC2::EIP")
    assert (one.arn, one.type) == ("AWS::EC2::EIP/eip|1", type_of("AWS::EC2::EIP"))


def test_a_bucket_is_listed_in_every_region_and_belongs_to_none_that_is_known(api_of):
    bucket = Thing(
        arn="arn:aws:s3:::logs", cfn="AWS::S3::Bucket", region="global", identifier="logs"
    )
    with Stub([bucket]) as stub:
        found = [
            seen(api_of(stub, region=region), "AWS::S3::Bucket")
            for region in ("eu-west-1", "us-east-1")
        ]
    assert [[(one.arn, one.region) for one in each] for each in found] == [
        [("arn:aws:s3:::logs", "global")]
    ] * 2


def test_global_types_are_asked_once():
    asked = ["eu-west-1", "us-east-1"]
    assert collector("AWS::IAM::Role").regions(asked, "aws") == ("us-east-1",)
    assert collector("AWS::IAM::Role").regions(asked, "aws-else") == ["eu-west-1"]
    assert collector(GROUP).regions(asked, "aws") == asked


def test_a_type_that_cannot_be_listed_is_unavailable(api_of):
    with Stub(unlisted=["AWS::EC2::Acme"]) as stub:
        unsupported = missing(api_of(stub), "AWS::EC2::Acme")
        unknown = missing(api_of(stub), "Acme::Acme::Acme")
    assert (unsupported.state, unknown.state) == ("unavailable", "unavailable")
    assert "cannot list this type" in unsupported.message
    assert "has no such type here" in unknown.message


def test_a_permission_that_the_handler_lacks_is_denied(api_of):
    refused = Fault(
        operation="ListResources",
        code="GeneralServiceException",
        message="you are not authorized to perform logs:DescribeLogGroups",
    )
    with Stub([group("/a")], faults=[refused]) as stub:
        error = missing(api_of(stub), GROUP)
    assert error.state == "denied"
    assert "list handler" in error.hint


def test_any_other_refusal_stays_what_it_is(api_of):
    refused = Fault(operation="ListResources", code="HandlerFailureException", times=99)
    with Stub([group("/a")], faults=[refused]) as stub:
        assert missing(api_of(stub), GROUP).state == "failed"
