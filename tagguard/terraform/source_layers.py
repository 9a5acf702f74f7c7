"""Tells in which layer of the source something was written, and where a person would edit it."""

from __future__ import annotations

from tagguard.hcl.comments import ignores
from tagguard.hcl.module_sources import is_installed
from tagguard.hcl.modules import Module
from tagguard.hcl.nodes import Block
from tagguard.model import Ignore, Location


class Layers:
    """The layers above the blocks of one module instance."""

    def __init__(self, module: Module) -> None:
        inward = list(zip([module, *module.callers()], module.callers(), strict=False))
        self._bringing = {
            caller.folder: f"module:{_name(inner)}" for inner, caller in reversed(inward)
        }
        """Folder of a caller -> the call through which it gives something; the nearest counts."""
        self._bringing[module.folder] = "resource"
        self.foreign = ""
        """The outermost call of code that nobody edits, as an address without instance keys."""
        self._call: Location | None = None
        self._speaking: list[Block] = []
        """The calls that people edit, which speak for all that the module makes."""
        for inner in (module, *module.callers()):
            if inner.called is not None:
                block = inner.called.call.block
                if is_installed(inner.folder):
                    self.foreign, self._call = inner.static_address, block.location
                    self._speaking.clear()
                self._speaking.append(block)

    def ignores(self, block: Block) -> tuple[Ignore, ...]:
        """Give the waivers at a block and at the calls above it; code that nobody edits has none.

        So fetched code waives nothing for who calls it.
        """
        own = () if self.foreign else (block,)
        return ignores([*own, *self._speaking])

    def editable(self, location: Location) -> Location:
        """Give a place, or in code that nobody edits the call of it."""
        if self._call is None or not is_installed(location.path):
            return location
        return self._call

    def provenance(self, location: Location | None) -> str:
        """Say which layer brought what was written there: the block, or the call of its module."""
        if location is None or len(self._bringing) == 1:
            return "resource"
        return self._bringing.get(location.path.rpartition("/")[0] or ".", "resource")


def _name(module: Module) -> str:
    """Name a call as it stands in `modules.json`: `app`, or `app.network` inside another."""
    return ".".join(module.static_address.split(".")[1::2])
