from __future__ import annotations

import gzip
import json

import pytest

from tagguard.model import Account, Rows
from tagguard.rows import each_row
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories import json_lines
from tests.sources.inventories.tables import mapping, read, read_text

ACCOUNT = "123456789012"


def arn(name="a"):
    return f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}"


def lines(*items):
    return "".join(json.dumps(item) + "\n" for item in items)


def row(name="a", **more):
    return {
        "arn": arn(name),
        "resourceType": "sqs:queue",
        "accountId": ACCOUNT,
        "region": "eu-west-1",
        "tags": {"Owner": "x"},
        **more,
    }


def test_obvious_fields_are_understood_and_told(tmp_path):
    found = read_text(tmp_path, "a.jsonl", lines(row(), row("b", tags={})), accounts={})
    one, two = found.resources
    assert (one.address, one.type, one.account, one.region) == (
        arn(),
        "sqs:queue",
        ACCOUNT,
        "eu-west-1",
    )
    assert (one.provider, one.dialect, one.taggable, one.scope) == ("aws", "aws", "yes", ACCOUNT)
    assert (one.location.path, one.location.line, two.location.line) == ("a.jsonl", 1, 2)
    assert found.tags == {arn(): {"Owner": "x"}, arn("b"): {}}
    assert not found.problems
    (note,) = found.notes
    assert note.where == "a.jsonl"
    assert note.message == (
        "read with address from `arn`, type from `resourceType`, account from `accountId`, "
        "region from `region`, tags from `tags`"
    )
    (read_input,) = found.inputs
    assert (read_input.kind, read_input.resources) == ("json-lines", 2)


def test_an_absent_field_of_tags_is_unknown_and_null_is_none(tmp_path):
    silent = row("s")
    del silent["tags"]
    found = read_text(tmp_path, "a.jsonl", lines(row(), silent, row("n", tags=None)))
    assert found.tags == {arn(): {"Owner": "x"}, arn("s"): None, arn("n"): {}}
    (unknown,) = [one for one in found.resources if not one.tags.complete]
    assert unknown.tags.reason == "there is no `tags`"


def test_without_any_tags_all_are_unknown(tmp_path):
    items = [{"arn": arn(name), "type": "sqs:queue"} for name in "ab"]
    found = read_text(tmp_path, "a.jsonl", lines(*items))
    assert found.tags == {arn("a"): None, arn("b"): None}
    assert "no column holds tags" in found.notes[0].message


def test_bad_lines_are_problems_and_the_rest_goes_on(tmp_path):
    bad = ["{", "[]", "7", '{"tags": {}}', '{"arn": 7}', "{" * 9999, '{"arn": "\ud800"}']
    text = lines(row()).encode() + b"\n" + "\n".join(bad).encode("utf-8", "surrogatepass")
    found = read_text(tmp_path, "a.jsonl", text + b"\n\xff\n" + lines(row("z")).encode())
    assert set(found.tags) == {arn(), arn("z")}
    assert [where for where, _ in found.said] == [f"a.jsonl:{at}" for at in range(3, 11)]
    assert found.said[1][1] == "is no JSON object"
    assert found.said[3][1] == "has no text in `arn`"
    assert found.resources[-1].location.line == 11


def test_many_bad_lines_are_counted(tmp_path):
    found = read_text(tmp_path, "a.jsonl", lines(row()) + "{\n" * 25)
    assert len(found.problems) == 21
    assert found.said[-1] == ("a.jsonl", "5 more rows could not be read")


def test_lines_of_other_shapes_are_read_too(tmp_path):
    text = lines(
        row(tags={"n": 1, "gone": None}),
        row("l", tags=[{"Key": "Owner", "Value": "y"}], accountId=int(ACCOUNT)),
        row("t", tags='{"Owner": "z"}', region=None),
        row("u", tags=7),
    )
    found = read_text(tmp_path, "a.jsonl", text)
    assert found.tags == {
        arn(): {"n": "1"},
        arn("l"): {"Owner": "y"},
        arn("t"): {"Owner": "z"},
        arn("u"): None,
    }
    assert {one.account for one in found.resources} == {ACCOUNT}
    assert {one.region for one in found.resources} == {"eu-west-1"}
    assert found.said == [("a.jsonl:4", "tags are neither a mapping nor a list: 7")]


def test_a_configured_mapping_reads_nested_fields(tmp_path):
    item = {"name": "web", "r": {"labels": {"team": "x"}, "kind": "Pod"}, "ns": "shop"}
    found = read_text(
        tmp_path,
        "a.jsonl",
        lines(item, {**item, "name": "db", "r": {}}, {**item, "name": "bad", "r": 7}),
        inventories=mapping(
            "*.jsonl",
            "kubernetes",
            address="name",
            type="r.kind",
            namespace="ns",
            tags="r.labels",
        ),
    )
    assert found.tags == {"web": {"team": "x"}, "db": None, "bad": None}
    one = found.resources[0]
    assert (one.type, one.namespace, one.dialect, one.account) == (
        "Pod",
        "shop",
        "kubernetes",
        None,
    )
    assert not found.notes


def test_one_field_may_hold_one_tag(tmp_path):
    item = {"arn": arn(), "tag:Owner": "x", "tag:Env": None, "Tag:n": 1, "tag:": "no"}
    found = read_text(tmp_path, "a.jsonl", lines(item))
    expected = {arn(): {"Owner": "x", "n": "1"}}
    assert found.tags == expected
    told = mapping(address="arn", tags="tag:*")
    assert read_text(tmp_path, "a.jsonl", lines(item), inventories=told).tags == expected


def test_one_field_inside_another_is_read(tmp_path):
    told = mapping(provider="aws", address="r", tags="r.tags")
    found = read_text(tmp_path, "a.jsonl", lines({"r": "i-1"}), inventories=told)
    assert found.tags == {"i-1": None}


def test_rows_that_name_no_cloud_are_problems(tmp_path):
    found = read_text(tmp_path, "a.jsonl", lines(row(), row(), {**row(), "arn": "web"}))
    assert len(found.resources) == 2
    assert found.said == [
        ("a.jsonl:3", "`web` is no id of AWS, Azure or Google Cloud; say `provider` in its format")
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"id": 1, "type": "x"}\n{"id": 2}\n',
        '{"arn": "arn:aws:s3:::a"}\n',
        '{"level": "info", "msg": "x"}\n{"level": "info"}\n',
        '{"id": "arn:aws:s3:::a", "type": "t", "Cost": 1}\n',
    ],
)
def test_what_leaves_doubt_is_passed_over_in_folders(tmp_path, text):
    (tmp_path / "a.jsonl").write_text(text)
    assert read(tmp_path).skipped == 1
    (problem,) = read(tmp_path, "a.jsonl").problems
    assert problem.message == "not recognised as any kind of input"


def test_what_aws_made_is_managed(tmp_path):
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/a.amazonaws.com/R"
    items = [
        row("q1"),
        row("q2", tags={"aws:autoscaling:groupName": "x"}),
        row("q3", tags={"aws:autoscaling:groupName": "x", "Owner": "y"}),
        row("q4", tags={"aws:cloudformation:stack-name": "x"}),
        row("q5"),
        {**row(), "arn": role, "resourceType": "iam:role"},
        {**row(), "arn": f"arn:aws:iam::{ACCOUNT}:role/R", "resourceType": "iam:role"},
    ]
    found = read_text(tmp_path, "a.jsonl", lines(*items))
    makers = [one.managed_by for one in found.resources]
    assert makers == ["user", "autoscaling", "user", "user", "user", "a", "user"]
    escaped = lines(*items).replace('"aws:a', '"\\u0061ws:a')
    assert [one.managed_by for one in read_text(tmp_path, "b.jsonl", escaped).resources] == makers


def test_a_type_that_its_arn_knows_better_is_not_remembered_for_others(tmp_path):
    items = [
        {**row(), "arn": f"arn:aws:elasticache:eu-west-1:{ACCOUNT}:cluster:a"},
        {**row(), "arn": f"arn:aws:elasticmapreduce:eu-west-1:{ACCOUNT}:cluster/j-1"},
    ]
    found = read_text(
        tmp_path, "a.jsonl", lines(*({**one, "resourceType": "cluster"} for one in items))
    )
    assert [one.type.partition(":")[0] for one in found.resources] == [
        "elasticache",
        "elasticmapreduce",
    ]


def test_accounts_are_told_from_the_configuration(tmp_path):
    account = Account(id=ACCOUNT, name="prod")
    found = read_text(tmp_path, "a.jsonl", lines(row()), accounts={ACCOUNT: account})
    assert found.resources[0].holder == account


def test_long_files_come_in_pieces_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "BLOCK", 1_000)
    items = [row(str(number)) for number in range(9_000)]
    text = lines(*items).rstrip("\n")
    found = read_text(tmp_path, "a.jsonl", text)
    assert found.chunks > 100
    assert [one.address for one in found.resources] == [one["arn"] for one in items]
    assert [one.location.line for one in found.resources] == list(range(1, 9_001))
    assert len({id(one) for one in _patterns(tmp_path / "a.jsonl")}) == 1
    packed = read_text(tmp_path, "b.jsonl.gz", gzip.compress(text.encode()))
    assert packed.tags == found.tags
    assert read(tmp_path, "-", stdin=text.encode()).tags == found.tags


def _patterns(file):
    document = Document(file.name, file.read_bytes())
    for item in json_lines.read(document, ReadOptions()):
        if isinstance(item, Rows):
            yield from item.patterns
            assert len(list(each_row(item))) == len(item.patterns)
