"""Asks AWS Config by advanced query: each account's own recorder, or an aggregator.

Config knows the types that it records, and nobody says which those are: what it does not show may
exist all the same, so it covers no type. What was deleted it does not show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
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
from tagguard.aws.sightings import Sighting

RECORDERS = Call(
    "config", "DescribeConfigurationRecorderStatus", "config:DescribeConfigurationRecorderStatus"
)
SELECT = Call("config", "SelectResourceConfig", "config:SelectResourceConfig")
SELECT_AGGREGATE = Call(
    "config", "SelectAggregateResourceConfig", "config:SelectAggregateResourceConfig"
)

PAGE = 100
"""Most results a page."""

FIELDS = (
    "SELECT accountId, awsRegion, arn, resourceId, resourceType, tags, configurationItemCaptureTime"
)

RECORDS_ONLY = frozenset(
    {
        "AWS::Config::ConformancePackCompliance",
        "AWS::Config::ResourceCompliance",
        "AWS::SSM::AssociationCompliance",
        "AWS::SSM::FileData",
        "AWS::SSM::ManagedInstanceInventory",
        "AWS::SSM::PatchCompliance",
    }
)
"""What Config calls resources and is what it recorded about others.

Source: the resource types that AWS Config supports, in its developer guide.
"""


class Row(Struct, rename="camel"):
    """One result, which Config hands out as text."""

    resource_type: str
    resource_id: str = ""
    arn: str = ""
    account_id: str = ""
    aws_region: str = ""
    tags: list[Mapping[str, Any]] | None = None
    configuration_item_capture_time: str = ""


class Config:
    """Each account's own recorder, in each Region."""

    name = "config"
    sees_untagged = True
    covers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = (RECORDERS, SELECT)

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:  # noqa: ARG002 - the protocol's
        """Every Region of the scan: a recorder records its own."""
        return regions

    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        """Yield pages. Raises MissingError("unavailable", …) where nothing is recorded."""
        recorders = api.call(RECORDERS).get("ConfigurationRecordersStatus", ())
        if not recorders:
            raise MissingError(
                "unavailable",
                "AWS Config has no recorder here",
                hint="set up AWS Config here, or leave `config` out",
            )
        if not any(one.get("recording") for one in recorders):
            raise MissingError(
                "unavailable",
                "the recorder of AWS Config is stopped here, so what it knows is old",
                hint="start the recorder, or leave `config` out",
            )
        yield from _results(api, api.target, SELECT, Expression=FIELDS)


class Aggregator:
    """One aggregator in the caller's own account, asked for one account and Region at a time."""

    name = "config"
    sees_untagged = True
    covers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = (SELECT_AGGREGATE,)

    def __init__(self, aggregator: str) -> None:
        self.aggregator, _, self.region = aggregator.partition("@")

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:  # noqa: ARG002 - the protocol's
        """Every Region of the scan."""
        return regions

    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        """Yield pages of what the aggregator holds of the target's account and Region.

        Raises MissingError("unavailable", …) where the caller's account has no such aggregator.
        """
        there = api.at(region=self.region, caller=True)
        try:
            yield from _results(
                there,
                api.target,
                SELECT_AGGREGATE,
                ConfigurationAggregatorName=self.aggregator,
                Expression=f"{FIELDS} WHERE {_within(api.target)}",
            )
        except RefusedError as exc:
            if exc.code != "NoSuchConfigurationAggregatorException":
                raise
            raise MissingError(
                "unavailable",
                f"the account {there.target.account} has no aggregator `{self.aggregator}` in "
                f"{there.target.region}",
                hint="name it with its Region, in the account that starts the scan: NAME@REGION",
            ) from exc


def _within(target: Target) -> str:
    """Write the condition; what belongs to no Region is asked for with the home Region."""
    mine = [target.region]
    if target.region in homes(target.partition):
        mine.append(GLOBAL)
    regions = " OR ".join(f"awsRegion = '{region}'" for region in mine)
    return f"accountId = '{target.account}' AND ({regions})"


def _results(api: Api, target: Target, call: Call, **parameters: str) -> Iterator[list[Sighting]]:
    for page in api.pages(call, token="NextToken", Limit=PAGE, **parameters):  # noqa: S106 - a field's name
        try:
            rows = [msgspec.json.decode(text, type=Row) for text in page.get("Results", ())]
        except msgspec.DecodeError as exc:
            raise MissingError("failed", f"AWS Config gave a result that is none: {exc}") from exc
        yield [_seen(target, row) for row in rows if row.resource_type not in RECORDS_ONLY]


def _seen(target: Target, row: Row) -> Sighting:
    return sighting(
        target,
        row.arn or f"{row.resource_type}/{row.resource_id}",
        None if row.tags is None else tags_of(list(row.tags), "key", "value"),
        type_=row.resource_type,
        account=row.account_id,
        region=row.aws_region,
        as_of=moment(row.configuration_item_capture_time),
    )


def collectors(options: CollectorOptions) -> Sequence[Collector]:
    """Make the one collector: the aggregator's, where one is named (`NAME` or `NAME@REGION`)."""
    return (Aggregator(options.aggregator) if options.aggregator else Config(),)
