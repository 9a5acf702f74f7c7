"""Says of tags that were read from source where they were written, by which layer, and why not.

The tags themselves come from `plan_tags`, which plans and source share.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from tagguard.hcl.values import Object, Sensitive, Tuple, Unknown, Value, bare, marked, to_text
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
    origins, hidden = _members(value)
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
        )
        if tag.value is None and key in hidden:
            found[key] = replace(
                found[key], unknown=hidden[key].reason, choices=_texts(hidden[key])
            )
    return replace(tags, tags=found)


def _texts(value: Unknown) -> tuple[str, ...]:
    """Give what a tag's value can be, as texts."""
    texts = to_text(value)
    few = texts.choices if isinstance(texts, Unknown) else (texts,)
    return tuple(text for text in few if isinstance(text, str))


def _members(value: Value) -> tuple[dict[str, Location], dict[str, Unknown]]:
    """Give by key where each tag was written, and its value where that is not known."""
    origins: dict[str, Location] = {}
    hidden: dict[str, Unknown] = {}
    inner = bare(value)
    if isinstance(inner, Object):
        origins |= inner.origins
        for key, item in inner.items.items():
            if isinstance(bare(item), Unknown):
                hidden[key] = _told(item, value)
    for item in inner.items if isinstance(inner, Tuple) else ():
        shown = bare(item)
        if isinstance(shown, Object):
            _note(marked(shown, item, value), origins, hidden)
    return origins, hidden


def _note(given: Value, origins: dict[str, Location], hidden: dict[str, Unknown]) -> None:
    """Note one object that names a key and a value."""
    item = bare(given)
    assert isinstance(item, Object)
    for name in ("key", "Key"):
        key = bare(item.items.get(name))
        if isinstance(key, str):
            if name in item.origins:
                origins[key] = item.origins[name]
            held = item.items.get("value", item.items.get("Value"))
            if why_unknown(held):
                hidden[key] = _told(held, given)


def _told(value: Value, around: Value) -> Unknown:
    """Give what may be told of a value that is not known; of a secret only why."""
    if isinstance(value, Unknown) and not isinstance(around, Sensitive):
        return value
    return Unknown(why_unknown(value))
