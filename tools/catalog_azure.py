"""Decides which types of Azure take tags.

Facts: Microsoft's `bicep-types-az`, which holds the body of every resource type at every version of
its interface. A type takes tags if the newest body has `tags`, a map that a caller may write.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

READ_ONLY = 2
"""The flag of a property that only the service writes."""
PREVIEW = "-preview"

OTHER_NAMES = {
    "microsoft.resources/subscriptions/resourcegroups": "microsoft.resources/resourcegroups"
}
"""Types that Resource Graph spells otherwise."""

BY_HAND = {"microsoft.resources/subscriptions": True}
"""Types that no template creates. Subscriptions take tags
(https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources)."""


def types(repository: Path, commit: str, folder: str) -> dict[str, bool]:
    """Give every type, in lower case, and whether it takes tags."""
    newest: dict[str, tuple[str, bool]] = {}
    for content in _files(repository, commit, folder):
        members = msgspec.json.decode(content)
        for member in members:
            if member["$type"] == "ResourceType":
                name, _, version = member["name"].lower().partition("@")
                # at one date, the version that is no preview is the newer one
                rank = version if PREVIEW in version else f"{version}~"
                if rank > newest.get(name, ("", False))[0]:
                    newest[name] = rank, _takes_tags(member["body"], members)
    found = BY_HAND | {name: taken for name, (_, taken) in newest.items()}
    return found | {name: found[other] for name, other in OTHER_NAMES.items() if other in found}


def _files(repository: Path, commit: str, folder: str) -> Iterator[bytes]:
    """Yield the files of types of a bare repository."""
    git = ["git", "-C", str(repository)]
    listed = [*git, "ls-tree", "-r", "--format=%(objectname) %(path)", commit, folder]
    names = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.splitlines()
    for name, _, path in (line.partition(" ") for line in names):
        if path.endswith("/types.json"):
            blob = [*git, "cat-file", "blob", name]
            yield subprocess.run(blob, check=True, capture_output=True).stdout


def _takes_tags(body: Mapping[str, str], members: list[dict[str, Any]]) -> bool:
    def referred(reference: Mapping[str, str]) -> dict[str, Any]:
        return members[int(reference["$ref"].removeprefix("#/"))]

    described = referred(body)
    properties = described.get("properties") or described.get("baseProperties") or {}
    tags = properties.get("tags")
    if not tags or tags["flags"] & READ_ONLY:
        return False
    shape = referred(tags["type"])
    return shape["$type"] == "AnyType" or "additionalProperties" in shape
