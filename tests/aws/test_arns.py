from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.aws.arns import FOLDERS, GLOBAL, NAMED, SCOPED, Arn, normal, parse, type_by, type_of
from tagguard.catalog import types as names

TYPES = {
    "arn:aws:ec2:eu-west-1:123456789012:instance/i-1": "ec2:instance",
    "arn:aws:ec2:eu-west-1:123456789012:natgateway/nat-1": "ec2:natgateway",
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc": (
        "elasticloadbalancing:loadbalancer"
    ),
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/web": (
        "elasticloadbalancing:loadbalancer"
    ),
    "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:uuid:autoScalingGroupName/web": (
        "autoscaling:autoscalinggroup"
    ),
    "arn:aws:s3:::logs": "s3:bucket",
    "arn:aws:s3:::job": "s3:bucket",
    "arn:aws:s3:::logs/2026/11/24": "s3:object",
    "arn:aws:s3:eu-west-1:123456789012:accesspoint/logs": "s3:accesspoint",
    "arn:aws:rds:eu-west-1:123456789012:db:main": "rds:db",
    "arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:rds:main-1": "rds:cluster-snapshot",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders": "dynamodb:table",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01": "dynamodb:table/backup",
    "arn:aws:lambda:eu-west-1:123456789012:function:resize": "lambda:function",
    "arn:aws:ecs:eu-west-1:123456789012:service/main/web": "ecs:service",
    "arn:aws:sqs:eu-west-1:123456789012:jobs.fifo": "sqs:queue",
    "arn:aws:sns:eu-west-1:123456789012:alerts": "sns:topic",
    "arn:aws:sns:eu-west-1:123456789012:alerts:uuid": "sns:subscription",
    "arn:aws:kinesis:eu-west-1:123456789012:stream/s/consumer/c:1": "kinesis:stream/consumer",
    "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/resize:*": "logs:log-group",
    "arn:aws:logs:eu-west-1:123456789012:log-group:a:log-stream:b": "logs:log-group/log-stream",
    "arn:aws:iam::123456789012:role/team/role/deploy": "iam:role",
    "arn:aws:route53:::hostedzone/Z1": "route53:hostedzone",
    "arn:aws:cloudfront::123456789012:distribution/E1": "cloudfront:distribution",
    "arn:aws:apigateway:eu-west-1::/restapis/abc": "apigateway:restapis",
    "arn:aws:apigateway:eu-west-1::/restapis/abc/stages/prod": "apigateway:restapis/stages",
    "arn:aws:states:eu-west-1:123456789012:stateMachine:orders": "states:statemachine",
    "arn:aws:codepipeline:eu-west-1:123456789012:release": "codepipeline:pipeline",
    "arn:aws:codepipeline:eu-west-1:123456789012:release/build": "codepipeline:stage",
    "arn:aws:codepipeline:eu-west-1:123456789012:webhook:release": "codepipeline:webhook",
    "arn:aws:codecommit:eu-west-1:123456789012:shop": "codecommit:repository",
    "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/1": "wafv2:webacl",
    "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b/association": "ssm:parameter",
    "arn:aws:vpc-lattice:eu-west-1:123456789012:service/s/listener/l/rule/r": (
        "vpc-lattice:service/listener/rule"
    ),
    "arn:aws:dynamodb:eu-west-1:123456789012:table/backup": "dynamodb:table",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/backup/index/i": "dynamodb:table/index",
    "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/log-stream": "logs:log-group",
    "arn:aws:securityhub:eu-west-1:123456789012:hub/default": "securityhub:hub/default",
    "arn:aws:s3:eu-west-1:123456789012:access-grants/default/grant/1": (
        "s3:access-grants/default/grant"
    ),
    "arn:aws:apigateway:eu-west-1::/restapis/abc/documentation/parts/1": (
        "apigateway:restapis/documentation/parts"
    ),
    "arn:aws:unheard-of:eu-west-1:123456789012:Thing/1": "unheard-of:thing",
    "arn:aws:unheard-of:eu-west-1:123456789012:1": "unheard-of:resource",
}


@pytest.mark.parametrize(("arn", "type_"), TYPES.items())
def test_the_type_of_an_arn(arn: str, type_: str) -> None:
    parsed = parse(arn)

    assert parsed is not None
    assert parsed.type == type_


def test_the_parts_of_an_arn() -> None:
    assert parse("arn:aws-cn:sqs:cn-north-1:123456789012:jobs") == Arn(
        partition="aws-cn",
        service="sqs",
        region="cn-north-1",
        account="123456789012",
        resource="jobs",
        type="sqs:queue",
    )


@pytest.mark.parametrize(
    ("arn", "region"),
    [
        ("arn:aws:iam::123456789012:user/ann", GLOBAL),
        ("arn:aws:route53:::hostedzone/Z1", GLOBAL),
        ("arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1", GLOBAL),
        ("arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/1", "us-east-1"),
        ("arn:aws:s3:::logs", ""),
    ],
)
def test_the_region_of_an_arn(arn: str, region: str) -> None:
    parsed = parse(arn)

    assert parsed is not None
    assert parsed.region == region


@pytest.mark.parametrize("text", ["", "arn", "i-1", "arn:aws:us-west-2b:123:volume/v", "arn:::::x"])
def test_what_is_no_arn(text: str) -> None:
    assert parse(text) is None


def test_every_type_of_the_map_is_found_in_an_arn() -> None:
    """All but those of services whose ARNs do not begin with a type."""
    missed = {}
    for name in names.native_names():
        live = names.live(name)
        service, _, type_ = live.partition(":")
        words = type_.split("/")
        resource = "/".join(word if word in FOLDERS else f"{word}/x-{word}x" for word in words)
        parsed = parse(f"arn:aws:{service}:eu-west-1:123456789012:{resource}")
        if service not in {*NAMED, SCOPED} and (parsed is None or parsed.type != live):
            missed[live] = parsed

    assert missed == {}


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    parsed = parse(f"arn:aws:{text}")

    assert parsed is None or parsed.type.startswith(f"{parsed.service}:")
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize(
    ("native", "live"),
    [
        ("AWS::EC2::Instance", "ec2:instance"),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "elasticloadbalancing:loadbalancer"),
        ("AWS::Serverless::Function", "lambda:function"),
        ("AWS::Unheard::Of", "AWS::Unheard::Of"),
        ("elasticloadbalancing:loadbalancer/app", "elasticloadbalancing:loadbalancer"),
        ("autoscaling:autoScalingGroup", "autoscaling:autoscalinggroup"),
        ("unheard-of:Thing", "unheard-of:thing"),
    ],
)
def test_the_live_type_of_a_native_one(native: str, live: str) -> None:
    assert type_of(native) == live


@pytest.mark.parametrize(
    ("native", "live"),
    [
        ("AWS::ACM::Certificate", "acm:certificate"),
        ("AWS::IAM::Policy", "iam:policy"),
        ("AWS::RDS::DBClusterSnapshot", "rds:cluster-snapshot"),
        ("AWS::Redshift::ClusterSnapshot", "redshift:snapshot"),
    ],
)
def test_what_config_calls_otherwise(native: str, live: str) -> None:
    assert type_of(native) == live


def test_the_arn_tells_the_type_before_its_name_does() -> None:
    cluster = parse("arn:aws:rds:eu-west-1:123456789012:cluster:main")

    assert type_by(cluster, "AWS::DocDB::DBInstance") == "rds:cluster"


def test_a_known_name_tells_the_type_before_an_unknown_arn_does() -> None:
    odd = parse("arn:aws:ec2:eu-west-1:123456789012:computer/i-1")

    assert type_by(odd, "AWS::EC2::Instance") == "ec2:instance"
    assert type_by(odd, "") == "ec2:computer"
    assert type_by(None, "AWS::EC2::Instance") == "ec2:instance"
    assert type_by(odd, "AWS::Unheard::Of") == "AWS::Unheard::Of"


@pytest.mark.parametrize(
    ("spelt", "expected"),
    [
        (
            "arn:aws:logs:eu-west-1:123456789012:log-group:lambda:*",
            "arn:aws:logs:eu-west-1:123456789012:log-group:lambda",
        ),
        (
            "arn:aws:lambda:eu-west-1:123456789012:function:resize:$LATEST",
            "arn:aws:lambda:eu-west-1:123456789012:function:resize",
        ),
        (
            "arn:aws:events:eu-west-1:123456789012:rule/default/nightly",
            "arn:aws:events:eu-west-1:123456789012:rule/nightly",
        ),
        (
            "arn:aws:ec2:eu-west-1:123456789012:snapshot/snap-1",
            "arn:aws:ec2:eu-west-1::snapshot/snap-1",
        ),
        (
            "arn:aws:apigateway:eu-west-1:123456789012:/restapis/abc",
            "arn:aws:apigateway:eu-west-1::/restapis/abc",
        ),
        ("arn:aws:s3:eu-west-1:123456789012:logs", "arn:aws:s3:::logs"),
    ],
)
def test_spellings_of_one_arn(spelt: str, expected: str) -> None:
    assert normal(spelt) == normal(expected) == expected


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:lambda:eu-west-1:123456789012:function:resize:7",
        "arn:aws:events:eu-west-1:123456789012:rule/orders/nightly",
        "arn:aws:logs:eu-west-1:123456789012:log-group:a:log-stream:*",
        "arn:aws:s3:eu-west-1:123456789012:accesspoint/logs",
        "arn:aws:ec2:eu-west-1:123456789012:instance/i-1",
        "no ARN at all",
    ],
)
def test_other_arns_stay(arn: str) -> None:
    assert normal(arn) == arn
