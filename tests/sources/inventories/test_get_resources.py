from __future__ import annotations

import json

import pytest

from tagguard.model import Account
from tagguard.sources.inventories import CHUNK
from tests.sources.inventories.tables import read_text

ACCOUNT = "123456789012"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
BUCKET = "arn:aws:s3:::logs"


def mapped(arn, **tags):
    return {"ResourceARN": arn, "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}


def page(*items, token=""):
    return {"PaginationToken": token, "ResourceTagMappingList": [*items]}


def read(tmp_path, *answers, **options):
    text = json.dumps(answers[0] if len(answers) == 1 else answers)
    return read_text(tmp_path, "tags.json", text, **options)


def test_resources_with_their_place_and_tags(tmp_path):
    found = read(tmp_path, page(mapped(QUEUE, Owner="a", Env=""), mapped(BUCKET)))

    queue, bucket = found.resources
    assert (queue.address, queue.type, queue.account, queue.region) == (
        QUEUE,
        "sqs:queue",
        ACCOUNT,
        "eu-west-1",
    )
    assert (bucket.type, bucket.account, bucket.region) == ("s3:bucket", ACCOUNT, "eu-west-1")
    assert found.tags == {QUEUE: {"Owner": "a", "Env": ""}, BUCKET: {}}
    assert [(one.kind, one.resources) for one in found.inputs] == [("aws-get-resources", 2)]
    assert found.problems == []


def test_what_never_had_a_tag_is_told_to_be_missing(tmp_path):
    found = read(tmp_path, page(mapped(QUEUE)))

    assert "never had" in found.notes[0].message


def test_the_place_of_a_bucket_is_open_among_several_accounts(tmp_path):
    other = QUEUE.replace(ACCOUNT, "210987654321").replace("eu-west-1", "us-east-1")
    found = read(tmp_path, page(mapped(QUEUE), mapped(other), mapped(BUCKET)))

    assert (found.resources[2].account, found.resources[2].region) == (None, None)


def test_an_arn_in_a_tag_does_not_place_a_bucket(tmp_path):
    found = read(tmp_path, page(mapped(BUCKET, Source=QUEUE)))

    assert found.resources[0].account is None


def test_what_is_known_of_the_account_comes_along(tmp_path):
    account = Account(id=ACCOUNT, name="prod")
    found = read(tmp_path, page(mapped(QUEUE)), accounts={ACCOUNT: account})

    assert found.resources[0].holder == account


@pytest.mark.parametrize(
    "answer",
    [page(mapped(QUEUE), token="next"), {**page(mapped(QUEUE)), "NextToken": "next"}],
    ids=["the API's", "the command line's"],
)
def test_a_token_makes_it_incomplete(tmp_path, answer):
    found = read(tmp_path, answer)

    assert "token of a next page" in found.problems[0].message
    assert len(found.resources) == 1


def test_of_several_pages_only_the_last_one_may_end_it(tmp_path):
    found = read(tmp_path, page(mapped(QUEUE), token="next"), page(mapped(BUCKET)))

    assert (len(found.resources), found.problems) == (2, [])


def test_a_page_a_line(tmp_path):
    pages = [page(mapped(QUEUE), token="next"), page(mapped(BUCKET))]
    text = "".join(json.dumps(one) + "\n" for one in pages)

    assert len(read_text(tmp_path, "tags.json", text).resources) == 2


def test_a_recorded_answer(tmp_path):
    found = read(tmp_path, {"status_code": 200, "data": page(mapped(QUEUE, Owner="a"))})

    assert found.tags == {QUEUE: {"Owner": "a"}}


@pytest.mark.parametrize(
    "entry",
    [7, None, {}, {"ResourceARN": 7, "Tags": []}, {"ResourceARN": QUEUE, "Tags": {"a": "b"}}, {
        "ResourceARN": " ", "Tags": []
    }],
)  # fmt: skip
def test_a_malformed_entry_is_told_and_the_rest_goes_on(tmp_path, entry):
    found = read(tmp_path, page(mapped(BUCKET), entry, mapped(QUEUE)))

    assert [one.address for one in found.resources] == [BUCKET, QUEUE]
    assert [one.where for one in found.problems] == ["tags.json:ResourceTagMappingList[1]"]


def test_a_page_that_is_none_is_told(tmp_path):
    found = read(tmp_path, page(mapped(QUEUE)), {"Error": "Throttled"}, 7)

    assert len(found.resources) == 1
    assert [one.where for one in found.problems] == ["tags.json:[1]", "tags.json:[2]"]


def test_left_out_tags_are_unknown(tmp_path):
    found = read(tmp_path, page({"ResourceARN": QUEUE}))

    assert found.tags == {QUEUE: None}


def test_who_made_it(tmp_path):
    instance = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"
    found = read(tmp_path, page(mapped(instance, **{"aws:autoscaling:groupName": "web"})))

    assert found.resources[0].managed_by == "autoscaling"


def test_a_file_that_is_cut_off_is_a_problem_even_in_a_folder(tmp_path):
    text = json.dumps(page(mapped(QUEUE)), indent=1)[:-20]
    found = read_text(tmp_path, "tags.json", text)

    assert (found.resources, len(found.problems)) == ([], 1)
    assert "not valid JSON" in found.problems[0].message


def test_what_is_nested_too_deeply_is_told(tmp_path):
    deep = json.dumps(page(mapped(QUEUE)))[:-2] + ',{"Tags":' + "[" * 5_000 + "]" * 5_000 + "}]}"
    found = read_text(tmp_path, "tags.json", deep)

    assert [one.message for one in found.problems] == ["not valid JSON: nested too deeply"]


def test_many_resources_come_in_chunks_with_one_pattern(tmp_path):
    queues = [mapped(f"{QUEUE}{number}") for number in range(CHUNK + 1)]
    found = read(tmp_path, page(*queues))

    assert (len(found.resources), found.chunks) == (CHUNK + 1, 2)
