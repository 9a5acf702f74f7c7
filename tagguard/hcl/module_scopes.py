"""What references lead to inside a module: scopes of repeated instances, outputs, attributes.

All are lazy views of a `Module`; nothing is evaluated before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from tagguard.hcl.bodies import is_written, member
from tagguard.hcl.evaluate import evaluate
from tagguard.hcl.nodes import Block, Expression
from tagguard.hcl.repetition import Instance
from tagguard.hcl.values import Object, Tuple, Unknown, Value

if TYPE_CHECKING:
    from tagguard.hcl.modules import Module  # which is made of these

_META = {"count", "depends_on", "dynamic", "for_each", "lifecycle", "provider", "provisioner"}
"""What stands in a block for Terraform itself."""


class InstanceScope:
    """The scope of one instance of what `count` or `for_each` repeat."""

    __slots__ = ("data", "files", "instance", "local", "module", "owner", "path", "resource",
                 "terraform", "variable")  # fmt: skip

    def __init__(self, owner: Module, instance: Instance) -> None:
        self.owner = owner
        self.instance = instance
        self.files = owner.files
        self.variable = owner.variable
        self.local = owner.local
        self.resource = owner.resource
        self.data = owner.data
        self.module = owner.module
        self.path = owner.path
        self.terraform = owner.terraform

    def each(self, part: str) -> Value:
        """Give `each.key` or `each.value`."""
        if self.instance.each_key is None:
            return self.owner.each(part)
        return self.instance.each_key if part == "key" else self.instance.each_value

    def count_index(self) -> Value:
        """Give `count.index`."""
        index = self.instance.count_index
        return self.owner.count_index() if index is None else index

    def itself(self) -> Value:
        """Refuse."""
        return self.owner.itself()


class Outputs(Mapping[str, Value]):
    """The outputs of a module instance, evaluated when they are asked for."""

    def __init__(self, module: Module) -> None:
        self._module = module

    @property
    def value(self) -> Object:
        """All of them; where something could not be read, there may be more."""
        is_whole = self._module.declared.is_whole
        reason = "" if is_whole else f"{self._module.address} could not be read as a whole"
        return Object(self, is_whole, reason, "object")

    def __getitem__(self, name: str) -> Value:
        return self._module.output(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._module.declared.outputs)

    def __len__(self) -> int:
        return len(self._module.declared.outputs)


class Attributes(Mapping[str, Value]):
    """The attributes of a resource: those that are written; the others are known after apply.

    A written null may be filled in by the provider.
    """

    def __init__(self, module: Module, block: Block, instance: Instance) -> None:
        self._module = module
        self._block = block
        self._instance = instance
        self._scope = module.scope(instance)
        self._address = module.resource_address(block, instance)

    @property
    def value(self) -> Object:
        """All of them, as an object of which more may be known later."""
        return Object(self, complete=False, reason=f"{self._address} is known after apply")

    def __getitem__(self, name: str) -> Value:
        address = f"{self._address}.{name}"
        later = Unknown(f"{address} is known after apply", address)
        if name in _META:
            return later
        if not is_written(self._block.body, name):
            compute = self._module.root.computed.get(name)
            made = compute and partial(compute, self._module, self._block, self._instance)
            return self._module.remember(address, made) if made else later
        written = self._module.remember(address, self._written(name))
        return later if written is None else written

    def _written(self, name: str) -> Callable[[], Value]:
        module, scope, body = self._module, self._scope, self._block.body

        def one(expression: Expression, bindings: Mapping[str, Value]) -> Value:
            return evaluate(expression, scope, module.root.budget, bindings)

        if name in body.attributes:
            return lambda: member(body, name, one)
        return lambda: _opened(member(body, name, one), f"{self._address} is known after apply")

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._block.body.attributes if name not in _META)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _opened(blocks: Value, reason: str) -> Value:
    """Give nested blocks as objects that may hold more: what the provider fills in."""
    if not isinstance(blocks, Tuple) or blocks.kind:
        return blocks
    items = tuple(_open(each, reason) for each in blocks.items)
    return Tuple(items, blocks.complete, blocks.reason)


def _open(block: Value, reason: str) -> Value:
    if not isinstance(block, Object):
        return block
    items = {name: _opened(item, reason) for name, item in block.items.items()}
    return Object(items, complete=False, reason=reason, kind="object", origins=block.origins)
