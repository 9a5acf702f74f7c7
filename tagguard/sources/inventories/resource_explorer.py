"""Reads what `aws resource-explorer-2 search` and `list-resources` write.

Tags are in it only if the view that was asked includes them. An answer in which no resource shows
any may come from a view that does not, so it proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Raw, Struct

from tagguard.model import Problem, Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.answers import (
    UNREADABLE,
    Answer,
    Entries,
    answers,
    first_answer,
    truncated,
)
from tagguard.sources.inventories.aws_rows import NO_TAGS, AwsRows
from tagguard.sources.inventories.tag_cells import tags_of

KIND = "aws-resource-explorer"
SURE = rb'"OwningAccountId"\s*:'
LIST = "Resources"
SHOWN = re.compile(rb'"Name"\s*:\s*"tags"')
NO_VIEW = "Resource Explorer's view shows no tags; include them in the view"
NOT_INDEXED = "Resource Explorer does not know the tags of IAM"


class Property(Struct, rename="pascal"):
    """What a view includes beside the resource itself."""

    name: str = ""
    data: Raw = Raw(b"null")


class Found(Struct, rename="pascal"):
    """One resource as the index knows it."""

    arn: str
    owning_account_id: str = ""
    region: str = ""
    resource_type: str = ""
    properties: list[Property] | None = None


class Count(Struct, rename="pascal"):
    """How many resources the query has, as far as the API counts."""

    total_resources: int = 0
    complete: bool = True


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell whether it is an answer of Search or ListResources."""
    first = first_answer(document, SURE)
    items = first.items(LIST) if first is not None else None
    if first is None or items is None:
        return False
    if not items:
        return "ViewArn" in first.members
    try:
        return msgspec.json.decode(items[0], type=Found).arn.startswith("arn:")
    except UNREADABLE:
        return "ViewArn" in first.members


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Problem]:
    """Yield its resources, and a Problem if there are more than it lists."""
    rows = AwsRows(KIND, document, options)
    shows_tags = _shows_tags(document)
    entries = Entries(document)
    decoder = msgspec.json.Decoder(Found)

    def resource(item: Raw) -> Iterator[Rows]:
        one = decoder.decode(item)
        tags = _tags(one)
        return rows.add(
            one.arn,
            tags,
            native=one.resource_type,
            account=one.owning_account_id,
            region=one.region,
            unknown="" if tags else _unknown(one, shows_tags=shows_tags),
        )

    listed, most, whole = 0, 0, True
    last: Answer | None = None
    for answer in answers(document):
        if isinstance(answer, Problem):
            yield answer
            continue
        last = answer
        count = _count(answer)
        listed += len(answer.items(LIST) or ())
        most, whole = max(most, count.total_resources), whole and count.complete
        yield from entries.each(answer, LIST, resource)
    yield from rows.rest()
    yield from entries.rest()
    if last is not None and last.has("NextToken"):
        yield truncated(document, "it ends with the token of a next page")
    elif not whole:
        yield truncated(document, "Resource Explorer counts no further; split the query")
    elif most > listed:
        yield truncated(document, f"it lists {listed:,} of {most:,} resources")


def _shows_tags(document: Document) -> bool:
    with document.open() as stream:
        return any(SHOWN.search(line) for line in stream)


def _tags(one: Found) -> Mapping[str, str]:
    """Give the tags that are shown; raises ValueError for what are none."""
    for each in one.properties or ():
        if each.name == "tags":
            return tags_of(msgspec.json.decode(each.data))
    return NO_TAGS


def _unknown(one: Found, *, shows_tags: bool) -> str:
    """Say why a resource without a shown tag may have some."""
    if one.arn.split(":", 3)[2:3] == ["iam"]:
        return NOT_INDEXED
    return "" if shows_tags else NO_VIEW


def _count(answer: Answer) -> Count:
    try:
        return msgspec.json.decode(answer.members.get("Count", b"{}"), type=Count)
    except UNREADABLE:
        return Count()
