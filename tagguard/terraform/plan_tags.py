"""Reads the tags of one planned resource from what the plan says will be after the change.

An unknown *value* leaves its key out of `after`; an unknown *key* makes the whole attribute `true`
in `after_unknown`. So the keys of a map are those of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from tagguard.catalog import Entry
from tagguard.dialects import Dialect
from tagguard.model import Tag, TagSet
from tagguard.terraform.effective_tags import NO_TAGS, known_tag, overlay
from tagguard.terraform.plan_attributes import MORE, Cell, Json, secret_tags
from tagguard.terraform.providers import ProviderConfig

PLATFORM = "platform"
"""Provenance of tags that the cloud or its provider sets by itself."""

DEFINED = r".+\..+"
"""Pattern of the keys that Oracle's defined tags have, and none of its free-form ones: a namespace
and a key (https://docs.oracle.com/iaas/Content/Tagging/Concepts/taggingoverview.htm)."""

SYSTEM_TAGS = "system_tags"
"""Where Oracle's cloud shows the tags that it sets itself."""

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
    is_unset: Callable[[str], bool] = lambda _: False
    """Tells whether the resource's block surely does not write an argument."""

    @property
    def keys(self) -> str:
        """Why keys may be missing."""
        if names := self.references():
            return f"{self.noun} depend on {names}"
        if self.planned_only:
            return f"`planned_values` do not show unknown {self.noun}"
        return f"{self.noun} are known after apply"

    def because(self, what: str) -> str:
        """Why something else about the argument is unknown."""
        names = self.references()
        return f"{what} depends on {names}" if names else f"{what} is known after apply"

    @property
    def value(self) -> str:
        """Why one value is unknown."""
        names = self.references()
        return "value known after apply" + (f" ({self.noun} depend on {names})" if names else "")


def own_tags(cells: Mapping[str, Cell], entry: Entry, hidden: Hidden) -> TagSet:
    """Give the tags that the resource block itself sets; null values are absent."""
    cell = cells[entry.attribute]
    if entry.beside:
        return _side_by_side(cells, entry, hidden)
    if entry.shape == "map":
        return map_tags(cell, hidden, cell.secret_keys)
    if entry.shape == "blocks" and not cell.known and not cell.unknown:
        # Older aws_autoscaling_group: a list of maps called `tags` instead of `tag` blocks.
        cell = cells["tags"]
    return list_tags(cell, hidden, entry.key or "key", entry.value or "value")


def _side_by_side(cells: Mapping[str, Cell], entry: Entry, hidden: Hidden) -> TagSet:
    """Give the union of several maps of own tags, and of what the cloud adds.

    Oracle's are optional and computed: a map that nobody writes is unknown before the resource
    exists. Its free-form tags are none then; defined ones come from the compartment's tag defaults
    (https://docs.oracle.com/iaas/Content/Tagging/Tasks/managingtagdefaults.htm).
    """
    tags: dict[str, Tag] = {}
    reason, open_keys = "", DEFINED
    for name in (entry.attribute, *entry.beside):
        cell = cells[name]
        if not (cell.is_hidden and name == entry.attribute and hidden.is_unset(name)):
            part = map_tags(cell, hidden, cell.secret_keys)
            tags.update(part.tags)
            if part.reason and name == entry.attribute:
                open_keys = ""
            if cell.is_hidden and hidden.is_unset(name):
                reason = reason or f"the compartment's tag defaults may add to `{name}`"
            reason = reason or part.reason
    for key, tag in map_tags(cells.get(SYSTEM_TAGS, Cell()), hidden, frozenset()).tags.items():
        tags[key] = replace(tag, provenance=PLATFORM, platform=True)
    return TagSet(tags, complete=not reason, reason=reason, open_keys=open_keys if reason else "")


def map_tags(cell: Cell, hidden: Hidden, secret: frozenset[str]) -> TagSet:
    """Read a map of tags; null values are absent, and `secret` says which are sensitive."""
    if cell.known is not None and not isinstance(cell.known, dict):
        return TagSet(complete=False, reason=f"{hidden.noun} are not written as a map")
    tags = {
        key: known_tag(key, value, sensitive=key in secret)
        for key, value in (cell.known or {}).items()
        if value is not None
    }
    if isinstance(cell.unknown, dict):
        for key, flag in cell.unknown.items():
            if flag is True and key is not MORE:
                tags[key] = Tag(key, None, unknown=hidden.value)
    if cell.is_hidden or cell.may_gain:
        return TagSet(tags, complete=False, reason=hidden.keys, open_keys=cell.open_keys)
    return TagSet(tags) if tags else NO_TAGS


def list_tags(
    cell: Cell, hidden: Hidden, key_name: str = "key", value_name: str = "value"
) -> TagSet:
    """Read a list of objects, each with a key and a value."""
    tags: dict[str, Tag] = {}
    complete = not cell.is_hidden
    for known, unknown, sensitive in items(cell):
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


def items(cell: Cell) -> Iterator[tuple[dict[str, Json], Json, Json]]:
    """Walk a list in the three trees at once; Terraform keeps their order the same."""
    known, unknown, sensitive = (
        part if isinstance(part, list) else []
        for part in (cell.known, cell.unknown, cell.sensitive)
    )
    for item, hidden, secret in zip_longest(known, unknown, sensitive):
        yield (
            item if isinstance(item, dict) else {},
            _flags(hidden),
            True if cell.sensitive is True else _flags(secret),
        )


def _flags(part: Json) -> Json:
    """Give the flags of one item: `True` for all of it, or by member."""
    return part if part is True or isinstance(part, dict) else {}


def effective_tags(
    cells: Mapping[str, Cell], entry: Entry, hidden: Hidden, config: ProviderConfig, cloud: Dialect
) -> TagSet:
    """Give the tags that the resource will really have.

    Where the provider shows them (`tags_all`, `effective_labels`) and all keys are known, that is
    the truth; else they are rebuilt from the resource's own tags over the provider's defaults.
    """
    tags = _planned_tags(cells, entry, hidden, config, cloud)
    if not entry.defaults or not tags.complete:
        return tags
    if config.is_late and all(tag.provenance != config.provenance for tag in tags):
        return replace(tags, complete=False, reason=config.default_tags.reason)
    if config.left_open:
        reason = f"provider `{config.key}` leaves some tags to others (`ignore_tags`)"
        return replace(tags, complete=False, reason=reason, open_keys=config.left_open)
    return tags


def _planned_tags(
    cells: Mapping[str, Cell], entry: Entry, hidden: Hidden, config: ProviderConfig, cloud: Dialect
) -> TagSet:
    for name in entry.computed:
        if cells[name].is_map:
            shown = map_tags(cells[name], hidden, secret_tags(cells, entry))
            return _with_provenance(shown, cells, entry, config, cloud)
    own = own_tags(cells, entry, hidden)
    if config.stands_in and hidden.is_unset(entry.attribute):
        own = _stood_in(own, config)
    if entry.beside and config.ignored:
        own = _with_ignored(own, config)
    reachable = config.is_known or any(cells[name].is_hidden for name in entry.computed)
    return overlay(own, config.beneath(own)) if entry.defaults and reachable else own


def _stood_in(own: TagSet, config: ProviderConfig) -> TagSet:
    """Say of tags that are in the place of those that nobody writes where they come from."""
    defaults = {tag.key: tag.value for tag in config.default_tags}
    given = {
        tag.key: replace(tag, provenance=config.provenance)
        for tag in own
        if tag.key in defaults and tag.value == defaults[tag.key]
    }
    return replace(own, tags={**own.tags, **given})


def with_kept(tags: TagSet, before: Mapping[str, Cell], entry: Entry, cloud: Dialect) -> TagSet:
    """Add the labels that a resource had beside those of Terraform: Google's provider keeps them.

    `before` are the cells before an update that hides the effective labels.
    """
    shown = {"effective" in name: before.get(name, Cell()).known for name in entry.computed}
    effective, terraform = shown.get(True), shown.get(False)
    if not (isinstance(effective, dict) and isinstance(terraform, dict)):
        return tags
    why = "" if tags.complete else f"it may be replaced: {tags.reason}"
    kept: dict[str, Tag] = {}
    for key in sorted(effective.keys() - terraform.keys() - tags.tags.keys()):
        platform = cloud.is_platform(key)
        tag = known_tag(key, effective[key], provenance=PLATFORM if platform else OUTSIDE)
        if tag.value is not None:
            tag = replace(tag, value=None, unknown=why) if why else tag
            kept[key] = replace(tag, platform=platform)
    return replace(tags, tags={**kept, **tags.tags})


def _with_ignored(own: TagSet, config: ProviderConfig) -> TagSet:
    """Count tags that the provider is told to leave to others as set by them."""
    why = f"set {OUTSIDE}: provider `{config.key}` has it in `ignore_defined_tags`"
    left = {
        key: Tag(key, None, OUTSIDE, unknown=why) for key in config.ignored if key not in own.tags
    }
    return replace(own, tags={**own.tags, **left})


def _with_provenance(
    shown: TagSet, cells: Mapping[str, Cell], entry: Entry, config: ProviderConfig, cloud: Dialect
) -> TagSet:
    """Say of each tag that the provider shows who set it, and what it replaced."""
    cell = cells[entry.attribute]
    own = {key for part in (cell.known, cell.unknown) for key in _keys(part)}
    defaults = config.default_tags if entry.defaults else NO_TAGS
    if shown.tags.keys() <= own and defaults.tags.keys().isdisjoint(own):
        return shown
    by_terraform = [cells[name].known for name in entry.computed if "terraform" in name]
    tags = dict(shown.tags)
    for key, tag in shown.tags.items():
        if key in own:
            if key in defaults:
                tags[key] = replace(tag, overrides=defaults.tags[key].provenance)
            continue
        provenance = config.provenance
        platform = cloud.is_platform(key) and key not in defaults
        if platform:
            provenance = PLATFORM
        elif any(isinstance(part, dict) and key not in part for part in by_terraform):
            provenance = OUTSIDE
        tags[key] = replace(tag, provenance=provenance, platform=platform)
    return TagSet(tags, complete=shown.complete, reason=shown.reason)


def _keys(part: Json) -> set[str]:
    return {key for key in part if part[key] is not None} if isinstance(part, dict) else set()


def visible_entry(cells: Mapping[str, Cell]) -> Entry | None:
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
