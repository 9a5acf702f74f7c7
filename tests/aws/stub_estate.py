"""What the stub server's APIs answer: one estate of resources, seen through each of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

CONDITION = re.compile(r"(accountId|awsRegion) = '([^']*)'")
SEARCH_LIMIT = 1000
SEARCH_LONGEST = 1280
HOUR = "2026-01-01T01:00:00Z"


class Thing(Struct, kw_only=True):
    """One resource, as the APIs show it."""

    arn: str
    account: str = "111111111111"
    region: str = "eu-west-1"
    type: str = "ec2:instance"
    """Resource Explorer's name."""
    cfn: str = "AWS::EC2::Instance"
    """CloudFormation's and Config's name."""
    tags: dict[str, str] | None = None
    """None: it never had any, so the tagging API does not show it."""
    ghost: bool = False
    """It is deleted, and the tagging API still shows it."""
    recorded: bool = True
    """AWS Config knows it."""
    identifier: str = ""
    """Cloud Control's; empty: it does not list it."""
    properties: dict[str, Any] = field(default_factory=dict)


class View(Struct, kw_only=True):
    """A view of Resource Explorer."""

    name: str = "all"
    tags: bool = True
    filter: str = ""
    default: bool = True
    readable: bool = True


class Index(Struct, kw_only=True):
    """An index of Resource Explorer in one Region."""

    views: Sequence[View] = ()
    state: str = "ACTIVE"
    aggregates: Sequence[str] = ()
    """Regions that replicate to it, which makes it an aggregator."""
    into: str = ""
    """The Region of the aggregator that it replicates to."""


class Recording(Struct, kw_only=True):
    """How AWS Config is set up."""

    recorders: Sequence[bool] = (True,)
    """Whether each recorder is recording."""
    aggregator: str = ""
    owner: str = ""
    """The aggregator's account."""
    region: str = ""
    """The aggregator's Region."""


class Request(Struct, kw_only=True):
    service: str
    operation: str
    account: str
    region: str
    body: dict[str, Any]
    text: str = ""


class RefusedRequest(Exception):  # noqa: N818 - what the API answers, no fault of the stub
    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(message or code)
        self.code, self.status = code, status


class Estate(Struct, kw_only=True):
    """Resources, and how the APIs that show them are set up."""

    of: Callable[[str, str], Sequence[Thing]]
    """Gives the resources of an account and Region; `global` is one."""
    indexes: Mapping[str, Index]
    """By Region, alike in all accounts."""
    config: Recording
    unlisted: frozenset[str] = frozenset()
    """Types that Cloud Control cannot list."""
    page: int = 100
    """Most items a page, where the request does not say less."""

    def answer(self, request: Request) -> object:
        """Give the body. Raises RefusedRequest where the API would answer an error."""
        match request.service:
            case "tagging":
                return self._tagging(request)
            case "resource-explorer-2":
                return self._explorer(request)
            case "config":
                return self._select(request)
            case "cloudcontrolapi":
                return self._control(request)
        raise RefusedRequest("UnknownOperationException")

    def _alive(self, account: str, regions: Iterable[str]) -> list[Thing]:
        return [one for place in regions for one in self.of(account, place) if not one.ghost]

    def _tagging(self, request: Request) -> object:
        if request.operation != "GetResources":
            raise RefusedRequest("UnknownOperationException")
        places = [request.region] + (["global"] if request.region == "us-east-1" else [])
        shown = [
            {
                "ResourceARN": one.arn,
                "Tags": [{"Key": key, "Value": value} for key, value in one.tags.items()],
            }
            for place in places
            for one in self.of(request.account, place)
            if one.tags is not None
        ]
        size = min(request.body.get("ResourcesPerPage", 50), self.page)
        token = request.body.get("PaginationToken", "")
        page, following = _paged(shown, token, size, "PaginationTokenExpiredException")
        return {"ResourceTagMappingList": page, "PaginationToken": following}

    def _explorer(self, request: Request) -> object:
        index = self.indexes.get(request.region)
        match request.operation:
            case "GetIndex":
                return _index(index)
            case "ListViews":
                views = index.views if index else ()
                return {"Views": [_view_arn(request, view) for view in views]}
            case "GetDefaultView":
                views = [one for one in (index.views if index else ()) if one.default]
                return {"ViewArn": _view_arn(request, views[0])} if views else {}
            case "GetView":
                return {"View": _described(request, self._view(request))}
            case "ListResources":
                return self._listed(request)
            case "Search":
                return self._searched(request)
        raise RefusedRequest("UnknownOperationException", status=404)

    def _view(self, request: Request) -> View:
        index = self.indexes.get(request.region)
        for view in index.views if index else ():
            if _view_arn(request, view) == request.body.get("ViewArn") and view.readable:
                return view
        raise RefusedRequest("UnauthorizedException", status=401)

    def _matching(self, request: Request, view: View, query: str) -> list[dict[str, Any]]:
        index = self.indexes[request.region]
        places = [request.region, *index.aggregates]
        if "us-east-1" in places:
            places.append("global")
        terms = f"{query} {view.filter}".split()
        found = [one for one in self._alive(request.account, places) if _matches(one, terms)]
        return [_explored(one, view) for one in sorted(found, key=lambda one: one.arn)]

    def _listed(self, request: Request) -> object:
        view = self._view(request)
        query = request.body.get("Filters", {}).get("FilterString", "")
        found = self._matching(request, view, query)
        size = request.body.get("MaxResults", 100)
        token = request.body.get("NextToken", "")
        page, following = _paged(found, token, min(size, 1000), "ValidationException")
        more = {"NextToken": following} if following and size < 1000 else {}
        return {"Resources": page, "ViewArn": request.body["ViewArn"], **more}

    def _searched(self, request: Request) -> object:
        view, query = self._view(request), request.body["QueryString"]
        if len(query) > SEARCH_LONGEST:
            raise RefusedRequest("ValidationException", "QueryString is too long")
        found = self._matching(request, view, query)
        shown = found[:SEARCH_LIMIT]
        size = request.body.get("MaxResults", 100)
        page, following = _paged(
            shown, request.body.get("NextToken", ""), size, "ValidationException"
        )
        return {
            "Resources": page,
            "ViewArn": request.body["ViewArn"],
            "Count": {"TotalResources": len(shown), "Complete": len(shown) == len(found)},
            **({"NextToken": following} if following else {}),
        }

    def _select(self, request: Request) -> object:
        match request.operation:
            case "DescribeConfigurationRecorderStatus":
                recorders = self.config.recorders
                return {
                    "ConfigurationRecordersStatus": [
                        {"name": "default", "recording": on} for on in recorders
                    ]
                }
            case "SelectResourceConfig":
                home = request.region == "us-east-1"
                places = [request.region, *(["global"] if home else [])]
                found = self._alive(request.account, places)
            case "SelectAggregateResourceConfig":
                found = self._aggregated(request)
            case _:
                raise RefusedRequest("UnknownOperationException")
        results = [_recorded(one) for one in found if one.recorded]
        size = min(request.body.get("Limit", 25), self.page)
        token = request.body.get("NextToken", "")
        page, following = _paged(results, token, size, "InvalidNextTokenException")
        more = {"NextToken": following} if following else {}
        return {"Results": page, "QueryInfo": {"SelectFields": []}, **more}

    def _aggregated(self, request: Request) -> list[Thing]:
        set_up = (self.config.aggregator, self.config.owner, self.config.region)
        name = request.body["ConfigurationAggregatorName"]
        if (name, request.account, request.region) != set_up:
            raise RefusedRequest("NoSuchConfigurationAggregatorException", "No such aggregator")
        asked = defaultdict(list)
        for name, value in CONDITION.findall(request.body["Expression"]):
            asked[name].append(value)
        return self._alive(asked["accountId"][0], asked["awsRegion"])

    def _control(self, request: Request) -> object:
        type_ = request.body["TypeName"]
        if type_ in self.unlisted:
            raise RefusedRequest("UnsupportedActionException", f"{type_} does not support LIST")
        places = (request.region, "global")
        found = [one for one in self._alive(request.account, places) if one.cfn == type_]
        if not found and not re.match("AWS::(EC2|S3|IAM|Logs)::", type_):
            raise RefusedRequest("TypeNotFoundException", f"The type '{type_}' cannot be found.")
        described = [
            {"Identifier": one.identifier, "Properties": json.dumps(one.properties)}
            for one in found
            if one.identifier
        ]
        token = request.body.get("NextToken", "")
        page, following = _paged(described, token, self.page, "InvalidRequestException")
        more = {"NextToken": following} if following else {}
        return {"TypeName": type_, "ResourceDescriptions": page, **more}


def by_place(things: Iterable[Thing]) -> Callable[[str, str], Sequence[Thing]]:
    places: dict[tuple[str, str], list[Thing]] = defaultdict(list)
    for one in things:
        places[one.account, one.region].append(one)
    return lambda account, region: places.get((account, region), ())


def _paged(items: Sequence[Any], token: str, size: int, refusal: str) -> tuple[Sequence[Any], str]:
    """Cut out one page, and give the token of the next; empty after the last."""
    start = re.fullmatch(r"after-(\d+)", token) if token else None
    if token and not start:
        raise RefusedRequest(refusal, "The NextToken is not valid")
    begin = int(start[1]) if start else 0
    end = begin + size
    return items[begin:end], f"after-{end}" if end < len(items) else ""


def _index(index: Index | None) -> object:
    if index is None:
        raise RefusedRequest("ResourceNotFoundException", status=404)
    if index.aggregates:
        more = {"Type": "AGGREGATOR", "ReplicatingFrom": list(index.aggregates)}
    else:
        more = {"Type": "LOCAL", "ReplicatingTo": [index.into] if index.into else []}
    return {"State": index.state, **more}


def _view_arn(request: Request, view: View) -> str:
    place = f"{request.region}:{request.account}"
    return f"arn:aws:resource-explorer-2:{place}:view/{view.name}/1"


def _described(request: Request, view: View) -> object:
    return {
        "ViewArn": _view_arn(request, view),
        "IncludedProperties": [{"Name": "tags"}] if view.tags else [],
        "Filters": {"FilterString": view.filter},
    }


def _explored(one: Thing, view: View) -> dict[str, Any]:
    tags = [{"Key": key, "Value": value} for key, value in (one.tags or {}).items()]
    shown = view.tags and tags and not one.type.startswith("iam:")
    return {
        "Arn": one.arn,
        "OwningAccountId": one.account,
        "Region": one.region,
        "ResourceType": one.type,
        "Service": one.type.partition(":")[0],
        "LastReportedAt": HOUR,
        "Properties": [{"Name": "tags", "Data": tags, "LastReportedAt": HOUR}] if shown else [],
    }


def _matches(one: Thing, terms: Iterable[str]) -> bool:
    """Tell whether all filters hold: the search syntax reference of Resource Explorer."""
    known = {
        "accountid": one.account,
        "id": one.arn,
        "region": one.region,
        "resourcetype": one.type,
        "service": one.type.partition(":")[0],
        "tag": "all" if one.tags else "none",
    }
    return all(_holds(known, term) for term in terms)


def _holds(known: Mapping[str, str], term: str) -> bool:
    name, _, wanted = term.removeprefix("-").lower().partition(":")
    if name not in known:
        raise RefusedRequest("ValidationException", f"no such filter: {name}")
    value = known[name].lower()
    begins = wanted.endswith("*")
    found = value.startswith(wanted[:-1]) if begins else value == wanted
    return found is not term.startswith("-")


def _recorded(one: Thing) -> str:
    tags = [
        {"key": key, "value": value, "tag": f"{key}={value}"}
        for key, value in (one.tags or {}).items()
    ]
    return json.dumps(
        {
            "accountId": one.account,
            "awsRegion": one.region,
            "arn": one.arn,
            "resourceId": one.arn.rpartition("/")[2],
            "resourceType": one.cfn,
            "tags": tags,
            "configurationItemCaptureTime": HOUR,
        }
    )
