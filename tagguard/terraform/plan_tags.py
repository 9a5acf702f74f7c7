"""Reads the tags of one planned resource from what the plan says will be after the change.

An unknown *value* leaves its key out of `after`; an unknown *key* makes the whole attribute `true`
in `after_unknown`. So the keys of a map are those of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from tagguard.catalog import Entry
from tagguard.dialects import Dialect
from tagguard.model import Tag, TagSet
from tagguard.terraform.effective_tags import NO_TAGS, known_tag, overlay
from tagguard.terraform.plan_attributes import Cell, Json, secret_tags
from tagguard.terraform.providers import ProviderConfig

PLATFORM = "platform"
"""Provenance of tags that the cloud or its provider sets by itself."""

OUTSIDE = "outside Terraform"
"""Provenance of labels that exist on the resource but that Terraform did not set."""


class Hidden(Struct, frozen=True, gc=False):
    """Says why something is unknown; the names are looked up only when it is."""

    noun: str
    """`tags` or `labels`."""
    references: Callable[[], str]
    """Names what the expression refers to; empty where the plan does not say."""
    planned_only: bool = False
    """The plan shows values only, not which of them are unknown."""

    @property
    def keys(self) -> str:
        """Why keys may be missing."""
        if names := self.references():
            return f"{self.noun} depend on {names}"
        if self.planned_only:
            return f"`planned_values` do not show unknown {self.noun}"
        return f"{self.noun} are known after apply"

    @property
    def value(self) -> str:
        """Why one value is unknown."""
        names = self.references()
        return "value known after apply" + (f" ({self.noun} depend on {names})" if names else "")


def own_tags(cells: dict[str, Cell], entry: Entry, hidden: Hidden) -> TagSet:
    """Give the tags that the resource block itself sets; null values are absent."""
    cell = cells[entry.attribute]
    if entry.shape == "map":
        return _map_tags(cell, hidden, cell.secret_keys)
    if entry.shape == "blocks" and not cell.known and not cell.unknown:
        # Older aws_autoscaling_group: a list of maps called `tags` instead of `tag` blocks.
        cell = cells["tags"]
    return _list_tags(cell, entry.key or "key", entry.value or "value", hidden)


def _map_tags(cell: Cell, hidden: Hidden, secret: frozenset[str]) -> TagSet:
    if cell.known is not None and not isinstance(cell.known, dict):
        return TagSet(complete=False, reason=f"{hidden.noun} are not written as a map")
    tags = {
        key: known_tag(key, value, sensitive=key in secret)
        for key, value in (cell.known or {}).items()
        if value is not None
    }
    if isinstance(cell.unknown, dict):
        for key, flag in cell.unknown.items():
            if flag is True:
                tags[key] = Tag(key, None, unknown=hidden.value)
    if cell.is_hidden:
        return TagSet(tags, complete=False, reason=hidden.keys)
    return TagSet(tags) if tags else NO_TAGS


def _list_tags(cell: Cell, key_name: str, value_name: str, hidden: Hidden) -> TagSet:
    tags: dict[str, Tag] = {}
    complete = not cell.is_hidden
    for known, unknown, sensitive in _items(cell):
        key = known.get(key_name)
        value = known.get(value_name)
        if unknown is True or unknown.get(key_name) is True:
            complete = False
        elif not isinstance(key, str):
            continue
        elif unknown.get(value_name) is True:
            tags[key] = Tag(key, None, unknown=hidden.value)
        elif value is not None:
            secret = sensitive is True or sensitive.get(value_name) is True
            tags[key] = known_tag(key, value, sensitive=secret)
    return TagSet(tags, complete=complete, reason="" if complete else hidden.keys)


def _items(cell: Cell) -> Iterator[tuple[dict[str, Json], Json, Json]]:
    """Walk a list in the three trees at once; Terraform keeps their order the same."""
    known, unknown, sensitive = (
        part if isinstance(part, list) else []
        for part in (cell.known, cell.unknown, cell.sensitive)
    )
    for item, hidden, secret in zip_longest(known, unknown, sensitive):
        yield (
            item if isinstance(item, dict) else {},
            hidden if isinstance(hidden, dict) or hidden is True else {},
            True if cell.sensitive is True else secret if isinstance(secret, dict) else {},
        )


def effective_tags(
    cells: dict[str, Cell], entry: Entry, hidden: Hidden, config: ProviderConfig, cloud: Dialect
) -> TagSet:
    """Give the tags that the resource will really have.

    Where the provider shows them (`tags_all`, `effective_labels`) and all keys are known, that is
    the truth; else they are rebuilt from the resource's own tags over the provider's defaults.
    """
    for name in entry.computed:
        if cells[name].is_map:
            shown = _map_tags(cells[name], hidden, secret_tags(cells, entry))
            return _with_provenance(shown, cells, entry, config, cloud)
    own = own_tags(cells, entry, hidden)
    reachable = config.is_known or any(cells[name].is_hidden for name in entry.computed)
    return overlay(own, config.default_tags) if entry.defaults and reachable else own


def _with_provenance(
    shown: TagSet, cells: dict[str, Cell], entry: Entry, config: ProviderConfig, cloud: Dialect
) -> TagSet:
    cell = cells[entry.attribute]
    own = {key for part in (cell.known, cell.unknown) for key in _keys(part)}
    if shown.tags.keys() <= own:
        return shown
    by_terraform = [cells[name].known for name in entry.computed if "terraform" in name]
    tags = dict(shown.tags)
    for key in shown.tags.keys() - own:
        provenance = config.provenance
        platform = cloud.is_platform(key) and key not in config.default_tags
        if platform:
            provenance = PLATFORM
        elif any(isinstance(part, dict) and key not in part for part in by_terraform):
            provenance = OUTSIDE
        tags[key] = replace(tags[key], provenance=provenance, platform=platform)
    return TagSet(tags, complete=shown.complete, reason=shown.reason)


def _keys(part: Json) -> set[str]:
    return {key for key in part if part[key] is not None} if isinstance(part, dict) else set()


def visible_entry(cells: dict[str, Cell]) -> Entry | None:
    """Find the tag attribute of a type that the catalog does not know; None when none shows.

    A null attribute shows nothing: `tags` may as well be a list of words, as on Datadog monitors.
    """
    if _shows(cells["tags_all"]):
        return Entry(attribute="tags", shape="map", computed=("tags_all",), defaults=True)
    if _shows(cells["effective_labels"]) or _shows(cells["terraform_labels"]):
        computed = ("effective_labels", "terraform_labels")
        return Entry(attribute="labels", shape="map", computed=computed, defaults=True)
    for name in ("tags", "labels"):
        if _shows(cells[name]):
            return Entry(attribute=name, shape="map")
    return None


def _shows(cell: Cell) -> bool:
    return isinstance(cell.known, dict) or cell.is_hidden
