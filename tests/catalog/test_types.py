from __future__ import annotations

import pytest

from tagguard.catalog import _load
from tagguard.catalog.types import canonical, live, native_names, native_types, suggestion


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("aws:s3/bucket", ["aws_s3_bucket", "awscc_s3_bucket", "AWS::S3::Bucket", "s3:bucket"]),
        ("aws:ec2/instance", ["aws_instance", "awscc_ec2_instance", "AWS::EC2::Instance"]),
        ("aws:ec2/volume", ["aws_ebs_volume", "AWS::EC2::Volume", "ec2:volume"]),
        ("aws:ec2/vpc-endpoint", ["aws_vpc_endpoint", "AWS::EC2::VPCEndpoint"]),
        ("aws:ec2/spot-instances-request", ["aws_spot_instance_request"]),
        ("aws:lambda/function", ["aws_lambda_function", "AWS::Serverless::Function"]),
        (
            "aws:elasticloadbalancing/loadbalancer",
            ["aws_lb", "aws_alb", "aws_elb", "AWS::ElasticLoadBalancingV2::LoadBalancer"],
        ),
        ("aws:autoscaling/autoscalinggroup", ["aws_autoscaling_group"]),
        ("aws:rds/db", ["aws_db_instance", "AWS::RDS::DBInstance", "aws_docdb_cluster_instance"]),
        ("aws:cognito-idp/userpool", ["aws_cognito_user_pool", "AWS::Cognito::UserPool"]),
        ("aws:apigateway/restapis/stages", ["aws_api_gateway_stage", "AWS::ApiGateway::Stage"]),
        ("aws:states/statemachine", ["aws_sfn_state_machine", "states:stateMachine"]),
        ("aws:ecs/task", ["ecs:task"]),
        ("aws:iot/policyprincipalattachment", ["AWS::IoT::PolicyPrincipalAttachment"]),
    ],
)
def test_one_name_for_a_type_wherever_it_is_described(name, types):
    assert {type_: canonical(type_) for type_ in [name, *types]} == dict.fromkeys(
        [name, *types], name
    )


@pytest.mark.parametrize(
    "unknown", ["", "aws:", "aws:s3/bukket", "s3", "s3:bukket", "random_id", "AWS::S3", "::", ":"]
)
def test_what_has_no_canonical_name(unknown):
    assert canonical(unknown) == ""


def test_globs_stand_for_native_and_live_names():
    assert native_types("aws:s3/bucket") == {
        "AWS::S3::Bucket",
        "aws_s3_bucket",
        "awscc_s3_bucket",
        "s3:bucket",
    }
    assert native_types("aws:sqs/*") >= {"aws_sqs_queue", "AWS::SQS::Queue", "sqs:queue"}
    assert native_types("aws:ecs/task") == {"ecs:task"}
    assert native_types("aws:s3/bukket") == frozenset()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("aws:efs/filesystem", "aws:elasticfilesystem/file-system"),
        ("aws:rds/dbinstance", "aws:rds/db"),
        ("aws:sqs/qeue", "aws:sqs/queue"),
    ],
)
def test_the_words_of_cloudformation_are_understood(written, meant):
    assert suggestion(written) == f" (did you mean `{meant}`?)"


def test_live_names_of_nested_types_keep_their_path():
    assert live("aws:appconfig/application/environment") == "appconfig:application/environment"


def test_names_are_canonical_and_every_native_type_has_one():
    natives = [type_ for types in native_names().values() for type_ in types]

    assert all(
        name == name.lower() and name.startswith("aws:") and "/" in name for name in native_names()
    )
    assert len(natives) == len(set(natives))


@pytest.mark.parametrize(
    ("provider", "named", "taggable"),
    [("aws", 869, 872), ("awscc", 1175, 1181), ("cloudformation", 1312, 1312)],
)
def test_nearly_all_taggable_types_are_named(provider, named, taggable):
    types = [type_ for type_, entry in _load(provider).items() if entry]

    assert len(types) == taggable
    assert sum(bool(canonical(type_)) for type_ in types) == named


def test_most_terraform_types_have_a_twin_in_cloudformation():
    taggable = [type_ for type_, entry in _load("aws").items() if entry]
    twins = {
        type_
        for types in native_names().values()
        if any("::" in one for one in types)
        for type_ in types
    }

    assert sum(type_ in twins for type_ in taggable) == 814
