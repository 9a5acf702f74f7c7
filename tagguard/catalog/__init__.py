"""Tells which resource types take tags, in which attribute, in which shape, and who adds to them.

The facts are generated data (``data/``, written by ``tools/catalog.py``); a provider's file is
read when one of its types is first asked for. The catalog must not guess: a type that the data
does not know is *unknown*, never untaggable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from tagguard.catalog import live
from tagguard.catalog import overrides as own
from tagguard.catalog import types as names
from tagguard.catalog.description import Description
from tagguard.catalog.entry import Entry, ProviderData
from tagguard.errors import did_you_mean
from tagguard.model import Taggable

__all__ = ["PROVIDERS", "UNTAGGED_PROVIDERS", "Catalog", "Description", "Entry", "version"]

DATA = Path(__file__).resolve().parent / "data"

PROVIDERS = frozenset(
    {
        "alicloud",
        "aws",
        "awscc",
        "azapi",
        "azurerm",
        "cloudformation",
        "google",
        "google-beta",
        "kubernetes",
        "oci",
    }
)
"""Those with a data file: Terraform provider names, and `cloudformation` (with SAM)."""

UNTAGGED_PROVIDERS = frozenset(
    {
        "acme",
        "archive",
        "assert",
        "azuread",
        "azurecaf",
        "bitbucket",
        "cloudinit",
        "dns",
        "external",
        "github",
        "gitlab",
        "helm",
        "http",
        "ignition",
        "local",
        "mysql",
        "null",
        "okta",
        "postgresql",
        "random",
        "sops",
        "template",
        "terraform",
        "time",
        "tls",
    }
)
"""Terraform providers none of whose types has a cloud's tags; `terraform` is the built-in one.

The `tags` of Entra objects (`azuread`) are a set of words for Microsoft's own use.
"""

CUSTOM = "Custom::"
"""CloudFormation custom resources: a template's author names them, and none takes tags."""


def why_unknown(type_: str) -> str:
    """Say of a type that the catalog does not know what that means, and what to do."""
    return (
        f"the catalog does not know whether `{type_}` takes tags; say so under `catalog:` in "
        "tagguard.yaml"
    )


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

    def live_taggable(self, provider: str, type_: str) -> Taggable:
        """Say whether a type takes tags, by its live spelling: `s3:bucket` on `aws`.

        On AWS, one of the type's names in Terraform and CloudFormation that takes tags is enough.
        Azure's types are compared without case.
        """
        if provider == "azure":
            type_ = next((one for one in self._own if one.lower() == type_.lower()), type_)
        if type_ in self._own:
            return self.taggable(provider, type_)
        if provider in live.PROVIDERS:
            return live.taggable(provider, type_)
        natives = names.native_names().get(names.canonical(type_), ())
        found = {self.taggable(_provider(native), native) for native in (*natives, type_)}
        return next((one for one in ("yes", "no") if one in found), "unknown")

    def describe(self, name: str) -> tuple[Description, ...]:
        """Tell what is known of a type by its native, live or canonical name, by provider.

        The name of a provider's type gives that type alone; another gives all that it stands for.
        Empty when nobody knows the name.
        """
        found = tuple(self._described(name)) or tuple(_described_live(name))
        canonical = names.canonical(name)
        if found or not canonical:
            return found
        natives = names.native_names()[canonical]
        if not natives:  # what other resources create
            live = (names.live(canonical),)
            return (Description("aws", canonical, "yes", None, version(), canonical, live),)
        return tuple(one for native in natives for one in self._described(native))

    def suggestion(self, name: str) -> str:
        """Give `` (did you mean `x`?)`` for the type name nearest to an unknown one."""
        if name.startswith(names.PREFIX):
            return names.suggestion(name)
        head = re.match(r"\w*?(_|:+|$)", name)
        family = head[0].lower() if head else ""
        known = [type_ for provider in sorted(PROVIDERS) for type_ in self._types(provider)]
        every = (*self._own, *known, *map(names.live, names.native_names()))
        return did_you_mean(name, (one for one in every if one.lower().startswith(family)))

    def _described(self, type_: str) -> Iterator[Description]:
        canonical = names.canonical(type_)
        spelt = (*names.native_names().get(canonical, ()), names.live(canonical))
        twins = tuple(one for one in spelt if one and one != type_)
        if type_ in self._own:
            known = [("", self._own[type_], "tagguard.yaml")]
        else:
            known = [
                (provider, self._types(provider)[type_], _source(provider, type_))
                for provider in sorted(PROVIDERS)
                if type_ in self._types(provider)
            ]
        for provider, entry, source in known:
            taggable: Taggable = "yes" if entry else "no"
            yield Description(provider, type_, taggable, entry, source, canonical, twins)

    def _types(self, provider: str) -> dict[str, Entry | None]:
        if provider not in self._loaded:
            self._loaded[provider] = _load(provider) if provider in PROVIDERS else {}
        return self._loaded[provider]


def _described_live(name: str) -> Iterator[Description]:
    """Describe a type by the name that Azure or Google Cloud itself has for it."""
    for provider in sorted(live.GENERATED) if "." in name and "/" in name else ():
        places = live.places(provider, name)
        if places is not None:
            entry = Entry(places[0], "map", beside=places[1:]) if places else None
            taken: Taggable = "yes" if places else "no"
            yield Description(provider, name, taken, entry, live.source(provider), name)


def _provider(native: str) -> str:
    """Name the data file that holds an AWS type, by how its name is spelt."""
    if "::" in native:
        return "cloudformation"
    return "awscc" if native.startswith("awscc_") else "aws"


def _read(provider: str) -> ProviderData:
    return msgspec.json.decode((DATA / f"{provider}.json").read_bytes(), type=ProviderData)


@cache
def _load(provider: str) -> dict[str, Entry | None]:
    newest = _read(provider)
    types = newest.types()
    for older in newest.older:
        types.update(older.types())
    return types


def _source(provider: str, type_: str) -> str:
    newest = _read(provider)
    for older in newest.older:
        if type_ in older.types():
            return f"{older.source}, last seen in {provider} {older.version}"
    return newest.source


def version() -> str:
    """Give the data's date and the versions that it describes, as every report shows them."""
    return (DATA / "VERSION").read_text(encoding="utf-8").strip()
