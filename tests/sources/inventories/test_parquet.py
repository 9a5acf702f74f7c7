from __future__ import annotations

import gzip
import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.sources.inventories.tables import mapping, read, read_text

ACCOUNT = "123456789012"
TAGS = {"Owner": "x", "Env": "prod"}


def arn(name="a"):
    return f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}"


def table(tags, **columns):
    rows = len(tags)
    return pa.table(
        {
            "arn": [arn(str(number)) for number in range(rows)],
            "resourceType": pa.array(["sqs:queue"] * rows).dictionary_encode(),
            "tags": tags,
            **columns,
        }
    )


def tags_as(kind, values):
    return pa.array(values, type=kind)


TEXT = pa.string()
PAIRS = pa.list_(pa.struct([("Key", TEXT), ("Value", TEXT)]))


@pytest.mark.parametrize(
    "tags",
    [
        tags_as(pa.map_(TEXT, TEXT), [list(TAGS.items()), [], None]),
        tags_as(pa.map_(TEXT, TEXT), [None, list(TAGS.items()), [], None]).slice(1),
        tags_as(PAIRS, [[{"Key": key, "Value": value} for key, value in TAGS.items()], [], None]),
        tags_as(pa.struct([("Owner", TEXT), ("Env", TEXT)]), [TAGS, {}, None]),
        tags_as(TEXT, ['{"Owner": "x", "Env": "prod"}', "NULL", None]),
        tags_as(TEXT, ["Owner=x;Env=prod", "", None]).dictionary_encode(),
    ],
)
def test_tags_of_every_type_are_read(tmp_path, tags):
    pq.write_table(table(tags), tmp_path / "a.parquet")
    found = read(tmp_path, "a.parquet")
    assert found.tags == {arn("0"): TAGS, arn("1"): {}, arn("2"): {}}
    assert (found.resources[0].type, found.resources[0].location.line) == ("sqs:queue", None)
    assert [(one.kind, one.resources) for one in found.inputs] == [("parquet", 3)]
    assert found.notes[0].message.startswith("read with address from `arn`")


def test_nested_fields_and_other_types(tmp_path):
    data = pa.table(
        {
            "r": [{"id": "vm", "labels": [("team", "x")]}, {"id": None, "labels": None}],
            "account": [Decimal(7), None],
        },
        schema=pa.schema(
            [
                ("r", pa.struct([("id", TEXT), ("labels", pa.map_(TEXT, TEXT))])),
                ("account", pa.decimal128(12)),
            ]
        ),
    )
    pq.write_table(data, tmp_path / "a.parquet")
    told = mapping("*.parquet", "google", address="r.id", account="account", tags="r.labels")
    found = read(tmp_path, "a.parquet", inventories=told)
    assert found.tags == {"vm": {"team": "x"}}
    assert found.resources[0].account == "7"
    assert found.said == [("a.parquet:row 2", "has no text in `r.id`")]
    assert not found.notes


def test_one_column_may_hold_one_tag(tmp_path):
    data = pa.table({"arn": [arn(), arn("b")], "tag:Owner": ["x", None], "tag:Env": ["", "prod"]})
    pq.write_table(data, tmp_path / "a.parquet")
    assert read(tmp_path).tags == {arn(): {"Owner": "x", "Env": ""}, arn("b"): {"Env": "prod"}}


def test_without_a_column_of_tags_they_are_unknown(tmp_path):
    pq.write_table(pa.table({"arn": [arn()], "type": ["sqs:queue"]}), tmp_path / "a.parquet")
    assert read(tmp_path).tags == {arn(): None}


def test_tags_that_cannot_be_read_are_unknown(tmp_path):
    pq.write_table(table(["Owner", "Owner=x"]), tmp_path / "a.parquet")
    found = read(tmp_path)
    assert found.tags == {arn("0"): None, arn("1"): {"Owner": "x"}}
    assert found.problems[0].where == "a.parquet:1"


def test_a_configured_column_that_is_not_there_is_a_problem(tmp_path):
    pq.write_table(table(["Owner=x"]), tmp_path / "a.parquet")
    told = mapping("*.parquet", address="arn.id", tags="tags")
    (problem,) = read(tmp_path, inventories=told).problems
    assert problem.message.startswith("has no column `arn.id`, as tagguard.yaml says")


@pytest.mark.parametrize(
    "data", [{"a": [1]}, {"id": ["x"], "tags": ["a=b"]}, {"arn": [], "tags": []}]
)
def test_other_tables_are_passed_over_in_folders(tmp_path, data):
    pq.write_table(pa.table(data), tmp_path / "a.parquet")
    found = read(tmp_path)
    assert (found.skipped, found.problems) == (1, [])


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + b"\0" * 99, b"PAR1" + b"x" * 2_000_000])
def test_damaged_files_are_problems_where_they_are_named(tmp_path, data):
    found = read_text(tmp_path, "a.parquet", data)
    (problem,) = found.problems
    assert problem.message.startswith("is no Parquet file that can be read: ")
    assert read(tmp_path).skipped == 1


def test_a_file_cut_off_is_a_problem(tmp_path):
    pq.write_table(table(["Owner=x"] * 9), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    for size in range(4, len(whole), 97):
        found = read_text(tmp_path, "a.parquet", whole[:size])
        assert (len(found.problems), found.resources) == (1, [])


def test_long_files_come_in_pieces_from_anywhere(tmp_path):
    rows = 40_000
    noise = [f"Name={number * 7919 % 1_000_003};Owner=x" for number in range(rows)]
    pq.write_table(table(noise), tmp_path / "a.parquet", compression="none")
    data = (tmp_path / "a.parquet").read_bytes()
    assert len(data) > 1 << 20
    found = read(tmp_path)
    assert (len(found.resources), found.chunks, found.problems) == (rows, 8, [])
    assert read(tmp_path, "-", stdin=data).tags == found.tags
    packed = read_text(tmp_path, "b.parquet.gz", gzip.compress(data))
    assert packed.tags == found.tags


def test_without_pyarrow_it_is_told_how_to_get_it(tmp_path, monkeypatch):
    pq.write_table(table(["Owner=x"]), tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (problem,) = read(tmp_path, "a.parquet").problems
    assert problem.message == "a Parquet file, and reading it needs pyarrow"
    assert problem.hint == "install it: pip install 'tagguard[scale]'"
    assert read(tmp_path).skipped == 1
