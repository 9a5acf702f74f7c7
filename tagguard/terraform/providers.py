"""Resolves which provider configuration a resource of a plan uses, and its default tags.

Terraform from 1.1 on names the root's configuration that a module was given (`aws.west`).
Older versions write `<module>:aws` whether the module was given that configuration, another one or
has its own, so there the walk goes from the module up to the root. OpenTofu names several where
each instance of a resource picks its own. Wherever more than one configuration could be meant, the
defaults are only as sure as all of them together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tagguard.catalog import Entry
from tagguard.model import Tag, TagSet
from tagguard.terraform.configuration import (
    Configuration,
    name_references,
    references,
    without_instances,
)
from tagguard.terraform.effective_tags import NO_TAGS, either, known_tag
from tagguard.terraform.plan_model import ProviderEntry

MAX_DEPTH = 100
"""Most modules inside each other that a walk to the root passes; real ones stay under ten."""

MOST_IGNORED = 100
"""Most keys and prefixes that a pattern is made of; with more of them any key may come."""


ANY_KEY = "(?s:.*)"
"""Pattern of all keys."""


class ProviderConfig(Struct, frozen=True):
    """One provider configuration as resources see it."""

    key: str
    """`aws` or `aws.west`, with its module in front when it is the module's own; `… or …` when each
    instance of a resource picks one."""
    default_tags: TagSet = NO_TAGS
    region: str | None = None
    is_known: bool = True
    """False: the plan shows no configuration at all."""
    is_sure: bool = True
    """This is surely the one configuration meant."""
    ignored: tuple[str, ...] = ()
    """Keys of defined tags that Oracle's provider leaves to others (`ignore_defined_tags`)."""
    open_keys: frozenset[str] | None = None
    """Where hidden defaults were told from what they did: keys that may be among them or not."""

    left_open: str = ""
    """Pattern of the keys that AWS's provider leaves to others and never shows (`ignore_tags`)."""
    is_late: bool = False
    """The defaults refer to what may be known only after apply: AWS's provider then plans as if
    there were none, also in `tags_all`, yet sets them."""

    is_secret: bool = False
    """The defaults refer to a sensitive variable, which a plan does not mark in `tags_all`."""
    full_name: str = ""
    """Its source address; empty where the plan does not say."""
    below: tuple[float, ...] = ()
    """What its version is right below (`ProviderVersions`); empty: not known."""

    @property
    def provenance(self) -> str:
        """What a tag says that comes from the defaults only."""
        return f"{self.attribute}@{self.key}"

    def masked(self, tags: TagSet) -> TagSet:
        """Mark what comes from sensitive defaults."""
        if not self.is_secret:
            return tags
        hidden = {
            tag.key: replace(tag, sensitive=True)
            for tag in tags
            if tag.provenance == self.provenance
        }
        return replace(tags, tags={**tags.tags, **hidden})

    def beneath(self, own: TagSet) -> TagSet:
        """Give the defaults as they matter to a resource that sets the tags `own` itself."""
        if self.open_keys is None or self.open_keys - own.tags.keys():
            return self.default_tags
        return TagSet(self.default_tags.tags)

    @property
    def attribute(self) -> str:
        """The provider argument that holds the defaults."""
        return _defaults_attribute(self.key, self.full_name)

    @property
    def stands_in(self) -> bool:
        """The defaults stand in for tags that nobody writes, instead of being merged with them.

        https://registry.terraform.io/providers/Azure/azapi/latest/docs#default_tags-1
        """
        return _name(self.key, self.full_name) == "azapi"


def _defaults_attribute(key: str, full_name: str) -> str:
    return "default_labels" if _name(key, full_name).startswith("google") else "default_tags"


def _name(key: str, full_name: str) -> str:
    """Name the provider; a configuration may call it as it likes."""
    return full_name.rpartition("/")[2] or key.rpartition(":")[2].partition(".")[0]


def switched(
    entry: Entry, config: ProviderConfig, *, is_off: bool, doubt: str
) -> tuple[Entry, ProviderConfig]:
    """Leave the default tags out for a resource that switches them off, or may.

    `doubt` says why it is not sure that it does not; empty: it is.
    """
    if is_off:
        return replace(entry, defaults=False), config
    if not doubt:
        return entry, config
    reason = f"whether the provider's defaults apply {doubt}"
    return entry, replace(config, default_tags=either([config.default_tags, NO_TAGS], reason))


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
            found = self._resolve(key, module)
            entry = self._entries.get(found.key)
            if entry is not None and self._names_a_secret(entry):
                found = replace(found, is_secret=True)
            self._resolved[key, module] = found
        return found

    def _names_a_secret(self, entry: ProviderEntry) -> bool:
        shown = entry.expressions or {}
        named = references([shown.get("default_tags"), shown.get("default_labels")])
        beginnings = {".".join(re.split(r"[.\[]", name)[:2]) for name in named}
        return not beginnings.isdisjoint(self._configuration.secrets)

    def resolve_any(self, keys: Sequence[str], module: str) -> ProviderConfig:
        """Give what is sure of a resource whose instances use one or another of `keys`."""
        if len(keys) == 1:
            return self.resolve(keys[0], module)
        configs = {config.key: config for config in (self.resolve(key, module) for key in keys)}
        names = ", ".join(f"`{key}`" for key in configs)
        reason = f"the provider is one of {names}, chosen per instance"
        return _any_of(" or ".join(configs), list(configs.values()), reason)

    def _resolve(self, key: str, module: str) -> ProviderConfig:
        if not self._configuration.is_known:
            reason = f"the plan has no configuration, so {_defaults_of(key)} are not known"
            hidden = TagSet(complete=False, reason=reason)
            return ProviderConfig(key, hidden, is_known=False, is_sure=False)
        key = without_instances(key)
        if key in self._entries:
            return _read(key, self._entries[key])
        name = key.rpartition(":")[2]
        own = [f"{prefix}:{name}" for prefix in _spellings(module)]
        for candidate in own:
            if candidate in self._entries:
                return _read(candidate, self._entries[candidate])
        inherited = self._inherited(name, module)
        # Terraform from 1.1 on looks at what was passed before it lists a `module.x:aws` without
        # settings, so that is inherited by name; older versions list one for any requirement.
        if _is_local(key) and not self._is_resolved(key):
            return self._given(inherited, name, module)
        entry = self._entries.get(inherited)
        return _read(inherited, entry) if entry else ProviderConfig(inherited)

    def _is_resolved(self, key: str) -> bool:
        listed = self._configuration.providers.get(key)
        return listed is not None and listed.full_name is not None

    def _inherited(self, name: str, module: str) -> str:
        for _ in range(MAX_DEPTH):
            module = module.rpartition(".module.")[0]
            for prefix in _spellings(module):
                if (key := f"{prefix}:{name}") in self._entries:
                    return key
        return name

    def _given(self, inherited: str, name: str, module: str) -> ProviderConfig:
        """Give what is sure of the configuration that a module was given under some name."""
        base = name.partition(".")[0]
        keys = [
            key
            for key in self._entries
            if key.rpartition(":")[2].partition(".")[0] == base and _encloses(key, module)
        ]
        configs = [_read(key, self._entries[key]) for key in keys]
        if inherited not in self._entries and base not in self._entries:
            configs.append(ProviderConfig(base))  # the root's own, without a block
        reason = f"the plan does not say which `{base}` provider `{module}` was given"
        return _any_of(inherited, configs, reason)


def _any_of(key: str, configs: Sequence[ProviderConfig], reason: str) -> ProviderConfig:
    if len(configs) == 1:
        return configs[0]
    regions = {config.region for config in configs}
    return ProviderConfig(
        key,
        either([config.default_tags for config in configs], reason),
        regions.pop() if len(regions) == 1 else None,
        is_known=all(config.is_known for config in configs),
        is_sure=False,
    )


def _is_local(key: str) -> bool:
    return ":" in key


def _spellings(module: str) -> tuple[str, ...]:
    """Spell a module as provider keys do: in full, and without `module.` (Terraform 0.12)."""
    return (module, ".".join(module.split(".")[1::2])) if module else ()


def _encloses(key: str, module: str) -> bool:
    owner = key.rpartition(":")[0]
    return not owner or any(f"{path}.".startswith(f"{owner}.") for path in _spellings(module))


def _defaults_of(key: str, full_name: str = "") -> str:
    return f"the `{_defaults_attribute(key, full_name)}` of provider `{key}`"


def _read(key: str, entry: ProviderEntry) -> ProviderConfig:
    expressions = entry.expressions or {}
    region = expressions.get("region")
    constant = region.get("constant_value") if isinstance(region, dict) else None
    full_name = entry.full_name or ""
    default_tags = _default_tags(key, full_name, expressions)
    named = references(expressions.get("default_tags")) if _name(key, full_name) == "aws" else ()
    return ProviderConfig(
        key,
        default_tags,
        constant if isinstance(constant, str) else None,
        ignored=tuple(_texts(expressions.get("ignore_defined_tags"))),
        left_open=_left_open(expressions.get("ignore_tags")),
        is_late=not default_tags.complete and any(not name.startswith(_EARLY) for name in named),
        full_name=full_name,
    )


_EARLY = ("var.", "local.", "path.", "terraform.")
"""How names begin that are mostly known when a plan is made."""


def _left_open(shown: Any) -> str:  # noqa: ANN401 - any JSON
    """Make a pattern of what an `ignore_tags` block says; of any key where it is not constant."""
    block = shown[0] if isinstance(shown, list) and shown else None
    if not isinstance(block, dict):
        return ""
    if references(block):
        return ANY_KEY
    return ignored_keys(_texts(block.get("keys")), _texts(block.get("key_prefixes")))


def ignored_keys(keys: Sequence[str], prefixes: Sequence[str]) -> str:
    """Make a pattern of the keys that a provider leaves to others (`ignore_tags`)."""
    patterns = [re.escape(key) for key in keys]
    patterns += [re.escape(prefix) + ANY_KEY for prefix in prefixes]
    return "|".join(patterns) if len(patterns) <= MOST_IGNORED else ANY_KEY


def _texts(shown: Any) -> list[str]:  # noqa: ANN401 - any JSON
    match shown:
        case {"constant_value": [*items]}:
            return [item for item in items if isinstance(item, str)]
    return []


def _default_tags(key: str, full_name: str, expressions: dict[str, Any]) -> TagSet:
    attribute = _defaults_attribute(key, full_name)
    shown = expressions.get(attribute)
    if attribute == "default_tags":  # a block; azapi has a map
        block = {"tags": None, **shown[0]} if isinstance(shown, list) and shown else shown
        shown = block.get("tags", block) if isinstance(block, dict) else None
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
    return TagSet(complete=False, reason=f"{_defaults_of(key, full_name)} {hidden}")
