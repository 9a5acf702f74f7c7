"""Reads Terraform's JSON syntax (`.tf.json`) into the shapes of the native one.

https://developer.hashicorp.com/terraform/language/syntax/json: each level of labels is an object,
several blocks alike are a list, and a member `//` is a comment. Only the reader knows which members
are blocks, so a body offers them as both. Strings are templates; `${…}` in them is
taken apart by `json_terms` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.errors import DocumentError
from tagguard.hcl.evaluation import Program
from tagguard.hcl.nodes import Attribute, Block, Comment, Entry, Expression, Fault, File
from tagguard.ignore_comments import MARKS, SIGN
from tagguard.json_nodes import NULL, STR, parse_json
from tagguard.model import Location

LABELS = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "module": 1,
    "provider": 1,
    "variable": 1,
    "output": 1,
    "check": 1,
    "provisioner": 1,
    "backend": 1,
    "dynamic": 1,
}
"""How many labels a block of a type has; the others have none."""


def read_json(path: str, text: str) -> File:
    """Read a file in JSON syntax; one that is not JSON has a fault and nothing else."""
    try:
        root = parse_json(text)
    except DocumentError as exc:
        fault = Fault(Location(path, exc.line or None, exc.column or None), exc.message)
        return File(path, JsonBody(path, ()), (fault,))
    if any(not isinstance(node, MappingNode) for node in _items(root)):
        fault = Fault(_location(path, root), "Terraform's JSON syntax is an object")
        return File(path, JsonBody(path, ()), (fault,))
    return File(path, JsonBody(path, _members(root), root if SIGN in text.lower() else None))


class JsonBody:
    """A `Body` over the members of objects."""

    def __init__(
        self, path: str, members: Sequence[tuple[Node, Node]], whole: Node | None = None
    ) -> None:
        """Read the members of `whole`; without it, no comment in the file speaks to tagguard."""
        self._path = path
        self._members = members
        self._whole = whole

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """All members by name."""
        found: dict[str, Attribute] = {}
        for key, value in self._members:
            location, expression = _location(self._path, key), JsonExpression(self._path, value)
            found.setdefault(key.value, Attribute(key.value, location, expression))
        return found

    def blocks(self, type_: str = "") -> Sequence[Block]:
        """Give the members that can be blocks."""
        return [block for block in self._blocks if type_ in {"", block.type}]

    def comments(self) -> Sequence[Comment]:
        """Give what its `//` members, at any depth, say to tagguard."""
        return [] if self._whole is None else list(_comments(self._path, self._whole))

    @cached_property
    def _blocks(self) -> list[Block]:
        found: list[Block] = []
        for key, value in self._members:
            found.extend(self._block(key, value, (), LABELS.get(key.value, 0)))
        return found

    def _block(
        self, key: Node, value: Node, labels: tuple[Node, ...], missing: int
    ) -> Iterator[Block]:
        for item in _items(value):
            if missing:
                for label, inner in _members(item):
                    yield from self._block(key, inner, (*labels, label), missing - 1)
            elif isinstance(item, MappingNode):
                location = _location(self._path, labels[-1] if labels else key)
                names = tuple(label.value for label in labels)
                whole = None if self._whole is None else item
                body = JsonBody(self._path, _members(item), whole)
                yield Block(key.value, names, location, body)


class JsonExpression:
    """An `Expression` over a JSON value."""

    __slots__ = ("_path", "_program", "node")

    def __init__(self, path: str, node: Node) -> None:
        self._path = path
        self.node = node
        self._program: Program | None = None

    @property
    def location(self) -> Location:
        """Where it begins."""
        return _location(self._path, self.node)

    def literal(self) -> str | None:
        """Give the text of a constant; a string with a template in it is none."""
        node = self.node
        if not isinstance(node, ScalarNode) or node.tag == NULL:
            return None
        return _literal(node.value) if node.tag == STR else str(node.value)

    def text(self) -> str:
        """Give what a string holds; empty for all else."""
        return self.node.value if isinstance(self.node, ScalarNode) else ""

    def entries(self) -> Sequence[Entry]:
        """Give an object's members."""
        path, node = self._path, self.node
        return [
            Entry(
                key=_literal(key.value),
                location=_location(path, key),
                written=JsonExpression(path, key),
                value=JsonExpression(path, value),
            )
            for key, value in (_members(node) if isinstance(node, MappingNode) else ())
        ]

    def elements(self) -> Sequence[Expression]:
        """Give a list's items."""
        if not isinstance(self.node, SequenceNode):
            return ()
        return [JsonExpression(self._path, item) for item in self.node.value]

    def branches(self) -> Sequence[Expression]:
        """Give nothing: JSON has no conditionals of its own."""
        return ()

    def call(self) -> tuple[str, Sequence[Expression]]:
        """Give nothing: JSON has no calls of its own."""
        return "", ()

    def reference(self) -> str:
        """Give nothing: JSON has no references of its own."""
        return ""

    def program(self) -> Program:
        """Give what evaluates it."""
        if self._program is None:
            from tagguard.hcl.json_terms import program  # noqa: PLC0415 - only who evaluates

            self._program = program(self._path, self.node)
        return self._program


def _items(node: Node) -> Sequence[Node]:
    return node.value if isinstance(node, SequenceNode) else [node]


def _members(node: Node) -> list[tuple[Node, Node]]:
    """Give the members of an object, or of all objects in a list, without comments."""
    objects = (item for item in _items(node) if isinstance(item, MappingNode))
    return [member for item in objects for member in item.value if member[0].value != "//"]


def _comments(path: str, node: Node) -> Iterator[Comment]:
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _comments(path, item)
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == "//":
                yield from _remarks(path, value)
            else:
                yield from _comments(path, value)


def _remarks(path: str, node: Node) -> Iterator[Comment]:
    for item in _items(node):
        for line in str(item.value).splitlines() if isinstance(item, ScalarNode) else ():
            if found := MARKS.search(line):
                yield Comment(_location(path, item), line[found.start() :])


def _location(path: str, node: Node) -> Location:
    return Location(path, node.start_mark.line + 1, node.start_mark.column + 1)


def _literal(text: str) -> str | None:
    """Give what a template says that has no expressions; None where it has."""
    if "${" not in text and "%{" not in text:
        return text
    bare = text.replace("$${", "").replace("%%{", "")
    if "${" in bare or "%{" in bare:
        return None
    return text.replace("$${", "${").replace("%%{", "%{")
