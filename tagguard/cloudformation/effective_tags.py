"""The tags that a resource will have: the stack's, SAM's `Globals` and its own, in this order.

The catalog says where tags stand; a list or a map is read as it is found. What cannot be decided is
kept apart as an unknown value or as a set that is not complete, and every way that open conditions
leave becomes a variant. Nothing here judges a tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import MappingNode, Node, SequenceNode

from tagguard.catalog import Entry
from tagguard.cloudformation.declared import Fault
from tagguard.cloudformation.intrinsics import Evaluator, Undecided, refuse_call
from tagguard.cloudformation.template import text
from tagguard.cloudformation.worlds import World, explore
from tagguard.documents import entries, lookup
from tagguard.json_nodes import NULL
from tagguard.model import Location, Tag, TagSet, Variant

PLAIN = Entry(attribute="Tags", shape="list", key="Key", value="Value", stack_tags="maybe")
"""How a type that the catalog does not know most likely carries its tags, if it takes any."""

_SPECIFIED_AS = {"AWS::EC2::EC2Fleet": "fleet", "AWS::EC2::SpotFleet": "spot-fleet-request"}
"""`ResourceType` by which `TagSpecifications` mean the resource itself, where it is no mere
respelling of the type (EC2 API reference, TagSpecification)."""


class Written(Struct, frozen=True, eq=False):
    """Everything that says something of one resource's tags."""

    type: str
    properties: Node | None
    entry: Entry = PLAIN
    shared: Node | None = None
    """What SAM's `Globals` gives every resource of the type."""
    stack: Mapping[str, str] = {}
    """The stack's own tags."""
    gaps: tuple[str, ...] = ()
    """Why more tags may come from elsewhere."""
    path: str = ""
    """The template, for locations."""


class Effective(Struct, frozen=True, eq=False):
    """The tags of one resource, and what could not be read of them."""

    tags: TagSet = TagSet()
    variants: tuple[Variant, ...] = ()
    faults: tuple[Fault, ...] = ()


def effective_tags(written: Written, world: World) -> Effective:
    """Merge the layers in every world that open conditions lead to.

    Where it is not known whether the stack's tags reach the type, it is read with and without them;
    `tags`, beside such variants, is without.
    """
    faults: dict[tuple[int, str], Fault] = {}

    def read(current: World) -> _Pair:
        return _pair(written, lambda stack: _merged(written, current, stack, faults))

    ways = explore(world, read)
    if ways and all(pair == ways[0][1] for _, pair in ways):
        branches = [("", ways[0][1])]
    else:
        settled = "", read(world.settled())
        branches = [settled, *((current.branch, pair) for current, pair in ways)]
    common, *open_ones = branches
    variants = [one for branch, pair in open_ones or [common] for one in _variants(branch, pair)]
    return Effective(
        common[1].alone, tuple(variants) if len(variants) > 1 else (), tuple(faults.values())
    )


class _Pair(Struct, frozen=True):
    """The tags in one world, if the stack's tags do not reach the resource and if they do."""

    alone: TagSet
    reached: TagSet | None = None
    """None where that changes nothing or is no question."""


def _pair(written: Written, merged: Callable[[Mapping[str, str]], TagSet]) -> _Pair:
    if written.entry.stack_tags != "maybe":
        return _Pair(merged(written.stack if written.entry.stack_tags == "yes" else {}))
    alone = merged({})
    known = written.entry is not PLAIN or alone.complete or alone.tags
    if not known or written.stack.keys() <= alone.tags.keys():
        return _Pair(alone)
    return _Pair(alone, merged(written.stack))


def _variants(branch: str, pair: _Pair) -> list[Variant]:
    if pair.reached is None:
        return [Variant(branch, pair.alone)]
    start = f"{branch} and " if branch else ""
    return [
        Variant(f"{start}the stack's tags reach it", pair.reached),
        Variant(f"{start}the stack's tags do not reach it", pair.alone),
    ]


def _merged(
    written: Written,
    world: World,
    stack: Mapping[str, str],
    faults: dict[tuple[int, str], Fault],
) -> TagSet:
    reading = _Reading(written, Evaluator(world), faults)
    reading.merge(stack)
    return TagSet(reading.tags, not reading.gaps, "; ".join(dict.fromkeys(reading.gaps)))


class _Reading:
    """One reading of a resource's tags in one world."""

    def __init__(
        self, written: Written, evaluator: Evaluator, faults: dict[tuple[int, str], Fault]
    ) -> None:
        self.written = written
        self.evaluator = evaluator
        self.faults = faults
        self.tags: dict[str, Tag] = {}
        self.gaps: list[str] = []
        self.visible = False
        """The attribute that carries tags is written, whatever stands in it."""

    def merge(self, stack: Mapping[str, str]) -> None:
        """Read all layers, the weakest first."""
        written = self.written
        for key, value in stack.items():
            self.tags[key] = Tag(key, value, provenance="stack")
        if written.shared is not None:
            self.layer([written.shared], "global")
        steps = written.entry.attribute.split(".")
        self.layer(self.places(written.properties, steps), "resource")
        self.gaps.extend(written.gaps)
        if written.entry is PLAIN and not self.visible and not self.gaps:
            self.gaps.append(f"the catalog does not know whether `{written.type}` takes tags")

    def layer(self, nodes: Iterator[Node] | list[Node], provenance: str) -> None:
        """Put one layer over the weaker ones: where it has gaps, it may override them."""
        below, known_gaps = dict(self.tags), len(self.gaps)
        try:
            for node in nodes:
                self.collection(node, provenance)
        except Undecided as exc:
            self.gaps.append(f"tags: {exc.reason}")
        if len(self.gaps) > known_gaps:
            why = f"may be overridden: {self.gaps[known_gaps]}"
            for key, tag in below.items():
                if self.tags[key] is tag:
                    self.tags[key] = replace(tag, value=None, unknown=why)

    def places(self, node: Node | None, steps: list[str]) -> Iterator[Node]:
        """Walk from the properties to the nodes that hold tags, through lists and `Fn::If`."""
        if (node := self.evaluator.branch(node)) is None:
            return
        if not steps:
            yield node
            return
        refuse_call(node)
        if isinstance(node, SequenceNode):
            for written in node.value:
                item = self.evaluator.branch(written)
                if item is not None and self.means_itself(item):
                    yield from self.places(item, steps)
        elif isinstance(node, MappingNode):
            self.note_functions(node)
            if (inner := lookup(node, steps[0])) is not None:
                self.visible = True
                yield from self.places(inner, steps[1:])

    def means_itself(self, item: Node) -> bool:
        """Tell whether a tag specification speaks of the resource and not of what it launches."""
        named = text(lookup(item, "ResourceType"))
        kind = self.written.type.rpartition("::")[2]
        own = _SPECIFIED_AS.get(self.written.type, re.sub(r"(?<!^)(?=[A-Z])", "-", kind).lower())
        return named is None or named == own

    def collection(self, node: Node, provenance: str) -> None:
        """Read a list or a map of tags."""
        refuse_call(node)
        if isinstance(node, SequenceNode):
            for item in node.value:
                try:
                    self.item(item, provenance)
                except Undecided as exc:
                    self.gaps.append(f"a tag: {exc.reason}")
        elif isinstance(node, MappingNode):
            self.note_functions(node)
            for key, value in entries(node):
                if (name := text(key)) is None:
                    self.fault(key, "a tag's key must be plain text")
                elif not name.startswith("Fn::"):
                    self.pair(name, value, key, provenance)
        elif node.tag != NULL:
            self.fault(node, "neither a list nor a map of tags")

    def pair(self, name: str, value: Node, key: Node, provenance: str) -> None:
        """Read one `key: value`."""
        try:
            name = self.evaluator.scope.substituted(name)
        except Undecided as exc:
            self.gaps.append(f"a tag: {exc.reason}")
        else:
            self.add(name, value, key, provenance)

    def item(self, item: Node, provenance: str) -> None:
        """Read one `{Key, Value}`."""
        node = self.evaluator.branch(item)
        if node is None or node.tag == NULL:
            return
        refuse_call(node)
        key = self.evaluator.text(lookup(node, self.written.entry.key or "Key"))
        if key is None:
            self.fault(node, "an entry without `Key` is no tag")
        elif key.secret:
            self.gaps.append("a tag's key is confidential")
        else:
            value = lookup(node, self.written.entry.value or "Value")
            self.add(key.value, value, node, provenance)

    def add(self, key: str, value: Node | None, node: Node, provenance: str) -> None:
        mark = node.start_mark
        location = Location(self.written.path, mark.line + 1, mark.column + 1)
        try:
            result = self.evaluator.text(value)
        except Undecided as exc:
            self.tags[key] = Tag(key, None, provenance, location, exc.reason)
            return
        if result is not None:
            self.tags[key] = Tag(key, result.value, provenance, location, sensitive=result.secret)

    def note_functions(self, node: MappingNode) -> None:
        """Note an include or a loop beside other keys: it may add what is not seen here."""
        for key, _ in node.value:
            if (name := text(key) or "").startswith("Fn::"):
                self.gaps.append(f"`{name}` is not unfolded")

    def fault(self, node: Node, message: str) -> None:
        self.faults[node.start_mark.line, message] = Fault(node, message)
        self.gaps.append(message)
