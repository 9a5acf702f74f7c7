"""What AWS Config says of one resource, whether an item or the result of a query says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from tagguard.model import Rows
from tagguard.sources.inventories.aws_rows import AwsRows
from tagguard.sources.inventories.config_tags import recorded_tags
from tagguard.sources.inventories.own_arns import own_arn

DELETED = frozenset({"ResourceDeleted", "ResourceDeletedNotRecorded"})
NOT_RECORDED = "ResourceNotRecorded"
STATES = frozenset(
    {
        "AWS::Config::ConformancePackCompliance",
        "AWS::Config::ResourceCompliance",
        "AWS::S3::AccountPublicAccessBlock",
        "AWS::SSM::AssociationCompliance",
        "AWS::SSM::FileData",
        "AWS::SSM::ManagedInstanceInventory",
        "AWS::SSM::PatchCompliance",
        "AWS::XRay::EncryptionConfig",
    }
)
"""What Config keeps under a type of its own though it is a state or a setting of something else."""


class Record(Struct, rename="camel"):
    """One resource in one state; any of it may be missing."""

    arn: str | None = None
    resource_type: str | None = None
    resource_id: str | None = None
    resource_name: str | None = None
    account_id: str | None = None
    aws_account_id: str | None = None
    aws_region: str | None = None
    configuration_item_status: str | None = None
    configuration_item_capture_time: Any = None
    tags: Any = None
    configuration: Any = None
    supplementary_configuration: Any = None

    @property
    def key(self) -> tuple[str | None, ...]:
        """What is the same for all states of one resource."""
        name = self.resource_id or self.resource_name or self.arn
        return self.account_id, self.aws_region, self.resource_type, name

    @property
    def moment(self) -> str:
        """When the state was seen, comparable; recorded answers give times in parts."""
        seen = self.configuration_item_capture_time
        if isinstance(seen, Mapping):
            names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
            return "-".join(str(seen.get(name, 0)).zfill(6) for name in names)
        return str(seen)


def add(rows: AwsRows, one: Record, *, without_tags: str) -> Iterator[Rows]:
    """Add the resource; `without_tags` says why its tags are unknown if there is no place for any.

    Raises ValueError where it does not tell which resource it is.
    """
    configuration = _plain(one.configuration)
    properties = configuration if isinstance(configuration, Mapping) else {}
    type_, name = one.resource_type or "", one.resource_id or one.resource_name or ""
    address = one.arn or own_arn(properties, type_, name)
    if not address:
        raise ValueError("does not tell its `arn`, nor its `resourceType` and `resourceId`")
    tags = recorded_tags(_plain(one.tags), properties, _plain(one.supplementary_configuration))
    unknown = "" if tags is not None else without_tags
    if one.configuration_item_status == NOT_RECORDED:
        unknown = f"AWS Config does not record `{type_}`, so what it shows may be old"
    return rows.add(
        address,
        tags,
        native=type_,
        account=one.account_id or one.aws_account_id or "",
        region=one.aws_region or "",
        unknown=unknown,
        facts=properties,
        excluded=_why_excluded(one),
    )


def _why_excluded(one: Record) -> str:
    if one.configuration_item_status in DELETED:
        return "deleted, as AWS Config has recorded"
    return "a state that AWS Config keeps, not a resource" if one.resource_type in STATES else ""


def _plain(found: Any) -> Any:  # noqa: ANN401 - any JSON
    """Decode a member that is JSON in a text; leave others alone."""
    if isinstance(found, str) and found[:1] in {"{", "["}:
        return msgspec.json.decode(found)
    return found
