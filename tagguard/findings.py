"""From outcomes to what is reported: places, fingerprints, order, and secrets kept out."""

from __future__ import annotations

import hashlib

from msgspec import UNSET
from msgspec.structs import replace

from tagguard.model import (
    BUILTIN_RULES,
    SENSITIVE,
    UNOWNED,
    Bucket,
    Finding,
    ListedResource,
    ListedTag,
    Location,
    Outcome,
    Resource,
    Status,
    TagSet,
    Undetermined,
)


def fingerprint_of(rule: str, scope: str, address: str, key: str) -> str:
    """Identify a finding by what it is about: not by line, message or severity."""
    text = f"{rule}\0{scope}\0{address}\0{key}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def finding_of(
    outcome: Outcome, resource: Resource, team: str, *, exempt: bool, baseline: frozenset[str]
) -> Finding:
    """Make a failure ready to be read."""
    fingerprint = fingerprint_of(outcome.rule, resource.scope, resource.address, outcome.key or "")
    status: Status = "open"
    if exempt:
        status = "exempt"
    elif fingerprint in baseline:
        status = "baseline"
    shown = scrubbed(outcome, resource)
    tag = outcome.tag
    return Finding(
        rule=shown.rule,
        severity=shown.severity,
        status=status,
        key=shown.key,
        resource=resource.address,
        type=resource.type,
        account=resource.account,
        region=resource.region,
        team=team,
        message=shown.message,
        expected=shown.expected,
        actual=shown.actual,
        provenance=None if tag is None else tag.provenance,
        hint=shown.hint,
        location=_place(outcome, resource),
        resource_location=resource.location,
        fingerprint=fingerprint,
    )


_INVENTORY = Resource(
    source="",
    provider="",
    dialect="generic",
    type="",
    address="(inventory)",
    scope="",
    location=Location(path="."),
)


def inventory_finding(outcome: Outcome, baseline: frozenset[str]) -> Finding:
    """Make ready what a policy says of the whole inventory and of no single resource."""
    return finding_of(outcome, _INVENTORY, UNOWNED, exempt=False, baseline=baseline)


def undetermined_of(outcome: Outcome, resource: Resource, team: str) -> Undetermined:
    """Make ready what could not be decided."""
    return Undetermined(
        resource=resource.address,
        type=resource.type,
        team=team,
        key=outcome.key,
        rule=outcome.rule,
        reason=scrubbed(outcome, resource).message,
        location=_place(outcome, resource),
    )


def _place(outcome: Outcome, resource: Resource) -> Location:
    """Give the tag's own line where there is one to change, else the resource's."""
    tag = outcome.tag
    return (None if tag is None else tag.location) or resource.location


def redacted(resource: Resource, keys: frozenset[str]) -> Resource:
    """Mark the values of some keys as not to be shown."""

    def hide(tags: TagSet) -> TagSet:
        return replace(
            tags,
            tags={
                key: replace(tag, sensitive=True) if key in keys else tag
                for key, tag in tags.tags.items()
            },
        )

    return replace(
        resource,
        tags=hide(resource.tags),
        variants=tuple(replace(one, tags=hide(one.tags)) for one in resource.variants),
    )


def scrubbed(outcome: Outcome, resource: Resource) -> Outcome:
    """Take sensitive values out of what a policy wrote; the built-in rules never write them."""
    if outcome.rule in BUILTIN_RULES:
        return outcome
    tag_sets = (resource.tags, *(variant.tags for variant in resource.variants))
    secrets = {
        tag.value for tags in tag_sets for tag in tags.tags.values() if tag.sensitive and tag.value
    }
    for secret in sorted(secrets, key=len, reverse=True):
        outcome = replace(
            outcome,
            message=outcome.message.replace(secret, SENSITIVE),
            hint=outcome.hint.replace(secret, SENSITIVE),
            expected=outcome.expected and outcome.expected.replace(secret, SENSITIVE),
            actual=outcome.actual and outcome.actual.replace(secret, SENSITIVE),
        )
    return outcome


def listed(resource: Resource, team: str, bucket: Bucket) -> ListedResource:
    """Make a resource ready for the list of resources."""
    return ListedResource(
        address=resource.address,
        type=resource.type,
        team=team,
        bucket=bucket,
        tags=tuple(
            ListedTag(
                key=tag.key,
                value=tag.shown,
                provenance=tag.provenance,
                unknown=UNSET if tag.value is not None else tag.unknown or "unknown",
            )
            for _, tag in sorted(resource.tags.tags.items())
        ),
        tags_complete=resource.tags.complete,
        location=resource.location,
    )


def finding_order(one: Finding) -> tuple[object, ...]:
    """Sort by place, then by what is wrong."""
    return (*_place_order(one.location), one.resource, one.rule, one.key or "", one.message, one.team)


def undetermined_order(one: Undetermined) -> tuple[object, ...]:
    """Sort by place, then by what is undecided."""
    return (*_place_order(one.location), one.resource, one.key or "", one.rule, one.reason, one.team)


def _place_order(location: Location) -> tuple[object, ...]:
    return location.path, location.line or 0, location.column or 0
