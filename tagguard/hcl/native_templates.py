"""Takes templates apart: quoted strings, heredocs, and texts that are templates as a whole.

tree-sitter marks interpolations and directives; literal text is what stands between them, byte for
byte, as its own marks leave white space out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from tagguard.hcl.evaluation import Program, Term
from tagguard.hcl.native_syntax import Source, unescaped
from tagguard.hcl.parsing import parse
from tagguard.hcl.template_parts import Part, assemble
from tagguard.hcl.terms import Literal, Unreadable
from tagguard.model import Location

if TYPE_CHECKING:
    from tree_sitter import Node

_SIGN = re.compile(r"([$%])\1\{")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_NESTED = {"template_directive", "template_if", "template_for"}
_KINDS = {
    "template_interpolation": "value",
    "template_if_intro": "if",
    "template_else_intro": "else",
    "template_if_end": "endif",
    "template_for_start": "for",
    "template_for_end": "endfor",
}


class ExpressionReader(Protocol):
    """What makes terms of the expressions in a template."""

    size: int

    def term(self, node: Node) -> Term:
        """Give the term for any node of an expression."""

    def loop_head(self, node: Node) -> tuple[tuple[str, str], Term]:
        """Give the names that a `for` binds, and what it walks over."""


class Text(Source, frozen=True, kw_only=True):
    """A template in a file of another kind: everything in it stands where it begins."""

    begin: Location

    def location(self, _node: Node) -> Location:
        """Tell where the template begins."""
        return self.begin


def template(source: Source, node: Node, reader: ExpressionReader) -> Term:
    """Give the term for a quoted template or a heredoc."""
    is_quoted = node.type == "quoted_template"
    start, end = _bounds(source, node, is_quoted=is_quoted)
    parts = list(_parts(source, node, reader, start, end, is_quoted=is_quoted))
    indented = not is_quoted and source.data[node.start_byte :][:3] == b"<<-"
    return assemble(parts, indented=indented)


def _bounds(source: Source, node: Node, *, is_quoted: bool) -> tuple[int, int]:
    """Give where the text begins and ends; a heredoc has it in lines of its own."""
    if is_quoted:
        return node.start_byte + 1, node.end_byte - 1
    first, *_, last = (each for each in node.named_children if each.type == "heredoc_identifier")
    start = source.data.find(b"\n", first.end_byte) + 1
    return start, max(start, source.data.rfind(b"\n", start - 1, last.start_byte) + 1)


def _parts(
    source: Source, node: Node, reader: ExpressionReader, start: int, end: int, *, is_quoted: bool
) -> Iterator[Part]:
    for mark in _marks(node):
        if source.data[start : mark.start_byte].endswith((b"$$", b"%%")):
            yield Part("value", term=Unreadable())  # to Terraform, an escape behind a sign
        yield from _texts(source.data[start : mark.start_byte], is_quoted=is_quoted)
        yield _part(mark, reader)
        start = mark.end_byte
    yield from _texts(source.data[start:end], is_quoted=is_quoted)


def _marks(node: Node) -> Iterator[Node]:
    """Give the interpolations and the heads, middles and ends of directives, in order."""
    for child in node.named_children:
        if child.type in _KINDS:
            yield child
        elif child.type in _NESTED:
            yield from _marks(child)


def _texts(data: bytes, *, is_quoted: bool) -> Iterator[Part]:
    text = data.decode(errors="replace")
    if is_quoted:
        if text:
            yield Part("text", unescaped(text))
        return
    for line in _LINE.findall(text):
        yield Part("text", _SIGN.sub(r"\1{", line))


def _part(node: Node, reader: ExpressionReader) -> Part:
    kind, before = _KINDS[node.type], reader.size
    names: tuple[str, str] = ("", "")
    term: Term = Literal("")
    if kind == "for":
        names, term = reader.loop_head(node)
    elif kind in {"value", "if"}:
        inner = [child for child in node.named_children if child.type == "expression"]
        term = reader.term(inner[0]) if len(inner) == 1 else Unreadable()
    children = node.children
    return Part(
        kind,
        term=term,
        names=names,
        size=reader.size - before + 1,
        strips_before=children[1].type == "strip_marker",
        strips_after=children[-2].type == "strip_marker",
    )


def text_program(text: str, begin: Location) -> Program:
    """Make a whole text a program: a string of the JSON syntax, or a template file's content."""
    from tagguard.hcl.native_terms import Reader  # noqa: PLC0415 - it needs this module

    if "${" not in text and "%{" not in text:
        return Program(Literal(text), 1, 1)
    mark = "TEXT"
    while mark in text:
        mark += "_"
    data = f"t = <<{mark}\n{text}\n{mark}\n".encode(errors="replace")
    source = Text("", data, data.isascii(), begin=begin)
    heredoc = _heredoc(parse(data)[0])
    if heredoc is None:
        return Program(Unreadable("the template cannot be read"), 1, 1)
    reader = Reader(source)
    start, end = _bounds(source, heredoc, is_quoted=False)
    parts = list(_parts(source, heredoc, reader, start, end - 1, is_quoted=False))
    return Program(assemble(parts), reader.height + 1, reader.size + len(parts))


def _heredoc(roots: list[Node]) -> Node | None:
    """Find the one heredoc in a text that is nothing else."""
    if len(roots) != 1 or roots[0].has_error:
        return None
    node = roots[0]
    while node.type != "heredoc_template":
        if len(node.named_children) == 0:
            return None
        node = node.named_children[-1]
    return node
