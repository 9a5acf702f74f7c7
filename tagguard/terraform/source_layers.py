"""Tells in which layer of the source something was written, and where a person would edit it."""

from __future__ import annotations

import posixpath

from tagguard.hcl.module_sources import is_installed
from tagguard.hcl.modules import Module
from tagguard.hcl.nodes import Block
from tagguard.model import Location


class Layers:
    """The layers above the blocks of one module instance."""

    def __init__(self, module: Module) -> None:
        self._folder = module.folder
        self._callers = [
            (caller.folder, f"module:{_name(inner)}")
            for inner, caller in zip([module, *module.callers()], module.callers(), strict=False)
        ]
        self.foreign = ""
        """The outermost call of code that nobody edits, as an address without instance keys."""
        self.foreign_blocks: tuple[Block, ...] = ()
        """Its block, which speaks for all that the code makes."""
        self._call: Location | None = None
        for inner in (module, *module.callers()):
            if inner.called is not None and is_installed(inner.folder):
                block = inner.called.call.block
                self.foreign, self._call = inner.static_address, block.location
                self.foreign_blocks = (block,)

    def editable(self, location: Location) -> Location:
        """Give a place, or in code that nobody edits the call of it."""
        if self._call is None or not is_installed(posixpath.dirname(location.path)):
            return location
        return self._call

    def provenance(self, location: Location | None) -> str:
        """Say which layer brought what was written there: the block, or the call of its module."""
        if location is None or not self._callers:
            return "resource"
        folder = posixpath.dirname(location.path) or "."
        if folder == self._folder:
            return "resource"
        return next((name for caller, name in self._callers if caller == folder), "resource")


def _name(module: Module) -> str:
    """Name a call as it stands in `modules.json`: `app`, or `app.network` inside another."""
    return ".".join(module.static_address.split(".")[1::2])
