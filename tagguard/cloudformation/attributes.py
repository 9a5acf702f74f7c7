"""A resource's properties as plain data, for policies.

Built only when a policy asks: the template is read again then, so that a scan keeps no tree alive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.cloudformation.declared import Path
from tagguard.cloudformation.intrinsics import Undecided, long_name, substituted
from tagguard.cloudformation.template import Budget
from tagguard.documents import lookup, named, parse, to_data
from tagguard.json_nodes import NULL, STR

_BOOLEANS = {"true": True, "false": False}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?(?:[eE][+-]?[0-9]{1,2})?")


def attributes(data: bytes, path: Path, bindings: Mapping[str, str]) -> dict[str, Any]:
    """Give the `Properties` of the resource at `path`.

    Functions are in the long form (`{"Fn::Sub": …}`) and not evaluated, so no parameter's value
    shows. Scalars are what JSON makes of them: `true` and `5` are no texts, while `yes`, `0123` and
    `2024-01-01` stay as written, and so do a number too long for a machine word and a text that
    grows too long when the values of loops are put in.
    """
    node: Node | None = _root(data)
    for step in path:
        if isinstance(step, int):
            node = node.value[step] if isinstance(node, SequenceNode) else None
        else:
            node = None if node is None else _named(node).get(step)
    properties = lookup(node, "Properties")
    if not isinstance(properties, MappingNode):
        return {}

    budget = Budget()

    def scalar(leaf: ScalarNode) -> Any:  # noqa: ANN401 - whatever the document says
        value = _scalar(leaf)
        if not isinstance(value, str):
            return value
        try:
            result = substituted(value, bindings)
        except Undecided:
            return value
        return result if result is value or budget.spend(len(result)) else value

    result: dict[str, Any] = to_data(properties, scalar, _long_form)
    return result


@lru_cache(maxsize=1)
def _root(data: bytes) -> Node | None:
    """Keep the last template, because policies go through a template's resources in a row."""
    return parse(data.decode())


@lru_cache(maxsize=8)
def _named(node: Node) -> dict[str, Node]:
    """Keep what a section holds, because many resources stand in one."""
    return named(node)


def _scalar(node: ScalarNode) -> str | float | bool | None:
    written = str(node.value)
    if node.tag == STR or node.style in {"'", '"', "|", ">"} or node.tag[:1] == "!":
        return written
    if node.tag == NULL:
        return None
    if written.lower() in _BOOLEANS:
        return _BOOLEANS[written.lower()]
    if _INTEGER.fullmatch(written):
        return int(written)
    return float(written) if _NUMBER.fullmatch(written) else written


def plain_data(node: Node) -> Any:  # noqa: ANN401 - whatever the document says
    """Give a node as JSON would hold it, with functions in the long form."""
    return to_data(node, _scalar, _long_form)


def _long_form(tag: str, data: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the document says
    name = long_name(tag)
    if name == "Fn::GetAtt" and isinstance(data, str):
        data = data.split(".", 1)
    return {name: data}
