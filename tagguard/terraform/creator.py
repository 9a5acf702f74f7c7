"""A resource that may bring others about, and what is known around it.

It speaks of `Cell`s, so that plans and source share what is read from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from tagguard.model import Resource, TagSet
from tagguard.terraform.blocks import child
from tagguard.terraform.effective_tags import either
from tagguard.terraform.plan_attributes import Cell
from tagguard.terraform.plan_tags import Hidden, list_tags, map_tags


class Implied(Struct, frozen=True):
    """One resource that another brings about."""

    name: str
    """What follows `#` in its address."""
    type: str
    tags: TagSet
    path: str = ""
    """The argument that holds its tags, as a dotted path; empty: they are all handed on."""
    copies: bool = False
    """It gets the creator's own tags."""
    switch: str = ""
    """What an own tag of the creator needs to be handed on."""


class Surroundings(Protocol):
    """What the description around a resource tells."""

    defaults: TagSet
    """The provider's default tags."""
    reach_volumes: bool | None
    """Whether the provider is of a version whose default tags reach an instance's volumes; None
    where that is not known."""

    def is_set(self, path: str) -> bool:
        """Tell whether the resource's block is known to write the argument."""

    def hidden(self, path: str) -> Hidden:
        """Say why something in the argument is unknown."""

    def related(self, path: str, type_: str) -> Sequence[Resource]:
        """Give the resources of a type that the argument may name, and what they imply.

        None where it may name one that is not in the description.
        """

    def attribute(self, path: str) -> str:
        """Name the attribute of another resource that the argument surely is; empty: not known."""


class Creator(Struct):
    """A resource that may imply others, and where it stands."""

    resource: Resource
    cells: Mapping[str, Cell]
    around: Surroundings

    @property
    def is_new(self) -> bool:
        """What the cells show was written; else it may be what the cloud reported."""
        return self.resource.change in {"create", "replace"}

    @property
    def provider(self) -> str:
        """The first word of its type: `aws`, `awscc`."""
        return self.resource.type.partition("_")[0]

    def is_written(self, name: str) -> bool:
        """Tell whether an argument or block may be written; awscc computes what is not."""
        cell = self.cell(name)
        if cell.is_hidden and self.provider == "awscc":
            return not self.around.hidden(name).is_unset(name)
        return bool(cell.known or cell.unknown)

    def cell(self, path: str) -> Cell:
        """Give what is at a dotted path, first blocks first."""
        root, _, rest = path.partition(".")
        cell = self.cells.get(root, Cell())
        return child(cell, rest) if rest else cell

    def tags(self, cell: Cell, path: str) -> TagSet:
        """Read the tags that a cell holds; `path` is its argument, maybe with indexes."""
        hidden = self.around.hidden(plain(path))
        if isinstance(cell.known, list):
            return list_tags(cell, hidden)
        return map_tags(cell, hidden, cell.secret_keys)

    def shows(self, cell: Cell, path: str) -> bool:
        """Tell whether a map of tags is written there, even if nothing of it is known."""
        keys = any(
            isinstance(part, dict) and any(value is not None for value in part.values())
            for part in (cell.known, cell.unknown)
        )
        return keys or self.around.is_set(path)


def plain(path: str) -> str:
    """Leave indexes out of a path: a configuration is asked for a block, not for one of many."""
    return ".".join(step for step in path.split(".") if not step.isdigit())


def one_of(candidates: Sequence[TagSet], what: str) -> TagSet:
    """Give what is sure when one of several resources hands its tags on."""
    if len(candidates) == 1:
        return candidates[0]
    return either(candidates, f"it depends on which of several {what} is used")
