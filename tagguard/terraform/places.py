"""Words for the layers in which a tag can be written, nearest first."""

from __future__ import annotations

import re

_INDEX = re.compile(r"\.(\d+)(?![^.])")
"""One of several blocks in a path."""
_BRACKETS = r"[\1]"


def written_places(
    path: str, address: str, module: str, foreign: str, more: str = ""
) -> tuple[str, ...]:
    """Say where an argument is set: in the resource's block where it can be edited, by the call.

    `foreign` is the call of code that was fetched from elsewhere, empty where it is local.
    """
    if foreign:
        return (f"the arguments of `{foreign}`",)
    own = f"the `{_INDEX.sub(_BRACKETS, path)}` of `{address}`{more}"
    return (own, f"the arguments of `{module}`") if module else (own,)
