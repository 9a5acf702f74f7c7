"""Reads the expressions in which the table of listings says where something stands: JMESPath.

Two functions are added to the language: `last('https://sqs/1/q')` is `q`, and `bare('/a/b')` is
`a/b`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jmespath import Options
from jmespath import compile as compiled
from jmespath.functions import Functions, signature
from jmespath.parser import ParsedResult

from tagguard.aws.collectors import Target

Item = Mapping[str, Any]


class _Added(Functions):
    @signature({"types": ["string"]})
    def _func_last(self, path: str) -> str:
        return path.rpartition("/")[2]

    @signature({"types": ["string"]})
    def _func_bare(self, path: str) -> str:
        return path.removeprefix("/")


OPTIONS = Options(custom_functions=_Added())
BRACES = re.compile(r"\{([^}]*)\}")


def found(expression: str, item: Item) -> Any:  # noqa: ANN401 - whatever stands there
    """Give what stands at an expression in an item; None if nothing does."""
    if expression.isidentifier():
        return item.get(expression)
    return _compiled(expression).search(item, options=OPTIONS)


def arn(template: str, item: Item, target: Target) -> str:
    """Give an item's ARN by the expression or template of its listing; empty if it has none."""
    if "{" not in template:
        return found(template, item) or ""
    values = {expression: _value(expression, item, target) for expression in _braces(template)}
    if not all(values.values()):
        return ""
    return BRACES.sub(lambda match: values[match[1]], template)


def _value(expression: str, item: Item, target: Target) -> str:
    match expression:
        case "partition" | "region" | "account":
            return str(getattr(target, expression))
        case _:
            return str(found(expression, item) or "")


@cache
def _braces(template: str) -> tuple[str, ...]:
    return tuple(BRACES.findall(template))


@cache
def _compiled(expression: str) -> ParsedResult:
    return compiled(expression)
