from __future__ import annotations

import json

import pytest

from tests.sources.inventories.tables import read_text

ACCOUNT = "123456789012"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
BUCKET = "arn:aws:s3:::logs"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"


def found_resource(arn, region="eu-west-1", type_="", **tags):
    listed = [{"Key": k, "Value": v} for k, v in tags.items()]
    return {
        "Arn": arn,
        "OwningAccountId": ACCOUNT,
        "Region": region,
        "ResourceType": type_ or arn.split(":")[2] + ":x",
        "Properties": [{"Name": "tags", "Data": listed}] if tags else [],
    }


def answer(*items, **more):
    view = f"arn:aws:resource-explorer-2:eu-west-1:{ACCOUNT}:view/all/1"
    return {"Resources": [*items], "ViewArn": view, **more}


def read(tmp_path, *answers):
    text = json.dumps(answers[0] if len(answers) == 1 else answers)
    return read_text(tmp_path, "found.json", text)


def test_resources_with_their_place_and_tags(tmp_path):
    found = read(
        tmp_path,
        answer(
            found_resource(QUEUE, Owner="a"),
            found_resource(BUCKET, "eu-west-3"),
            found_resource(USER, "global"),
        ),
    )

    assert [(one.type, one.account, one.region) for one in found.resources] == [
        ("sqs:queue", ACCOUNT, "eu-west-1"),
        ("s3:bucket", ACCOUNT, "eu-west-3"),
        ("iam:user", ACCOUNT, "global"),
    ]
    assert found.tags == {QUEUE: {"Owner": "a"}, BUCKET: {}, USER: None}
    assert [(one.kind, one.resources) for one in found.inputs] == [("aws-resource-explorer", 3)]
    assert found.problems == []


def test_a_view_without_tags_proves_nothing(tmp_path):
    found = read(tmp_path, answer(found_resource(QUEUE), found_resource(BUCKET)))

    assert found.tags == {QUEUE: None, BUCKET: None}
    assert "include them in the view" in found.resources[0].tags.reason


def test_another_page_may_prove_that_the_view_has_tags(tmp_path):
    pages = [answer(found_resource(QUEUE), NextToken="n"), answer(found_resource(BUCKET, a="b"))]

    assert read(tmp_path, *pages).tags == {QUEUE: {}, BUCKET: {"a": "b"}}


def test_its_own_type_names_count_where_the_arn_is_odd(tmp_path):
    odd = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:odd"
    found = read(tmp_path, answer(found_resource(odd, type_="ec2:instance", a="b")))

    assert found.resources[0].type == "ec2:instance"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"NextToken": "n"}, "token of a next page"),
        ({"Count": {"TotalResources": 1000, "Complete": False}}, "split the query"),
        ({"Count": {"TotalResources": 2, "Complete": True}}, "lists 1 of 2"),
    ],
)
def test_what_makes_it_incomplete(tmp_path, more, why):
    found = read(tmp_path, answer(found_resource(QUEUE, a="b"), **more))

    assert len(found.resources) == 1
    assert [why in one.message for one in found.problems] == [True]


def test_a_whole_count_over_pages(tmp_path):
    count = {"TotalResources": 2, "Complete": True}
    pages = [
        answer(found_resource(QUEUE), Count=count, NextToken="n"),
        answer(found_resource(BUCKET), Count=count),
    ]

    assert read(tmp_path, *pages).problems == []


@pytest.mark.parametrize(
    "entry",
    [7, {"Arn": None}, {"Arn": QUEUE, "Properties": [{"Name": "tags", "Data": 7}]}],
)
def test_a_malformed_entry_is_told_and_the_rest_goes_on(tmp_path, entry):
    found = read(tmp_path, answer(found_resource(BUCKET), entry, found_resource(QUEUE)))

    assert [one.address for one in found.resources] == [BUCKET, QUEUE]
    assert [one.where for one in found.problems] == ["found.json:Resources[1]"]


def test_an_empty_answer_is_one(tmp_path):
    found = read(tmp_path, answer())

    assert (found.resources, found.problems, len(found.inputs)) == ([], [], 1)


@pytest.mark.parametrize("other", [{"Resources": []}, {"Resources": [{"Type": "x"}]}])
def test_other_lists_called_resources_are_none(tmp_path, other):
    found = read(tmp_path, other)

    assert found.inputs == []
