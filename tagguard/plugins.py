"""Loads plug-ins: the built-in ones from an explicit table, others from entry points.

A table maps a name to ``module:attribute`` as text, so nothing is imported until it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from tagguard.errors import UsageError, did_you_mean


def load(table: Mapping[str, str], name: str, *, group: str, noun: str) -> Any:  # noqa: ANN401 - any plug-in
    """Import the plug-in called `name`: from `table`, else from the entry point group.

    Raises UsageError, with a suggestion, for a name that nobody provides or that fails to import.
    """
    if (reference := table.get(name)) is not None:
        module, _, attribute = reference.partition(":")
        return getattr(import_module(module), attribute)
    found = _installed(group)
    if name not in found:
        known = sorted({*table, *found})
        raise UsageError(
            f"there is no {noun} called `{name}`{did_you_mean(name, known)}",
            hint=f"choose one of: {', '.join(known)}",
        )
    try:
        return found[name].load()
    except (ImportError, AttributeError) as exc:
        raise UsageError(f"the {noun} `{name}` cannot be loaded: {exc}") from exc


def names(table: Mapping[str, str], *, group: str) -> list[str]:
    """Name every plug-in: the built-in ones in their table's order, then the installed ones."""
    return [*table, *sorted(_installed(group).keys() - table.keys())]


def _installed(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}
