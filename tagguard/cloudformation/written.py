"""What a template, its caller and the catalog say of one resource's tags, not yet evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from yaml.nodes import Node

from tagguard.catalog import Entry
from tagguard.cloudformation.declared import Declared
from tagguard.model import Location, Tag

PLAIN = Entry(attribute="Tags", shape="list", key="Key", value="Value", stack_tags="maybe")
"""How a type that the catalog does not know most likely carries its tags, if it takes any."""


class Listener(Struct, frozen=True, eq=False):
    """A SAM function that a bucket sends events to."""

    address: str
    written: Written
    bindings: Mapping[str, str] = {}


class Written(Struct, frozen=True, eq=False):
    """Everything that says something of one resource's tags."""

    type: str
    properties: Node | None
    entry: Entry = PLAIN
    shared: Node | None = None
    """What SAM's `Globals` gives every resource of the type."""
    stack: Mapping[str, Tag | str] = {}
    """The stack's own tags; a text is a known value."""
    stack_gap: str = ""
    """Why the stack may have more tags; empty when those are all."""
    gaps: tuple[str, ...] = ()
    """Why more tags may come from elsewhere."""
    path: str = ""
    """The template, for locations."""
    locate: Callable[[Node], Location] | None = None
    """Tells where a node stands, if not simply in the template (included files)."""
    body: Node | None = None
    """The whole declaration, for what is beside the properties (`IgnoreGlobals`)."""
    listener: Listener | None = None
    """Of a bucket in a SAM template: the last function that listens to it."""
    marks: tuple[str, ...] = ()
    """Keys of tags that the SAM transform adds beside the written ones."""
    others: Callable[[], Mapping[str, Declared]] = dict
    """Gives the resources of the stack, this one among them, by logical id."""

    def location(self, node: Node) -> Location:
        """Say where a node stands."""
        if self.locate is not None:
            return self.locate(node)
        mark = node.start_mark
        return Location(self.path, mark.line + 1, mark.column + 1)

    def stack_tags(self) -> list[Tag]:
        """Give the stack's tags, if they reach the resource."""
        return [
            Tag(key, tag, provenance="stack") if isinstance(tag, str) else tag
            for key, tag in self.stack.items()
        ]
