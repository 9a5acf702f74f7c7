"""The nouns that every part of tagguard shares: frozen records without behaviour of their own.

Nothing here reads a file, a clock or the environment. What a run says in the end stands in
`report`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal, Protocol

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import force_setattr

Severity = Literal["error", "warning", "info"]
Taggable = Literal["yes", "no", "unknown"]
Change = Literal["create", "update", "replace", "delete", "no-op", "none"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first."""

BUILTIN_RULES: tuple[str, ...] = (
    "missing-tag",
    "empty-tag",
    "invalid-value",
    "misnamed-key",
    "forbidden-key",
    "deprecated-key",
    "unknown-key",
    "tag-limit",
)
"""Ids of the rules that judge by the taxonomy alone; their modules are in `tagguard.rules`."""

UNOWNED = "unowned"
"""The team of what nobody owns."""

SENSITIVE = "(sensitive)"
"""What is shown in place of a sensitive value."""


class Location(Struct, frozen=True, gc=False):
    """A place in an input that a person can open."""

    path: Annotated[str, Meta(description="relative to the working directory, with `/`")]
    line: Annotated[int, Meta(description="counted from 1", ge=1)] | None = None
    column: Annotated[int, Meta(description="counted from 1, in characters", ge=1)] | None = None


class Tag(Struct, frozen=True):
    """One tag or label: known value (`value` is text) or unknown value (`value` is None).

    An absent tag is one that is not in the `TagSet`.
    """

    key: str
    value: str | None
    provenance: str = "resource"
    """Who set it: `resource`, `default_tags@aws.west`, `module:<call>`, `stack`, `global` …"""
    location: Location | None = None
    unknown: str = ""
    """Why the value is unknown; empty when it is known."""
    sensitive: bool = False
    """The source marks the value as secret: it is judged but never shown."""
    platform: bool = False
    """Set by the cloud itself (`aws:*`): shown, never judged, never the team's."""
    overrides: str = ""
    """Provenance of the weaker layer whose value this one replaces; empty: none does."""
    choices: tuple[str, ...] = ()
    """All values that it may have, where its value is unknown but they are few."""

    @property
    def is_known(self) -> bool:
        """The value is known."""
        return self.value is not None

    @property
    def possible(self) -> tuple[str, ...]:
        """All values that it may have; empty: any."""
        return self.choices if self.value is None else (self.value,)

    @property
    def shown(self) -> str | None:
        """The value as it may be printed."""
        return SENSITIVE if self.sensitive and self.value is not None else self.value


class TagSet(Struct, frozen=True):
    """Effective tags by key, and whether the list of keys is complete."""

    tags: Mapping[str, Tag] = msgspec.field(default_factory=dict)
    complete: bool = True
    """False: more keys may exist, so a missing key is undetermined, never a violation."""
    reason: str = ""
    """Why the set is not complete."""
    open_keys: str = ""
    """Of an incomplete set, a pattern that each further key matches as a whole, whatever its case
    (`re.escape` gives that of one key); empty: any key may come."""

    def __post_init__(self) -> None:
        """Make the mapping read-only: sets are shared, and policies get to see them."""
        if type(self.tags) is dict:
            force_setattr(self, "tags", MappingProxyType(self.tags))

    def get(self, key: str) -> Tag | None:
        """Give the tag with exactly this key."""
        return self.tags.get(key)

    def may_gain(self, key: str) -> bool:
        """Tell whether a tag with this key may exist beside those that are known of."""
        if self.complete:
            return False
        pattern = self.open_keys
        return not pattern or re.fullmatch(pattern, key, re.IGNORECASE) is not None

    def __contains__(self, key: object) -> bool:
        return key in self.tags

    def __iter__(self) -> Any:  # noqa: ANN401 - an iterator of Tag; Struct forbids the generic here
        return iter(self.tags.values())

    def __len__(self) -> int:
        return len(self.tags)


class Variant(Struct, frozen=True):
    """The tags that a resource has if an open condition goes one way."""

    branch: str
    """The condition and its side, for people: ``IsProd is false``."""
    tags: TagSet


class Limits(Struct, frozen=True, omit_defaults=True):
    """What one resource type allows less of than its cloud does in general; 0: the cloud's own."""

    tags: int = 0
    """Most tags on one resource."""
    key: int = 0
    """Longest key in characters."""
    value: int = 0
    """Longest value in characters."""


NO_LIMITS = Limits()


class Ignore(Struct, frozen=True, kw_only=True):
    """A waiver that stands in the input itself, beside what it is for (`tagguard:ignore …`)."""

    rule: str
    """Empty: it could not be read, and `reason` says why."""
    key: str | None = None
    """None: all keys."""
    reason: str = ""
    until: str = ""
    """Last day on which it holds, YYYY-MM-DD; empty: no end. What is no day is refused later."""
    location: Location


class Elsewhere(Struct, frozen=True):
    """Some tags are left to somebody else, so that what is written may not be what is there."""

    reason: str
    keys: tuple[str, ...] = ()
    """Empty: all keys."""


def no_attributes() -> dict[str, Any]:
    """Stand in for the attributes of a resource that shows none."""
    return {}


class Account(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of the account, subscription or project that a resource lives in."""

    id: str
    name: Annotated[str, Meta(description="empty: not known")] = ""
    unit: Annotated[
        str,
        Meta(description="organisational units from the root: `Root/Products`; empty: not known"),
    ] = ""
    tags: Annotated[
        Mapping[str, str] | None, Meta(description="the account's own tags; null: not known")
    ] = None


class Resource(Struct, frozen=True, kw_only=True):
    """One cloud resource as some source describes it, in the shape that all rules judge."""

    source: str
    """The source's kind: `terraform-plan`, `cloudformation` …"""
    provider: str
    """Terraform provider name (`aws`, `google`), or `aws` for CloudFormation."""
    dialect: str
    """Which cloud's tag syntax holds: a name in `tagguard.dialects`, or `generic`."""
    type: str
    """The type in the source's own spelling."""
    address: str
    """What a person calls it: Terraform address, logical id, ARN."""
    scope: str
    """Where the address is unique: the input's folder or file, or the account. No absolute path."""
    account: str | None = None
    holder: Account | None = None
    """More about that account, where the input or the organisation tells."""
    region: str | None = None
    """`global` where the resource belongs to none."""
    namespace: str | None = None
    tags: TagSet = TagSet()
    variants: tuple[Variant, ...] = ()
    """One per open branch when conditions leave several tag sets; empty when `tags` is all."""
    taggable: Taggable = "yes"
    limits: Limits = NO_LIMITS
    """Where the type is stricter than its cloud."""
    managed_by: str = "user"
    """`user`, or the platform service that creates it."""
    creator: Resource | None = None
    """Of an *implied* resource: the one that brings it into being and says how it is tagged. Its
    address is the creator's, `#` and a name: `aws_instance.web#root_block_device`."""
    change: Change = "none"
    changes_tags: bool = True
    """The input creates or replaces it, or may change its tags; false only where it surely does
    not."""
    excluded: str = ""
    """Why the resource is not to be judged at all (deleted, data source …); else empty."""
    location: Location
    ignores: tuple[Ignore, ...] = ()
    """Waivers that the input itself holds; the taxonomy says which of them count."""
    elsewhere: Elsewhere | None = None
    """Tags that are managed elsewhere: what passes here is undetermined, what fails still fails."""
    places: tuple[str, ...] = ()
    """Layers where a tag can be written, nearest first, as words for a hint."""
    load_attributes: Callable[[], dict[str, Any]] = no_attributes
    """Decodes the raw attributes when a policy asks; sensitive values are masked."""

    @property
    def attributes(self) -> dict[str, Any]:
        """Raw attributes in the source's own spelling; sensitive values are masked."""
        return self.load_attributes()


class Rows(Struct):
    """Many resources of an inventory in their narrowest shape, as columns of equal length.

    Inventories hold a million resources that differ in little: what is alike stands once, as a
    *pattern*, and equal tags are judged once.
    """

    patterns: list[Resource]
    """For each, all but its address, tags and line. Alike ones are the very same object: sources
    make one for each combination of type, account, Region and so on."""
    addresses: list[str]
    tags: list[Mapping[str, str]]
    """Known tags. Whether there may be more, the pattern's own (empty) tag set tells."""
    lines: Sequence[int | None]
    """Line of each in the pattern's file; None where the file has none worth naming."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What one rule says of one resource and key, where that is not simply *pass*."""

    verdict: Literal["fail", "undetermined"]
    rule: str
    message: str
    """For a failure, what is wrong; for an undetermined outcome, why."""
    key: str | None = None
    severity: Severity = "error"
    expected: str | None = None
    actual: str | None = None
    hint: str = ""
    tag: Tag | None = None
    """The tag at fault, where there is one."""
    confidential: bool = False
    """The value must not be shown, nor the line that it stands on."""


class Owned(Struct, frozen=True):
    """A resource and the team that answers for it."""

    resource: Resource
    team: str = UNOWNED


class PolicyInfo(Struct, frozen=True, kw_only=True):
    """What `policy list` and the reports say of one policy."""

    id: str
    kind: Literal["python", "rego"]
    severity: Severity
    summary: str
    origin: str
    """The file that it stands in, as shown to people."""
    whole: bool = False
    """Judges the whole inventory at once instead of one resource at a time."""
    confidential: bool = False
    """Its findings are about values that must not be shown."""


class PolicyContext(Struct, frozen=True, kw_only=True):
    """What policies may know beside the resource."""

    taxonomy: Mapping[str, Any] = msgspec.field(default_factory=dict)
    """The taxonomy document as plain data."""
    data: Mapping[str, Any] = msgspec.field(default_factory=dict)
    """The files that the configuration names under `data`."""
    today: date = date(1970, 1, 1)
    """The day of the run; policies get no other clock."""


class Judgement(Struct, frozen=True):
    """What a policy said of the resource at `index` of the batch; None: of the whole inventory."""

    index: int | None
    outcome: Outcome


class Problem(Struct, frozen=True, kw_only=True):
    """The scan is not whole: something could not be read, or a rule crashed."""

    stage: Annotated[str, Meta(description="`input`, `read` or `policy`")]
    where: Annotated[str, Meta(description="path with line, or policy and resource")]
    message: str
    hint: str = ""


Item = Resource | Rows | Problem | Ignore
"""What a source yields; an `Ignore` by itself is a waiver that stands at no resource."""


class Crash(Problem, frozen=True, kw_only=True):
    """A policy could not finish: a problem, and what it would have said stays unknown."""

    policy: PolicyInfo
    at: int | None
    """The resource's place in the batch; None: the whole inventory, or every policy's input."""


class PolicyRunner(Protocol):
    """Policies of one kind, loaded and ready. They see resources in batches."""

    policies: tuple[PolicyInfo, ...]

    def only(self, ids: Container[str]) -> PolicyRunner:
        """Give a runner with just these policies."""

    def judge(self, batch: Sequence[Owned]) -> Iterator[Judgement | Crash]:
        """Run the per-resource policies; a crash names policy and resource, the rest goes on."""

    def judge_whole(self, inventory: Sequence[Owned]) -> Iterator[Judgement | Crash]:
        """Run the policies with `whole`."""
