"""What a Rego policy sees as ``input.resource``, and the published schema of it.

Values of sensitive tags are included, since they are judged; whoever reports a policy's words masks
them. Tags that the cloud sets itself are left out: they are never the team's.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from tagguard.model import Change, Owned, Taggable


class ResourceInput(Struct, frozen=True, kw_only=True):
    """One cloud resource as a policy sees it."""

    address: Annotated[str, Meta(description="what a person calls it: address, logical id, ARN")]
    creator: Annotated[
        str | None,
        Meta(description="address of what brings it into being, for volumes, tasks …; else null"),
    ]
    type: Annotated[str, Meta(description="the type in the source's own spelling")]
    provider: Annotated[str, Meta(description="provider name: `aws`, `azurerm`, `google` …")]
    source: Annotated[str, Meta(description="the source's kind: `terraform-plan` …")]
    account: str | None
    region: str | None
    team: Annotated[str, Meta(description="the owner, or `unowned`")]
    tags: Annotated[dict[str, str], Meta(description="tags with a known value")]
    unknown_tags: Annotated[
        list[str], Meta(description="keys that are present and whose value is not known")
    ]
    tags_complete: Annotated[
        bool, Meta(description="false: more keys may exist, so none can be called missing")
    ]
    provenance: Annotated[
        dict[str, str],
        Meta(description="who set each tag: `resource`, `default_tags@aws`, `stack` …"),
    ]
    taggable: Taggable
    change: Annotated[Change, Meta(description="what the plan does with it; `none` without plan")]
    attributes: Annotated[
        dict[str, Any] | UnsetType,
        Meta(
            description="raw attributes in the source's spelling, sensitive values masked; "
            "filled in when a policy refers to them"
        ),
    ] = UNSET


class PolicyInput(Struct, frozen=True):
    """The whole `input` of one evaluation."""

    resource: ResourceInput


def to_input(owned: Owned, *, attributes: bool) -> PolicyInput:
    """Convert a resource; its raw attributes are decoded only when asked for."""
    resource = owned.resource
    tags: dict[str, str] = {}
    unknown: list[str] = []
    provenance: dict[str, str] = {}
    for tag in resource.tags:
        if tag.platform:
            continue
        provenance[tag.key] = tag.provenance
        if tag.value is None:
            unknown.append(tag.key)
        else:
            tags[tag.key] = tag.value
    return PolicyInput(
        ResourceInput(
            address=resource.address,
            creator=None if resource.creator is None else resource.creator.address,
            type=resource.type,
            provider=resource.provider,
            source=resource.source,
            account=resource.account,
            region=resource.region,
            team=owned.team,
            tags=tags,
            unknown_tags=unknown,
            tags_complete=resource.tags.complete,
            provenance=provenance,
            taggable=resource.taggable,
            change=resource.change,
            attributes=resource.attributes if attributes else UNSET,
        )
    )


def resource_schema() -> dict[str, Any]:
    """Build the JSON Schema (2020-12) of ``input.resource``; published in ``rego/schema``."""
    _, components = msgspec.json.schema_components([ResourceInput])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **components["ResourceInput"],
    }
