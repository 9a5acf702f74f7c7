"""Says of tags that were read from source where they were written, by which layer, and why not.

The tags themselves come from `plan_tags`, which plans and source share.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from tagguard.hcl.values import Object, Tuple, Unknown, Value, bare
from tagguard.model import Location, Tag, TagSet
from tagguard.terraform.plan_tags import Hidden
from tagguard.terraform.source_cells import why_unknown
from tagguard.terraform.source_layers import Layers


class Undecided(Hidden, frozen=True, gc=False):
    """Says why something in the source is not known."""

    planned_only: bool = True
    """Source does not show either what a provider computes."""
    why: Callable[[], str] = str
    """Gives a sentence."""

    @property
    def keys(self) -> str:
        """Why keys may be missing."""
        return f"{self.noun} are not known: {self.why()}"

    def because(self, what: str) -> str:
        """Why something else about the argument is unknown."""
        return f"{what} is not known: {self.why()}"

    @property
    def value(self) -> str:
        """Why one value is unknown."""
        return self.why()


def located(
    tags: TagSet, value: Value, attribute: Location, layers: Layers, own: str = "resource"
) -> TagSet:
    """Say of the tags with provenance `own` where they are written.

    `value` is what they were read from: a map, or objects that name a key; `attribute` is where it
    stands, for keys that are written nowhere literally.
    """
    if not tags.tags:
        return tags
    origins, reasons = _members(value)
    found: dict[str, Tag] = {}
    for key, tag in tags.tags.items():
        if tag.provenance != own:
            found[key] = tag
            continue
        origin = origins.get(key)
        found[key] = replace(
            tag,
            location=layers.editable(origin or attribute),
            provenance=layers.provenance(origin) if own == "resource" else own,
            unknown=reasons.get(key, tag.unknown) if tag.value is None else "",
        )
    return replace(tags, tags=found)


def _members(value: Value) -> tuple[dict[str, Location], dict[str, str]]:
    """Give by key where each tag was written, and why its value is not known."""
    origins: dict[str, Location] = {}
    reasons: dict[str, str] = {}
    inner = bare(value)
    if isinstance(inner, Object):
        origins |= inner.origins
        for key, item in inner.items.items():
            if isinstance(shown := bare(item), Unknown):
                reasons[key] = shown.reason
    for item in inner.items if isinstance(inner, Tuple) else ():
        shown = bare(item)
        if isinstance(shown, Object):
            _note(shown, origins, reasons)
    return origins, reasons


def _note(item: Object, origins: dict[str, Location], reasons: dict[str, str]) -> None:
    """Note one object that names a key and a value."""
    for name in ("key", "Key"):
        key = bare(item.items.get(name))
        if isinstance(key, str):
            if name in item.origins:
                origins[key] = item.origins[name]
            if why := why_unknown(item.items.get("value", item.items.get("Value"))):
                reasons[key] = why
