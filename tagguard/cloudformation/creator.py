"""A resource that may bring about others, seen in one world, and how its properties are read.

Reading costs part of the template's budget, because many resources may lead to the same list.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import Node, SequenceNode

from tagguard.catalog import Catalog
from tagguard.cloudformation.effective_tags import tag_set
from tagguard.cloudformation.intrinsics import Evaluator, Undecided, call, refuse_call, spend
from tagguard.cloudformation.tag_layers import Layers
from tagguard.cloudformation.template import text, texts
from tagguard.cloudformation.worlds import World
from tagguard.cloudformation.written import PLAIN, Written
from tagguard.documents import lookup
from tagguard.model import TagSet

_READ = 200
"""What reading an item costs, in characters built."""


class Implied(Struct, frozen=True):
    """One resource that another brings about, in one world."""

    name: str
    """What follows `#` in its address."""
    type: str
    tags: TagSet
    node: Node | None = None
    """Where its tags stand; None: they are the creator's."""
    places: tuple[str, ...] = ()
    """Where they can be written, as words; empty: where the creator's are."""


class Creator(Struct, frozen=True):
    """A resource that may bring about others, seen in one world."""

    address: str
    written: Written
    world: World
    catalog: Catalog

    @property
    def logical_id(self) -> str:
        """The creator's name in its own template: the address without the stacks around it."""
        return self.address.rpartition("/")[2]

    @property
    def evaluator(self) -> Evaluator:
        """Evaluates in this world."""
        return Evaluator(self.world)

    @property
    def tags(self) -> TagSet:
        """The creator's own effective tags."""
        try:
            spend(self.world.template, 0)
        except Undecided as exc:
            return unknown(exc.reason)
        return tag_set(self.written, self.world)

    def at(self, node: Node | None, *steps: str) -> Node | None:
        """Follow properties, through `Fn::If`; raises Undecided."""
        evaluator = self.evaluator
        node = evaluator.branch(node)
        for step in steps:
            if node is not None:
                refuse_call(node)
                node = evaluator.branch(lookup(node, step))
        return node

    def property(self, *steps: str) -> Node | None:
        """Follow properties from the top."""
        return self.at(self.written.properties, *steps)

    def numbered(self, node: Node | None) -> list[tuple[int, Node]]:
        """Give the items of a list with their places, without those that a condition leaves out."""
        if (node := self.at(node)) is None:
            return []
        refuse_call(node)
        listed = node.value if isinstance(node, SequenceNode) else []
        spend(self.world.template, _READ * len(listed))
        found = map(self.evaluator.branch, listed)
        return [(index, item) for index, item in enumerate(found) if item is not None]

    def items(self, node: Node | None) -> list[Node]:
        """Give the items of a list, without those that a condition leaves out."""
        return [item for _, item in self.numbered(node)]

    def place(self, name: str) -> tuple[str]:
        """Say, in words, that tags are written in one of the properties."""
        return (f"`{name}` of `{self.address}`",)

    def value(self, node: Node | None) -> str:
        """Give a plain value, empty where there is none; raises Undecided, also for a secret."""
        value = self.evaluator.text(node)
        if value is not None and value.secret:
            raise Undecided("confidential")
        return "" if value is None else value.value

    def layers(self, key: str = "Key", value: str = "Value") -> Layers:
        """Start a set of tags."""
        layers = Layers(self.evaluator, self.written.location, key=key, value=value)
        layers.gaps.extend(self.written.gaps)
        return layers

    def laid(self, node: Node | None) -> TagSet:
        """Read the tags that a property holds."""
        layers = self.layers()
        if node is not None:
            try:
                spend(self.world.template, _READ * len(node.value))
            except Undecided as exc:
                return unknown(exc.reason)
            layers.lay([node], "resource")
        return layers.tag_set()

    def referred(self, node: Node | None, type_: str) -> Creator | None:
        """Give the template's own resource of a type that a value refers to."""
        function = None if node is None else call(node)
        if function is None or function.name not in {"Ref", "Fn::GetAtt"}:
            return None
        names = texts(function.argument)
        logical_id = self.world.substituted(names[0]).partition(".")[0] if names else ""
        found = self.written.others().get(logical_id)
        if found is None or text(lookup(found.body, "Type")) != type_:
            return None
        written = replace(
            self.written,
            type=type_,
            properties=lookup(found.body, "Properties"),
            entry=self.catalog.lookup("cloudformation", type_) or PLAIN,
            shared=None,
            body=found.body,
        )
        address = f"{self.address.removesuffix(self.logical_id)}{logical_id}"
        return Creator(address, written, replace(self.world, bindings=found.bindings), self.catalog)

    def described(self, node: Node | None) -> str:
        """Describe a value for people, whether it is known or not."""
        try:
            return f"`{self.value(node)}`"
        except Undecided as exc:
            return exc.reason


def unknown(reason: str) -> TagSet:
    """Give tags of which nothing is known."""
    return TagSet(complete=False, reason=reason)
