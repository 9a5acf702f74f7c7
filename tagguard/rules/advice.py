"""Words that several rules share: where a tag is to be written or changed.

Where the tag came from decides: the layer that a person must edit is named first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from tagguard.model import SENSITIVE, Location, Resource, Tag

SHOWN_MAX = 80
"""Longest value that a message quotes in full."""

_LAYERS = {
    "default_labels": "the `default_labels` of provider `{name}`",
    "default_tags": "the `default_tags` of provider `{name}`",
    "global": "the `Globals` section of the template",
    "module": "the call of module `{name}`",
    "outside Terraform": "whatever sets it outside Terraform",
    "platform": "what the cloud adds to `{address}`",
    "propagated": "`{name}`, which passes its tags on",
    "stack": "the stack's tags",
    "transform": "what the SAM transform adds to `{address}`",
}
"""Kind of provenance -> words; `{name}` is what stands behind it."""
_SWITCHED = re.compile(r"(?P<where>.+) with (?P<switch>`\w+(?: =|:) true`)")


def layer(resource: Resource, tag: Tag | None) -> str:
    """Name the layer that sets the tag; for a missing one, the nearest that could."""
    if tag is not None:
        kind, name = (*re.split("[@:]", tag.provenance, maxsplit=1), "")[:2]
        if kind in _LAYERS:
            return _LAYERS[kind].format(name=name, address=resource.address)
        if (place := _beside(resource, tag)) is not None:
            return f"`{place.path}:{place.line}`"
    return resource.places[0] if resource.places else f"the tags of `{resource.address}`"


def _beside(resource: Resource, tag: Tag) -> Location | None:
    """Give the place of a tag that is surely not in its resource's block: another file, or above.

    A local, a variable's default or a variable file, from which the block takes it.
    """
    place, block = tag.location, resource.location
    if place is None or place.line is None or block.line is None:
        return None
    is_apart = place.path != block.path or place.line < block.line
    return place if is_apart else None


def add_hint(resource: Resource, written: str) -> str:
    """Say where a missing tag can be added: the nearest layer, then those that reach further.

    Where the creator of an implied resource has the tag already, it is only to be handed on; the
    place may name the switch for that: ``… with `propagate_at_launch = true```.
    """
    place, creator = layer(resource, None), resource.creator
    if creator is not None and written in creator.tags:
        if switched := _SWITCHED.fullmatch(place):
            return f"set {switched['switch']} on `{written}` in {switched['where']}"
        if place in creator.places:
            return f"let `{creator.address}` hand its `{written}` on"
    hint = f"add `{written}` to {place}"
    if len(resource.places) > 1:
        hint += f", or once for many resources to {' or '.join(resource.places[1:])}"
    return hint


def change_hint(resource: Resource, tag: Tag, what: str) -> str:
    """Say what to change and in which layer: `write …`, `rename …`, `remove …`.

    Where a weaker layer sets the key too, it is named: it may be what should hold.
    """
    hint = f"{what} in {layer(resource, tag)}"
    if tag.overrides:
        hint += f", which overrides {layer(resource, replace(tag, provenance=tag.overrides))}"
    return hint


def quoted(text: str) -> str:
    """Quote a text that came from an input, shortened to a length that a line can hold."""
    if len(text) > SHOWN_MAX:
        return f"`{text[:SHOWN_MAX]}…` ({len(text):,} characters)"
    return f"`{text}`"


def shown_value(tag: Tag) -> str:
    """Quote a tag's value, or the few that it may have, as it may be printed."""
    return SENSITIVE if tag.sensitive else either(tag.possible or ("",))


def either(values: Sequence[str]) -> str:
    """Quote values of which one holds."""
    return " or ".join(quoted(value) if value else "an empty value" for value in values)
