"""Joins what several collectors saw of one resource, and decides what is true of it.

The verdict depends on what was seen and on which parts are through, never on the order in which
they ran. Sightings come sorted by ARN and go out as they came: no more than one resource is held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.json import encode

from tagguard.aws.arns import GLOBAL
from tagguard.aws.collectors import Collector
from tagguard.aws.collectors.answers import homes
from tagguard.aws.completeness import Part
from tagguard.aws.managed import USER, managed_by
from tagguard.aws.sightings import Sighting

TAGGING = "tagging"
DELETED = "deleted lately"
"""How the reason begins for which a ghost is excluded."""


class Seen(Struct, frozen=True):
    """A sighting, and the part of the scan that it comes from."""

    sighting: Sighting
    account: str
    """Whose credentials looked."""
    region: str
    """The Region that was asked; a global resource has been seen from one, too."""
    collector: str


class Merged(Struct, frozen=True, kw_only=True):
    """One resource, once."""

    address: str
    """Its ARN."""
    provider: str = "aws"
    type: str
    """Live spelling: `ec2:instance`."""
    account: str
    region: str
    """`global` for what belongs to none."""
    namespace: str | None = None
    tags: Mapping[str, str] | None
    """None: nobody could tell, and `reason` says why. Else the tags, all of them."""
    reason: str = ""
    managed_by: str = USER
    """`user`, or the platform service that creates it."""
    excluded: str = ""
    """Why it is not to be judged (`deleted lately: …`); empty: it is."""
    seen_by: tuple[str, ...] = ()
    """Names of the collectors that show it, sorted."""


class Merging:
    """What is known of a scan as a whole, which says what silence means."""

    def __init__(
        self,
        parts: Iterable[Part],
        listings: Iterable[Collector],
        *,
        accounts: Collection[str],
        regions: Collection[str],
        partition: str = "aws",
    ) -> None:
        """Take the scan's parts, sorted; `accounts` and `regions` are all that were asked.

        `listings` are all that there are, not only those asked: some types have several.
        """
        self._done, self._missing = _states(parts)
        self._listings: dict[str, list[Collector]] = {}
        for one in listings:
            for type_ in one.covers:
                self._listings.setdefault(type_, []).append(one)
        self._accounts = frozenset(accounts)
        self._regions = frozenset((*regions, GLOBAL))
        self._partition = partition
        self._places: dict[tuple[str, str], Sequence[str]] = {}
        self.merged = 0
        """Resources that went out so far."""
        self.deleted = 0
        """Those of them that are excluded as deleted lately."""

    def resources(self, seen: Iterable[Seen]) -> Iterator[Merged]:
        """Give each resource once; `seen` is sorted by ARN."""
        for arn, group in groupby(seen, key=lambda one: one.sighting.arn):
            one = self._merged(arn, sorted(group, key=self._rank))
            self.merged += 1
            self.deleted += one.excluded.startswith(DELETED)
            yield one

    def _rank(self, seen: Seen) -> tuple[object, ...]:
        """Put the one to believe first: its own live listing, the tagging API, the freshest index.

        What no fact settles, the spelling does, so that equal sightings give an equal answer.
        """
        sighting = seen.sighting
        foreign = seen.account != _owner(sighting)
        kind = 0 if _is_listing(seen) else 1 if seen.collector.startswith(TAGGING) else 2
        age = _Newest(sighting.as_of)
        tie = encode(sighting, order="sorted")
        return foreign, kind, bool(sighting.gone), age, seen.collector, seen.region, tie

    def _merged(self, arn: str, seen: Sequence[Seen]) -> Merged:
        best = seen[0].sighting
        tags, reason = self._tags(best, seen)
        return Merged(
            address=arn,
            type=best.type,
            account=_owner(best),
            region=_region(seen),
            tags=tags,
            reason=reason,
            managed_by=_managed(best, seen, tags),
            excluded=self._excluded(best, seen),
            seen_by=tuple(sorted({one.collector for one in seen})),
        )

    def _tags(self, best: Sighting, seen: Sequence[Seen]) -> tuple[Mapping[str, str] | None, str]:
        """Give the tags, or why they are not known.

        A listing that leaves the tags to the tagging API is silent about them; the tagging API is
        silent about what never had one. Only both together are an answer.
        """
        owner = _owner(best)
        for one in seen:
            if one.sighting.tags is not None and one.account == owner:
                return one.sighting.tags, ""
        if not any(map(_is_listing, seen)):
            names = ", ".join(sorted({one.collector for one in seen}))
            return None, f"what shows this resource does not show its tags ({names})"
        for place in self._tagging_places(seen):
            state = self._tagging(owner, place)
            if state != "done":
                return None, f"the tagging API in {owner}, {place}: {state}"
        return {}, ""

    def _tagging_places(self, seen: Sequence[Seen]) -> Sequence[str]:
        """Give the Regions whose tagging API would show the resource's tags."""
        region = _region(seen)
        if region != GLOBAL:
            return (region,)
        listed = (one.region for one in seen if _is_listing(one))
        return sorted({*homes(self._partition), *listed})

    def _tagging(self, account: str, region: str) -> str:
        names = (TAGGING, f"{TAGGING}/{GLOBAL}")
        if not self._done.get((account, region), frozenset()).isdisjoint(names):
            return "done"
        states = (self._missing.get((account, region, name)) for name in names)
        return next(filter(None, states), "not asked")

    def _excluded(self, best: Sighting, seen: Sequence[Seen]) -> str:
        owner, region = _owner(best), _region(seen)
        if best.gone:
            return f"{DELETED}: {best.gone}"
        if owner not in self._accounts:
            return f"belongs to the account {owner}, which is not scanned"
        if region not in self._regions:
            return f"lies in {region}, which is not scanned"
        if any(map(_is_listing, seen)):
            return ""
        looked = [
            (one.name, places)
            for one in self._listings.get(best.type, ())
            if (places := self._places_of(one, region))
        ]
        if looked and all(self._is_through(owner, places, name) for name, places in looked):
            return f"{DELETED}: not listed by {' and '.join(name for name, _ in looked)}"
        return ""

    def _places_of(self, listing: Collector, region: str) -> Sequence[str]:
        """Give the Regions in which a listing would show what lies in `region`."""
        places = self._places.get((listing.name, region))
        if places is None:
            asked = listing.regions([] if region == GLOBAL else [region], self._partition)
            places = self._places[listing.name, region] = tuple(asked)
        return places

    def _is_through(self, account: str, places: Sequence[str], name: str) -> bool:
        return all(name in self._done.get((account, place), ()) for place in places)


def _states(
    parts: Iterable[Part],
) -> tuple[dict[tuple[str, str], frozenset[str]], dict[tuple[str, str, str], str]]:
    """Give what is done by account and Region, and the states of the rest.

    Most places are alike, so they share their set: there may be a million parts.
    """
    shared: dict[frozenset[str], frozenset[str]] = {}
    done: dict[tuple[str, str], frozenset[str]] = {}
    missing: dict[tuple[str, str, str], str] = {}
    for place, group in groupby(parts, key=lambda one: (one.account, one.region)):
        names = []
        for one in group:
            if one.state == "done":
                names.append(one.collector)
            else:
                missing[*place, one.collector] = one.state
        through = frozenset(names)
        done[place] = shared.setdefault(through, through)
    return done, missing


def _is_listing(seen: Seen) -> bool:
    """Tell whether the service itself lists it, live: `services/ec2-instance`."""
    return seen.collector.startswith("services/")


class _Newest(str):
    """A time that sorts before older ones; empty is now."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self or "~", other or "~")


def _owner(sighting: Sighting) -> str:
    """Give the account that owns it: the ARN's, where that has one.

    What is shared is listed in every account that may use it, but shows its tags to its owner only.
    """
    parts = sighting.arn.split(":", 5)
    named = parts[4] if len(parts) > 5 else ""  # noqa: PLR2004 - an ARN's fields
    return named if named.isdigit() else sighting.account


def _managed(best: Sighting, seen: Sequence[Seen], tags: Mapping[str, str] | None) -> str:
    """Give who made it, as any API tells, else as the ARN and all tags do."""
    told = (one.sighting.managed_by for one in seen if one.sighting.managed_by != USER)
    return next(told, "") or managed_by(best.arn, best.type, tags)


def _region(seen: Sequence[Seen]) -> str:
    """Give the Region of the first that names one."""
    named = (one.sighting.region for one in seen if one.sighting.region != GLOBAL)
    return next(named, GLOBAL)
