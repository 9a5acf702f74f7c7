"""Points at the source: where a planned resource and each of its tags is written.

Without source everything is in the plan's own file, without a line.
"""

from __future__ import annotations

from typing import Protocol

from msgspec.structs import replace

from tagguard.model import Location, TagSet
from tagguard.terraform.providers import defaults_attribute


class Place(Protocol):
    """One block in the source (`source_map.Place`)."""

    location: Location
    """Where the block begins."""

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

    def located(self, tags: TagSet, place: Place | None, attribute: str) -> TagSet:
        """Say of each tag where it is written: in `attribute` of the block, or at the provider."""
        if self._source is None or not tags.tags:
            return tags
        found = {
            tag.key: replace(tag, location=location)
            if (location := self._written(place, attribute, tag.key, tag.provenance))
            else tag
            for tag in tags
        }
        return TagSet(found, complete=tags.complete, reason=tags.reason)

    def _written(
        self, place: Place | None, attribute: str, key: str, provenance: str
    ) -> Location | None:
        if provenance == "resource":
            return None if place is None else place.tag(attribute, key)
        kind, _, provider_key = provenance.partition("@")
        if self._source is None or kind not in {"default_tags", "default_labels"}:
            return None
        provider = self._source.provider(provider_key)
        path = "default_tags.tags" if kind == "default_tags" else defaults_attribute(provider_key)
        return None if provider is None else provider.tag(path, key) or provider.location
