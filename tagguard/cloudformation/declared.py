"""The resources that a template declares, with `Fn::ForEach` loops unfolded.

A loop over a collection that the template or the caller decides becomes one resource a pass; any
other loop, and an include, stays one resource of its own that says what is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.cloudformation.facts import Facts
from tagguard.cloudformation.intrinsics import Evaluator, Undecided
from tagguard.cloudformation.template import text
from tagguard.cloudformation.worlds import World
from tagguard.documents import MAX_NODES, children, entries, repeated_keys

LOOP = "Fn::ForEach::"
MAX_PASSES = 2_000
"""Most resources that the loops of one template make; a stack holds 500."""

_TOO_MANY = f"the loops make more than {MAX_PASSES:,} resources"

Path = tuple[str | int, ...]


class Declared(Struct, frozen=True, eq=False):
    """One resource of a template."""

    address: str
    """Its logical id."""
    key: Node
    """Where the logical id stands."""
    body: Node
    path: Path
    """The steps from the template's root to the body."""
    bindings: Mapping[str, str] = {}
    """Values of the loops' identifiers in this pass."""
    gap: str = ""
    """Why more than this one resource may be meant; empty when it is exactly this one."""


class Fault(Struct, frozen=True, eq=False):
    """Something in the template that cannot be read as it stands."""

    node: Node
    message: str


def declared(facts: Facts) -> Iterator[Declared | Fault]:
    """Walk the resources in file order; of a logical id that is there twice the last counts."""
    section = facts.template.resources
    if isinstance(section, MappingNode):
        yield from _Unfolding(facts).resources(section, ("Resources",), {})
    elif section is not None and text(section) is not None:
        yield Fault(section, "`Resources` is not a mapping")
    elif isinstance(section, SequenceNode):
        yield Fault(section, "`Resources` is a list; it must be a mapping of logical ids")


class _Unfolding:
    """Unfolds the loops of one template and counts what they make."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.room = MAX_PASSES
        self.nodes = MAX_NODES
        self.sizes: dict[int, int] = {}
        self.refused: set[int] = set()

    def resources(
        self, section: MappingNode, path: Path, bindings: Mapping[str, str]
    ) -> Iterator[Declared | Fault]:
        world = World(self.facts, bindings, forks=False)
        if not bindings:
            for repeated in repeated_keys(section):
                yield Fault(
                    repeated, f"`{repeated.value}` stands here twice; only the last one is judged"
                )
        named: dict[str, tuple[Node, Node]] = {}
        for key, body in entries(section):
            if isinstance(key, ScalarNode):
                named[str(key.value)] = key, body
            else:
                yield Fault(key, "a logical id must be plain text")
        for name, (key, body) in named.items():
            here = (*path, name)
            if name.startswith(LOOP):
                yield from self.loop(name, key, body, here, world)
            elif name.startswith("Fn::"):
                gap = f"`{name}` adds resources that are not known here"
                yield Declared(name, key, body, here, bindings, gap)
            else:
                try:
                    address = world.substituted(name)
                except Undecided as exc:
                    yield Fault(key, f"a logical id is not known: {exc.reason}")
                else:
                    yield Declared(address, key, body, here, bindings)

    def loop(
        self, name: str, key: Node, body: Node, path: Path, world: World
    ) -> Iterator[Declared | Fault]:
        match body:
            case SequenceNode(value=[identifier, collection, MappingNode() as output]):
                inner = (*path, 2)
            case _:
                yield Fault(key, f"`{name}` is not written as [identifier, collection, mapping]")
                return
        values, gap = self.collection(collection, world)
        excess = gap if gap == _TOO_MANY else self.excess(output, len(values), world)
        if excess:
            values, gap = [], excess
            if id(key) not in self.refused:
                self.refused.add(id(key))
                yield Fault(key, f"`{name}` is not unfolded: {excess}")
        if gap and not (excess and world.bindings):  # in a refused loop's place the fault stands
            for output_key, output_body in entries(output):
                address = (
                    f"{name}[*]" if len(output.value) == 1 else f"{name}[*].{text(output_key)}"
                )
                steps = (*inner, text(output_key) or "")
                yield Declared(address, output_key, output_body, steps, world.bindings, gap)
        for value in values:
            bindings = {**world.bindings, text(identifier) or "": value}
            yield from self.resources(output, inner, bindings)

    def collection(self, node: Node, world: World) -> tuple[list[str], str]:
        """Give the values to loop over, or why they are not known."""
        evaluator = Evaluator(world)
        try:
            items = evaluator.items(node)
            if len(items) > self.room:
                return [], _TOO_MANY
            values = [value for item in items if (value := evaluator.text(item))]
        except Undecided as exc:
            return [], f"how often the loop runs is not known: {exc.reason}"
        if any(value.secret for value in values):
            return [], "how often the loop runs is not known: its collection is confidential"
        return [value.value for value in values], ""

    def excess(self, output: MappingNode, passes: int, world: World) -> str:
        """Make room for what a loop gives; say why where there is too little.

        A loop without passes gives its body once at most, which only repeats inside another loop.
        """
        if not passes and not world.bindings:
            return ""
        resources = max(passes, 1) * max(sum(1 for _ in entries(output)), 1)
        nodes = max(passes, 1) * self.size(output)
        if resources > self.room:
            return _TOO_MANY
        if nodes > self.nodes:
            return f"the loops unfold to more than {MAX_NODES:,} nodes"
        self.room -= resources
        self.nodes -= nodes
        return ""

    def size(self, node: Node) -> int:
        """Count the nodes in a node, itself among them."""
        if not isinstance(node, MappingNode | SequenceNode):
            return 1
        if id(node) not in self.sizes:
            self.sizes[id(node)] = 1 + sum(map(self.size, children(node)))
        return self.sizes[id(node)]
