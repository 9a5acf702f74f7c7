"""Reads Terraform's native syntax with tree-sitter.

Nodes of the syntax tree stay reachable (`NativeExpression.node`, with its byte range), so that an
evaluator or an editor can work on them without a second parse. Nothing here gives a meaning to a
block's type. tree-sitter is loaded when the first file is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from tagguard.hcl.comments import NO_REMARKS, Remarks, remarks
from tagguard.hcl.evaluation import Program
from tagguard.hcl.nodes import Attribute, Block, Comment, Entry, Expression, Fault, File
from tagguard.hcl.parsing import Allowance, parse
from tagguard.model import Location

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_FAULTS = 20
"""Most faults that are listed of one file."""

_TRANSPARENT = {"expression", "collection_value", "literal_value", "template_expr"}
_CONTAINERS = {"config_file", "body"}
_HEAD = {"identifier", "string_lit", "comment"}
_LITERALS = {"numeric_lit", "bool_lit"}
_CLOSERS = {"}", ")", "]", '"'}
_ESCAPE = re.compile(r'\\(?:([nrt"\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))|(\$|%)\4\{')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class Source(Struct, frozen=True):
    """One file's bytes, valid UTF-8, and its name."""

    path: str
    data: bytes
    is_ascii: bool
    remarks: Remarks = NO_REMARKS
    """The comments that speak to tagguard."""

    def text(self, node: Node) -> str:
        """Give what a node is written as."""
        return self.data[node.start_byte : node.end_byte].decode()

    def location(self, node: Node) -> Location:
        """Tell where a node begins; tree-sitter counts columns in bytes, people in characters."""
        row, column = node.start_point
        if not self.is_ascii:
            at = node.start_byte
            column = len(self.data[at - column : at].decode())
        return Location(self.path, row + 1, column + 1)


def read_native(path: str, data: bytes, allowance: Allowance | None = None) -> File:
    """Read a file in native syntax; `data` is valid UTF-8 without a byte order mark.

    Where the text has faults, each block that begins a line is read on its own, so that a fault
    spoils no more than the block it stands in.
    """
    roots, unread = parse(data, allowance)
    source = Source(path, data, data.isascii(), remarks(path, data, roots))
    faults = [
        *(Fault(Location(path, row + 1), "cannot be read") for row in unread),
        *_faults(source, roots),
    ]
    faults.sort(key=lambda fault: (fault.location.line or 0, fault.location.column or 0))
    return File(path, NativeBody(source, roots), tuple(faults[:MAX_FAULTS]))


def _members(nodes: Iterable[Node]) -> Iterator[Node]:
    """Give attributes and blocks, from what is broken too; a broken block's head stands for it."""
    for node in nodes:
        if node.type in _CONTAINERS:
            yield from _members(node.named_children)
        elif node.is_error and _head(node) is None:
            yield from node.named_children
        else:
            yield node


class NativeBody:
    """A `Body` over the nodes that stand in it."""

    def __init__(self, source: Source, nodes: Sequence[Node], block: Node | None = None) -> None:
        """Read what stands in a block; without one, in a whole file."""
        self._source = source
        self._nodes = nodes
        self._block = block

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """The attributes by name."""
        source, found = self._source, dict[str, Attribute]()
        for node in self._sorted[0]:
            parts = node.named_children
            if parts[-1].type == "expression":
                name, expression = source.text(parts[0]), NativeExpression(source, parts[-1])
                found.setdefault(name, Attribute(name, source.location(node), expression))
        return found

    def blocks(self, type_: str = "") -> Sequence[Block]:
        """Give the blocks of one type, or all."""
        return [block for block in self._blocks if type_ in {"", block.type}]

    def comments(self) -> Sequence[Comment]:
        """Give the comments to tagguard in the block or right above it."""
        return self._source.remarks.of(self._block)

    @cached_property
    def _blocks(self) -> list[Block]:
        source, found = self._source, list[Block]()
        for node in self._sorted[1]:
            match _head(node):
                case [first, *labels], rest:
                    type_, location = source.text(first), source.location(node)
                    texts = tuple(_label(source, label) for label in labels)
                    found.append(Block(type_, texts, location, NativeBody(source, rest, node)))
        return found

    @cached_property
    def _sorted(self) -> tuple[list[Node], list[Node]]:
        """The nodes of attributes, and those of blocks or what is left of them."""
        attributes: list[Node] = []
        blocks: list[Node] = []
        for node in _members(self._nodes):
            type_ = node.type
            if type_ == "attribute":
                attributes.append(node)
            elif type_ == "block" or node.is_error:
                blocks.append(node)
        return attributes, blocks


def _head(node: Node) -> tuple[list[Node], list[Node]] | None:
    """Split a block at its brace into type with labels, and the rest; None where it has no head."""
    children = node.named_children
    for index, child in enumerate(children):
        if child.type == "block_start":
            words = [word for word in children[:index] if word.type != "comment"]
            return (words, children[index + 1 :]) if words else None
        if child.type not in _HEAD:
            return None
    return None


def _label(source: Source, node: Node) -> str:
    return string_text(source, node) if node.type == "string_lit" else source.text(node)


class NativeExpression:
    """An `Expression` over a node of the syntax tree."""

    __slots__ = ("_node", "_program", "source", "written")

    def __init__(self, source: Source, node: Node) -> None:
        self.source = source
        self.written = node
        """The node with all parentheses around it."""
        self._node: Node | None = None
        self._program: Program | None = None

    @property
    def node(self) -> Node:
        """The node that says what sort of expression it is, inside all parentheses."""
        if self._node is None:
            self._node = unwrapped(self.written)
        return self._node

    @property
    def location(self) -> Location:
        """Where it begins."""
        return self.source.location(self.written)

    def literal(self) -> str | None:
        """Give the text of a constant."""
        if self.node.type == "string_lit":
            return string_text(self.source, self.node)
        return self.source.text(self.node) if self.node.type in _LITERALS else None

    def text(self) -> str:
        """Give it as it is written."""
        return self.source.text(self.node)

    def entries(self) -> Sequence[Entry]:
        """Give what an object constructor is written with."""
        if self.node.type != "object":
            return ()
        source, found = self.source, list[Entry]()
        for child in self.node.named_children:
            key, value = child.child_by_field_name("key"), child.child_by_field_name("val")
            if key is not None and value is not None:
                written, given = NativeExpression(source, key), NativeExpression(source, value)
                found.append(Entry(key_text(source, key), source.location(key), written, given))
        return found

    def elements(self) -> Sequence[Expression]:
        """Give what a tuple constructor is written with."""
        return self._expressions(self.node) if self.node.type == "tuple" else ()

    def branches(self) -> Sequence[Expression]:
        """Give the results of a conditional; of a chain, the parser takes the front for one."""
        node, found = self.node, list[NativeExpression]()
        while node.type == "conditional":
            first, *rest = self._expressions(node)
            found = [*rest, *found]
            node = unwrapped(first.written) if first.written.child_count == 1 else first.written
        return [*found[::2], found[-1]] if found else ()

    def call(self) -> tuple[str, Sequence[Expression]]:
        """Give the name of the called function and its arguments."""
        if self.node.type != "function_call":
            return "", ()
        name, *rest = self.node.named_children
        lists = (part for part in rest if part.type == "function_arguments")
        arguments = [argument for part in lists for argument in self._expressions(part)]
        return self.source.text(name), arguments

    def reference(self) -> str:
        """Give a plain reference as it is written."""
        parts = self.node.named_children if self.node.type == "expression" else [self.node]
        if parts[0].type != "variable_expr" or any(part.type != "get_attr" for part in parts[1:]):
            return ""
        return "".join(self.source.text(part) for part in parts)

    def program(self) -> Program:
        """Give what evaluates it."""
        if self._program is None:
            from tagguard.hcl.native_terms import program  # noqa: PLC0415 - needs this module

            self._program = program(self.source, self.written)
        return self._program

    def _expressions(self, node: Node) -> list[NativeExpression]:
        children = node.named_children
        return [NativeExpression(self.source, each) for each in children if _is_expression(each)]


def _is_expression(node: Node) -> bool:
    return node.type == "expression"


def unwrapped(node: Node) -> Node:
    """Give the node inside all parentheses that says what sort of expression it is."""
    while node.type in _TRANSPARENT:
        parts = [part for part in node.named_children if part.type != "comment"]
        if len(parts) != 1:
            break
        node = parts[0]
    return node


def key_text(source: Source, node: Node) -> str | None:
    """Give the key that an object's entry is written with: a bare word stands for itself."""
    inner = unwrapped(node)
    if inner.type == "string_lit":
        return string_text(source, inner)
    is_word = inner.type in {"variable_expr", "null_lit", *_LITERALS}
    is_bare = inner.start_byte == node.start_byte
    return source.text(inner) if is_word and (is_bare or inner.type in _LITERALS) else None


def string_text(source: Source, node: Node) -> str:
    """Give what a quoted string without templates says."""
    return unescaped(source.text(node)[1:-1])


def unescaped(text: str) -> str:
    """Give what literal text in quotes says."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text or "{" in text else text


def _unescaped(match: re.Match[str]) -> str:
    simple, short, long, sign = match.groups()
    if sign:
        return f"{sign}{{"
    if simple:
        return _ESCAPED[simple]
    code = int(short or long, 16)
    return "\N{REPLACEMENT CHARACTER}" if _is_no_character(code) else chr(code)


def _is_no_character(code: int) -> bool:
    return code > 0x10FFFF or 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 - Unicode's own bounds


def _faults(source: Source, roots: Iterable[Node]) -> Iterator[Fault]:
    """Give the innermost places where the parser stumbled."""
    waiting = [root for root in roots if root.has_error]
    while waiting:
        node = waiting.pop()
        inner = [child for child in node.children if child.has_error or child.is_missing]
        waiting.extend(inner)
        if not inner:
            yield Fault(source.location(node), _message(source, node))


def _message(source: Source, node: Node) -> str:
    if node.is_missing and node.type in _CLOSERS:
        return f"`{node.type}` is missing"
    lines = source.text(node)[:40].split("\n")
    return f"`{lines[0].strip()}` cannot stand here" if lines[0].strip() else "not valid HCL"
