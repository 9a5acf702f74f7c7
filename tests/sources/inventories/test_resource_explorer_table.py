from __future__ import annotations

import pytest

from tests.sources.inventories.tables import read_text

ACCOUNT = "123456789012"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
OTHER = f"{QUEUE}-2"
HEADER = "Identifier,ARN,Resource type,Region,AWS Account,Application,LastReportedAt,Service,Tags"


def test_the_console_s_table_without_columns_of_tags(tmp_path):
    rows = [
        f"jobs,{QUEUE},sqs:queue,eu-west-1,{ACCOUNT},-,2026-11-24,sqs,0",
        f"jobs-2,{OTHER},sqs:queue,eu-west-1,{ACCOUNT},-,2026-11-24,sqs,2",
    ]
    found = read_text(tmp_path, "found.csv", "\n".join([HEADER, *rows]))

    one = found.resources[0]
    assert (one.address, one.type, one.account, one.region) == (
        QUEUE,
        "sqs:queue",
        ACCOUNT,
        "eu-west-1",
    )
    assert found.tags == {QUEUE: {}, OTHER: None}
    assert [(one.kind, one.resources) for one in found.inputs] == [("aws-resource-explorer-csv", 2)]
    assert [one.location.line for one in found.resources] == [2, 3]


def test_other_columns_are_tags(tmp_path):
    table = [
        "Identifier,Resource type,Region,AWS account,Total tags,Owner,Tag: Env",
        f"{QUEUE},sqs:queue,eu-west-1,{ACCOUNT},1,a@b.c,",
        f"{OTHER},sqs:queue,eu-west-1,{ACCOUNT},3,a@b.c,prod",
    ]
    found = read_text(tmp_path, "found.csv", "\n".join(table))

    assert found.tags == {QUEUE: {"Owner": "a@b.c"}, OTHER: None}
    partly = found.resources[1].tags
    assert {tag.key: tag.value for tag in partly} == {"Owner": "a@b.c", "Env": "prod"}


def test_tags_of_iam_are_never_known(tmp_path):
    user = f"arn:aws:iam::{ACCOUNT}:user/ann"
    table = f"{HEADER}\nann,{user},iam:user,Global,{ACCOUNT},-,2026-11-24,iam,0\n"
    found = read_text(tmp_path, "found.csv", table)

    assert found.tags == {user: None}
    assert found.resources[0].region == "global"


def test_an_identifier_alone_still_has_a_type(tmp_path):
    table = f"Identifier,Resource type,Region,AWS account\ni-1,ec2:instance,eu-west-1,{ACCOUNT}\n"
    found = read_text(tmp_path, "found.csv", table)

    assert [(one.address, one.type) for one in found.resources] == [("i-1", "ec2:instance")]


@pytest.mark.parametrize("row", [f"jobs,{QUEUE}", ",,sqs:queue,eu-west-1,1,,,,0", '"'])
def test_a_row_that_cannot_be_read_is_told(tmp_path, row):
    good = f"jobs,{QUEUE},sqs:queue,eu-west-1,{ACCOUNT},-,2026-11-24,sqs,0"
    found = read_text(tmp_path, "found.csv", f"{HEADER}\n{good}\n{row}\n")

    assert len(found.resources) == 1
    assert [one.where for one in found.problems] == ["found.csv:3"]


def test_bytes_that_are_no_utf_8_are_told(tmp_path):
    good = f"jobs,{QUEUE},sqs:queue,eu-west-1,{ACCOUNT},-,2026-11-24,sqs,0"
    text = f"{HEADER}\n{good}\n".encode() + b"\xff\xfe,\n"
    found = read_text(tmp_path, "found.csv", text)

    assert len(found.resources) == 1
    assert [one.where for one in found.problems] == ["found.csv:3"]
