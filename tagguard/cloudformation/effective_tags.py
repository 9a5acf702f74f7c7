"""The tags that a resource will have: the stack's, SAM's `Globals` and its own, in this order.

The catalog says where tags stand; a list or a map is read as it is found. What cannot be decided is
kept apart as an unknown value or as a set that is not complete, and every way that open conditions
leave becomes a variant. Nothing here judges a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import MappingNode, Node, SequenceNode

from tagguard.catalog import why_unknown
from tagguard.cloudformation import sam
from tagguard.cloudformation.declared import Fault
from tagguard.cloudformation.intrinsics import Evaluator, Undecided, refuse_call
from tagguard.cloudformation.tag_layers import Layers
from tagguard.cloudformation.worlds import World, explore
from tagguard.cloudformation.written import PLAIN, Listener, Written
from tagguard.documents import lookup
from tagguard.model import Tag, TagSet, Variant

_SPECIFIED_AS = {"AWS::EC2::EC2Fleet": "fleet", "AWS::EC2::SpotFleet": "spot-fleet-request"}
"""`ResourceType` by which `TagSpecifications` mean the resource itself, where it is no mere
respelling of the type (EC2 API reference, TagSpecification)."""
_SPECIFIED_AT = {"AWS::EC2::SpotFleet": ("SpotFleetRequestConfigData.TagSpecifications.Tags",)}
"""Further places of a resource's own tags (AWS::EC2::SpotFleet SpotFleetTagSpecification)."""


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
        return _pair(written, current, faults)

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


def tag_set(written: Written, world: World) -> TagSet:
    """Give the tags in one world, for whoever copies them; raises Open."""
    pair = _pair(written, world, {})
    if pair.reached is None:
        return pair.alone
    reason = f"it is not known whether the stack's tags reach `{written.type}`"
    return TagSet(pair.alone.tags, complete=False, reason=reason)


def written_tags(written: Written, world: World) -> TagSet:
    """Give only the tags that the template writes for the resource, in one world; raises Open."""
    layers = _layers(written, world)
    _lay_written(layers, written)
    layers.gaps.extend(written.gaps)
    return layers.tag_set()


def own_kind(type_: str) -> str:
    """Give the `ResourceType` by which tag specifications mean a resource of this type itself."""
    kind = type_.rpartition("::")[2]
    return _SPECIFIED_AS.get(type_, re.sub(r"(?<!^)(?=[A-Z])", "-", kind).lower())


class _Pair(Struct, frozen=True):
    """The tags in one world, if the stack's tags do not reach the resource and if they do."""

    alone: TagSet
    reached: TagSet | None = None
    """None where that changes nothing or is no question."""


def _pair(written: Written, world: World, faults: dict[tuple[int, str], Fault]) -> _Pair:
    reach = written.entry.stack_tags
    alone = _merged(written, world, faults, reached=reach == "yes")
    if reach != "maybe" or (written.stack.keys() <= alone.tags.keys() and not written.stack_gap):
        return _Pair(alone)
    if written.entry is PLAIN and not (alone.complete or alone.tags):
        return _Pair(alone)
    return _Pair(alone, _merged(written, world, faults, reached=True))


def _variants(branch: str, pair: _Pair) -> list[Variant]:
    if pair.reached is None:
        return [Variant(branch, pair.alone)]
    start = f"{branch} and " if branch else ""
    return [
        Variant(f"{start}the stack's tags reach it", pair.reached),
        Variant(f"{start}the stack's tags do not reach it", pair.alone),
    ]


def _merged(
    written: Written, world: World, faults: dict[tuple[int, str], Fault], *, reached: bool
) -> TagSet:
    """Read all layers in one world, the weakest first; the stack's tags may reach it or not."""
    layers = _layers(written, world)
    if reached:
        for tag in written.stack_tags():
            layers.put(tag)
        if written.stack_gap:
            layers.gaps.append(written.stack_gap)
    if written.type.startswith(sam.NAMESPACE):
        sam.transform(layers, written, lambda: _lay_written(layers, written))
        visible = True
    elif written.listener is not None:
        visible = _lay_bucket(layers, written, written.listener, world)
    else:
        visible = _lay_written(layers, written)
    layers.gaps.extend(written.gaps)
    if written.entry is PLAIN and not visible and not layers.gaps:
        layers.gaps.append(why_unknown(written.type))
    if layers.faults:
        faults.update(layers.faults)
    return layers.tag_set()


def _layers(written: Written, world: World) -> Layers:
    entry = written.entry
    null = "" if written.type.startswith(sam.NAMESPACE) else None
    return Layers(
        Evaluator(world),
        written.location,
        key=entry.key or "Key",
        value=entry.value or "Value",
        null=null,
    )


def _lay_written(layers: Layers, written: Written) -> bool:
    """Lay what the template writes; tell whether the attribute is there, whatever it holds."""
    if written.shared is not None:
        layers.lay([written.shared], "global")
    places = _Places(layers, written)
    paths = [written.entry.attribute, *_SPECIFIED_AT.get(written.type, ())]
    found = (places.walk(written.properties, path.split(".")) for path in paths)
    layers.lay(chain.from_iterable(found), "resource")
    return places.visible


def _lay_bucket(layers: Layers, written: Written, listener: Listener, world: World) -> bool:
    """Lay a bucket's tags as the SAM transform leaves them.

    What a function that listens to it propagates replaces what the template writes.
    """
    world = replace(world, bindings=listener.bindings)
    handed = written_tags(listener.written, world)
    on, doubt = bool(handed.tags) or not handed.complete, ""
    if on:
        try:
            on = sam.propagates(listener.written, world)
        except Undecided as exc:
            doubt = f"whether `{listener.address}` propagates its tags: {exc.reason}"
    if on and not doubt:
        layers.copy(handed, listener.address)
        return True
    visible = _lay_written(layers, written)
    for key in written.marks:
        layers.put(Tag(key, None, "transform", unknown="known at deployment", platform=True))
    if doubt:
        layers.doubt(doubt)
    return visible


class _Places:
    """Finds the nodes that hold a resource's own tags."""

    def __init__(self, layers: Layers, written: Written) -> None:
        self.layers = layers
        self.written = written
        self.visible = False

    def walk(self, node: Node | None, steps: list[str]) -> Iterator[Node]:
        """Walk from the properties to the nodes that hold tags, through lists and `Fn::If`."""
        branch = self.layers.evaluator.branch
        if (node := branch(node)) is None:
            return
        if not steps:
            yield node
            return
        refuse_call(node)
        if isinstance(node, SequenceNode):
            for item in map(branch, node.value):
                if item is not None and self.means_itself(item):
                    yield from self.walk(item, steps)
        elif isinstance(node, MappingNode):
            self.layers.note_functions(node)
            if (inner := lookup(node, steps[0])) is not None:
                self.visible = True
                yield from self.walk(inner, steps[1:])

    def means_itself(self, item: Node) -> bool:
        """Tell whether a tag specification speaks of the resource and not of what it launches."""
        named = lookup(item, "ResourceType")
        if named is None:
            return True
        kind = self.layers.evaluator.text(named)
        return kind is None or kind.value == own_kind(self.written.type)
