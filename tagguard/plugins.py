"""Loads plug-ins: the built-in ones from an explicit table, others from entry points.

A table maps a name to ``module:attribute`` as text, so nothing is imported until it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from tagguard.errors import UsageError, did_you_mean


def load(table: Mapping[str, str], name: str, *, group: str, noun: str) -> Any:  # noqa: ANN401 - any plug-in
    """Import the plug-in called `name`: from `table`, else from the entry point group.

    Raises UsageError, with a suggestion, for a name that nobody provides.
    """
    reference = table.get(name)
    if reference is None:
        from importlib.metadata import entry_points  # noqa: PLC0415 - slow; only for third parties

        found = {point.name: point for point in entry_points(group=group)}
        if name in found:
            return found[name].load()
        known = sorted({*table, *found})
        raise UsageError(
            f"there is no {noun} called `{name}`{did_you_mean(name, known)}",
            hint=f"choose one of: {', '.join(known)}",
        )
    module, _, attribute = reference.partition(":")
    return getattr(import_module(module), attribute)
