"""Reads what AWS Config's advanced queries answer, of one account or of an aggregator.

Each result is JSON in a text and has only what the query selects: without `tags` in it nothing is
known of a resource's tags.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Raw

from tagguard.model import Problem, Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories import config_records as records
from tagguard.sources.inventories.answers import Answer, Entries, answers, first_answer, truncated
from tagguard.sources.inventories.aws_rows import AwsRows
from tagguard.sources.inventories.config_records import Record

KIND = "aws-config-query"
SURE = rb'"QueryInfo"\s*:'
LIST = "Results"
WITHOUT_TAGS = "the query of AWS Config does not select `tags`"


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell whether it is an answer of an advanced query."""
    first = first_answer(document, SURE)
    return first is not None and "QueryInfo" in first.members and first.items(LIST) is not None


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Problem]:
    """Yield its resources, and a Problem if it breaks off; one for each that is not named."""
    rows = AwsRows(KIND, document, options)
    entries = Entries(document)
    last: Answer | None = None

    def resource(item: Raw) -> Iterator[Rows]:
        one = msgspec.json.decode(msgspec.json.decode(item, type=str), type=Record)
        return records.add(rows, one, without_tags=WITHOUT_TAGS)

    for answer in answers(document):
        if isinstance(answer, Problem):
            yield answer
            continue
        last = answer
        yield from entries.each(answer, LIST, resource)
    yield from rows.rest()
    yield from entries.rest()
    if last is not None and last.has("NextToken"):
        yield truncated(document, "it ends with the token of a next page")
