"""`Fn::ToJsonString`: data as JSON text, where there is only one way to write it.

What the function writes is shown by example in its documentation: no spaces, keys in the order that
they are written in. Numbers, dates and letters that could be spelt in several ways stay unknown.
"""

from __future__ import annotations

import re
from itertools import chain
from json import dumps
from typing import TYPE_CHECKING

from yaml.nodes import MappingNode, Node, SequenceNode

from tagguard.cloudformation.intrinsics import Call, Text, Undecided, call
from tagguard.cloudformation.template import text
from tagguard.documents import entries
from tagguard.json_nodes import STR

if TYPE_CHECKING:
    from tagguard.cloudformation.intrinsics import Evaluator

_PLAIN = re.compile(r"true|false|-?(?:0|[1-9][0-9]{0,14})")
"""What stands without quotes and has one spelling."""


def json_parts(evaluator: Evaluator, argument: Node) -> list[Text]:
    """Give the parts of a node's JSON text; raises Undecided."""
    if (node := evaluator.branch(argument)) is None:
        raise Undecided("`Fn::ToJsonString` has no value")
    match call(node):
        case None if isinstance(node, SequenceNode):
            items = [json_parts(evaluator, item) for item in node.value if evaluator.stays(item)]
            return [Text("["), *_separated(items), Text("]")]
        case None if isinstance(node, MappingNode):
            items = [
                [Text(f"{_quoted(text(key))}:"), *json_parts(evaluator, value)]
                for key, value in entries(node)
                if evaluator.stays(value)
            ]
            return [Text("{"), *_separated(items), Text("}")]
        case None if node.tag != STR:
            if not _PLAIN.fullmatch(str(node.value)):
                raise Undecided("how `Fn::ToJsonString` writes a value is not sure")
            return [Text(str(node.value))]
        case Call("Ref", name):
            parameter = evaluator.scope.template.parameters.get(text(name) or "")
            if parameter is not None and parameter.type != "String":
                raise Undecided("how `Fn::ToJsonString` writes a parameter is not sure")
    if (value := evaluator.text(node)) is None:
        raise Undecided("`Fn::ToJsonString` has an item without a value")
    return [Text(_quoted(value.value), value.secret)]


def _separated(items: list[list[Text]]) -> list[Text]:
    """Put a comma before every item but the first."""
    return list(chain.from_iterable([Text(","), *item] for item in items))[1:]


def _quoted(text: str | None) -> str:
    if text is None or not text.isascii() or "/" in text:
        raise Undecided("how `Fn::ToJsonString` writes a text is not sure")
    return dumps(text)
