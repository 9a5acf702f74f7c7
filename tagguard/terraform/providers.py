"""Resolves which provider configuration a resource of a plan uses, and its default tags.

Terraform from 1.1 on names the root's configuration that a module was given (`aws.west`).
Older versions write `<module>:aws` whether the module was given that configuration, another one or
has its own, so there the walk goes from the module up to the root, and where several
configurations could be meant the defaults are only as sure as all of them together.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tagguard.model import Tag, TagSet
from tagguard.terraform.configuration import Configuration, name_references
from tagguard.terraform.effective_tags import NO_TAGS, either, known_tag
from tagguard.terraform.plan_model import ProviderEntry

MAX_DEPTH = 100
"""Most modules inside each other that a walk to the root passes; real ones stay under ten."""


class ProviderConfig(Struct, frozen=True):
    """One provider configuration as resources see it."""

    key: str
    """`aws` or `aws.west`; with its module in front when it is the module's own."""
    default_tags: TagSet = NO_TAGS
    region: str | None = None
    is_known: bool = True
    """False: the plan shows no configuration at all."""

    @property
    def provenance(self) -> str:
        """What a tag says that comes from the defaults only."""
        return f"{self.attribute}@{self.key}"

    @property
    def attribute(self) -> str:
        """The provider argument that holds the defaults."""
        return defaults_attribute(self.key)


def defaults_attribute(key: str) -> str:
    """Name the argument for defaults of the provider with this key."""
    name = key.rpartition(":")[2].partition(".")[0]
    return "default_labels" if name.startswith("google") else "default_tags"


class Providers:
    """The provider configurations of one plan."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._entries = {
            key: entry
            for key, entry in configuration.providers.items()
            if entry.expressions is not None or not _is_local(key)
        }
        self._resolved: dict[tuple[str, str], ProviderConfig] = {}

    def resolve(self, key: str, module: str) -> ProviderConfig:
        """Give the configuration behind a resource's `provider_config_key`.

        `module` is the address of the resource's module without instance keys; empty: the root.
        """
        found = self._resolved.get((key, module))
        if found is None:
            found = self._resolved[key, module] = self._resolve(key, module)
        return found

    def _resolve(self, key: str, module: str) -> ProviderConfig:
        if not self._configuration.is_known:
            reason = f"the plan has no configuration, so {_defaults_of(key)} are not known"
            return ProviderConfig(key, TagSet(complete=False, reason=reason), is_known=False)
        if key in self._entries:
            return _read(key, self._entries[key])
        name = key.rpartition(":")[2]
        own = [f"{prefix}:{name}" for prefix in _spellings(module)]
        for candidate in own:
            if candidate in self._entries:
                return _read(candidate, self._entries[candidate])
        inherited = self._inherited(name, module)
        # A full `module.x:aws` that the plan lists without settings is inherited by name; the
        # short or unlisted forms of older versions also stand for one passed under another name.
        if _is_local(key) and not (key.startswith("module.") and self._is_listed(key)):
            return self._any_of(inherited, name, module)
        entry = self._entries.get(inherited)
        return _read(inherited, entry) if entry else ProviderConfig(inherited)

    def _is_listed(self, key: str) -> bool:
        return key in self._configuration.providers

    def _inherited(self, name: str, module: str) -> str:
        for _ in range(MAX_DEPTH):
            module = module.rpartition(".module.")[0]
            for prefix in _spellings(module):
                if (key := f"{prefix}:{name}") in self._entries:
                    return key
        return name

    def _any_of(self, inherited: str, name: str, module: str) -> ProviderConfig:
        base = name.partition(".")[0]
        keys = [
            key
            for key in self._entries
            if key.rpartition(":")[2].partition(".")[0] == base and _encloses(key, module)
        ]
        if not keys:
            return ProviderConfig(inherited)
        configs = [_read(key, self._entries[key]) for key in keys]
        reason = f"the plan does not say which `{base}` provider `{module}` was given"
        regions = {config.region for config in configs}
        return ProviderConfig(
            inherited,
            either([config.default_tags for config in configs], reason),
            regions.pop() if len(regions) == 1 else None,
        )


def _is_local(key: str) -> bool:
    return ":" in key


def _spellings(module: str) -> tuple[str, ...]:
    """Spell a module as provider keys do: in full, and without `module.` (Terraform 0.12)."""
    return (module, ".".join(module.split(".")[1::2])) if module else ()


def _encloses(key: str, module: str) -> bool:
    owner = key.rpartition(":")[0]
    return not owner or any(f"{path}.".startswith(f"{owner}.") for path in _spellings(module))


def _defaults_of(key: str) -> str:
    return f"the `{defaults_attribute(key)}` of provider `{key}`"


def _read(key: str, entry: ProviderEntry) -> ProviderConfig:
    expressions = entry.expressions or {}
    region = expressions.get("region")
    constant = region.get("constant_value") if isinstance(region, dict) else None
    return ProviderConfig(
        key, _default_tags(key, expressions), constant if isinstance(constant, str) else None
    )


def _default_tags(key: str, expressions: dict[str, Any]) -> TagSet:
    attribute = defaults_attribute(key)
    shown = expressions.get(attribute)
    if attribute == "default_tags":
        block = shown[0] if isinstance(shown, list) and shown else shown
        shown = block.get("tags") if isinstance(block, dict) else None
    match shown:
        case None | {"constant_value": None}:
            return NO_TAGS
        case {"constant_value": dict() as constant}:
            origin = f"{attribute}@{key}"
            tags: dict[str, Tag] = {
                name: known_tag(name, value, provenance=origin)
                for name, value in constant.items()
                if value is not None
            }
            return TagSet(tags)
    names = name_references(shown)
    hidden = f"depend on {names}" if names else "are not shown in the plan"
    return TagSet(complete=False, reason=f"{_defaults_of(key)} {hidden}")
