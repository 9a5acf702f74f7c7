"""Real exports of inventories: every file read or reported, sums hold, bytes repeat."""

from __future__ import annotations

import json

import pytest

from tagguard.coverage import BUCKETS
from tests.corpus.test_check import check

pytestmark = pytest.mark.corpus
AWS = {
    "aws-config": "aws-config",
    "config.GetResourceConfigHistory": "aws-config",
    "config.SelectResourceConfig": "aws-config-query",
    "tagging.GetResources": "aws-get-resources",
}
"""What stands in a file's path -> its kind."""


@pytest.fixture(scope="module")
def exports(corpus):
    """Give the files' paths, from the corpus on."""
    return sorted(
        str(file.relative_to(corpus))
        for file in (corpus / "inventory").rglob("*")
        if file.is_file()
    )


@pytest.fixture(scope="module")
def report(corpus, exports):
    ran = check(exports, corpus, "--format", "json", "--list-resources")
    assert (ran.returncode, ran.stderr) == (3, b"")
    return json.loads(ran.stdout)


def test_every_file_is_read_or_reported(exports, report):
    read = {one["path"] for one in report["inputs"]}
    reported = {place for one in report["problems"] for place in places(one["where"])}

    assert [file for file in exports if file not in read | reported] == []


def places(where):
    """Give the file that a problem is about, and what else its place may mean."""
    return where, where.partition(":")[0]


def test_every_answer_of_aws_is_known_for_what_it_is(report):
    kinds = {one["path"]: one["kind"] for one in report["inputs"]}
    wrong = {
        path: kind
        for path, kind in kinds.items()
        for mark, expected in AWS.items()
        if f"/{mark}" in path and kind != expected
    }

    assert wrong == {}
    assert set(AWS.values()) <= set(kinds.values())


def test_tags_are_those_that_a_naive_reading_finds(corpus, report):
    naive = {
        (path, one["ResourceARN"]): {tag["Key"]: tag["Value"] for tag in one["Tags"]}
        for path in (one["path"] for one in report["inputs"])
        if "tagging.GetResources" in path
        for one in json.loads((corpus / path).read_bytes())["data"]["ResourceTagMappingList"]
    }
    found = {
        (one["location"]["path"], one["address"]): {tag["key"]: tag["value"] for tag in one["tags"]}
        for one in report["resources"]
        if "tagging.GetResources" in one["location"]["path"]
    }

    assert found == naive


def test_the_buckets_sum(report):
    summary = report["summary"]
    for row in (summary, *report["teams"]):
        assert row["resources"] == sum(row[bucket] for bucket in BUCKETS)

    assert summary["resources"] == sum(one["resources"] for one in report["inputs"])
    assert len(report["resources"]) == summary["resources"]


def test_every_resource_has_an_address_and_a_type(report):
    assert [one for one in report["resources"] if not (one["address"] and one["type"])] == []


@pytest.mark.parametrize("format_", ["json", "console", "csv"])
def test_two_runs_say_the_same(corpus, exports, format_):
    first, second = (check(exports, corpus, "--format", format_, "-v") for _ in range(2))

    assert first.returncode in {1, 3}
    assert (first.stdout, first.stderr) == (second.stdout, b"")


def test_a_folder_says_what_its_files_say(corpus, report):
    ran = check(["inventory"], corpus, "--format", "json", "--list-resources")
    walked = json.loads(ran.stdout)

    assert walked["summary"] == report["summary"]
    assert walked["inputs"] == report["inputs"]
