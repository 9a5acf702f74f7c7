"""Makes terms of tree-sitter's nodes: what is written becomes what can be evaluated.

Nodes are looked at once for each expression. One that has a fault in it is `Unreadable` as a whole:
nobody can tell what belongs to the fault. So is one in an attribute that has a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tagguard.hcl.calls import Call
from tagguard.hcl.evaluation import Program, Term
from tagguard.hcl.for_expressions import Loop, MakeList, MakeMap
from tagguard.hcl.native_syntax import Source, key_text, string_text, unwrapped
from tagguard.hcl.native_templates import template
from tagguard.hcl.operators import OPERATORS, Binary, Unary
from tagguard.hcl.terms import (
    HOLE,
    Binding,
    Conditional,
    GetAttribute,
    Index,
    Literal,
    MakeObject,
    MakeTuple,
    Member,
    Reference,
    Splat,
    Unreadable,
)
from tagguard.hcl.values import is_number, parse_number, to_text

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_NESTING = 100
"""Deepest nesting of one expression."""


def program(source: Source, node: Node) -> Program:
    """Make an expression's node ready to be evaluated."""
    around = node.parent
    is_broken = around is not None and around.type == "attribute" and around.has_error
    if node.has_error or is_broken:
        return Program(Unreadable(), 1, 1)
    reader = Reader(source)
    term = reader.term(node)
    return Program(term, reader.height, reader.size)


class Reader:
    """Reads one expression, and counts."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.size = 0
        self.height = 0
        self._depth = 0

    def term(self, node: Node) -> Term:
        """Give the term for any node of an expression."""
        if (plain := _plain(self.source, node)) is not None:
            self.size += 1
            self.height = max(self.height, self._depth + 1)
            return plain
        while node.type in _TRANSPARENT:
            parts = _parts(node)
            if len(parts) != 1:
                return self.operand(parts)
            node = parts[0]
        self.size += 1
        if self._depth >= MAX_NESTING:
            return Unreadable("the expression is nested too deeply")
        self._depth += 1
        self.height = max(self.height, self._depth)
        try:
            read = _READERS.get(node.type)
            return Unreadable() if read is None else read(self, node)
        finally:
            self._depth -= 1

    def operand(self, parts: Sequence[Node]) -> Term:
        """Give the term for a value and the steps into it that follow it."""
        if not parts:
            return Unreadable()
        steps = [step for part in parts[1:] for step in _steps(part)]
        if steps and parts[0].type == "variable_expr":
            return self._steps(*self._reference(parts[0], steps))
        return self._steps(self.term(parts[0]), steps)

    def _reference(self, node: Node, steps: list[Node]) -> tuple[Term, list[Node]]:
        self.size += 1
        head, count = self.source.text(node), 0
        while count < len(steps) and steps[count].type == "get_attr":
            count += 1
        names = tuple(self._name(step) for step in steps[:count])
        return (Reference(head, names) if names else Binding(head)), steps[count:]

    def _name(self, step: Node) -> str:
        return self.source.text(step)[1:].strip()

    def _steps(self, value: Term, steps: list[Node]) -> Term:
        for at, step in enumerate(steps):
            match step.type:
                case "get_attr":
                    value = GetAttribute(value, self._name(step))
                case "legacy_index":
                    value = Index(value, Literal(parse_number(self._name(step))))
                case "new_index":
                    value = Index(value, self.operand(_parts(step)))
                case "[*]":
                    return Splat(value, self._steps(Binding(HOLE), steps[at + 1 :]))
                case ".*":
                    end = at + 1
                    while end < len(steps) and steps[end].type in {"get_attr", "legacy_index"}:
                        end += 1
                    inner = self._steps(Binding(HOLE), steps[at + 1 : end])
                    return self._steps(Splat(value, inner), steps[end:])
                case _:
                    return Unreadable()
        return value

    def name(self, node: Node) -> Term:
        """Give a name that stands alone."""
        return Binding(self.source.text(node))

    def constant(self, node: Node) -> Term:
        """Give a number, boolean or null."""
        text = self.source.text(node)
        match node.type:
            case "numeric_lit":
                return Literal(parse_number(text))
            case "null_lit":
                return Literal(None)
            case _:
                return Literal(text == "true")

    def string(self, node: Node) -> Term:
        """Give a string without interpolations."""
        return Literal(string_text(self.source, node))

    def template(self, node: Node) -> Term:
        """Give a quoted template or a heredoc."""
        return template(self.source, node, self)

    def tuple_of(self, node: Node) -> Term:
        """Give `[a, b]`."""
        return MakeTuple(tuple(self.term(part) for part in _expressions(node)))

    def object_of(self, node: Node) -> Term:
        """Give `{ key = value }`."""
        members = []
        for child in _parts(node):
            key, value = child.child_by_field_name("key"), child.child_by_field_name("val")
            if child.type == "object_elem" and key is not None and value is not None:
                location = self.source.location(key)
                members.append(Member(self._key(key), self.term(value), location))
        return MakeObject(tuple(members))

    def _key(self, node: Node) -> Term:
        if isinstance(plain := _plain(self.source, node), Binding):
            return Literal(plain.name)
        if isinstance(plain, Literal) and isinstance(plain.value, str):
            return plain
        text, inner = key_text(self.source, node), unwrapped(node)
        if text is not None and inner.type != "numeric_lit":
            return Literal(text)
        term = self.term(node)
        if isinstance(term, Literal) and is_number(term.value):
            return Literal(to_text(term.value))
        return term

    def call(self, node: Node) -> Term:
        """Give `name(a, b...)`."""
        name, *rest = _parts(node)
        lists = [part for part in rest if part.type == "function_arguments"]
        arguments = tuple(self.term(each) for part in lists for each in _expressions(part))
        expands = any(each.type == "ellipsis" for part in lists for each in part.named_children)
        return Call(self.source.text(name), arguments, expands)

    def conditional(self, node: Node) -> Term:
        """Give `a ? b : c`; of a chain, the parser takes the front for one condition."""
        results: list[Node] = []
        while True:
            parts = _expressions(node)
            if len(parts) != 3:  # noqa: PLR2004 - condition and two results
                return Unreadable()
            results = [*parts[1:], *results]
            inner = _parts(parts[0])
            if len(inner) != 1 or inner[0].type != "conditional":
                break
            node = inner[0]
        terms = [self.term(part) for part in (parts[0], *results)]
        self.height = max(self.height, self._depth + len(results) // 2)
        term = terms.pop()
        while terms:
            term = Conditional(terms[-2], terms[-1], term)
            del terms[-2:]
        return term

    def unary(self, node: Node) -> Term:
        """Give `-a` or `!a`."""
        sign = next((child for child in node.children if not child.is_named), None)
        operand = self.operand(_parts(node))
        if sign is None:
            return Unreadable()
        return Unary(self.source.text(sign), operand)

    def binary(self, node: Node) -> Term:
        """Give `a + b`; what follows to the right makes one chain, whatever its length."""
        rest: list[tuple[str, Term]] = []
        while True:
            children = [child for child in node.children if child.type != "comment"]
            at = next((i for i, child in enumerate(children) if child.type in OPERATORS), None)
            if at is None:
                return Unreadable()
            right = self.operand([child for child in children[at + 1 :] if child.is_named])
            rest.append((self.source.text(children[at]), right))
            inner = unwrapped_operation(children[:at])
            if inner is None:
                first = [child for child in children[:at] if child.is_named]
                return Binary(self.operand(first), tuple(reversed(rest)))
            node = inner

    def for_list(self, node: Node) -> Term:
        """Give `[for x in xs : item if condition]`."""
        match self._loop(node):
            case loop, [item], condition:
                return MakeList(loop, item, condition)
            case _:
                return Unreadable()

    def for_map(self, node: Node) -> Term:
        """Give `{for k, v in xs : key => value... if condition}`."""
        groups = any(child.type == "ellipsis" for child in node.children)
        match self._loop(node):
            case loop, [key, value], condition:
                return MakeMap(loop, key, value, groups, condition, self.source.location(node))
            case _:
                return Unreadable()

    def _loop(self, node: Node) -> tuple[Loop, list[Term], Term | None] | None:
        intro = next((part for part in node.named_children if part.type == "for_intro"), None)
        if intro is None:
            return None
        condition = next((part for part in node.named_children if part.type == "for_cond"), None)
        names, collection = self.loop_head(intro)
        before = self.size
        terms = [self.term(part) for part in _expressions(node)]
        wanted = self.operand(_expressions(condition)) if condition is not None else None
        return Loop(*names, collection, self.size - before + 1), terms, wanted

    def loop_head(self, node: Node) -> tuple[tuple[str, str], Term]:
        """Give the names that a `for` binds, and what it walks over."""
        words = [part for part in node.named_children if part.type == "identifier"]
        names = [self.source.text(word) for word in words]
        key, value = names if len(names) == 2 else ("", *names[:1], "")[:2]  # noqa: PLR2004 - a pair
        return (key, value), self.operand(_expressions(node))


def _plain(source: Source, node: Node) -> Term | None:
    """Give the term for what needs no look at the nodes inside: most leaves of expressions."""
    match = _PLAIN.fullmatch(source.data, node.start_byte, node.end_byte)
    if match is None:
        return None
    text = match[0].decode()
    match match.lastgroup:
        case "text":
            return Literal(text[1:-1])
        case "number":
            return Literal(int(text))
    if text in _WORDS:
        return Literal(_WORDS[text])
    head, *names = text.split(".")
    if head in _WORDS:
        return None
    return Reference(head, tuple(names)) if names else Binding(head)


_PLAIN = re.compile(
    rb'"(?P<text>)[^"\\$%{\n]*"'
    rb"|(?P<number>)(?:0|[1-9][0-9]{0,14})"
    rb"|(?P<name>)[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*"
)
"""A string without escapes and templates, a whole number, names with dots between them."""
_WORDS = {"true": True, "false": False, "null": None}


def _steps(node: Node) -> Iterable[Node]:
    """Give the steps in a node, splats with what follows their star."""
    if node.type in {"index", "splat"}:
        return [step for child in node.named_children for step in _steps(child)]
    if node.type in {"full_splat", "attr_splat"}:
        inner = (step for child in node.named_children for step in _steps(child))
        return [node.children[0], *inner]
    return [node]


def unwrapped_operation(parts: Sequence[Node]) -> Node | None:
    """Give the binary operation that an operand consists of, if it has no parentheses."""
    node = parts[0] if len(parts) == 1 else None
    while node is not None and node.type in {"operation", "expression"}:
        children = [child for child in node.children if child.type != "comment"]
        node = children[0] if len(children) == 1 else None
    return node if node is not None and node.type == "binary_operation" else None


def _parts(node: Node) -> list[Node]:
    return [part for part in node.named_children if part.type != "comment"]


def _expressions(node: Node) -> list[Node]:
    return [part for part in node.named_children if part.type == "expression"]


_TRANSPARENT = frozenset(
    {"expression", "collection_value", "literal_value", "template_expr", "operation", "for_expr"}
)
_READERS: Mapping[str, Callable[[Reader, Node], Term]] = {
    "variable_expr": Reader.name,
    "numeric_lit": Reader.constant,
    "bool_lit": Reader.constant,
    "null_lit": Reader.constant,
    "string_lit": Reader.string,
    "quoted_template": Reader.template,
    "heredoc_template": Reader.template,
    "tuple": Reader.tuple_of,
    "object": Reader.object_of,
    "function_call": Reader.call,
    "conditional": Reader.conditional,
    "unary_operation": Reader.unary,
    "binary_operation": Reader.binary,
    "for_tuple_expr": Reader.for_list,
    "for_object_expr": Reader.for_map,
}
