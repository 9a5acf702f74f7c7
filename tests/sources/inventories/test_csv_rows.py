from __future__ import annotations

import gzip

import pytest

from tests.sources.inventories.tables import mapping, read, read_text

ACCOUNT = "123456789012"
HEADER = "ARN,Type,Account,Region,Tags\n"


def arn(name="a"):
    return f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}"


def row(name="a", tags='"{""Owner"": ""x""}"'):
    return f"{arn(name)},sqs:queue,{ACCOUNT},eu-west-1,{tags}\n"


@pytest.mark.parametrize("mark", ",;\t|")
def test_obvious_columns_are_understood_and_told(tmp_path, mark):
    text = f"\ufeff{HEADER}{row()}\n{row('b', 'NULL')}".replace(",", mark)
    found = read_text(tmp_path, "a.csv", text.replace("\n", "\r\n"))
    assert found.tags == {arn(): {"Owner": "x"}, arn("b"): {}}
    one, two = found.resources
    assert (one.type, one.account, one.region) == ("sqs:queue", ACCOUNT, "eu-west-1")
    assert (one.location.line, two.location.line) == (2, 4)
    assert found.notes[0].message.startswith("read with address from `ARN`, type from `Type`")
    assert [(one.kind, one.resources) for one in found.inputs] == [("csv", 2)]
    assert not found.problems


def test_rows_that_cannot_be_read_are_problems(tmp_path):
    text = HEADER + row() + "a,b\n" + ",,,,\n" + row("t", "Owner") + row("z")
    found = read_text(tmp_path, "a.csv", text)
    assert found.tags == {arn(): {"Owner": "x"}, arn("t"): None, arn("z"): {"Owner": "x"}}
    assert found.said == [
        ("a.csv:3", "has 2 cells where the header has 5"),
        ("a.csv:4", "has no address"),
        ("a.csv:5", "tags are not written as `key=value;key=value`: Owner"),
    ]


def test_a_row_over_several_lines_is_told_by_its_first(tmp_path):
    text = HEADER + row("a", '"Owner=\nx"') + row("b")
    found = read_text(tmp_path, "a.csv", text)
    assert [one.location.line for one in found.resources] == [2, 4]


def test_one_column_may_hold_one_tag(tmp_path):
    text = f"arn,tag:Owner,tag: Env\n{arn()},x,\n{arn('b')},NULL,prod\n"
    found = read_text(tmp_path, "a.csv", text)
    assert found.tags == {arn(): {"Owner": "x"}, arn("b"): {" Env": "prod"}}


def test_without_a_column_of_tags_they_are_unknown(tmp_path):
    found = read_text(tmp_path, "a.csv", f"arn,type\n{arn()},sqs:queue\n")
    assert found.tags == {arn(): None}


def test_what_is_absent_in_a_row_is_completed_by_its_id(tmp_path):
    found = read_text(tmp_path, "a.csv", f"{HEADER}{arn()},,NULL,,Owner=x\n")
    (one,) = found.resources
    assert (one.type, one.account, one.region) == ("sqs:queue", ACCOUNT, "eu-west-1")


def test_a_configured_mapping(tmp_path):
    told = mapping("*.csv", "google", address="who", type="what", account="in", tags="labels")
    found = read_text(
        tmp_path, "a.csv", "who,what,in,labels\nvm,Disk,p-1,team=x\n", inventories=told
    )
    (one,) = found.resources
    assert (one.provider, one.dialect, one.type, one.account) == ("google", "gcp", "Disk", "p-1")
    assert found.tags == {"vm": {"team": "x"}}
    assert not found.notes


def test_a_configured_column_that_is_not_there_is_a_problem(tmp_path):
    told = mapping("*.csv", address="arn", type="kind", tags="tags")
    found = read_text(tmp_path, "a.csv", HEADER + row(), inventories=told)
    assert not found.resources
    expected = (
        "has no column `arn`, as tagguard.yaml says; it has `ARN`, `Type`, `Account`, `Region`, "
        "`Tags`"
    )
    assert found.said == [("a.csv", expected)]


def test_text_that_is_not_utf8_ends_the_reading(tmp_path):
    text = (HEADER + row()).encode() + b"\xff" + row("b").encode()
    found = read_text(tmp_path, "a.csv", text)
    assert found.said == [("a.csv:3", "not valid UTF-8 from here on, so the rest was not read")]
    assert found.tags == {arn(): {"Owner": "x"}}
    assert found.problems[0].hint == "save the file as UTF-8"


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", HEADER, "arn,type\nx,y\n", '"', ",", "arn,type\n\n"]
)
def test_other_tables_are_passed_over_in_folders(tmp_path, text):
    (tmp_path / "a.csv").write_text(text)
    found = read(tmp_path)
    assert (found.skipped, found.problems) == (1, [])


def test_a_header_that_is_not_utf8_is_a_problem(tmp_path):
    text = HEADER.replace("\n", ",Gr\u00f6\u00dfe\n").encode("latin-1") + row().encode()
    found = read_text(tmp_path, "a.csv", text.replace(b'"\n', b'",1\n'))
    assert found.said == [("a.csv:1", "not valid UTF-8")]


def test_long_files_come_in_pieces(tmp_path):
    text = HEADER + "".join(row(str(number)) for number in range(12_000))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
    found = read(tmp_path)
    assert (len(found.resources), found.chunks) == (12_000, 3)
    assert found.resources[-1].location.line == 12_001
    assert not found.problems


def test_a_cell_beyond_reason_is_a_problem(tmp_path):
    text = HEADER + row() + row("b", "x" * 200_000) + row("c")
    found = read_text(tmp_path, "a.csv", text)
    assert list(found.tags) == [arn(), arn("c")]
    assert found.said == [("a.csv:3", "field larger than field limit (131072)")]
