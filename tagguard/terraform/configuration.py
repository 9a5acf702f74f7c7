"""Finds what the configuration part of a plan says of a resource or a provider.

The plan shows expressions only as constants or as the names that they refer to, so this tells
*which* names hide a value, never what they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Raw

from tagguard.errors import InputError
from tagguard.terraform.plan_model import (
    ConfigurationBody,
    ConfiguredModule,
    ConfiguredResource,
    ModuleCall,
    ProviderEntry,
    decode,
    follow,
    is_present,
)

LOCAL_SOURCES = ("./", "../", ".\\", "..\\")
"""How the source of a local module begins."""

_INSTANCE_KEY = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')
_NO_RESOURCE = ConfiguredResource(address="")


class Configuration:
    """The `configuration` of a plan; an empty one when the plan has none."""

    def __init__(self, body: ConfigurationBody | None) -> None:
        self.is_known = body is not None
        self.providers: dict[str, ProviderEntry] = (body and body.provider_config) or {}
        self._resources: dict[tuple[str, str], ConfiguredResource] = {}
        self._calls: dict[str, ModuleCall] = {}
        self._decoded: dict[tuple[str, str], dict[str, Any]] = {}
        self._static: dict[str, str] = {"": ""}
        self._foreign: dict[str, str] = {}
        self.secrets: frozenset[str] = frozenset()
        """The root's sensitive variables, as references name them: `var.token`."""
        if body is not None and body.root_module is not None:
            self._index(body.root_module)
            self.secrets = frozenset(
                f"var.{name}"
                for name, variable in (body.root_module.variables or {}).items()
                if isinstance(variable, dict) and variable.get("sensitive") is True
            )

    def _index(self, root: ConfiguredModule) -> None:
        pending = [("", root)]
        while pending:
            path, module = pending.pop()
            foreign = self._foreign.get(path, "")
            for block in module.resources or ():
                self._resources[path, block.address] = block
            for name, call in (module.module_calls or {}).items():
                below = f"{path}.module.{name}".lstrip(".")
                self._calls[below] = call
                is_local = not call.source or call.source.startswith(LOCAL_SOURCES)
                self._foreign[below] = foreign or ("" if is_local else below)
                if call.module is not None:
                    pending.append((below, call.module))

    def module(self, address: str) -> str:
        """Give a module's address without instance keys: `module.a["x"]` -> `module.a`."""
        static = self._static.get(address)
        if static is None:
            static = self._static[address] = without_instances(address)
        return static

    def resource(self, module: str, type_: str, name: str) -> ConfiguredResource:
        """Give the block of a managed resource; an empty one when the plan does not show it."""
        return self._resources.get((module, f"{type_}.{name}"), _NO_RESOURCE)

    def foreign(self, module: str) -> str:
        """Give the outermost call around a module's code that is fetched from elsewhere.

        Empty where all of it is local; nobody edits what was fetched, only how it is called.
        """
        return self._foreign.get(module, "")

    def argument(self, module: str, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Give the expression that a module's call has for a variable; None where it has none."""
        call = self._calls.get(module)
        return None if call is None else self._part(module, "arguments", call.expressions).get(name)

    def loop(self, module: str) -> Any:  # noqa: ANN401 - any JSON
        """Give the `for_each` of a module's call; None where it has none."""
        call = self._calls.get(module)
        return None if call is None else self._part(module, "for_each", call.for_each_expression)

    def output(self, module: str, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Give the expression of a module's output; None where the plan shows none."""
        call = self._calls.get(module)
        if call is None or call.module is None:
            return None
        shown = self._part(module, "outputs", call.module.outputs).get(name)
        return shown.get("expression") if isinstance(shown, dict) else None

    def _part(self, module: str, what: str, part: Raw) -> dict[str, Any]:
        """Decode part of a module once; one that cannot be read tells nothing."""
        found = self._decoded.get((module, what))
        if found is None:
            found = self._decoded[module, what] = decoded(part)
        return found


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


def decoded(part: Raw) -> dict[str, Any]:
    """Decode an object of the configuration; one that cannot be read tells nothing."""
    try:
        return decode(part, dict[str, Any]) if is_present(part) else {}
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
    return enumerate_names(references(shown))


def enumerate_names(names: Sequence[str], separator: str = ", ") -> str:
    """Put names into a sentence: a few of them, and how many more there are."""
    if len(names) <= MOST_NAMES:
        return separator.join(names)
    return separator.join(names[: MOST_NAMES - 1]) + f" and {len(names) - MOST_NAMES + 1} more"


MOST_NAMES = 5
"""Most names in one sentence."""
