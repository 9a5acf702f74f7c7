"""Reads `ignore_changes`: tags that are somebody else's business once a resource exists.

https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tagguard.hcl.nodes import Body, Expression
from tagguard.model import Elsewhere

REASON = "tags are managed elsewhere: ignore_changes"
ALL = ["all"]
_STEP = re.compile(r'(?P<name>[^\W\d][\w-]*)|\[\s*"(?P<key>[^"]*)"\s*\]')
"""One step of a path; indexes are passed over."""


def elsewhere(body: Body, attributes: Iterable[str]) -> Elsewhere | None:
    """Tell which tags a resource's block leaves to others; `attributes` hold its tags."""
    wanted = [path.split(".") for path in attributes]
    keys: list[str] = []
    for path in _paths(body):
        for attribute in wanted:
            if path == ALL or (path and attribute[: len(path)] == path):
                return Elsewhere(REASON)
            if path[: len(attribute)] == attribute:
                keys.append(path[len(attribute)])
    return Elsewhere(REASON, tuple(dict.fromkeys(keys))) if keys else None


def _paths(body: Body) -> Iterable[Sequence[str]]:
    for lifecycle in body.blocks("lifecycle"):
        if ignored := lifecycle.body.attributes.get("ignore_changes"):
            for text in _texts(ignored.expression):
                steps = _STEP.finditer(text)
                yield [step["name"] if step["key"] is None else step["key"] for step in steps]


def _texts(expression: Expression) -> Iterable[str]:
    elements = expression.elements()
    return [each.text() for each in elements] if elements else [expression.text()]
