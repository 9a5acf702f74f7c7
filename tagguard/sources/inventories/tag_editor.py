"""Reads the CSV that Tag Editor exports: `Identifier,Tag: Name,Service,Type,Region,…,Tags,ARN`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tagguard.model import Problem, Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.aws_rows import AwsRows
from tagguard.sources.inventories.aws_tables import columns, shown_tags, table_rows
from tagguard.sources.inventories.own_arns import own_arn

KIND = "aws-tag-editor"
OWN = frozenset({"identifier", "service", "type", "region"})
"""Columns by which the export is known."""
TAG = "Tag: "
"""How names of columns begin that hold a tag."""


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell by the header whether it is Tag Editor's."""
    known = columns(document)
    return known.keys() >= OWN and (
        "arn" in known or any(name.startswith(TAG) for name in known.values())
    )


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Problem]:
    """Yield its resources."""
    known = columns(document)
    keys = {name: name.removeprefix(TAG) for name in known.values() if name.startswith(TAG)}
    arn, count = known.get("arn", ""), known.get("tags", "")
    rows = AwsRows(KIND, document, options)

    def resource(line: int, cells: Mapping[str, str]) -> Iterator[Rows]:
        native = f"AWS::{cells[known['service']]}::{cells[known['type']]}"
        tags, unknown = shown_tags(
            {key: cells[name] for name, key in keys.items()}, cells.get(count, "")
        )
        return rows.add(
            cells.get(arn, "") or own_arn({}, native, cells[known["identifier"]]),
            tags,
            native=native,
            region=cells[known["region"]],
            unknown=unknown,
            line=line,
        )

    yield from table_rows(document, resource)
    yield from rows.rest()
