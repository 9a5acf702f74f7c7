"""The nouns of a report: frozen records, which encoded *are* the JSON report.

``formats/schema/report-1.json`` is generated from these classes, so a field renamed here is a
contract broken there. What is judged stands in `model`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from tagguard.model import Location, Problem, Severity

Status = Literal["open", "exempt", "baseline"]
Bucket = Literal[
    "compliant", "noncompliant", "undetermined", "exempt", "untaggable", "managed", "excluded"
]
ExemptionState = Literal["active", "expiring", "expired", "unused", "refused"]


class Note(Struct, frozen=True, kw_only=True):
    """What a reader should know of how something was read; the scan is whole nevertheless."""

    where: Annotated[str, Meta(description="file or folder")]
    message: str
    hint: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """One failure, ready to be read."""

    rule: str
    severity: Severity
    status: Status
    key: str | None
    resource: Annotated[str, Meta(description="the resource's address")]
    type: str
    account: str | None
    region: str | None
    team: str
    message: str
    expected: str | None
    actual: str | None
    provenance: str | None
    hint: str
    confidential: Annotated[bool, Meta(description="the value and its line are not shown")]
    location: Location
    resource_location: Location
    fingerprint: Annotated[str, Meta(description="stable over moved lines and reworded messages")]
    exemption: Annotated[
        str | None, Meta(description="id of the exemption that waives it; else null")
    ] = None
    scope: Annotated[
        str, Meta(description="what the address is unique in: a root module, a plan, a template")
    ] = ""


class Undetermined(Struct, frozen=True, kw_only=True):
    """Something required that could not be decided."""

    resource: str
    type: str
    team: str
    key: str | None
    rule: str
    reason: str
    location: Location
    scope: Annotated[
        str, Meta(description="what the address is unique in: a root module, a plan, a template")
    ] = ""


Shortage = Literal["denied", "throttled", "truncated", "failed", "unavailable", "suspended"]


class Shortfall(Struct, frozen=True, kw_only=True):
    """A part of a live scan that was asked for and is missing."""

    account: str
    region: Annotated[str | None, Meta(description="null: the whole account")] = None
    collector: Annotated[str | None, Meta(description="null: all of them")] = None
    state: Shortage
    message: str
    allowed: Annotated[
        bool, Meta(description="nobody asked for it by name, or the caller allows it to be missing")
    ] = False
    unseen: Annotated[str, Meta(description="what it leaves unseen; empty: nothing")] = ""


class Collected(Struct, frozen=True, kw_only=True):
    """One collector over all accounts and Regions; each of those is one part."""

    collector: str
    sees_untagged: Annotated[bool, Meta(description="it lists resources that never had a tag, too")]
    asked: Annotated[int, Meta(description="parts; the sum of all that follow but `resources`")] = 0
    done: int = 0
    denied: int = 0
    throttled: int = 0
    truncated: int = 0
    failed: int = 0
    unavailable: Annotated[int, Meta(description="not set up there, or no such service")] = 0
    resources: Annotated[int, Meta(description="sightings, before they are merged")] = 0


class Completeness(Struct, frozen=True, kw_only=True):
    """How whole a live scan is."""

    accounts: Annotated[tuple[str, ...], Meta(description="asked for")]
    accounts_done: Annotated[int, Meta(description="with nothing missing that counts")]
    suspended: Annotated[tuple[str, ...], Meta(description="accounts that were skipped")] = ()
    regions: tuple[str, ...]
    collectors: tuple[Collected, ...]
    shortfalls: tuple[Shortfall, ...] = ()
    merged: Annotated[int, Meta(description="resources, each once")] = 0
    deleted: Annotated[
        int, Meta(description="of them: deleted lately, though some API still lists them")
    ] = 0
    complete: Annotated[bool, Meta(description="nothing is missing but what is allowed to be")]


class Input(Struct, frozen=True, kw_only=True):
    """One file that was read."""

    path: str
    kind: str
    resources: int
    completeness: Annotated[
        Completeness | None, Meta(description="of a live scan: what was seen; else null")
    ] = None


class TaxonomyInfo(Struct, frozen=True):
    """Which standard judged."""

    name: str
    version: str
    digest: str


class Tool(Struct, frozen=True):
    """Which program judged."""

    name: str
    version: str
    catalog: str


class Coverage(Struct, frozen=True, kw_only=True):
    """How many resources ended in each bucket; `resources` is their sum."""

    resources: int = 0
    compliant: int = 0
    noncompliant: int = 0
    undetermined: int = 0
    exempt: int = 0
    untaggable: int = 0
    managed: int = 0
    excluded: int = 0
    coverage: Annotated[
        float | None,
        Meta(
            description="compliant / (compliant + noncompliant + undetermined + exempt), 0 to 1; "
            "null when that sum is 0"
        ),
    ] = None


class Summary(Coverage, frozen=True, kw_only=True):
    """All resources; those that others imply are counted apart."""

    implied: Annotated[
        Coverage, Meta(description="volumes, instances, tasks … that other resources bring about")
    ] = Coverage()
    unchanged: Annotated[
        int, Meta(description="of the excluded: left out by `--changed-only`, implied ones too")
    ] = 0


class TeamCoverage(Coverage, frozen=True, kw_only=True):
    """One team's buckets."""

    team: str
    findings: Annotated[int, Meta(description="open findings of any severity")] = 0


class KeyCoverage(Struct, frozen=True, kw_only=True):
    """One taxonomy key over the resources that it applies to."""

    key: str
    applicable: Annotated[int, Meta(description="present + missing + undetermined")] = 0
    present: Annotated[int, Meta(description="carried under the standard's spelling")] = 0
    valid: Annotated[int, Meta(description="present with a value the standard accepts")] = 0
    missing: int = 0
    undetermined: int = 0
    present_normalised: Annotated[
        int, Meta(description="present, or carried under an alias or another case")
    ] = 0
    valid_normalised: Annotated[
        int, Meta(description="valid once key and value aliases are resolved")
    ] = 0


class ExemptionUse(Struct, frozen=True, kw_only=True):
    """What became of one exemption in this run."""

    id: str
    state: ExemptionState
    matched: int
    reason: Annotated[
        str | None, Meta(description="why it is refused, or what of it is idle; else null")
    ] = None
    location: Annotated[
        Location | None, Meta(description="where it stands in the input; null: nowhere in it")
    ] = None


class UnknownValue(Struct, frozen=True):
    """Stands for a value that nobody knows yet."""

    unknown: Annotated[str, Meta(description="why")]


class ListedTag(Struct, frozen=True, kw_only=True):
    """A tag in the list of resources."""

    key: str
    value: str | UnknownValue
    provenance: str
    overrides: Annotated[
        str | None, Meta(description="provenance of the weaker value that this one replaces")
    ] = None


class ListedResource(Struct, frozen=True, kw_only=True):
    """A resource in `--list-resources`."""

    address: str
    type: str
    team: str
    bucket: Bucket
    creator: Annotated[
        str | None, Meta(description="address of the resource that implies this one")
    ] = None
    tags: tuple[ListedTag, ...]
    tags_complete: Annotated[bool, Meta(description="false: there may be tags beside these")]
    tags_reason: Annotated[str | None, Meta(description="why there may be more; else null")] = None
    location: Location
    scope: Annotated[
        str, Meta(description="what the address is unique in: a root module, a plan, a template")
    ] = ""


class Report(Struct, frozen=True, kw_only=True):
    """Everything a format needs; encoding it gives the JSON report."""

    schema: Literal["tagguard/report/1"] = "tagguard/report/1"
    tool: Tool
    taxonomy: TaxonomyInfo
    inputs: tuple[Input, ...]
    skipped: Annotated[int, Meta(description="files of no known kind that were passed over")] = 0
    summary: Summary
    teams: tuple[TeamCoverage, ...]
    keys: tuple[KeyCoverage, ...]
    findings: Sequence[Finding]
    undetermined: Sequence[Undetermined]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...] = ()
    exemptions: tuple[ExemptionUse, ...] = ()
    resources: tuple[ListedResource, ...] | UnsetType = UNSET
