from __future__ import annotations

import json

import pytest

from tests.sources.inventories.tables import read_text

ACCOUNT = "123456789012"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"


def answer(*results, **more):
    return {
        "Results": [json.dumps(one) for one in results],
        "QueryInfo": {"SelectFields": [{"Name": name} for name in (results or ({},))[0]]},
        **more,
    }


def read(tmp_path, document):
    return read_text(tmp_path, "query.json", json.dumps(document))


def row(arn=QUEUE, **more):
    return {
        "arn": arn,
        "resourceType": "AWS::SQS::Queue",
        "accountId": ACCOUNT,
        "awsRegion": "eu-west-1",
        **more,
    }


def test_results_with_tags(tmp_path):
    tags = [{"key": "Owner", "value": "a", "tag": "Owner=a"}]
    found = read(tmp_path, answer(row(tags=tags), row(f"{QUEUE}-2", tags=[])))

    one = found.resources[0]
    assert (one.address, one.type, one.account, one.region) == (
        QUEUE,
        "sqs:queue",
        ACCOUNT,
        "eu-west-1",
    )
    assert found.tags == {QUEUE: {"Owner": "a"}, f"{QUEUE}-2": {}}
    assert [(one.kind, one.resources) for one in found.inputs] == [("aws-config-query", 2)]
    assert found.problems == []


def test_tags_that_are_not_selected_are_unknown(tmp_path):
    found = read(tmp_path, answer(row()))

    assert found.tags == {QUEUE: None}
    assert "does not select `tags`" in found.resources[0].tags.reason


def test_the_configuration_may_name_the_resource_and_its_tags(tmp_path):
    configuration = {"arn": USER, "tags": [{"key": "Owner", "value": "a"}]}
    found = read(tmp_path, answer({"configuration": configuration}))

    assert [(one.address, one.type, one.region) for one in found.resources] == [
        (USER, "iam:user", "global")
    ]
    assert found.tags == {USER: {"Owner": "a"}}


def test_results_that_do_not_tell_what_they_are_of_are_told(tmp_path):
    found = read(tmp_path, answer({"COUNT(*)": 5}, row(tags=[])))

    assert len(found.resources) == 1
    assert [one.where for one in found.problems] == ["query.json:Results[0]"]


def test_deleted_resources_are_excluded(tmp_path):
    found = read(tmp_path, answer(row(configurationItemStatus="ResourceDeleted", tags=[])))

    assert "deleted" in found.resources[0].excluded


def test_one_name_in_two_accounts_is_two_resources(tmp_path):
    group = {"resourceType": "AWS::Logs::LogGroup", "resourceId": "/aws/lambda/a", "tags": []}
    found = read(tmp_path, answer({**group, "accountId": ACCOUNT}, {**group, "accountId": "2"}))

    assert [one.account for one in found.resources] == [ACCOUNT, "2"]


@pytest.mark.parametrize("result", [7, {}, "no JSON", '{"arn": 7}', "[]"])
def test_a_malformed_result_is_told_and_the_rest_goes_on(tmp_path, result):
    document = answer(row(tags=[]))
    document["Results"].insert(0, result)
    found = read(tmp_path, document)

    assert (len(found.resources), len(found.problems)) == (1, 1)


def test_a_token_makes_it_incomplete(tmp_path):
    found = read(tmp_path, answer(row(tags=[]), NextToken="n"))

    assert "token of a next page" in found.problems[0].message


def test_other_lists_called_results_are_none(tmp_path):
    assert read(tmp_path, {"Results": [{"id": 1}]}).inputs == []
