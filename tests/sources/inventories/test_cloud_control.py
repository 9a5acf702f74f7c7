from __future__ import annotations

import json

import pytest

from tests.sources.inventories.tables import read_text

ACCOUNT = "123456789012"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"


def described(identifier, **properties):
    return {"Identifier": identifier, "Properties": json.dumps(properties)}


def answer(type_, *items, **more):
    return {"ResourceDescriptions": [*items], "TypeName": type_, **more}


def read(tmp_path, document):
    return read_text(tmp_path, "list.json", json.dumps(document))


def test_resources_with_their_place_and_tags(tmp_path):
    one = described(
        "https://sqs/jobs", Arn=QUEUE, Tags=[{"Key": "Owner", "Value": "a"}], QueueName="jobs"
    )
    found = read(tmp_path, answer("AWS::SQS::Queue", one))

    queue = found.resources[0]
    assert (queue.address, queue.type, queue.account, queue.region) == (
        QUEUE,
        "sqs:queue",
        ACCOUNT,
        "eu-west-1",
    )
    assert found.tags == {QUEUE: {"Owner": "a"}}
    assert [(one.kind, one.resources) for one in found.inputs] == [("aws-cloud-control", 1)]


def test_left_out_tags_are_unknown_and_an_empty_list_is_none(tmp_path):
    found = read(
        tmp_path,
        answer(
            "AWS::S3::Bucket",
            described("logs", BucketName="logs"),
            described("data", BucketName="data", Tags=[]),
        ),
    )

    assert found.tags == {"arn:aws:s3:::logs": None, "arn:aws:s3:::data": {}}


@pytest.mark.parametrize(
    ("type_", "properties"),
    [
        ("AWS::SSM::Parameter", {"Tags": {"Owner": "a"}}),
        ("AWS::Cognito::UserPool", {"UserPoolTags": {"Owner": "a"}}),
        ("AWS::Route53::HostedZone", {"HostedZoneTags": [{"Key": "Owner", "Value": "a"}]}),
    ],
)
def test_tags_stand_where_the_type_has_them(tmp_path, type_, properties):
    found = read(tmp_path, answer(type_, described("x", **properties)))

    assert found.tags == {f"{type_}/x": {"Owner": "a"}}


def test_its_own_arn_is_not_that_of_a_neighbour(tmp_path):
    service = f"arn:aws:ecs:eu-west-1:{ACCOUNT}:service/main/web"
    role = f"arn:aws:iam::{ACCOUNT}:role/web"
    one = described("web|main", RoleArn=role, ServiceArn=service, Tags=[])
    found = read(tmp_path, answer("AWS::ECS::Service", one))

    assert found.tags == {service: {}}


def test_one_resource(tmp_path):
    one = {"ResourceDescription": described(QUEUE, Tags=[]), "TypeName": "AWS::SQS::Queue"}

    assert read(tmp_path, one).tags == {QUEUE: {}}


def test_a_token_makes_it_incomplete(tmp_path):
    found = read(tmp_path, answer("AWS::SQS::Queue", described(QUEUE), NextToken="n"))

    assert "token of a next page" in found.problems[0].message


def test_a_global_resource_that_every_region_lists_counts_once(tmp_path):
    role = described("web", Arn=f"arn:aws:iam::{ACCOUNT}:role/web", Tags=[])
    found = read(tmp_path, [answer("AWS::IAM::Role", role), answer("AWS::IAM::Role", role)])

    assert (len(found.resources), found.problems) == (1, [])


@pytest.mark.parametrize(
    "entry",
    [7, {}, {"Identifier": "a", "Properties": "{"}, {"Identifier": "a", "Properties": "[]"}],
)
def test_a_malformed_entry_is_told_and_the_rest_goes_on(tmp_path, entry):
    found = read(tmp_path, answer("AWS::SQS::Queue", entry, described(QUEUE, Tags=[])))

    assert [one.address for one in found.resources] == [QUEUE]
    assert [one.where for one in found.problems] == ["list.json:ResourceDescriptions[0]"]


def test_what_has_no_type_is_none(tmp_path):
    assert read(tmp_path, {"ResourceDescriptions": []}).inputs == []
