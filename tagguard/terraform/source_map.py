"""Finds the Terraform source behind a plan: the blocks that a person would edit.

Addresses are followed from the root folder through calls of local modules. What lies outside the
tree, is fetched from elsewhere, or was installed under `.terraform`, nobody edits: there the place
is the module call. A folder is parsed when it is first asked for, within one allowance of time for
all of them; what is left then counts as not there. Nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tagguard.hcl.comments import ignores
from tagguard.hcl.folder import Folder, overriding
from tagguard.hcl.module_sources import ModuleSources, is_installed
from tagguard.hcl.nodes import Block
from tagguard.hcl.parsing import Allowance
from tagguard.model import Location
from tagguard.terraform.configuration import without_instances
from tagguard.terraform.written_keys import WrittenKeys
from tagguard.tree import Tree

MAX_DEPTH = 100
"""Most modules inside each other that are followed; real ones stay under ten."""


class Place:
    """One block in the source, with what overrides it."""

    def __init__(self, blocks: Sequence[Block], calls: Sequence[Block] = ()) -> None:
        """`blocks` are all with one head, those that override others last.

        `calls` are those through which it is there.
        """
        self.location = blocks[0].location
        """Where the block begins."""
        self.ignores = ignores([*overriding(blocks), *calls])
        """The waivers at the block and at the calls."""
        self._written = WrittenKeys([block.body for block in reversed(overriding(blocks))])

    def tag(self, attribute: str, key: str) -> Location | None:
        """Tell where a tag is written: its key where that stands literally, else the attribute.

        `attribute` is a path with dots, and an index where a block stands several times
        (`root_block_device.tags`, `ebs_block_device.1.tags`); `tag` finds the `tag` block that
        names the key. An empty key asks for the attribute or block itself. None where the
        attribute is not written.
        """
        return self._written.find(attribute, key)


class _Module(Struct, frozen=True):
    """Where a module's code is: in a folder, or only its call is at hand, or neither."""

    folder: Folder | None = None
    call: Place | None = None
    calls: tuple[Block, ...] = ()
    """The calls that lead to it."""


class SourceMap:
    """The Terraform source in and under one folder."""

    def __init__(self, tree: Tree, folder: str) -> None:
        """`folder` is the root module's, as it is shown."""
        self._tree = tree
        self._folders: dict[str, Folder] = {}
        self._allowance = Allowance()
        self._sources = ModuleSources(tree, folder)
        self._root = self._folder(folder)
        self._modules = {"": _Module(self._root)}
        self._places: dict[tuple[str, ...], Place | None] = {}

    @property
    def found(self) -> bool:
        """The folder holds Terraform files."""
        return bool(self._root.paths)

    def resource(self, module: str, type_: str, name: str) -> Place | None:
        """Find a resource's block, or the call of its module where that is not to be edited.

        `module` is the module's address without instance keys; empty: the root.
        """
        asked = ("resource", module, type_, name)
        if asked not in self._places:
            self._places[asked] = self._place(module, "resource", type_, name)
        return self._places[asked]

    def provider(self, key: str) -> Place | None:
        """Find a provider configuration: `aws`, `aws.west`, `module.x:aws`.

        Only where it is written: one that a module was given stands elsewhere.
        """
        asked = ("provider", key)
        if asked not in self._places:
            module, _, name = without_instances(key).rpartition(":")
            self._places[asked] = self._provider(module, *name.partition(".")[::2])
        return self._places[asked]

    def _place(self, module: str, *head: str) -> Place | None:
        """Find a block by type and labels in a module."""
        found = self._module(module)
        if found.folder is None:
            return found.call
        blocks = found.folder.blocks(*head)
        return Place(blocks, found.calls) if blocks else None

    def _provider(self, module: str, name: str, alias: str) -> Place | None:
        if module and not module.startswith("module."):
            module = f"module.{module}"  # as Terraform wrote it before 1.1
        found = self._module(module)
        if found.folder is None:
            return found.call
        blocks = found.folder.blocks("provider", name)
        same = [block for block in blocks if block.literal("alias") == alias]
        return Place(same) if same else None

    def _module(self, address: str) -> _Module:
        """Follow an address from the root, one call after the other."""
        if address in self._modules:
            return self._modules[address]
        words = address.split(".")
        if len(words) % 2 or len(words) > 2 * MAX_DEPTH or {"module"} != set(words[::2]):
            return _Module()
        module = self._modules[""]
        for depth in range(2, len(words) + 1, 2):
            prefix = ".".join(words[:depth])
            if prefix not in self._modules:
                self._modules[prefix] = self._called(module, words[depth - 1], prefix)
            module = self._modules[prefix]
        return module

    def _called(self, caller: _Module, name: str, address: str) -> _Module:
        if caller.folder is None:
            return caller
        calls = caller.folder.blocks("module", name)
        if not calls:
            return _Module()
        folder = self._local_folder(calls, address)
        if folder and folder.paths:
            return _Module(folder, calls=(*overriding(calls), *caller.calls))
        return _Module(call=Place(calls, caller.calls))

    def _local_folder(self, calls: Sequence[Block], address: str) -> Folder | None:
        """Give the folder of a local module; None for code that is not here or nobody edits."""
        sources = [call.literal("source") for call in overriding(calls)]
        source = next((text for text in reversed(sources) if text), "")
        path = self._sources.folder(source, calls[0].location.path, address)
        return None if path is None or is_installed(path) else self._folder(path)

    def _folder(self, path: str) -> Folder:
        if path not in self._folders:
            self._folders[path] = Folder(self._tree, path, self._allowance)
        return self._folders[path]
