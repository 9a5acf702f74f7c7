from __future__ import annotations

import json

import pytest

from tests.sources.inventories.tables import read_text

ACCOUNT = "123456789012"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"


def item(arn=QUEUE, type_="AWS::SQS::Queue", **more):
    return {
        "version": "1.3",
        "accountId": ACCOUNT,
        "configurationItemCaptureTime": "2026-11-24T03:00:00.000Z",
        "configurationItemStatus": "OK",
        "arn": arn,
        "resourceType": type_,
        "resourceId": arn.rpartition(":")[2],
        "awsRegion": "eu-west-1",
        "tags": {},
        "configuration": {},
        "supplementaryConfiguration": {},
        **more,
    }


def snapshot(*items, **more):
    return {"fileVersion": "1.0", "configSnapshotId": "s", "configurationItems": [*items], **more}


def read(tmp_path, document):
    return read_text(tmp_path, "config.json", json.dumps(document))


def test_a_snapshot(tmp_path):
    found = read(tmp_path, snapshot(item(tags={"Owner": "a"})))

    one = found.resources[0]
    assert (one.address, one.type, one.account, one.region) == (
        QUEUE,
        "sqs:queue",
        ACCOUNT,
        "eu-west-1",
    )
    assert found.tags == {QUEUE: {"Owner": "a"}}
    assert [(one.kind, one.resources) for one in found.inputs] == [("aws-config", 1)]
    assert found.problems == []


EVENT = {"configurationItemDiff": None, "configurationItem": item(tags={"Owner": "a"})}


@pytest.mark.parametrize(
    "document",
    [
        item(tags={"Owner": "a"}),
        [item(tags={"Owner": "a"})],
        {"configurationItems": [item(tags={"Owner": "a"})], "nextToken": ""},
        {"status_code": 200, "data": {"configurationItems": [item(tags={"Owner": "a"})]}},
        {"invokingEvent": json.dumps(EVENT), "ruleParameters": "{}"},
        {"detail-type": "Config Configuration Item Change", "detail": EVENT},
    ],
    ids=["item", "list", "history", "recorded", "rule", "event"],
)
def test_items_in_other_wraps(tmp_path, document):
    assert read(tmp_path, document).tags == {QUEUE: {"Owner": "a"}}


@pytest.mark.parametrize(
    "document",
    [
        {"detail-type": "AWS API Call via CloudTrail", "detail": {"eventName": "x"}},
        {"invokingEvent": json.dumps({"messageType": "ScheduledNotification"})},
        {"invokingEvent": "configurationItem"},
        {"note": "configurationItem"},
    ],
)
def test_other_events_are_no_inventory(tmp_path, document):
    assert read(tmp_path, document).inputs == []


PAIRS = [{"key": "Owner", "value": "a"}]


@pytest.mark.parametrize(
    "more",
    [
        {"tags": {"Owner": "a"}},
        {"tags": PAIRS},
        {"tags": {}, "configuration": {"tags": PAIRS}},
        {"tags": {}, "configuration": json.dumps({"tagList": PAIRS})},
        {"configuration": {"tags": [{"tagName": "Owner", "tagValue": "a"}]}},
        {"configuration": {"Tags": []}, "supplementaryConfiguration": {"Tags": PAIRS}},
        {"supplementaryConfiguration": {"Tags": json.dumps({"Owner": "a"})}},
        {
            "supplementaryConfiguration": {
                "BucketTaggingConfiguration": json.dumps({"tagSets": [{"tags": {"Owner": "a"}}]})
            }
        },
    ],
)
def test_tags_wherever_they_stand(tmp_path, more):
    assert read(tmp_path, snapshot(item(**more))).tags == {QUEUE: {"Owner": "a"}}


def test_what_the_item_itself_says_wins(tmp_path):
    beside = {"Tags": [{"key": "Owner", "value": "old"}, {"key": "Env", "value": "prod"}]}
    one = item(tags={"Owner": "new"}, supplementaryConfiguration=beside)

    assert read(tmp_path, snapshot(one)).tags == {QUEUE: {"Owner": "new", "Env": "prod"}}


def test_without_a_place_for_tags_they_are_unknown(tmp_path):
    bare = item()
    del bare["tags"]

    assert read(tmp_path, snapshot(bare)).tags == {QUEUE: None}
    assert read(tmp_path, {"baseConfigurationItems": [bare]}).tags == {QUEUE: None}


def test_an_oversized_item_is_told_without_tags(tmp_path):
    summary = {**item(), "changeType": "UPDATE"}
    del summary["tags"]
    event = {"configurationItemSummary": summary, "messageType": "Oversized"}

    assert read(tmp_path, {"invokingEvent": json.dumps(event)}).tags == {QUEUE: None}


def test_what_is_not_recorded_may_be_old(tmp_path):
    found = read(tmp_path, snapshot(item(configurationItemStatus="ResourceNotRecorded")))

    assert found.tags == {QUEUE: None}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"configurationItemStatus": "ResourceDeleted"}, "deleted"),
        ({"configurationItemStatus": "ResourceDeletedNotRecorded"}, "deleted"),
        ({"type_": "AWS::Config::ResourceCompliance", "arn": ""}, "not a resource"),
        ({}, ""),
    ],
)
def test_what_is_excluded(tmp_path, more, why):
    excluded = read(tmp_path, snapshot(item(**{"resourceId": "x", **more}))).resources[0].excluded

    assert why in excluded
    assert bool(why) == bool(excluded)


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_several_states_the_latest_one_counts(tmp_path, newest_first):
    old = item(configurationItemCaptureTime="2026-11-23T00:00:00.000Z", tags={"Owner": "old"})
    new = item(tags={"Owner": "new"})
    states = [new, old] if newest_first else [old, new]

    assert read(tmp_path, snapshot(*states)).tags == {QUEUE: {"Owner": "new"}}
    assert len(read(tmp_path, snapshot(*states, *states)).resources) == 1


def test_recorded_times_in_parts_are_compared(tmp_path):
    early = {"__class__": "datetime", "year": 2026, "month": 9, "day": 30, "hour": 1}
    late = {"__class__": "datetime", "year": 2026, "month": 11, "day": 2, "hour": 0}
    states = [
        item(configurationItemCaptureTime=early, tags={"Owner": "old"}),
        item(configurationItemCaptureTime=late, tags={"Owner": "new"}),
    ]

    assert read(tmp_path, {"configurationItems": states}).tags == {QUEUE: {"Owner": "new"}}


def test_a_history_that_goes_on_to_older_states_is_whole(tmp_path):
    old = item(configurationItemCaptureTime="2026-11-23T00:00:00.000Z")
    newest_first = {"configurationItems": [item(), old], "nextToken": "n"}
    oldest_first = {"configurationItems": [old, item()], "nextToken": "n"}

    assert read(tmp_path, newest_first).problems == []
    assert len(read(tmp_path, oldest_first).problems) == 1


def test_resources_that_were_not_processed_are_missing(tmp_path):
    answer = {"baseConfigurationItems": [item()], "unprocessedResourceKeys": [{"resourceId": "x"}]}

    assert len(read(tmp_path, answer).problems) == 1


@pytest.mark.parametrize(
    "odd",
    [
        7,
        {"resourceType": 7},
        item(f"{QUEUE}-x", tags="owner"),
        item(f"{QUEUE}-x", tags=[7]),
        item(arn="", resourceId=""),
    ],
)
def test_a_malformed_item_is_told_and_the_rest_goes_on(tmp_path, odd):
    found = read(tmp_path, snapshot(item(), odd, item(f"{QUEUE}-2")))

    assert [one.address for one in found.resources] == [QUEUE, f"{QUEUE}-2"]
    assert [one.where for one in found.problems] == ["config.json:configurationItems[1]"]


def test_what_config_says_of_its_making_is_believed(tmp_path):
    vpc = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/vpc-1"
    one = item(vpc, "AWS::EC2::VPC", configuration={"isDefault": True})

    assert read(tmp_path, snapshot(one)).resources[0].managed_by == "aws"


def test_an_item_without_an_arn(tmp_path):
    volume = item("", "AWS::EC2::Volume", resourceId="vol-1")
    bucket = item("", "AWS::S3::Bucket", resourceId="logs")
    found = read(tmp_path, snapshot(volume, bucket))

    assert [(one.address, one.type) for one in found.resources] == [
        ("AWS::EC2::Volume/vol-1", "ec2:volume"),
        ("arn:aws:s3:::logs", "s3:bucket"),
    ]
