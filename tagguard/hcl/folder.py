"""The files of one folder that make a Terraform module, and the blocks in them.

Which files count and which of them override others is Terraform's and OpenTofu's rule:
https://developer.hashicorp.com/terraform/language/files/override and
https://opentofu.org/docs/language/files/. Nothing is parsed before a block is asked for, and no
file twice.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from tagguard.errors import InputError
from tagguard.hcl.nodes import Block, Fault, File
from tagguard.hcl.parsing import Allowance
from tagguard.hcl.syntax import read
from tagguard.model import Location
from tagguard.tree import Tree

if TYPE_CHECKING:
    from tagguard.hcl.declarations import Declarations

ENDINGS = (".tofu.json", ".tf.json", ".tofu", ".tf")


class Folder:
    """One folder as a module."""

    def __init__(self, tree: Tree, path: str, allowance: Allowance | None = None) -> None:
        """Read under `path`; `allowance` is the time that files of this folder and others share."""
        self.path = path
        self._allowance = allowance
        self._tree = tree

    @cached_property
    def paths(self) -> Sequence[str]:
        """Its files in the order in which they are read: those that override others come last.

        Links that lead to no file in the tree are among them: they cannot be read.
        """
        found = [*self._tree.files(self.path), *self._tree.lost_links(self.path)]
        return sorted(configuration_files(sorted(found)), key=is_override)

    @cached_property
    def files(self) -> Sequence[File]:
        """Its files as far as they can be read."""
        return [self._read(path) for path in self.paths]

    @cached_property
    def declarations(self) -> Declarations:
        """What they declare."""
        from tagguard.hcl.declarations import Declarations  # noqa: PLC0415 - it is made of this

        return Declarations(self)

    def blocks(self, type_: str, *labels: str) -> Sequence[Block]:
        """Give the blocks with this type and these labels; those that override come last."""
        return self._index.get((type_, *labels), ())

    @cached_property
    def _index(self) -> dict[tuple[str, ...], list[Block]]:
        index: dict[tuple[str, ...], list[Block]] = {}
        for file in self.files:
            for block in file.body.blocks():
                index.setdefault((block.type, *block.labels), []).append(block)
        return index

    def _read(self, path: str) -> File:
        try:
            return read(path, self._tree.read(path), self._allowance)
        except InputError as exc:
            return File(
                path, faults=(Fault(Location(path, exc.line or None), exc.message, exc.hint),)
            )


class Folders:
    """The folders of one tree, each read once; the least lately used are let go."""

    def __init__(self, tree: Tree, most: int = 40) -> None:
        """Hold at most so many folders."""
        self._tree = tree
        self._most = most
        self._held: dict[str, Folder] = {}

    def folder(self, path: str) -> Folder:
        """Give a folder, also one that is not there: it has no files."""
        found = self._held.pop(path, None) or Folder(self._tree, path, Allowance())
        self._held[path] = found
        if len(self._held) > self._most:
            del self._held[next(iter(self._held))]
        return found


def overriding(blocks: Sequence[Block]) -> Sequence[Block]:
    """Give the first of blocks with one head, and in order those that override it."""
    return [*blocks[:1], *(each for each in blocks[1:] if is_override(each.location.path))]


def configuration_files(paths: Iterable[str]) -> Sequence[str]:
    """Pick what Terraform and OpenTofu read; `main.tofu` stands in for a `main.tf` beside it."""
    found = [path for path in paths if path.endswith(ENDINGS) and not _is_ignored(path)]
    present = set(found)
    return [path for path in found if _tofu_twin(path) not in present]


def _tofu_twin(path: str) -> str:
    """Name the OpenTofu file that would stand in for this one; itself none, thus empty."""
    for ending, twin in ((".tf.json", ".tofu.json"), (".tf", ".tofu")):
        if path.endswith(ending):
            return path.removesuffix(ending) + twin
    return ""


def _is_ignored(path: str) -> bool:
    """Tell what editors leave behind: hidden files, `~` and `#…#` back-ups."""
    name = posixpath.basename(path)
    return name.startswith((".", "#")) or name.endswith("~")


def is_override(path: str) -> bool:
    """Tell whether a file's blocks override those of others."""
    name = posixpath.basename(path)
    stem = next(name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending))
    return stem == "override" or stem.endswith("_override")
