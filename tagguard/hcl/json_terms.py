"""Makes terms of JSON values: strings are templates, keys too, and the rest stands for itself.

In an expression a member `//` is no comment, unlike in a body.

https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
"""

from __future__ import annotations

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.hcl.evaluation import Program, Term
from tagguard.hcl.native_templates import text_program
from tagguard.hcl.terms import Literal, MakeObject, MakeTuple, Member, Unreadable
from tagguard.hcl.values import parse_number
from tagguard.json_nodes import NULL, STR
from tagguard.model import Location


def program(path: str, node: Node) -> Program:
    """Make a JSON value ready to be evaluated."""
    match node:
        case ScalarNode(tag=tag, value=text) if tag == STR:
            return text_program(text, _location(path, node))
        case ScalarNode(tag=tag, value=text):
            return Program(_constant(tag, text), 1, 1)
        case SequenceNode(value=nodes):
            items = [program(path, item) for item in nodes]
            return _around(MakeTuple(tuple(item.term for item in items)), items)
        case MappingNode(value=pairs):
            return _object(path, pairs)
        case _:
            return Program(Unreadable(), 1, 1)


def _constant(tag: str, text: str) -> Term:
    if tag == NULL:
        return Literal(None)
    if text in {"true", "false"}:
        return Literal(text == "true")
    return Literal(parse_number(text))


def _object(path: str, pairs: list[tuple[Node, Node]]) -> Program:
    parts: list[Program] = []
    members: list[Member] = []
    for key, value in pairs:
        name, given = text_program(key.value, _location(path, key)), program(path, value)
        members.append(Member(name.term, given.term, _location(path, key)))
        parts += [name, given]
    return _around(MakeObject(tuple(members)), parts)


def _around(term: Term, parts: list[Program]) -> Program:
    height = max((part.height for part in parts), default=0) + 1
    return Program(term, height, sum(part.size for part in parts) + 1)


def _location(path: str, node: Node) -> Location:
    return Location(path, node.start_mark.line + 1, node.start_mark.column + 1)
