from __future__ import annotations

import pytest

from tools import catalog_types
from tools.catalog_types import Arn

KNOWN = {
    "iam": {"role": Arn("iam/role", taggable=True)},
    "cognito-idp": {"userpool": Arn("cognito-idp/userpool", taggable=True)},
    "states": {"statemachine": Arn("states/statemachine", taggable=True)},
    "ecs": {
        "task": Arn("ecs/task", taggable=True),
        "odd": Arn("ec2/odd", taggable=True),  # of another service
        "setting": Arn("ecs/setting", taggable=False),
    },
    "sqs": {"queue": Arn("sqs/queue", taggable=True)},
}


@pytest.fixture
def derive(tmp_path, monkeypatch):
    def derived(permissions, aws=(), awscc=(), hand=""):
        path = tmp_path / "type_map.yaml"
        path.write_text(hand or "{services: {sfn: StepFunctions}, twins: [], canonical: []}")
        monkeypatch.setattr(catalog_types, "HAND", path)
        return catalog_types.type_map(KNOWN, permissions, aws, awscc)

    return derived


def test_types_meet_under_the_name_of_their_arn(derive):
    natives, twins = derive(
        {
            "AWS::Cognito::UserPool": ["iam:PassRole", "cognito-idp:CreateUserPool"],
            "AWS::Cognito::Other": ["iam:PassRole"],
            "AWS::StepFunctions::StateMachine": ["states:CreateStateMachine"],
            "AWS::Nobody::Thing": [],
        },
        aws=["aws_cognito_user_pool", "aws_sfn_state_machine", "aws_other"],
        awscc=["awscc_stepfunctions_state_machine", "awscc_other"],
    )

    assert {name: types for name, types in natives.items() if types} == {
        "aws:cognito-idp/other": ("AWS::Cognito::Other",),
        "aws:cognito-idp/userpool": ("AWS::Cognito::UserPool", "aws_cognito_user_pool"),
        "aws:nobody/thing": ("AWS::Nobody::Thing",),
        "aws:states/statemachine": (
            "AWS::StepFunctions::StateMachine",
            "aws_sfn_state_machine",
            "awscc_stepfunctions_state_machine",
        ),
    }
    assert {name for name, types in natives.items() if not types} == {
        "aws:ecs/task",
        "aws:iam/role",
        "aws:sqs/queue",
    }
    assert twins == {
        "aws_cognito_user_pool": "AWS::Cognito::UserPool",
        "aws_sfn_state_machine": "AWS::StepFunctions::StateMachine",
        "awscc_stepfunctions_state_machine": "AWS::StepFunctions::StateMachine",
    }


@pytest.mark.parametrize(
    ("hand", "message"),
    [
        ("twins: [{why: x, types: {aws_sqs_queue: 'AWS::SQS::Queue'}}]", "what names tell"),
        ("twins: [{why: x, types: {aws_gone: 'AWS::SQS::Queue'}}]", "do not exist: aws_gone"),
        ("canonical: [{why: x, types: {'AWS::SQS::Queue': sqs/queue}}]", "what ARNs tell"),
        ("canonical: [{why: x, types: {'AWS::SQS::Gone': sqs/gone}}]", "do not exist: AWS::SQS::G"),
    ],
)
def test_statements_that_say_nothing_new_end_the_run(derive, hand, message):
    base = {"services: {}", "twins: []", "canonical: []"}
    lines = {line for line in base if line.split(":")[0] != hand.split(":")[0]} | {hand}

    with pytest.raises(ValueError, match=message):
        derive({"AWS::SQS::Queue": []}, aws=["aws_sqs_queue"], hand="\n".join(sorted(lines)))


@pytest.mark.parametrize(
    ("arn", "name", "expected"),
    [
        ("arn:${P}:s3:::${BucketName}", "bucket", "s3/bucket"),
        ("arn:${P}:ec2:${R}:${A}:vpc-endpoint/${Id}", "vpc-endpoint", "ec2/vpc-endpoint"),
        ("arn:${P}:states:${R}:${A}:stateMachine:${N}", "statemachine", "states/statemachine"),
        ("arn:${P}:m2:${R}:${A}:app/${Id}", "Application", "m2/app"),
        (
            "arn:${P}:elasticloadbalancing:${R}:${A}:listener/app/${L}/${I}",
            "listener/app",
            "elasticloadbalancing/listener",
        ),
        (
            "arn:${P}:autoscaling:${R}:${A}:autoScalingGroup:${G}:autoScalingGroupName/${N}",
            "autoScalingGroup",
            "autoscaling/autoscalinggroup",
        ),
    ],
)
def test_the_fixed_parts_of_an_arn_are_the_type(arn, name, expected):
    assert catalog_types._spelt(arn, name) == expected
