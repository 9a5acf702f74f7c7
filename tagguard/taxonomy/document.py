"""The taxonomy document as written: records whose JSON Schema is published as `schema.json`.

What a field means when resources are judged stands in `taxonomy.standard`; this module only says
what may be written.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from tagguard.model import Severity
from tagguard.selectors import Selector, Selectors

Day = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", title="a day such as 2026-10-01")
]
Version = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$",
        title="a semantic version such as 2.1.0",
    ),
]
Match = Literal["exact", "insensitive"]
Format = Literal["email", "url", "date", "integer", "arn", "uuid", "semver"]
Additional = Literal["allow", "warn", "forbid"]
Inline = Literal["allow", "reason-required", "forbid"]
Cloud = Literal["aws", "azure", "gcp", "kubernetes", "oci"]


class _Record(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping of the document: what it does not know is an error."""


class RequiredWhen(_Record, frozen=True):
    """A key that is required only of the resources that a selector picks."""

    when: Annotated[Selectors, Meta(description="the resources that must carry the key")]


class ValuesFile(_Record, frozen=True):
    """A list of allowed values that lives in a file of its own."""

    file: Annotated[str, Meta(description="CSV, JSON or YAML, relative to the taxonomy")]
    column: Annotated[
        str, Meta(description="column of a CSV, or field of the objects in a JSON or YAML list")
    ] = ""


class Deprecation(_Record, frozen=True):
    """A key on its way out."""

    since: Version
    use: Annotated[str, Meta(description="the key that takes its place")] = ""
    remove_in: Annotated[
        Version | None,
        Meta(description="from this version of the taxonomy on it no longer stands in for `use`"),
    ] = None


class Projection(_Record, frozen=True):
    """Spellings of a key where a cloud has its own."""

    aws: str | None = None
    azure: str | None = None
    gcp: str | None = None
    kubernetes: str | None = None
    oci: Annotated[
        str | None, Meta(description="a free-form key, or a defined one: `Namespace.Key`")
    ] = None

    def on(self, cloud: str) -> str | None:
        """Give the spelling on a cloud, if one is set."""
        spelling: str | None = getattr(self, cloud, None)
        return spelling


class KeyRecord(_Record, frozen=True):
    """One key of the standard."""

    description: str = ""
    required: Annotated[
        bool | RequiredWhen, Meta(description="true, or `when` with a selector")
    ] = False
    required_from: Annotated[
        Day | None,
        Meta(description="until that day (UTC) a missing key is only a warning"),
    ] = None
    severity: Annotated[Severity, Meta(description="of this key's findings")] = "error"
    values: Annotated[
        list[str] | ValuesFile | None, Meta(description="the allowed values, or a file with them")
    ] = None
    value_aliases: Annotated[
        dict[str, str], Meta(description="a value that people write -> the value they mean")
    ] = field(default_factory=dict)
    pattern: Annotated[str, Meta(description="RE2 pattern that must match the whole value")] = ""
    format: Format | None = None
    aliases: Annotated[
        list[str], Meta(description="other spellings in use, told apart from a missing key")
    ] = field(default_factory=list)
    match: Annotated[
        Match | None, Meta(description="key case; the taxonomy's `match` by default")
    ] = None
    deprecated: Deprecation | None = None
    forbidden: Annotated[bool, Meta(description="no resource may carry this key")] = False
    project: Annotated[Projection, Meta(description="how the key is spelt on a cloud")] = (
        Projection()
    )


class Scope(_Record, frozen=True):
    """What the standard covers: everything, or `include`, less `exclude`."""

    include: list[Selector] = field(default_factory=list)
    exclude: list[Selector] = field(default_factory=list)


class ExemptionRules(_Record, frozen=True):
    """What exemptions may do."""

    inline: Annotated[
        Inline,
        Meta(description="whether waivers in the input (`tagguard:ignore …`) count"),
    ] = "reason-required"
    max_days: Annotated[
        Annotated[int, Meta(ge=1, le=36500)] | None,
        Meta(description="longest term of an exemption, in days"),
    ] = None


class TaxonomyRecord(_Record, frozen=True, kw_only=True):
    """An organisation's tag standard."""

    schema: Literal["tagguard/taxonomy/1"]
    name: str
    version: Annotated[Version, Meta(description="of the standard itself")]
    description: str = ""
    effective: Annotated[
        Day | None,
        Meta(description="before that day (UTC) every failure is only a warning"),
    ] = None
    match: Annotated[Match, Meta(description="default key case")] = "exact"
    additional_keys: Annotated[
        Additional, Meta(description="what a key means that the standard does not name")
    ] = "allow"
    clouds: Annotated[
        list[Cloud],
        Meta(
            description="where the standard is used: a required key that cannot be written there, "
            "or two keys that become one, are then errors"
        ),
    ] = field(default_factory=list)
    implied: Annotated[
        bool,
        Meta(
            description="judge also what a resource brings into being and says how to tag: the "
            "volumes of an instance, the instances of a launch template"
        ),
    ] = True
    scope: Scope = Scope()
    keys: Annotated[dict[str, KeyRecord | None], Meta(description="tag key -> what is asked of it")]
    severities: Annotated[
        dict[str, Severity], Meta(description="rule id -> severity, over the keys' own")
    ] = field(default_factory=dict)
    exemptions: ExemptionRules = ExemptionRules()
