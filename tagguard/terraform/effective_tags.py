"""Lays a resource's own tags over its provider's defaults.

Shared by everything that reads Terraform, so it speaks only of `TagSet`s: where they were read is
the caller's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from msgspec.structs import replace

from tagguard.model import Tag, TagSet

NO_TAGS = TagSet()
"""No tags at all, and surely so."""


def overlay(own: TagSet, defaults: TagSet) -> TagSet:
    """Give the effective tags: the resource's own win over the provider's defaults.

    While own keys are hidden, each default is surely present but its value may be overridden, so
    that value is unknown; with `open_keys` only where those match. An own tag that replaces a
    default names it in `overrides`.
    """
    if not defaults.tags and defaults.complete:
        return own
    if not own.tags and own.complete:
        return defaults
    lower = defaults.tags
    if not own.complete:
        why = f"the default may be overridden: {own.reason}"
        lower = {
            key: replace(tag, value=None, unknown=why, choices=()) if own.may_gain(key) else tag
            for key, tag in lower.items()
        }
    upper = {
        key: replace(tag, overrides=lower[key].provenance) if key in lower else tag
        for key, tag in own.tags.items()
    }
    return TagSet(
        {**lower, **upper},
        complete=own.complete and defaults.complete,
        reason=own.reason or defaults.reason,
        open_keys=_open_keys(own, defaults),
    )


def _open_keys(*parts: TagSet) -> str:
    """Give a pattern of the keys that any of the incomplete sets may gain; empty: any key."""
    patterns = [part.open_keys for part in parts if not part.complete]
    return "|".join(patterns) if all(patterns) else ""


def either(candidates: Sequence[TagSet], reason: str) -> TagSet:
    """Give what is sure when exactly one of `candidates` holds and nobody knows which."""
    first, *others = candidates
    keys = [key for key in first.tags if all(key in other.tags for other in others)]
    tags = {}
    for key in keys:
        found = [candidate.tags[key] for candidate in candidates]
        tags[key] = found[0] if _alike(found) else _any_of(found, reason)
    sure = all(len(c.tags) == len(keys) and c.complete for c in candidates)
    return TagSet(tags, complete=sure, reason="" if sure else reason)


def _alike(tags: Sequence[Tag]) -> bool:
    return len({(tag.value, tag.choices) for tag in tags}) == 1


def _any_of(tags: Sequence[Tag], reason: str) -> Tag:
    """Give what is sure of a tag that is one of some: its values, where they are few."""
    values = [tag.choices if tag.value is None else (tag.value,) for tag in tags]
    few = tuple(dict.fromkeys(chain.from_iterable(values))) if all(values) else ()
    is_secret = any(tag.sensitive for tag in tags)
    return replace(tags[0], value=None, unknown=reason, choices=() if is_secret else few)


def handed_on(tags: TagSet, address: str) -> TagSet:
    """Give the copies that something gets of the tags at `address`; platform tags stay behind."""
    copies = {
        tag.key: replace(tag, provenance=f"propagated:{address}", overrides="")
        for tag in tags
        if not tag.platform
    }
    return replace(tags, tags=copies)


LONGEST_NUMBER = 4096
"""Bits; Python refuses to write out much longer integers."""


def to_text(value: object) -> str | None:
    """Turn a scalar into text as Terraform's conversion to string does; None for anything else."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return format(value, ".0f")
        case float():
            return repr(value)
        case int() if value.bit_length() <= LONGEST_NUMBER:
            return repr(value)
    return None


def known_tag(
    key: str, value: object, *, provenance: str = "resource", sensitive: bool = False
) -> Tag:
    """Make the tag that a known, non-null value sets."""
    written = to_text(value)
    return Tag(
        key,
        written,
        provenance,
        unknown="" if written is not None else "the value is not text",
        sensitive=sensitive,
    )
