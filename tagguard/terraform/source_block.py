"""One resource in source: its block, as one of the instances that it makes, and its arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tagguard.hcl.bodies import is_written, member
from tagguard.hcl.modules import Module
from tagguard.hcl.nodes import Block, Expression
from tagguard.hcl.repetition import Instance
from tagguard.hcl.values import Object, Tuple, Unknown, Value, bare
from tagguard.model import Location, Resource
from tagguard.terraform.creator import plain as without_indexes
from tagguard.terraform.plan_attributes import Cell, step_in
from tagguard.terraform.providers import ProviderConfig
from tagguard.terraform.source_cells import cell_of, plain, why_unknown
from tagguard.terraform.source_tags import Undecided
from tagguard.terraform.written_keys import WrittenKeys

Related = Callable[[str, str], Sequence[Resource]]
"""Gives the resources of a type at an address, and what they imply."""

REACH_VOLUMES = (5, 39)
"""https://github.com/hashicorp/terraform-provider-aws/blob/main/CHANGELOG.md (5.39.0)"""
_META = {"connection", "count", "depends_on", "dynamic", "for_each", "lifecycle", "provider",
         "provisioner"}  # fmt: skip
"""What stands in a block for Terraform itself."""
_BLOCKS = {"tag"}
"""Blocks of which JSON may write the only one as an object."""
_NOTHING = Cell()


class SourceBlock:
    """One instance of a resource block; arguments are evaluated when they are asked for."""

    def __init__(self, module: Module, block: Block, instance: Instance) -> None:
        self.module = module
        self.block = block
        self.address = module.resource_address(block, instance)
        self._scope = module.scope(instance)
        self._values: dict[str, Value] = {}

    def value(self, name: str) -> Value:
        """Give an argument or nested blocks; null where nothing is written."""
        if name not in self._values:
            as_blocks = name in _BLOCKS
            self._values[name] = member(self.block.body, name, self._evaluate, as_blocks=as_blocks)
        return self._values[name]

    def _evaluate(self, expression: Expression, bindings: Mapping[str, Value]) -> Value:
        return self.module.value(expression, bindings, self._scope)

    def cell(self, path: str) -> Cell:
        """Give what is at a dotted path as a plan would show it."""
        root, *rest = path.split(".")
        value = self.value(root)
        if value is None:
            return _NOTHING
        cell = cell_of(value)
        return (
            Cell(*step_in(cell.known, cell.unknown, cell.sensitive, tuple(rest))) if rest else cell
        )

    def is_set(self, path: str) -> bool:
        """Tell whether the block writes an argument, or a nested one."""
        root, _, rest = path.partition(".")
        if not is_written(self.block.body, root):
            return False
        return not rest or WrittenKeys([self.block.body]).at(tuple(path.split("."))) is not None

    def within(self, path: str) -> Value:
        """Give the value at a dotted path, first blocks first; indexes may stand in it."""
        root, *steps = path.split(".")
        value = self.value(root)
        for step in steps:
            inner = bare(value)
            if isinstance(inner, Tuple):
                at = int(step) if step.isdigit() else 0
                inner = bare(inner.items[at]) if at < len(inner.items) else Unknown(inner.reason)
                if step.isdigit():
                    value = inner
                    continue
            if isinstance(inner, Object):
                value = inner.items.get(step)
            elif isinstance(inner, Unknown):
                return inner
            else:
                return None
        return value

    def reference(self, path: str) -> str:
        """Give the address that an argument at a dotted path plainly refers to: `TYPE.NAME.x`."""
        *blocks, name = path.split(".")
        body = self.block.body
        for step in blocks:
            found = body.blocks(step)
            if not found:
                return ""
            body = found[0].body
        written = body.attributes.get(name)
        named = written.expression.reference() if written else ""
        return f"{self.module.address}.{named}".lstrip(".") if named else ""

    def location(self, path: str) -> Location:
        """Tell where an argument is written: its name, or the block that it is in."""
        if plainly := self.block.body.attributes.get(path):
            return plainly.location
        written, found = WrittenKeys([self.block.body]), None
        while path and found is None:
            found = written.find(path, "")
            path = path.rpartition(".")[0]
        return found or self.block.location

    def attributes(self, tags: str = "") -> dict[str, Any]:
        """Give all that is written and known, for policies, as a plan would; secrets are masked.

        `tags` is the argument with tags, whose values are texts.
        """
        body = self.block.body
        names = dict.fromkeys([*body.attributes, *(block.type for block in body.blocks())])
        names |= {block.labels[0]: None for block in body.blocks("dynamic") if block.labels}
        values = ((name, self.value(name)) for name in names if name not in _META)
        return {
            name: plain(value, as_text=name == tags)
            for name, value in values
            if not isinstance(value, Unknown)
        }


class SourceSurroundings:
    """What stands around one resource in source."""

    def __init__(self, written: SourceBlock, config: ProviderConfig, related: Related) -> None:
        self.defaults = config.default_tags
        """The provider's default tags."""
        self.reach_volumes = config.below > REACH_VOLUMES if config.below else None
        """They reach an instance's volumes."""
        self._written = written
        self._related = related

    def is_set(self, path: str) -> bool:
        """Tell whether the resource's block writes the argument."""
        return self._written.is_set(without_indexes(path))

    def hidden(self, path: str) -> Undecided:
        """Say why something in the argument is unknown."""
        return hidden(self._written, path)

    def related(self, path: str, type_: str) -> Sequence[Resource]:
        """Give the resources of a type that the argument names, and what they imply."""
        of = self._of(path) or self._written.reference(path)
        return self._related(of, type_) if of else ()

    def attribute(self, path: str) -> str:
        """Name the attribute of another resource that the argument is."""
        return self._of(path).rpartition(".")[2]

    def _of(self, path: str) -> str:
        value = bare(self._written.within(path))
        return value.of if isinstance(value, Unknown) else ""


def hidden(written: SourceBlock, path: str) -> Undecided:
    """Say why something in an argument of a resource is unknown."""
    return Undecided(
        "labels" if "labels" in path else "tags",
        lambda: "",
        is_unset=lambda asked: not written.is_set(without_indexes(asked)),
        why=lambda: why_unknown(written.within(path)),
    )


def cells(written: SourceBlock, paths: Iterable[str]) -> dict[str, Cell]:
    """Give the cells at several paths."""
    return {path: written.cell(path) for path in paths}


def resource_of(of: str, type_: str) -> str:
    """Give the address of the resource of a type whose attribute is meant; empty for another's."""
    address, _, _ = of.rpartition(".")
    name = address.rpartition(f"{type_}.")
    return address if name[1] and (not name[0] or name[0].endswith(".")) else ""


def walk(module: Module) -> Iterator[Module]:
    """Give a module and all below it whose code is at hand."""
    pending = [module]
    while pending:
        found = pending.pop()
        yield found
        pending.extend(reversed([inner for call in found.calls() for inner in call.modules]))
