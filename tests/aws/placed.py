"""Collectors that only say where they look and what they list: for tests of what that means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tagguard.aws.collectors import Api, Call
from tagguard.aws.sightings import Sighting


class Regional:
    """A collector that looks in every Region."""

    sees_untagged = True
    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = ()

    def __init__(self, name: str, *covers: str) -> None:
        self.name = name
        self.covers = frozenset(covers)

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:
        del partition
        return regions

    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        raise NotImplementedError


class Global(Regional):
    """A collector of a global service."""

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:
        del regions, partition
        return ["us-east-1"]


class Tagged(Regional):
    """A collector that does not know of what never had a tag."""

    sees_untagged = False
