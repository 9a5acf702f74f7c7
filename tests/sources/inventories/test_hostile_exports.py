"""Whatever stands in an export of AWS, reading it ends in rows and problems, never in a crash."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagguard.errors import InputError
from tagguard.model import Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories import KINDS
from tagguard.sources.inventory_file import InventoryFile

WORDS = st.sampled_from(
    [
        "",
        "arn",
        "arn:aws:s3:::logs",
        "arn:aws:wafv2:eu-west-1:1:global/",
        "arn:aws:sqs:::",
        "AWS::S3::Bucket",
        "AWS::",
        "tags",
        "{",
        "[]",
        '{"Tags": 1}',
    ]
)
NAMES = st.sampled_from(
    [
        *("Arn", "ARN", "arn", "ResourceARN", "Tags", "tags", "Properties", "Name", "Data", "Key"),
        *("Value", "key", "value", "Identifier", "resourceType", "resourceId", "configuration"),
        *("configurationItemStatus", "configurationItemCaptureTime", "supplementaryConfiguration"),
        *("BucketTaggingConfiguration", "tagSets", "data", "status_code", "Operator", "Managed"),
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=5)
LISTS = st.lists(OBJECTS | VALUES, max_size=3) | VALUES


@pytest.mark.parametrize(
    "members",
    [
        ("ResourceTagMappingList", "PaginationToken"),
        ("Resources", "ViewArn", "Count", "NextToken"),
        ("configurationItems", "nextToken", "unprocessedResourceKeys"),
        ("configurationItem", "detail", "invokingEvent"),
        ("Results", "QueryInfo", "NextToken"),
        ("ResourceDescriptions", "TypeName", "NextToken"),
        ("ResourceDescription", "TypeName"),
        ("data", "status_code", "ResourceTagMappingList"),
    ],
)
@settings(max_examples=40)
@given(found=st.data())
def test_any_answer(members, found):
    answers = [
        {member: found.draw(LISTS) for member in members}
        for _ in range(found.draw(st.integers(1, 2)))
    ]
    text = json.dumps(answers[0] if len(answers) == 1 else answers)
    read(text.encode(errors="surrogatepass"))


@pytest.mark.parametrize(
    "header",
    ["Identifier,ARN,Resource type,Region,AWS account,Tags", "Identifier,Service,Type,Region,ARN"],
)
@given(rows=st.lists(st.binary(max_size=40) | WORDS.map(str.encode), max_size=4))
def test_any_table(header, rows):
    read(b"\n".join([header.encode(), *rows]))


def read(text: bytes) -> None:
    document = Document("export", text)
    source = InventoryFile(ReadOptions())
    try:
        known = source.recognises(document)
        items = list(source.resources(document)) if known else []
    except InputError:
        return
    for item in items:
        if isinstance(item, Rows):
            assert len(item.patterns) == len(item.addresses) == len(item.tags) == len(item.lines)
            assert all(address.strip() for address in item.addresses)


def test_every_reader_of_aws_is_known():
    assert {kind for kind in KINDS if kind.startswith("aws-")} == {
        "aws-cloud-control",
        "aws-config",
        "aws-config-query",
        "aws-get-resources",
        "aws-resource-explorer",
        "aws-resource-explorer-csv",
        "aws-tag-editor",
    }
