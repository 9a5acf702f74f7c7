from __future__ import annotations

import pytest

from tagguard.config import Columns
from tagguard.errors import InputError
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.columns import configured, obvious, require
from tests.sources.inventories.tables import mapping


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["ARN", "Type", "Tags"], Columns(address="ARN", type="Type", tags="Tags")),
        (
            ["Resource ID", "resource_type", "Account-Id", "LOCATION", "labels"],
            Columns(
                address="Resource ID",
                type="resource_type",
                account="Account-Id",
                region="LOCATION",
                tags="labels",
            ),
        ),
        (["name", "id", "arn", "type"], Columns(address="arn", type="type")),
        (
            ["id", "subscriptionId", "tags"],
            Columns(address="id", account="subscriptionId", tags="tags"),
        ),
        (["arn", "tag:Owner", "tag:Env"], Columns(address="arn", tags="tag:*")),
        (["arn", "Tag: Owner"], Columns(address="arn", tags="Tag: *")),
        (["arn", "resourceTags/user:Owner"], Columns(address="arn", tags="resourceTags/user:*")),
        (["arn", "tags.Owner", "tags"], Columns(address="arn", tags="tags")),
    ],
)
def test_names_that_leave_no_doubt_are_understood(names, expected):
    found = obvious(names)
    assert found is not None
    assert (found.columns, found.configured) == (expected, False)


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["arn"],
        ["type", "tags"],
        ["id", "name", "region"],
        ["arn", "tag:"],
        ["ResourceId", "Tags", "CostInBillingCurrency"],
        ["arn", "tags", "lineItem/UnblendedCost"],
    ],
)
def test_other_names_and_bills_are_not(names):
    assert obvious(names) is None


def test_columns_of_single_tags_are_found_whatever_their_case():
    found = obvious(["arn", "tag:Owner"])
    assert found is not None
    names = ["arn", "tag:Owner", "Tag: Env", "TAG:x", "tag:", "tags"]
    assert found.prefixed(names) == {"tag:Owner": "Owner", "Tag: Env": " Env", "TAG:x": "x"}


def test_the_first_matching_format_counts():
    options = ReadOptions(
        inventories=[
            *mapping("exports/*.csv", address="a"),
            *mapping("**/*.csv", "azure", address="b"),
            *mapping(address="c"),
        ]
    )

    def address(path, home=""):
        found = configured(Document(path, b"", home=home), options)
        return None if found is None else (found.columns.address, found.provider)

    assert address("exports/x.csv") == ("a", None)
    assert address("exports/deep/x.csv") == ("b", "azure")
    assert address("../x.csv", home="exports/x.csv") == ("a", None)
    assert address("x.json") == ("c", None)
    assert address("deep/x.json") is None


def test_a_configured_column_must_be_there():
    (one,) = mapping(address="a", type="t", tags="labels")
    understood = configured(Document("x", b""), ReadOptions(inventories=[one]))
    assert understood is not None
    require(understood, ["a", "t"])
    with pytest.raises(InputError, match=r"has no column `t`, as tagguard\.yaml says; it has `a`"):
        require(understood, ["a"])
    with pytest.raises(InputError, match="it has none"):
        require(understood, [])
