"""Reads what `aws cloudcontrol list-resources` and `get-resource` write.

Many types' lists leave the tags out, so a resource without them here is not one without tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from tagguard.catalog import Catalog
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
from tagguard.sources.inventories.aws_rows import AwsRows
from tagguard.sources.inventories.own_arns import own_arn
from tagguard.sources.inventories.tag_cells import tags_of

KIND = "aws-cloud-control"
SURE = rb'"ResourceDescriptions"\s*:\s*\['
LIST = "ResourceDescriptions"
ONE = "ResourceDescription"
UNKNOWN = "Cloud Control's answer leaves its tags out"


class Described(Struct, rename="pascal"):
    """One resource; its properties are JSON in a text."""

    identifier: str
    properties: str = "{}"


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell whether it is an answer of ListResources or GetResource."""
    first = first_answer(document, SURE)
    return first is not None and _type(first) != "" and {LIST, ONE} & first.members.keys() != set()


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Problem]:
    """Yield its resources, and a Problem if it breaks off."""
    rows = AwsRows(KIND, document, options)
    catalog = Catalog(options.catalog)
    entries = Entries(document)
    last: Answer | None = None
    for answer in answers(document):
        if isinstance(answer, Problem):
            yield answer
            continue
        last = answer
        type_ = _type(answer)
        entry = catalog.lookup("cloudformation", type_)
        attribute = entry.attribute if entry else "Tags"

        def resource(item: Raw, type_: str = type_, attribute: str = attribute) -> Iterator[Rows]:
            one = msgspec.json.decode(item, type=Described)
            properties = msgspec.json.decode(one.properties, type=dict[str, Any])
            tags = _tags(properties, attribute)
            return rows.add(
                own_arn(properties, type_, one.identifier),
                tags,
                native=type_,
                unknown=UNKNOWN if tags is None else "",
                facts=properties,
            )

        yield from entries.each(_listed(answer), LIST, resource)
    yield from rows.rest()
    yield from entries.rest()
    if last is not None and last.has("NextToken"):
        yield truncated(document, "it ends with the token of a next page")


def _type(answer: Answer) -> str:
    try:
        return msgspec.json.decode(answer.members.get("TypeName", b""), type=str)
    except UNREADABLE:
        return ""


def _listed(answer: Answer) -> Answer:
    """Give an answer of GetResource as a list of one."""
    if ONE not in answer.members:
        return answer
    one = Raw(b"[" + bytes(answer.members[ONE]) + b"]")
    return Answer(answer.place, {LIST: one})


def _tags(properties: Mapping[str, Any], attribute: str) -> Mapping[str, str] | None:
    """Give the tags; None where the properties leave them out."""
    shown: Any = properties
    for step in attribute.split("."):
        shown = shown.get(step) if isinstance(shown, Mapping) else None
    return None if shown is None else tags_of(shown)
