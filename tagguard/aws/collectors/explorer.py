"""Asks AWS Resource Explorer, which also knows of what never had a tag.

What it shows is an index, of some minutes or hours ago, seen through a *view*. A view may leave
out tags, and it may be filtered: then not everything is seen, and that is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from tagguard.aws.arns import GLOBAL
from tagguard.aws.collectors import (
    Api,
    Call,
    Collector,
    CollectorOptions,
    MissingError,
    RefusedError,
    Target,
)
from tagguard.aws.collectors.answers import homes, moment, sighting, tags_of
from tagguard.aws.collectors.narrowing import Query, narrowed
from tagguard.aws.sightings import Sighting


def _call(operation: str) -> Call:
    return Call("resource-explorer-2", operation, f"resource-explorer-2:{operation}")


GET_INDEX = _call("GetIndex")
GET_DEFAULT_VIEW = _call("GetDefaultView")
LIST_VIEWS = _call("ListViews")
GET_VIEW = _call("GetView")
LIST_RESOURCES = _call("ListResources")
SEARCH = _call("Search")

SEARCH_LIMIT = 1000
"""Search shows no more than so many results, on however many pages."""

PAGE = 999
"""With 1,000 a page ListResources gives no token, and what follows is lost: its documentation."""

USABLE = frozenset({"ACTIVE", "UPDATING"})
"""States of an index that can be asked."""

UNINDEXED = frozenset({"iam"})
"""Services whose tags the index lacks: the search syntax reference."""


class View(Struct, frozen=True):
    """A view, and where it can be asked."""

    api: Api
    arn: str
    tags: bool
    """It shows tags."""
    filtered: bool
    """It leaves out resources."""

    @property
    def shortcomings(self) -> tuple[bool, bool]:
        """What speaks against it; the smallest is the best view."""
        return (self.filtered, not self.tags)


class Explorer:
    """What the index of one Region holds, or the aggregator index that it replicates to."""

    name = "explorer"
    sees_untagged = True
    covers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = (
        GET_INDEX,
        GET_DEFAULT_VIEW,
        LIST_VIEWS,
        GET_VIEW,
        LIST_RESOURCES,
        SEARCH,
    )

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:  # noqa: ARG002 - the protocol's
        """Every Region of the scan: which of them holds an aggregator is not known before."""
        return regions

    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        """Yield pages of one Region, each resource once, whichever index shows it.

        Raises MissingError: "unavailable" without index or view, "truncated" where a view is
        filtered or a query has more results than the API shows and cannot be narrowed.
        """
        view = _best(_views_within_reach(api))
        if view is None:
            raise MissingError(
                "unavailable",
                "Resource Explorer has no view for this Region",
                hint="create a view that includes tags, or leave `explorer` out",
            )
        for query in _queries(api.target):
            yield from _listed(view, api.target, query)
        if view.filtered:
            raise MissingError(
                "truncated",
                f"the view {view.arn} is filtered, so that not every resource is in it",
                hint="create a view without filter, and make it the default",
            )


def _views_within_reach(api: Api) -> Iterator[View]:
    """Give the views of this Region, then those of the aggregator that it replicates to."""
    try:
        index = api.call(GET_INDEX)
    except RefusedError as exc:
        if exc.code != "ResourceNotFoundException":
            raise
        index = {}
    if index.get("State") not in USABLE:
        state = str(index.get("State", "")).lower()
        raise MissingError(
            "unavailable",
            f"the index of Resource Explorer is {state} here"
            if state
            else "Resource Explorer has no index in this Region",
            hint="turn Resource Explorer on in this Region, or leave `explorer` out",
        )
    yield from _views(api)
    for aggregator in index.get("ReplicatingTo", ()):
        yield from _views(api.at(region=aggregator))


def _views(api: Api) -> Iterator[View]:
    """Give the default view, then the others."""
    default = _default(api)
    if default:
        yield _view(api, default)
    for page in api.pages(LIST_VIEWS, token="NextToken"):  # noqa: S106 - a field's name
        for arn in page.get("Views", ()):
            if arn != default:
                yield _view(api, arn)


def _default(api: Api) -> str:
    try:
        return str(api.call(GET_DEFAULT_VIEW).get("ViewArn") or "")
    except RefusedError as exc:
        if exc.code != "ResourceNotFoundException":
            raise
        return ""


def _view(api: Api, arn: str) -> View:
    view = api.call(GET_VIEW, ViewArn=arn).get("View", {})
    return View(
        api,
        arn,
        tags=any(one.get("Name") == "tags" for one in view.get("IncludedProperties", ())),
        filtered=bool(view.get("Filters", {}).get("FilterString", "").strip()),
    )


def _best(views: Iterator[View]) -> View | None:
    """Give the first view without shortcomings, else the best of all that may be read."""
    best: View | None = None
    try:
        for view in views:
            if best is None or view.shortcomings < best.shortcomings:
                best = view
            if not any(best.shortcomings):
                break
    except MissingError as exc:
        if best is None or exc.state != "denied":
            raise
    return best


def _queries(target: Target) -> Iterator[Query]:
    """Give the queries of one Region; what belongs to none is indexed in the home Region."""
    regions = [target.region]
    if target.region in homes(target.partition):
        regions.append(GLOBAL)
    for region in regions:
        yield (f"accountid:{target.account}", f"region:{region}")


def _listed(view: View, target: Target, query: Query) -> Iterator[list[Sighting]]:
    """List what matches; by Search where listing is not permitted, or may have been cut."""
    listed = 0
    try:
        for page in view.api.pages(
            LIST_RESOURCES,
            token="NextToken",  # noqa: S106 - a field's name
            ViewArn=view.arn,
            Filters={"FilterString": " ".join(query)},
            MaxResults=PAGE,
        ):
            listed += len(page.get("Resources", ()))
            yield _page(view, target, page)
    except MissingError as exc:
        if exc.state not in ("denied", "unavailable"):
            raise
        listed = SEARCH_LIMIT
    if listed == SEARCH_LIMIT:
        yield from _searched(view, target, query)


def _searched(view: View, target: Target, query: Query) -> Iterator[list[Sighting]]:
    """Search, in ever narrower queries where there is more than Search shows."""
    for page in view.api.pages(
        SEARCH,
        token="NextToken",  # noqa: S106 - a field's name
        ViewArn=view.arn,
        QueryString=" ".join(query),
        MaxResults=SEARCH_LIMIT,
    ):
        if not page.get("Count", {}).get("Complete"):
            for part in narrowed(query, page.get("Resources", ())):
                yield from _searched(view, target, part)
            return
        yield _page(view, target, page)


def _page(view: View, target: Target, page: Mapping[str, Any]) -> list[Sighting]:
    return [_seen(view, target, one) for one in page.get("Resources", ()) if one.get("Arn")]


def _seen(view: View, target: Target, resource: Mapping[str, Any]) -> Sighting:
    tags, when = _tags(view, resource)
    return sighting(
        target,
        resource["Arn"],
        tags,
        type_=resource.get("ResourceType", ""),
        account=resource.get("OwningAccountId", ""),
        region=resource.get("Region", ""),
        as_of=moment(when),
    )


def _tags(view: View, resource: Mapping[str, Any]) -> tuple[dict[str, str] | None, object]:
    """Give the tags, and when they were last looked at.

    A resource without tags has no such property.
    """
    when = resource.get("LastReportedAt")
    if not view.tags or resource.get("Service") in UNINDEXED:
        return None, when
    for one in resource.get("Properties", ()):
        if one.get("Name") == "tags":
            return tags_of(one.get("Data")), one.get("LastReportedAt") or when
    return {}, when


def collectors(options: CollectorOptions) -> Sequence[Collector]:  # noqa: ARG001 - as all of them
    """Make the one collector of this API."""
    return (Explorer(),)
