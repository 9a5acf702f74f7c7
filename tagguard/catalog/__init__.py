"""Tells which resource types take tags, in which attribute, in which shape, and who adds to them.

The facts are generated data (``data/``, written by ``tools/catalog.py``); a provider's file is
read when one of its types is first asked for. The catalog must not guess: a type that the data
does not know is *unknown*, never untaggable.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from tagguard.catalog import overrides as own
from tagguard.catalog.entry import Entry, ProviderData
from tagguard.model import Taggable

__all__ = ["PROVIDERS", "UNTAGGED_PROVIDERS", "Catalog", "Entry", "version"]

DATA = Path(__file__).resolve().parent / "data"

PROVIDERS = frozenset(
    {"aws", "awscc", "azurerm", "cloudformation", "google", "google-beta", "kubernetes"}
)
"""Those with a data file: Terraform provider names, and `cloudformation` (with SAM)."""

UNTAGGED_PROVIDERS = frozenset(
    {
        "archive",
        "cloudinit",
        "dns",
        "external",
        "github",
        "helm",
        "http",
        "local",
        "null",
        "random",
        "template",
        "terraform",
        "time",
        "tls",
    }
)
"""Terraform providers none of whose types has tags; `terraform` is the built-in one."""

CUSTOM = "Custom::"
"""CloudFormation custom resources: a template's author names them, and none takes tags."""


class Catalog:
    """The catalog as one run sees it: the shipped facts under the user's own.

    An override replaces the shipped fact. Raises ConfigError for one that is wrong.
    """

    def __init__(self, overrides: Mapping[str, Mapping[str, object]] = {}) -> None:
        self._own = own.entries(overrides)
        self._loaded: dict[str, dict[str, Entry | None]] = {}

    def lookup(self, provider: str, type_: str) -> Entry | None:
        """Give where the type carries its tags; None when it takes none or is unknown."""
        if type_ in self._own:
            return self._own[type_]
        return self._types(provider).get(type_)

    def taggable(self, provider: str, type_: str) -> Taggable:
        """Say whether the type takes tags, as far as is known."""
        known = self._own if type_ in self._own else self._types(provider)
        if type_ in known:
            return "no" if known[type_] is None else "yes"
        custom = provider == "cloudformation" and type_.startswith(CUSTOM)
        return "no" if custom or provider in UNTAGGED_PROVIDERS else "unknown"

    def _types(self, provider: str) -> dict[str, Entry | None]:
        if provider not in self._loaded:
            self._loaded[provider] = _load(provider) if provider in PROVIDERS else {}
        return self._loaded[provider]


def _load(provider: str) -> dict[str, Entry | None]:
    data = msgspec.json.decode((DATA / f"{provider}.json").read_bytes(), type=ProviderData)
    types: dict[str, Entry | None] = dict.fromkeys(data.untaggable)
    for group in data.groups:
        types.update(dict.fromkeys(group.types, group.entry))
    return types


def version() -> str:
    """Give the data's date and the versions that it describes, as every report shows them."""
    return (DATA / "VERSION").read_text(encoding="utf-8").strip()
