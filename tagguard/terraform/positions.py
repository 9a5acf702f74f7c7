"""Points at the source: where a planned resource and each of its tags is written.

Without source everything is in the plan's own file, without a line.
"""

from __future__ import annotations

from typing import Protocol

from msgspec.structs import replace

from tagguard.model import Ignore, Location, Tag, TagSet


class Place(Protocol):
    """One block in the source (`source_map.Place`)."""

    location: Location
    """Where the block begins."""
    ignores: tuple[Ignore, ...]
    """The waivers at it, and at the module calls above it."""

    def tag(self, attribute: str, key: str) -> Location | None:
        """Tell where a tag is written in an attribute of the block."""


class Source(Protocol):
    """The source of a plan (`source_map.SourceMap`, loaded only where there is source)."""

    def resource(self, module: str, type_: str, name: str) -> Place | None:
        """Find a resource's block."""

    def provider(self, key: str) -> Place | None:
        """Find a provider configuration."""


class Positions:
    """Where the blocks of one plan are written."""

    def __init__(self, plan: Location, source: Source | None = None) -> None:
        self._plan = plan
        self._source = source

    def place(self, module: str, type_: str, name: str) -> Place | None:
        """Find a resource's block; `module` without instance keys."""
        return None if self._source is None else self._source.resource(module, type_, name)

    def location(self, place: Place | None, path: str = "") -> Location:
        """Give where a block begins, or the nested one that holds the argument at `path`."""
        if place is None:
            return self._plan
        nested = place.tag(path.rpartition(".")[0] or path, "") if path else None
        return nested or place.location

    def located(
        self, tags: TagSet, place: Place | None, attribute: str, own: str = "resource"
    ) -> TagSet:
        """Say of each tag where it is written: in `attribute` of the block, or at the provider.

        `own` is the provenance of those that the block writes.
        """
        if self._source is None or not tags.tags:
            return tags
        found: dict[str, Tag] = {}
        for tag in tags:
            if tag.provenance == own:
                location = place.tag(attribute, tag.key) if place and attribute else None
            else:
                location = self._default(tag)
            found[tag.key] = replace(tag, location=location) if location else tag
        return replace(tags, tags=found)

    def _default(self, tag: Tag) -> Location | None:
        """Find a default at its provider: a map, or a block with one."""
        kind, _, key = tag.provenance.partition("@")
        if self._source is None or kind not in {"default_tags", "default_labels"}:
            return None
        if (provider := self._source.provider(key)) is None:
            return None
        nested = provider.tag(f"{kind}.tags", tag.key)
        return nested or provider.tag(kind, tag.key) or provider.location
