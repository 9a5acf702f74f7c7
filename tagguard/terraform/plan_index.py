"""Finds the resources of a plan that an expression of another one names.

A plan shows only references, so this is sure only where an expression names resources of one type
directly, in its own module; through variables, locals and outputs nothing is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tagguard.terraform.configuration import references
from tagguard.terraform.plan_model import ResourceChange

_NAMED = re.compile(r'(?P<block>\w+\.[\w-]+)(?P<key>\[(?:\d+|"(?:[^"\\]|\\.)*")\])?')
_SELECTORS = ("each.key", "count.index")
"""What may stand in an expression beside a resource: it picks one of its instances."""


class PlanIndex:
    """The managed resources that a plan leaves in place, by module and block."""

    def __init__(self, changes: Iterable[ResourceChange]) -> None:
        self._instances: dict[tuple[str, str], dict[str, ResourceChange]] = {}
        for item in changes:
            if item.mode == "managed" and not item.deposed:
                block = f"{item.type}.{item.name}"
                instances = self._instances.setdefault((item.module_address or "", block), {})
                instances[instance_key(item)] = item

    def named(self, by: ResourceChange, shown: Any, type_: str) -> list[ResourceChange]:  # noqa: ANN401 - any JSON
        """Give the resources of a type that an expression in the block of `by` may name.

        All that it may mean; none where it may mean something else as well.
        """
        names = references(shown)
        found: list[ResourceChange] = []
        for name in names:
            match = _NAMED.match(name)
            if match is None or not match["block"].startswith(f"{type_}."):
                if name in _SELECTORS:
                    continue
                return []
            instances = self._instances.get((by.module_address or "", match["block"]), {})
            key = match["key"]
            if not key and any(selector in names for selector in _SELECTORS):
                key = instance_key(by)
            found.extend([instances[key]] if key and key in instances else instances.values())
        return found


def instance_key(item: ResourceChange) -> str:
    """Give `["x"]` or `[0]` of an address; empty for a block without instances."""
    return item.address.rpartition(f"{item.type}.{item.name}")[2]
