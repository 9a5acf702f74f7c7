from __future__ import annotations

import pytest

from tests.sources.inventories.tables import read_text

ACCOUNT = "123456789012"
HEADER = "Identifier,Tag: Name,Service,Type,Region,Tag: Owner,Tags,ARN"
INSTANCE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"


def row(name, owner, count, arn=INSTANCE):
    return f"i-1,{name},EC2,Instance,eu-west-1,{owner},{count},{arn}"


def read(tmp_path, *rows, header=HEADER):
    return read_text(tmp_path, "editor.csv", "\n".join([header, *rows]) + "\n")


def test_resources_with_their_place_and_tags(tmp_path):
    found = read(tmp_path, row("web", "a@b.c", 2))

    one = found.resources[0]
    assert (one.address, one.type, one.account, one.region) == (
        INSTANCE,
        "ec2:instance",
        ACCOUNT,
        "eu-west-1",
    )
    assert found.tags == {INSTANCE: {"Name": "web", "Owner": "a@b.c"}}
    assert [(one.kind, one.resources) for one in found.inputs] == [("aws-tag-editor", 1)]
    assert found.problems == []


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("(not tagged)", "(not tagged)", 0), {}),
        (("web", "(not tagged)", 1), {"Name": "web"}),
        (("web", "", 1), {"Name": "web"}),
        (("web", "", 2), {"Name": "web", "Owner": ""}),
        (("web", "(not tagged)", 3), None),
        (("web", "", 5), None),
        (("web", "", ""), None),
    ],
)
def test_the_number_of_tags_tells_what_an_empty_cell_is(tmp_path, cells, expected):
    assert read(tmp_path, row(*cells)).tags == {INSTANCE: expected}


def test_without_an_arn_service_and_type_name_it(tmp_path):
    found = read(
        tmp_path,
        "i-1,web,EC2,Instance,eu-west-1",
        "logs,web,S3,Bucket,eu-west-1",
        header="Identifier,Tag: Name,Service,Type,Region",
    )

    assert [(one.address, one.type) for one in found.resources] == [
        ("AWS::EC2::Instance/i-1", "ec2:instance"),
        ("arn:aws:s3:::logs", "s3:bucket"),
    ]
    assert set(found.tags.values()) == {None}


def test_a_row_that_cannot_be_read_is_told(tmp_path):
    found = read(tmp_path, row("web", "a", 2), "i-2,web", row("web", "b", 2, f"{INSTANCE}2"))

    assert len(found.resources) == 2
    assert found.said == [("editor.csv:3", "has 2 cells where the header has 8")]


@pytest.mark.parametrize(("name", "maker"), [("data", "user"), ("(not tagged)", "aws")])
def test_one_tag_of_a_team_is_enough_to_make_it_the_team_s(tmp_path, name, maker):
    bus = f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default"
    found = read(tmp_path, row(name, "", "", bus))

    assert [one.managed_by for one in found.resources] == [maker]
