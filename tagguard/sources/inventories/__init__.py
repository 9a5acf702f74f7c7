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
from tagguard.report import Input
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
    ) -> Iterator[Rows | Resource | Problem | Input]:
        """Yield what the document lists, in its order.

        A mark of truncation (a next token, a total larger than the count) becomes a `Problem`, and
        so does each entry that cannot be read, with its place; the rest goes on.
        """


KINDS: dict[str, Mark] = {}
"""Kind -> mark, in the order in which they are asked. Specific formats come before general ones."""


def load_inventory(kind: str) -> Inventory:
    """Import the reader of a kind."""
    return cast("Inventory", import_module(KINDS[kind].module))
