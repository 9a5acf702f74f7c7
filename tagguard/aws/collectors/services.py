"""Service listings: one collector a resource type, which sees what never had a tag.

It reads the table in `listings` and knows no service of its own. Where a listing shows no tags it
says so; the tagging API's answer is joined later, by ARN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tagguard.aws import arns
from tagguard.aws.collectors import (
    Api,
    Call,
    Collector,
    CollectorOptions,
    MissingError,
    RefusedError,
    Target,
    expressions,
)
from tagguard.aws.collectors.answers import homes, tags_of
from tagguard.aws.collectors.expressions import Item, found
from tagguard.aws.collectors.listings import LISTINGS
from tagguard.aws.collectors.listings.listing import Listing, Step
from tagguard.aws.managed import managed_by
from tagguard.aws.sightings import Sighting

PAGE = 1_000
"""Items of many small answers that are handed on together."""
PATIENCE = 5
"""After so many refusals in a row, an operation is not asked about further items."""
ABSENT = re.compile("NotFound|^NoSuch")
"""The API's code for what has been deleted since it was listed."""
UNSEEN: Mapping[str, str] = {"": ""}
"""Stands for tags that this API does not show: a team's may be among them."""


def collectors(options: CollectorOptions) -> Sequence[Collector]:  # noqa: ARG001 - as all of them
    """Give one collector a listing of the table."""
    return [ServiceListing(one) for one in LISTINGS]


class ServiceListing:
    """Lists what there is of one type by the service's own API."""

    sees_untagged = True
    needs = frozenset({"tagging"})

    def __init__(self, listing: Listing) -> None:
        """Make the collector of one record of the table."""
        self.listing = listing
        self.name = f"services/{listing.name}"
        self.covers = frozenset({listing.type} if listing.complete else ())
        self.calls: Sequence[Call] = tuple(one.call for one in listing.steps)

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:
        """Choose every Region, or the one that answers for a global service."""
        match self.listing.place:
            case "":
                return regions
            case "home":
                return homes(partition)[:1]
            case place:
                return (place,) if partition == "aws" else ()

    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        """List; what is refused for single items is told when all the others are through."""
        steps = Steps(api)
        nameless = 0
        for page in steps.items(self.listing.steps):
            sightings = []
            for item in page:
                arn = arns.normal(expressions.arn(self.listing.arn, item, api.target))
                read = arns.parse(arn)
                if read is None:
                    nameless += 1
                elif (self._owner(item) or read.account) in ("", api.target.account):
                    sightings.append(self._sighting(arn, read.region, item, api.target))
            yield sightings
        if steps.missing:
            raise steps.missing
        if nameless:
            raise MissingError("failed", f"items of {self.name} without an ARN: {nameless}")

    def _owner(self, item: Item) -> str:
        return (found(self.listing.owner, item) or "") if self.listing.owner else ""

    def _sighting(self, arn: str, region: str, item: Item, target: Target) -> Sighting:
        listing = self.listing
        tags = tags_of(found(listing.tags, item) or {}) if listing.tags else None
        state = str(found(listing.state, item) or "") if listing.state else ""
        told = found(listing.region, item) if listing.region else ""
        return Sighting(
            arn=arn,
            type=listing.type,
            account=target.account,
            region=region or told or target.region,
            tags=tags,
            managed_by=managed_by(arn, listing.type, UNSEEN if tags is None else tags, item),
            gone=state if state.lower() in listing.gone else "",
        )


class Steps:
    """Goes through the steps of a listing in one place, and remembers what was refused."""

    def __init__(self, api: Api) -> None:
        """Begin; nothing is asked yet."""
        self._api = api
        self._in_a_row = 0
        self.missing: MissingError | None = None
        """The first refusal of a single item."""

    def items(self, steps: Sequence[Step]) -> Iterator[list[Item]]:
        """Yield pages of the last step's items; `above` is the item that each was asked for."""
        *earlier, last = steps
        if not earlier:
            for answer in self._answers(last, {}):
                yield _items(last, answer)
            return
        for page in self.items(earlier):
            yield from self._below(last, page)

    def _below(self, step: Step, page: Sequence[Item]) -> Iterator[list[Item]]:
        gathered: list[Item] = []
        for above in page:
            gathered += self._of(step, above)
            if len(gathered) >= PAGE:
                yield gathered
                gathered = []
        yield gathered

    def _of(self, step: Step, above: Item) -> Sequence[Item]:
        """Give the step's items for one item; what has been deleted meanwhile has none."""
        known = (above,) if step.detail else ()
        if self._in_a_row >= PATIENCE or (step.unless and found(step.unless, above)):
            return known
        given = {name: found(path, above) for name, path in step.given.items()}
        items: list[Item] = []
        try:
            for answer in self._answers(step, given):
                items += [_joined(step, item, above) for item in _items(step, answer)]
        except MissingError as error:
            if isinstance(error, RefusedError) and ABSENT.search(error.code):
                return items
            if error.state not in ("denied", "failed"):
                raise
            self._in_a_row += 1
            self.missing = self.missing or error
            return items or known
        self._in_a_row = 0
        return items or known

    def _answers(self, step: Step, given: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
        parameters = {**step.parameters, **given}
        if step.token:
            yield from self._api.pages(step.call, token=step.token, into=step.into, **parameters)
            return
        while True:
            answer = self._api.call(step.call, **parameters)
            yield answer
            following = found(step.after, answer) if step.after else None
            if not following:
                return
            parameters[step.into] = following


def _joined(step: Step, item: Item, above: Item) -> Item:
    """Put what a step shows together with what it was asked for."""
    return {**above, **item} if step.detail else {**item, "above": above}


def _items(step: Step, answer: Item) -> list[Item]:
    """Read an answer's items: one, or a list; a text becomes an item of its own."""
    items = found(step.items, answer)
    if not isinstance(items, list):
        items = [] if items is None else [items]
    return [{"it": item} if isinstance(item, str) else item for item in items]
