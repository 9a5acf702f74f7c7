"""Says how whole a scan is, from what became of each of its parts.

A part that is missing is told of; it counts against the scan unless the caller allows it by name,
or unless nobody asked for it by name and it may be missing anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tagguard.aws.collectors import Collector
from tagguard.report import Collected, Completeness, Shortage, Shortfall

OPTIONAL = {
    "explorer": frozenset({"denied", "unavailable"}),
    "config": frozenset({"denied", "unavailable"}),
}
"""Collectors that are tried unless chosen by name, and the states in which they may then stay
away: many organisations do not set these services up in every account."""
UNSEEN = {
    "tagging": "tags of resources whose own listing does not show them",
    "explorer": "resources of types without a listing of their own that never had a tag",
    "config": "resources of types without a listing of their own that never had a tag",
    "cloudcontrol": "resources of the chosen types",
}


class Part(Struct, frozen=True, kw_only=True):
    """One part of a scan: a collector in one account and Region, and what became of it."""

    account: str
    region: str = ""
    """Empty: the account as a whole, which could not be entered."""
    collector: str = ""
    """Empty: the account or Region as a whole."""
    state: Literal["done"] | Shortage = "done"
    message: str = ""
    """Why it is not done."""
    resources: int = 0
    """Sightings that it yielded, also where it ended short."""


class Allowances(Struct, frozen=True):
    """What may be missing without harm to the verdict."""

    named: Sequence[str] = ()
    """Account ids, Regions and collectors that the caller allows to be missing; globs."""
    chosen: Collection[str] = ()
    """Families of collectors that the caller asked for by name."""

    def allow(self, part: Part) -> bool:
        """Tell whether the part may be missing."""
        family = part.collector.partition("/")[0]
        names = [name for name in (part.account, part.region, part.collector, family) if name]
        if any(fnmatchcase(name, pattern) for name in names for pattern in self.named):
            return True
        return family not in self.chosen and part.state in OPTIONAL.get(family, ())


NOTHING_NAMED = Allowances()


def completeness(
    parts: Iterable[Part],
    collectors: Iterable[Collector],
    *,
    accounts: Sequence[str],
    suspended: Sequence[str] = (),
    regions: Sequence[str],
    allowances: Allowances = NOTHING_NAMED,
    found: Iterable[Shortfall] = (),
) -> Completeness:
    """Sum up the parts, sorted by their place; `found` is what finding the accounts has told of.

    The counts of merged resources are zero until they are known.
    """
    counts: dict[str, Counter[str]] = {}
    shortfalls = [*found]
    for _, group in groupby(parts, key=lambda one: one.account):
        of_account = list(group)
        _count(of_account, counts)
        shortfalls += _shortfalls(of_account, allowances)
    lacking = {one.account for one in shortfalls if not one.allowed}
    return Completeness(
        accounts=tuple(sorted(accounts)),
        accounts_done=sum(one not in lacking for one in accounts),
        suspended=tuple(sorted(suspended)),
        regions=tuple(sorted(regions)),
        collectors=tuple(_collected(collectors, counts)),
        shortfalls=tuple(sorted(shortfalls, key=_place)),
        complete=all(one.allowed for one in shortfalls),
    )


def with_counts(known: Completeness, *, merged: int, deleted: int) -> Completeness:
    """Add how many resources there are, once that is known."""
    return replace(known, merged=merged, deleted=deleted)


def _place(one: Shortfall) -> tuple[str, str, str]:
    return one.account, one.region or "", one.collector or ""


def _count(parts: Iterable[Part], counts: dict[str, Counter[str]]) -> None:
    for part in parts:
        of_one = counts.setdefault(part.collector, Counter())
        of_one[part.state] += 1
        of_one["resources"] += part.resources


def _collected(
    collectors: Iterable[Collector], counts: Mapping[str, Counter[str]]
) -> Iterator[Collected]:
    for one in sorted(collectors, key=lambda one: one.name):
        count = dict(counts.get(one.name, {}))
        resources = count.pop("resources", 0)
        yield Collected(
            collector=one.name,
            sees_untagged=one.sees_untagged,
            asked=sum(count.values()),
            resources=resources,
            **count,
        )


def _shortfalls(parts: Sequence[Part], allowances: Allowances) -> Iterator[Shortfall]:
    """Tell what one account lacks; what a whole Region or a whole collector lacks, once."""
    missing = [one for one in parts if one.state != "done" and not _is_elsewhere(one)]
    fates: dict[tuple[str, bool], list[Part]] = {}
    for one in missing:
        fates.setdefault((one.state, allowances.allow(one)), []).append(one)
    for (_, allowed), alike in fates.items():
        yield from _gathered(alike, parts, allowed=allowed)


def _is_elsewhere(part: Part) -> bool:
    """Tell whether the part is a listing of a service that its Region does not have."""
    return part.state == "unavailable" and part.collector.startswith("services/")


def _gathered(
    missing: Sequence[Part], parts: Sequence[Part], *, allowed: bool
) -> Iterator[Shortfall]:
    lost = frozenset(missing)
    asked = [one for one in parts if one in lost or (one.collector and not _is_elsewhere(one))]
    asked_in = Counter(one.region for one in asked)
    asked_of = Counter(one.collector for one in asked)
    if len(missing) > 1 and len(missing) == asked_in.total():
        yield _shortfall(missing, allowed=allowed, region=None, collector=None)
        return
    in_region = Counter(one.region for one in missing)
    whole = {region for region, count in in_region.items() if 1 < count == asked_in[region]}
    for region in sorted(whole):
        here = [one for one in missing if one.region == region]
        yield _shortfall(here, allowed=allowed, region=region, collector=None)
    left = sorted(
        (one for one in missing if one.region not in whole),
        key=lambda one: (one.collector, one.region),
    )
    for name, group in groupby(left, key=lambda one: one.collector):
        of_one = list(group)
        if name and 1 < len(of_one) == asked_of[name]:
            yield _shortfall(of_one, allowed=allowed, region=None, collector=name)
        else:
            for one in of_one:
                yield _shortfall([one], allowed=allowed, region=one.region, collector=name)


def _shortfall(
    missing: Sequence[Part], *, allowed: bool, region: str | None, collector: str | None
) -> Shortfall:
    first = missing[0]
    assert first.state != "done"
    others = len({one.message for one in missing}) - 1
    more = f" (and {others} other messages)" if others > 1 else " (and another)" if others else ""
    return Shortfall(
        account=first.account,
        region=region or None,
        collector=collector or None,
        state=first.state,
        message=first.message + more,
        allowed=allowed,
        unseen=_unseen(collector or ""),
    )


def _unseen(collector: str) -> str:
    family, _, listing = collector.partition("/")
    if family == "services":
        return f"every {listing} that never had a tag"
    return UNSEEN.get(family, "all resources")
