"""Exported inventories: what people already get from their clouds' own tools.

Recognised by content. Which exports there are stands in `inventories.KINDS`; a reader is imported
when its mark is met. Nothing here knows a format.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.errors import InputError
from tagguard.model import Item, Resource, Rows
from tagguard.report import Input, Note
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories import KINDS, Inventory, load_inventory


class InventoryFile:
    """Hands each document to the reader whose mark it bears."""

    kind = "inventory"

    def __init__(self, options: ReadOptions) -> None:
        """Keep the options."""
        self._options = options
        self._found: tuple[str, str, Inventory] | None = None
        """Path of the document recognised last, with its kind and reader."""

    def recognises(self, document: Document) -> bool:
        """Tell whether any reader takes the document."""
        self._found = None
        for kind, mark in KINDS.items():
            if mark.may_be(document):
                inventory = load_inventory(kind)
                if inventory.recognises(document, self._options):
                    self._found = document.path, kind, inventory
                    return True
        return False

    def resources(self, document: Document) -> Iterator[Item | Input | Note]:
        """Yield rows and problems, and the input with the export's own kind."""
        if self._found is None or self._found[0] != document.path:
            self.recognises(document)
        assert self._found is not None
        _, kind, inventory = self._found
        count = 0
        own: Input | None = None
        try:
            for item in inventory.read(document, self._options):
                if isinstance(item, Input):
                    own = item
                    continue
                if isinstance(item, Rows):
                    count += len(item.addresses)
                elif isinstance(item, Resource):
                    count += 1
                yield item
        except InputError:  # what was read before counts
            yield Input(path=document.path, kind=kind, resources=count)
            raise
        yield own or Input(path=document.path, kind=kind, resources=count)
