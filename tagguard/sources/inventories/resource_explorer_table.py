"""Reads the CSV that Resource Explorer's console exports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tagguard.model import Problem, Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.aws_rows import AwsRows
from tagguard.sources.inventories.aws_tables import columns, shown_tags, table_rows
from tagguard.sources.inventories.resource_explorer import NOT_INDEXED

KIND = "aws-resource-explorer-csv"
OWN = frozenset({"resourcetype", "awsaccount", "region"})
"""Columns by which the export is known, beside one that names the resource."""
NAMES = ("arn", "identifier")
COUNTS = ("totaltags", "tags")
OTHERS = frozenset({"application", "lastreported", "lastreportedat", "service"})
"""Columns that are no tags, either; all others have the name of a tag's key."""
TAG = "Tag: "


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell by the header whether it is Resource Explorer's."""
    known = columns(document)
    return known.keys() >= OWN and any(name in known for name in NAMES)


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Problem]:
    """Yield its resources."""
    known = columns(document)
    names = [known[name] for name in NAMES if name in known]
    count = next((known[name] for name in COUNTS if name in known), "")
    plain = {*OWN, *NAMES, *COUNTS, *OTHERS}
    keys = {name: name.removeprefix(TAG) for each, name in known.items() if each not in plain}
    rows = AwsRows(KIND, document, options)

    def resource(line: int, cells: Mapping[str, str]) -> Iterator[Rows]:
        address = next((cells[name] for name in names if cells[name].strip()), "")
        tags, unknown = shown_tags(
            {key: cells[name] for name, key in keys.items()}, cells.get(count, "")
        )
        return rows.add(
            address,
            tags,
            native=cells[known["resourcetype"]],
            account=cells[known["awsaccount"]],
            region=cells[known["region"]].lower(),
            unknown=NOT_INDEXED if address.split(":", 3)[2:3] == ["iam"] else unknown,
            line=line,
        )

    yield from table_rows(document, resource)
    yield from rows.rest()
