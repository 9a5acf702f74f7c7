"""Finds what the configuration part of a plan says of a resource or a provider.

The plan shows expressions only as constants or as the names that they refer to, so this tells
*which* names hide a value, never what they are.
"""

from __future__ import annotations

import re
from typing import Any

from tagguard.errors import InputError
from tagguard.terraform.plan_model import (
    ConfigurationBody,
    ConfiguredModule,
    ConfiguredResource,
    ProviderEntry,
    decode,
    follow,
    is_present,
)

_INSTANCE_KEY = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')
_NO_RESOURCE = ConfiguredResource(address="")


class Configuration:
    """The `configuration` of a plan; an empty one when the plan has none."""

    def __init__(self, body: ConfigurationBody | None) -> None:
        self.is_known = body is not None
        self.providers: dict[str, ProviderEntry] = (body and body.provider_config) or {}
        self._resources: dict[tuple[str, str], ConfiguredResource] = {}
        self._static: dict[str, str] = {"": ""}
        if body is not None and body.root_module is not None:
            self._index(body.root_module)

    def _index(self, root: ConfiguredModule) -> None:
        pending = [("", root)]
        while pending:
            path, module = pending.pop()
            for block in module.resources or ():
                self._resources[path, block.address] = block
            for name, call in (module.module_calls or {}).items():
                if call.module is not None:
                    pending.append((f"{path}.module.{name}".lstrip("."), call.module))

    def module(self, address: str) -> str:
        """Give a module's address without instance keys: `module.a["x"]` -> `module.a`."""
        static = self._static.get(address)
        if static is None:
            static = self._static[address] = without_instances(address)
        return static

    def resource(self, module: str, type_: str, name: str) -> ConfiguredResource:
        """Give the block of a managed resource; an empty one when the plan does not show it."""
        return self._resources.get((module, f"{type_}.{name}"), _NO_RESOURCE)


def without_instances(address: str) -> str:
    """Leave instance keys out of an address: `aws.by_region["eu"]` -> `aws.by_region`."""
    return _INSTANCE_KEY.sub("", address)


def expression(block: ConfiguredResource, attribute: str) -> Any:  # noqa: ANN401 - any JSON
    """Give the expression of an attribute, a path with dots, as the plan shows it.

    None when the block does not set it; an empty one when it cannot be read.
    """
    if not is_present(block.expressions):
        return None
    try:
        return follow(decode(block.expressions, dict[str, Any]), attribute.split("."))
    except InputError:
        return {}


def references(shown: Any) -> tuple[str, ...]:  # noqa: ANN401 - any JSON
    """Give the names that an expression refers to, in order, each in its longest form only.

    Terraform lists `local.common.tags` together with its beginning `local.common`.
    """
    found: dict[str, None] = {}
    pending = [shown]
    while pending:
        match pending.pop():
            case {"references": [*names]}:
                found.update((name, None) for name in names if isinstance(name, str))
            case dict() as nested:
                pending.extend(reversed(nested.values()))
            case list() as nested:
                pending.extend(reversed(nested))
    beginnings = {name.rpartition(mark)[0] for name in found for mark in ".["}
    return tuple(name for name in found if name not in beginnings)


def name_references(shown: Any) -> str:  # noqa: ANN401 - any JSON
    """Name what an expression refers to, for a sentence; empty where the plan names nothing."""
    names = references(shown)
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return ", ".join(names[: MOST_NAMES - 1]) + f" and {len(names) - MOST_NAMES + 1} more"


MOST_NAMES = 5
"""Most names in one sentence."""
