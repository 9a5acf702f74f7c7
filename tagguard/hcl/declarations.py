"""What the files of one folder declare, by name, with overrides merged in.

Nothing is evaluated here. What is declared twice is a fault; the first counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from tagguard.hcl.comments import strays
from tagguard.hcl.constraints import ANY, Constraint, constraint
from tagguard.hcl.folder import Folder, is_override
from tagguard.hcl.nodes import Attribute, Block, Expression, Fault
from tagguard.hcl.overrides import merged

_LABELS = {"variable": 1, "output": 1, "module": 1, "provider": 1, "resource": 2, "data": 2}
"""Type -> number of labels of the blocks that have a name."""
_NAME = re.compile(r"[^\W\d][\w-]*")


class Variable(Struct, frozen=True):
    """One `variable` block."""

    block: Block
    constraint: Constraint
    default: Expression | None
    is_sensitive: bool
    is_nullable: bool


class Requirement(Struct, frozen=True):
    """One entry of `required_providers`."""

    source: str
    """The provider's source address; its local name where none is given."""
    version: str
    """The constraint as it is written; empty: none."""
    is_passed: bool
    """Callers pass configurations of it (`configuration_aliases`)."""


class Declarations:
    """The declarations of one folder."""

    def __init__(self, folder: Folder) -> None:
        self._faults = [fault for file in folder.files for fault in file.faults]
        self.is_whole = not self._faults
        """Everything in the folder could be read."""
        self.is_there = bool(folder.files)
        """The folder holds Terraform files."""
        self.strays = tuple(one for file in folder.files for one in strays(file))
        """The waivers that stand neither at a resource nor at a module call."""
        self._terraform: list[Block] = []
        self.locals: dict[str, Attribute] = {}
        named: dict[tuple[str, ...], list[Block]] = {}
        for file in folder.files:
            overrides = is_override(file.path)
            for block in file.body.blocks():
                if block.type == "locals":
                    self._add_locals(block, overrides=overrides)
                elif block.type == "terraform":
                    self._terraform.append(block)
                elif block.type in _LABELS:
                    self._add(named, block, overrides=overrides)
        blocks = {head: merged(found) for head, found in named.items()}
        self.resources = {
            head[1:]: block for head, block in blocks.items() if head[0] == "resource"
        }
        """Type and name -> block."""
        self.data = {head[1:]: block for head, block in blocks.items() if head[0] == "data"}
        self.providers = {
            head[1:]: block for head, block in blocks.items() if head[0] == "provider"
        }
        """Local name and alias (empty: none) -> block."""
        self.calls = _of(blocks, "module")
        self.outputs = _of(blocks, "output")
        self._variables = _of(blocks, "variable")

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What could not be read, and what is declared twice."""
        return tuple(self._faults)

    @cached_property
    def variables(self) -> Mapping[str, Variable]:
        """The variables by name."""
        return {name: _variable(block) for name, block in self._variables.items()}

    @cached_property
    def required(self) -> Mapping[str, Requirement]:
        """What `required_providers` says, by local name."""
        inner = (each for one in self._terraform for each in one.body.blocks("required_providers"))
        return {
            name: _requirement(name, attribute.expression)
            for block in inner
            for name, attribute in block.body.attributes.items()
        }

    def _add(
        self, named: dict[tuple[str, ...], list[Block]], block: Block, *, overrides: bool
    ) -> None:
        head, labels = (block.type, *block.labels), _LABELS[block.type]
        if len(block.labels) != labels:
            noun = "label" if labels == 1 else "labels"
            message = f"`{block.type}` takes {labels} {noun}, not {len(block.labels)}"
            self._faults.append(Fault(block.location, message))
            return
        if self.is_whole and (
            wrong := [each for each in block.labels if not _NAME.fullmatch(each)]
        ):
            self._faults.append(Fault(block.location, f"`{wrong[0]}` is no name"))
        if block.type == "provider":
            head = (*head, block.literal("alias"))
        found = named.setdefault(head, [])
        if overrides and not found and head[2:] != ("",):  # a provider may be made by an override
            message = f"{' '.join(head)} overrides nothing: no other file declares it"
            self._faults.append(Fault(block.location, message))
        if not found or overrides:
            found.append(block)
        else:
            self._refuse(" ".join((block.type, *block.labels)), block, found[0])

    def _add_locals(self, block: Block, *, overrides: bool) -> None:
        for name, attribute in block.body.attributes.items():
            if name not in self.locals or overrides:
                self.locals[name] = attribute
            else:
                self._refuse(f"local.{name}", attribute, self.locals[name])

    def _refuse(self, what: str, again: Block | Attribute, first: Block | Attribute) -> None:
        place = f"{first.location.path}:{first.location.line}"
        self._faults.append(Fault(again.location, f"{what} is declared twice, first at {place}"))


def _of(blocks: Mapping[tuple[str, ...], Block], type_: str) -> dict[str, Block]:
    return {head[1]: block for head, block in blocks.items() if head[0] == type_}


def _requirement(name: str, written: Expression) -> Requirement:
    values = {entry.key: entry.value for entry in written.entries()}
    source, version = values.get("source"), values.get("version", written)
    return Requirement(
        (source and source.literal()) or name,
        version.literal() or "",
        "configuration_aliases" in values,
    )


def _variable(block: Block) -> Variable:
    attributes = block.body.attributes
    type_, default = attributes.get("type"), attributes.get("default")
    return Variable(
        block,
        constraint(type_.expression) if type_ else ANY,
        default.expression if default else None,
        block.literal("sensitive") == "true",
        block.literal("nullable") != "false",
    )
