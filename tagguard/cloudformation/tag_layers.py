"""Layers of tags, put over each other in one world: lists and maps as a template writes them.

A stronger layer replaces a weaker one's value and remembers whose it was; where it cannot be read
in full, it may replace what is below. Where tags stand, and who else adds some, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace
from yaml.nodes import MappingNode, Node, SequenceNode

from tagguard.cloudformation.declared import Fault
from tagguard.cloudformation.intrinsics import Evaluator, Undecided, refuse_call, spend
from tagguard.cloudformation.template import text
from tagguard.documents import entries, lookup
from tagguard.json_nodes import NULL
from tagguard.model import Location, Tag, TagSet

_COPIED = 200
"""What copying a tag costs, in characters built."""


class Layers:
    """Merges layers; the weakest comes first."""

    def __init__(
        self,
        evaluator: Evaluator,
        locate: Callable[[Node], Location],
        *,
        key: str = "Key",
        value: str = "Value",
        null: str | None = None,
    ) -> None:
        """`locate` tells where a node stands; `key` and `value` are members of a list's items.

        `null` is what a null value becomes; None: the tag is absent.
        """
        self.evaluator = evaluator
        self.tags: dict[str, Tag] = {}
        self.gaps: list[str] = []
        self.faults: dict[tuple[int, str], Fault] = {}
        self._locate = locate
        self._key = key
        self._value = value
        self._null = null

    def tag_set(self) -> TagSet:
        """Give what has been merged so far."""
        return TagSet(self.tags, not self.gaps, "; ".join(dict.fromkeys(self.gaps)))

    def put(self, tag: Tag) -> None:
        """Put one tag over the weaker ones."""
        below = self.tags.get(tag.key)
        if below is not None:
            same = below.provenance == tag.provenance
            tag = replace(tag, overrides=below.overrides if same else below.provenance)
        self.tags[tag.key] = tag

    def lay(self, nodes: Iterable[Node], provenance: str) -> None:
        """Put lists and maps of tags, as one layer, over the weaker ones."""
        below, known_gaps = dict(self.tags) if self.tags else {}, len(self.gaps)
        try:
            for node in nodes:
                self._collection(node, provenance)
        except Undecided as exc:
            self.gaps.append(f"tags: {exc.reason}")
        if len(self.gaps) > known_gaps:
            self._doubt(below, self.gaps[known_gaps])

    def copy(self, tags: TagSet, owner: str) -> None:
        """Put the tags that `owner`, an address, hands on over the weaker ones."""
        try:
            spend(self.evaluator.scope.template, _COPIED * len(tags))
        except Undecided as exc:
            self.doubt(exc.reason)
            return
        below = dict(self.tags) if self.tags else {}
        for tag in tags:
            if not tag.platform:
                self.put(replace(tag, provenance=f"propagated:{owner}", overrides=""))
        if not tags.complete:
            self.gaps.append(tags.reason)
            self._doubt(below, tags.reason)

    def doubt(self, reason: str) -> None:
        """Put a layer over the weaker ones of which nothing is known."""
        self.gaps.append(reason)
        self._doubt(dict(self.tags), reason)

    def note_functions(self, node: MappingNode) -> None:
        """Note an include or a loop beside other keys: it may add what is not seen here."""
        for key, _ in node.value:
            if (name := text(key) or "").startswith("Fn::"):
                self.gaps.append(f"`{name}` is not unfolded")

    def _doubt(self, below: dict[str, Tag], reason: str) -> None:
        """Make unknown what a layer that cannot be read in full may replace."""
        for key, tag in below.items():
            if self.tags[key] is tag:
                self.tags[key] = replace(tag, value=None, unknown=f"may be overridden: {reason}")

    def _collection(self, node: Node, provenance: str) -> None:
        refuse_call(node)
        if isinstance(node, SequenceNode):
            for item in node.value:
                try:
                    self._item(item, provenance)
                except Undecided as exc:
                    self.gaps.append(f"a tag: {exc.reason}")
        elif isinstance(node, MappingNode):
            self.note_functions(node)
            for key, value in entries(node):
                if (name := text(key)) is None:
                    self._fault(key, "a tag's key must be plain text")
                elif not name.startswith("Fn::"):
                    self._pair(name, value, key, provenance)
        elif node.tag != NULL:
            self._fault(node, "neither a list nor a map of tags")

    def _pair(self, name: str, value: Node, key: Node, provenance: str) -> None:
        try:
            name = self.evaluator.scope.substituted(name)
        except Undecided as exc:
            self.gaps.append(f"a tag: {exc.reason}")
        else:
            self._add(name, value, key, provenance)

    def _item(self, item: Node, provenance: str) -> None:
        node = self.evaluator.branch(item)
        if node is None or node.tag == NULL:
            return
        refuse_call(node)
        key = self.evaluator.text(lookup(node, self._key))
        if key is None:
            self._fault(node, f"an entry without `{self._key}` is no tag")
        elif key.secret:
            self.gaps.append("a tag's key is confidential")
        else:
            self._add(key.value, lookup(node, self._value), node, provenance)

    def _add(self, key: str, value: Node | None, node: Node, provenance: str) -> None:
        location = self._locate(node)
        try:
            result = self.evaluator.text(value)
        except Undecided as exc:
            self.put(Tag(key, None, provenance, location, exc.reason))
            return
        if result is not None:
            self.put(Tag(key, result.value, provenance, location, sensitive=result.secret))
        elif self._null is not None and value is not None and value.tag == NULL:
            self.put(Tag(key, self._null, provenance, location))

    def _fault(self, node: Node, message: str) -> None:
        self.faults[node.start_mark.line, message] = Fault(node, message)
        self.gaps.append(message)
