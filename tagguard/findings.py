"""From outcomes to what is reported: places, fingerprints and order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from tagguard.model import Crash, Location, Outcome, PolicyInfo, Problem, Resource, TagSet
from tagguard.report import (
    Bucket,
    Finding,
    ListedResource,
    ListedTag,
    Status,
    Undetermined,
    UnknownValue,
)
from tagguard.selectors import ValueOf


class Judged(Struct, kw_only=True, eq=False):
    """One resource on its way from what is known of it to what is reported."""

    resource: Resource
    by_selectors: Resource
    """What selectors get to see: the resource, or a stand-in that notices what they look at."""
    by_rules: Resource
    """What rules get to see."""
    team: str
    value_of: ValueOf
    bucket: Bucket | None
    """Set where the resource is not to be judged."""
    outcomes: list[Outcome] = []
    facts: list[tuple[str, int]] = []
    """What is true of each key of the standard that coverage counts here."""


def fingerprint_of(rule: str, scope: str, address: str, key: str) -> str:
    """Identify a finding by what it is about: not by line, message or severity."""
    text = f"{rule}\0{scope}\0{address}\0{key}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def finding_of(
    outcome: Outcome,
    resource: Resource,
    team: str,
    *,
    exemption: str | None = None,
    baseline: frozenset[str],
) -> Finding:
    """Make a failure ready to be read; `exemption` is the id of what waives it."""
    fingerprint = fingerprint_of(outcome.rule, resource.scope, resource.address, outcome.key or "")
    status: Status = "open"
    if exemption is not None:
        status = "exempt"
    elif fingerprint in baseline:
        status = "baseline"
    tag = outcome.tag
    return Finding(
        rule=outcome.rule,
        severity=outcome.severity,
        status=status,
        key=outcome.key,
        resource=resource.address,
        type=resource.type,
        account=resource.account,
        region=resource.region,
        team=team,
        message=outcome.message,
        expected=outcome.expected,
        actual=outcome.actual,
        provenance=None if tag is None else tag.provenance,
        hint=outcome.hint,
        confidential=outcome.confidential or (tag is not None and tag.sensitive),
        location=_place(outcome, resource),
        resource_location=resource.location,
        fingerprint=fingerprint,
        exemption=exemption,
        scope=resource.scope,
    )


def with_hint(outcome: Outcome, more: str) -> Outcome:
    """Give a failure with one more thing to know, where there is one."""
    return replace(outcome, hint="; ".join(filter(None, (outcome.hint, more)))) if more else outcome


INVENTORY = Resource(
    source="",
    provider="",
    dialect="generic",
    type="",
    address="(inventory)",
    scope="",
    location=Location(path="."),
)
"""Stands for all resources where a policy speaks of no single one."""


def crashed(policy: PolicyInfo) -> Outcome:
    """Say that a policy could not finish, so that nobody takes its silence for a pass."""
    return Outcome(
        verdict="undetermined",
        rule=policy.id,
        severity=policy.severity,
        message=f"the policy `{policy.id}` crashed",
    )


def plain(crash: Crash) -> Problem:
    """Keep of a crash what a report tells."""
    return Problem(stage=crash.stage, where=crash.where, message=crash.message, hint=crash.hint)


def undetermined_of(outcome: Outcome, resource: Resource, team: str) -> Undetermined:
    """Make ready what could not be decided."""
    return Undetermined(
        resource=resource.address,
        type=resource.type,
        team=team,
        key=outcome.key,
        rule=outcome.rule,
        reason=outcome.message,
        location=_place(outcome, resource),
        scope=resource.scope,
    )


def _place(outcome: Outcome, resource: Resource) -> Location:
    """Give the tag's own line where there is one to change, else the resource's."""
    tag = outcome.tag
    return (None if tag is None else tag.location) or resource.location


def redacted(resource: Resource, names: Callable[[TagSet], Iterable[str]]) -> Resource:
    """Mark the values of the tags that `names` gives as not to be shown."""

    def hide(tags: TagSet) -> TagSet:
        hidden = {name: replace(tags.tags[name], sensitive=True) for name in names(tags)}
        return replace(tags, tags={**tags.tags, **hidden}) if hidden else tags

    tags = hide(resource.tags)
    if tags is resource.tags and not resource.variants and resource.creator is None:
        return resource
    variants = tuple(replace(one, tags=hide(one.tags)) for one in resource.variants)
    creator = None if resource.creator is None else redacted(resource.creator, names)
    return replace(resource, tags=tags, variants=variants, creator=creator)


def confidential_lines(resource: Resource) -> Iterator[tuple[str, int]]:
    """Give path and line of every value that must not be shown."""
    for tags in (resource.tags, *(variant.tags for variant in resource.variants)):
        for tag in tags.tags.values():
            if tag.sensitive and tag.location is not None and tag.location.line is not None:
                yield tag.location.path, tag.location.line


def listed(resource: Resource, team: str, bucket: Bucket) -> ListedResource:
    """Make a resource ready for the list of resources."""
    tags = resource.tags
    return ListedResource(
        address=resource.address,
        type=resource.type,
        team=team,
        bucket=bucket,
        creator=None if resource.creator is None else resource.creator.address,
        tags=tuple(
            ListedTag(
                key=tag.key,
                value=UnknownValue(tag.unknown or "unknown") if tag.shown is None else tag.shown,
                provenance=tag.provenance,
                overrides=tag.overrides or None,
            )
            for _, tag in sorted(tags.tags.items())
        ),
        tags_complete=tags.complete,
        tags_reason=None if tags.complete else tags.reason or "the input does not say why",
        location=resource.location,
        scope=resource.scope,
    )


def finding_order(one: Finding) -> tuple[object, ...]:
    """Sort by place, then by what is wrong; the rest makes the order total."""
    where = (*_place_order(one.location), one.resource, one.scope)
    what = (one.rule, one.key or "", one.message, one.team, one.severity, one.status)
    whose = (one.type, one.account or "", one.region or "", one.exemption or "")
    return (*where, *what, one.actual or "", one.hint, *whose)


def undetermined_order(one: Undetermined) -> tuple[object, ...]:
    """Sort by place, then by what is undecided."""
    where = (*_place_order(one.location), one.resource, one.scope)
    return (*where, one.key or "", one.rule, one.reason, one.team, one.type)


def _place_order(location: Location) -> tuple[object, ...]:
    return location.path, location.line or 0, location.column or 0
