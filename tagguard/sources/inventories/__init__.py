"""Readers of exported inventories: one module a format, one line in `KINDS`.

Each turns one document into `Rows`. Reading is streaming: a row is gone when it is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from msgspec import Struct

from tagguard.model import Problem, Resource, Rows
from tagguard.report import Input, Note
from tagguard.sources import Document, ReadOptions

CHUNK = 5_000
"""Resources in one `Rows`."""
SEARCHED = 65_536
"""Bytes at a document's beginning in which its mark is looked for."""


class Mark(Struct, frozen=True):
    """What gives a format away, cheaply; its reader then looks closely."""

    module: str
    pattern: bytes
    """Regular expression that is found in the document's first bytes."""

    def may_be(self, document: Document) -> bool:
        """Tell whether a closer look is worth it."""
        return re.search(self.pattern, document.data[:SEARCHED]) is not None


class Inventory(Protocol):
    """What a reader's module provides."""

    def recognises(self, document: Document, options: ReadOptions) -> bool:
        """Tell for sure, without reading all of a long document, whether it is this format.

        Raises InputError for content that is surely this format but cannot be read.
        """

    def read(
        self, document: Document, options: ReadOptions
    ) -> Iterator[Rows | Resource | Problem | Note | Input]:
        """Yield what the document lists, in its order.

        A mark of truncation (a next token, a total larger than the count) becomes a `Problem`, and
        so does each entry that cannot be read, with its place; the rest goes on.
        """


KINDS: dict[str, Mark] = {
    "aws-get-resources": Mark(
        "tagguard.sources.inventories.get_resources", rb'"ResourceTagMappingList"'
    ),
    "aws-resource-explorer": Mark(
        "tagguard.sources.inventories.resource_explorer", rb'"Resources"\s*:\s*\['
    ),
    "aws-config": Mark(
        "tagguard.sources.inventories.config_items",
        rb'"(?:c|baseC)onfigurationItem|"invokingEvent"',
    ),
    "aws-config-query": Mark("tagguard.sources.inventories.config_query", rb'"Results"\s*:\s*\['),
    "aws-resource-explorer-csv": Mark(
        "tagguard.sources.inventories.resource_explorer_table", rb"(?i)\A[^\n]*resource.?type"
    ),
    "aws-tag-editor": Mark("tagguard.sources.inventories.tag_editor", rb"(?i)\A[^\n]*identifier"),
    "aws-cloud-control": Mark(
        "tagguard.sources.inventories.cloud_control", rb'"ResourceDescriptions?"\s*:'
    ),
    "azure-resource-graph": Mark(
        "tagguard.sources.inventories.resource_graph",
        rb'(?i)"/subscriptions/|"(?:resultTruncated|result_truncated|\$skipToken|skip_token)"',
    ),
    "google-cloud-assets": Mark(
        "tagguard.sources.inventories.cloud_assets", rb'"asset_?[tT]ype"\s*:'
    ),
    "kubectl": Mark("tagguard.sources.inventories.kubectl", rb'(?m)"apiVersion"\s*:|^apiVersion:'),
    "tagguard-snapshot": Mark("tagguard.sources.inventories.snapshot_rows", rb"\APAR1"),
    "parquet": Mark("tagguard.sources.inventories.parquet", rb"\APAR1"),
    "json-lines": Mark("tagguard.sources.inventories.json_lines", rb"\A\s*\{[^\n]*(?:\}\s*\n|\Z)"),
    "csv": Mark("tagguard.sources.inventories.csv_rows", rb"\A[^\s{\[][^\n]*[,;\t|]"),
}
"""Kind -> mark, in the order in which they are asked. Specific formats come before general ones."""


def load_inventory(kind: str) -> Inventory:
    """Import the reader of a kind."""
    return cast("Inventory", import_module(KINDS[kind].module))
