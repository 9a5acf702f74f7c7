"""Reads what `aws resourcegroupstaggingapi get-resources` writes.

It lists only what has a tag or once had one: what never had any is not in it, and the report says
so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct

from tagguard.model import Problem, Rows
from tagguard.report import Note
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.answers import Answer, Entries, answers, first_answer, truncated
from tagguard.sources.inventories.aws_rows import AwsRows

KIND = "aws-get-resources"
SURE = rb'"ResourceTagMappingList"\s*:\s*\['
LIST = "ResourceTagMappingList"
TOKENS = ("PaginationToken", "NextToken")
"""The API's own, and what the command line writes for `--max-items`."""
PLACE = re.compile(rb'"ResourceARN"\s*:\s*"arn:[^:"]*:[^:"]*:([a-z0-9-]+):(\d{12}):')
NO_TAGS = "the answer of GetResources leaves its tags out"
UNSEEN = (
    "GetResources lists only what has or once had a tag: what never had any is not counted here"
)


class Pair(Struct, rename="pascal"):
    """A tag as the API spells it."""

    key: str
    value: str = ""


class Mapped(Struct, rename={"arn": "ResourceARN", "tags": "Tags"}):
    """One resource and its tags."""

    arn: str
    tags: list[Pair] | None = None


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell whether it is an answer of GetResources."""
    first = first_answer(document, SURE)
    return first is not None and first.items(LIST) is not None


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Problem | Note]:
    """Yield its resources, a Problem if it breaks off, and a note of what it cannot see."""
    rows = AwsRows(KIND, document, options)
    region, account = _only_place(document)
    entries = Entries(document)
    decoder = msgspec.json.Decoder(Mapped)

    def resource(item: Raw) -> Iterator[Rows]:
        one = decoder.decode(item)
        tags = None if one.tags is None else {tag.key: tag.value for tag in one.tags}
        unknown = NO_TAGS if tags is None else ""
        return rows.add(one.arn, tags, account=account, region=region, unknown=unknown)

    last: Answer | None = None
    for answer in answers(document):
        if isinstance(answer, Problem):
            yield answer
            continue
        last = answer
        yield from entries.each(answer, LIST, resource)
    yield from rows.rest()
    yield from entries.rest()
    if last is not None and any(last.has(token) for token in TOKENS):
        yield truncated(document, "it ends with the token of a next page")
    yield Note(
        where=document.path,
        message=UNSEEN,
        hint="add an export of Resource Explorer or AWS Config, or run `tagguard scan aws`",
    )


def _only_place(document: Document) -> tuple[str, str]:
    """Give the Region and account of all ARNs that tell one, if it is the same for all.

    One answer is of one account and Region, which the ARN of a bucket does not tell.
    """
    places = {match.groups() for match in PLACE.finditer(document.data)}
    regions, accounts = {region for region, _ in places}, {account for _, account in places}
    return (
        regions.pop().decode() if len(regions) == 1 else "",
        accounts.pop().decode() if len(accounts) == 1 else "",
    )
