"""Reads what AWS Config records: snapshots, histories, single items and the events of its rules.

A file may hold several states of one resource; only the latest one counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Raw

from tagguard.model import Problem, Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories import config_records as records
from tagguard.sources.inventories.answers import (
    UNREADABLE,
    Answer,
    Entries,
    answers,
    first_answer,
    truncated,
)
from tagguard.sources.inventories.aws_rows import AwsRows
from tagguard.sources.inventories.config_records import Record

KIND = "aws-config"
SURE = rb'"configurationItems"\s*:\s*\['
LISTS = ("configurationItems", "baseConfigurationItems")
"""Of snapshots and histories, and of BatchGetResourceConfig, whose items have no tags."""
SINGLE = ("configurationItem", "configurationItemSummary")
"""Of events; an item that is too large for one is told in short, without tags."""
OUTER = ("invokingEvent", "detail")
"""Where a rule's input and an event of EventBridge hold the item."""
WITHOUT_TAGS = "the item of AWS Config has no tags in it"

_decoder = msgspec.json.Decoder(Record)


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell whether it holds items of AWS Config."""
    first = first_answer(document, SURE)
    return first is not None and any(name in _items(first).members for name in LISTS)


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Problem]:
    """Yield the latest state of each resource, and a Problem if there are more."""
    rows = AwsRows(KIND, document, options)
    latest = _latest(document)
    entries = Entries(document)
    last: Answer | None = None

    def resource(item: Raw) -> Iterator[Rows]:
        one = _decoder.decode(item)
        if latest.get(one.key) != one.moment:
            return iter(())
        del latest[one.key]  # of two equal states the first one counts
        return records.add(rows, one, without_tags=WITHOUT_TAGS)

    for answer in answers(document):
        if isinstance(answer, Problem):
            yield answer
            continue
        last = _items(answer)
        name = LISTS[1] if LISTS[1] in last.members else LISTS[0]
        yield from entries.each(last, name, resource)
    yield from rows.rest()
    yield from entries.rest()
    if last is not None and last.has("nextToken") and not _newest_first(last):
        yield truncated(document, "it ends with the token of a next page")
    if last is not None and last.items("unprocessedResourceKeys"):
        yield truncated(document, "it names resources that were not processed")


def _newest_first(answer: Answer) -> bool:
    """Tell whether a history goes on with nothing but older states, as it does by default."""
    moments = [one.moment for one in _records(answer)]
    return bool(moments) and moments[0] == max(moments)


def _latest(document: Document) -> dict[tuple[str | None, ...], str]:
    """Give when each resource was seen last."""
    latest: dict[tuple[str | None, ...], str] = {}
    for answer in answers(document):
        if isinstance(answer, Answer):
            for one in _records(_items(answer)):
                latest[one.key] = max(latest.get(one.key, ""), one.moment)
    return latest


def _records(answer: Answer) -> Iterator[Record]:
    """Decode those items that can be."""
    for item in (item for name in LISTS for item in answer.items(name) or ()):
        try:
            one = _decoder.decode(item)
        except UNREADABLE:
            continue
        yield one


def _items(answer: Answer) -> Answer:
    """Give an answer with its items as a list, wherever they stand."""
    members = answer.members
    for outer in OUTER:
        if outer in members:
            members = _object(members[outer])
    for name in SINGLE:
        if bytes(members.get(name, b"null")) != b"null":
            return _listed(answer, bytes(members[name]))
    if "resourceType" in members and any(name.startswith(SINGLE[0]) for name in members):
        return _listed(answer, msgspec.json.encode(members))
    return Answer(answer.place, members)


def _listed(answer: Answer, item: bytes) -> Answer:
    return Answer(answer.place, {LISTS[0]: Raw(b"[" + item + b"]")})


def _object(text: Raw) -> Mapping[str, Raw]:
    """Give the members of an object, which may be JSON in a text."""
    try:
        if bytes(text).startswith(b'"'):
            text = Raw(msgspec.json.decode(text, type=str).encode())
        return msgspec.json.decode(text, type=dict[str, Raw])
    except UNREADABLE:
        return {}
