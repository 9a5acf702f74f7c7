from __future__ import annotations

from typing import Any

import pytest

from tagguard.aws.arns import parse
from tagguard.aws.managed import DEFAULTS, SPARE, SPELT, TOLD, managed_by
from tagguard.catalog import types as names

HERE = "eu-west-1:123456789012"


def made_by(arn: str, tags: dict[str, str] | None = None, **facts: Any) -> str:
    parsed = parse(arn)
    assert parsed is not None
    return managed_by(arn, parsed.type, tags, facts)


@pytest.mark.parametrize(
    ("arn", "maker"),
    [
        ("arn:aws:iam::123456789012:role/aws-service-role/rds.amazonaws.com/Linked", "rds"),
        ("arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/Admin", "sso"),
        ("arn:aws:iam::123456789012:role/service-role/resize", "user"),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", "aws"),
        ("arn:aws:iam::123456789012:policy/ReadOnlyAccess", "user"),
        ("arn:aws:iam::123456789012:saml-provider/AWSSSO_0123abcd_DO_NOT_DELETE", "sso"),
        (f"arn:aws:kms:{HERE}:alias/aws/ebs", "aws"),
        (f"arn:aws:kms:{HERE}:alias/payments", "user"),
        (f"arn:aws:secretsmanager:{HERE}:secret:rds!db-0123", "rds"),
        (f"arn:aws:secretsmanager:{HERE}:secret:rds/main", "user"),
        (f"arn:aws:rds:{HERE}:snapshot:rds:main-2026-11-24", "aws"),
        (f"arn:aws:rds:{HERE}:snapshot:awsbackup:job-1", "backup"),
        (f"arn:aws:rds:{HERE}:snapshot:before-upgrade", "user"),
        (f"arn:aws:rds:{HERE}:cluster-snapshot:rds:main-2026-11-24", "aws"),
        (f"arn:aws:rds:{HERE}:pg:default.postgres16", "aws"),
        (f"arn:aws:rds:{HERE}:pg:postgres16", "user"),
        (f"arn:aws:rds:{HERE}:og:default:mysql-8-0", "aws"),
        (f"arn:aws:elasticache:{HERE}:parametergroup:default.redis7", "aws"),
        (f"arn:aws:elasticache:{HERE}:snapshot:automatic.main-2026-11-24", "aws"),
        (f"arn:aws:memorydb:{HERE}:acl/open-access", "aws"),
        (f"arn:aws:redshift:{HERE}:snapshot:main/rds:main-2026-11-24", "aws"),
        (
            f"arn:aws:config:{HERE}:config-rule/aws-service-rule/securityhub.amazonaws.com/r-1",
            "securityhub",
        ),
        (f"arn:aws:config:{HERE}:config-rule/config-rule-1", "user"),
        (f"arn:aws:codedeploy:{HERE}:deploymentconfig:CodeDeployDefault.AllAtOnce", "aws"),
        ("arn:aws:ssm:eu-west-1::document/AWS-RunShellScript", "aws"),
        (f"arn:aws:ssm:{HERE}:document/Patch", "user"),
        ("arn:aws:ssm:eu-west-1::parameter/aws/service/ami", "aws"),
        (f"arn:aws:ecs:{HERE}:cluster/AWSBatch-jobs-0123", "batch"),
        (f"arn:aws:cassandra:{HERE}:/keyspace/system_schema/", "aws"),
        (f"arn:aws:cassandra:{HERE}:/keyspace/systems/", "user"),
        (f"arn:aws:backup:{HERE}:backup-vault:aws/efs/automatic-backup-vault", "aws"),
    ],
)
def test_who_made_it_by_its_arn(arn: str, maker: str) -> None:
    assert made_by(arn) == maker


def test_what_a_service_made_stays_its_own_with_tags_of_the_team() -> None:
    role = "arn:aws:iam::123456789012:role/aws-service-role/rds.amazonaws.com/Linked"

    assert made_by(role, {"Owner": "dba"}) == "rds"


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:events:{HERE}:event-bus/default",
        f"arn:aws:athena:{HERE}:workgroup/primary",
        f"arn:aws:backup:{HERE}:backup-vault:Default",
        f"arn:aws:elasticache:{HERE}:subnetgroup:default",
        f"arn:aws:rds:{HERE}:subgrp:default",
    ],
)
def test_what_is_there_from_the_beginning_is_nobodys_until_it_is_tagged(arn: str) -> None:
    assert made_by(arn) == "aws"
    assert made_by(arn, {}) == "aws"
    assert made_by(arn, {"Owner": "data"}) == "user"
    assert made_by(f"{arn}-2") == "user"


@pytest.mark.parametrize(
    ("arn", "facts"),
    [
        (f"arn:aws:ec2:{HERE}:vpc/vpc-1", {"IsDefault": True}),
        (f"arn:aws:ec2:{HERE}:vpc/vpc-1", {"isDefault": True}),
        (f"arn:aws:ec2:{HERE}:subnet/subnet-1", {"DefaultForAz": True}),
        (f"arn:aws:ec2:{HERE}:network-acl/acl-1", {"IsDefault": True}),
        (f"arn:aws:ec2:{HERE}:security-group/sg-1", {"GroupName": "default"}),
        (f"arn:aws:ec2:{HERE}:route-table/rtb-1", {"Associations": [{"Main": True}]}),
    ],
)
def test_default_parts_of_networks(arn: str, facts: dict[str, Any]) -> None:
    assert made_by(arn, {}, **facts) == "aws"
    assert made_by(arn, {"Owner": "net"}, **facts) == "user"
    assert made_by(arn, {}) == "user"


@pytest.mark.parametrize(
    ("arn", "facts", "maker"),
    [
        (f"arn:aws:kms:{HERE}:key/1", {"KeyManager": "AWS"}, "aws"),
        (f"arn:aws:kms:{HERE}:key/1", {"KeyManager": "CUSTOMER"}, "user"),
        (f"arn:aws:secretsmanager:{HERE}:secret:x", {"OwningService": "rds"}, "rds"),
        (f"arn:aws:ec2:{HERE}:network-interface/eni-1", {"RequesterManaged": True}, "aws"),
        (f"arn:aws:ec2:{HERE}:network-interface/eni-1", {"RequesterManaged": False}, "user"),
        (f"arn:aws:ec2:{HERE}:elastic-ip/eipalloc-1", {"ServiceManaged": "nlb"}, "nlb"),
        (
            f"arn:aws:ec2:{HERE}:instance/i-1",
            {"Operator": {"Managed": True, "Principal": "eks.amazonaws.com"}},
            "eks",
        ),
        (f"arn:aws:ec2:{HERE}:instance/i-1", {"Operator": {"Managed": False}}, "user"),
        (f"arn:aws:events:{HERE}:rule/r", {"ManagedBy": "states.amazonaws.com"}, "states"),
        (f"arn:aws:rds:{HERE}:snapshot:x", {"SnapshotType": "automated"}, "aws"),
        (f"arn:aws:rds:{HERE}:snapshot:x", {"snapshotType": "awsbackup"}, "backup"),
        (f"arn:aws:rds:{HERE}:snapshot:x", {"SnapshotType": "manual"}, "user"),
        (f"arn:aws:fsx:{HERE}:backup/x", {"Type": "AWS_BACKUP"}, "backup"),
        (f"arn:aws:acm:{HERE}:certificate/x", {"ManagedBy": "CLOUDFRONT"}, "cloudfront"),
        (
            "arn:aws:route53:::hostedzone/Z1",
            {"LinkedService": {"ServicePrincipal": "servicediscovery.amazonaws.com"}},
            "servicediscovery",
        ),
        ("arn:aws:route53:::hostedzone/Z1", {"LinkedService": "odd"}, "user"),
    ],
)
def test_who_made_it_as_the_api_says(arn: str, facts: dict[str, Any], maker: str) -> None:
    assert made_by(arn, {"Owner": "net"}, **facts) == maker


@pytest.mark.parametrize(
    ("tags", "maker"),
    [
        ({}, "user"),
        ({"aws:autoscaling:groupName": "web"}, "autoscaling"),
        ({"aws:autoscaling:groupName": "web", "aws:ec2launchtemplate:id": "lt-1"}, "autoscaling"),
        ({"aws:ec2launchtemplate:id": "lt-1"}, "user"),
        ({"aws:autoscaling:groupName": "web", "Name": "web"}, "user"),
        ({"aws:cloudformation:stack-name": "shop"}, "user"),
        ({"aws:cloudformation:stack-name": "shop", "aws:autoscaling:groupName": "web"}, "user"),
        ({"aws:servicecatalog:productArn": "p"}, "user"),
        ({"aws:secretsmanager:owningService": "rds"}, "rds"),
        ({"aws:dlm:lifecycle-policy-id": "p"}, "dlm"),
        ({"aws:odd": "x"}, "odd"),
    ],
)
def test_who_made_it_by_tags_that_only_aws_can_set(tags: dict[str, str], maker: str) -> None:
    assert made_by(f"arn:aws:ec2:{HERE}:instance/i-1", tags) == maker


def test_every_type_that_is_spoken_of_exists() -> None:
    unknown = {type_ for type_ in {*SPELT, *SPARE, *TOLD, *DEFAULTS} if not names.canonical(type_)}

    assert unknown == set()
