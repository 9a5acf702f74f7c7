"""What the catalog knows of one resource type, and how a provider's data file is laid out.

The generator (``tools/catalog.py``) writes with these classes and the package reads with them, so
there is one place where the format stands. Nothing here opens a file.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tagguard.model import NO_LIMITS, Limits

Shape = Literal["map", "list", "blocks"]
StackTags = Literal["yes", "maybe", "no"]


class Entry(Struct, frozen=True, omit_defaults=True):
    """Where a resource type carries its own tags or labels, and what else reaches them."""

    attribute: str
    """Path of the tag-bearing attribute, with dots: `tags`, `metadata.labels`, `UserPoolTags`.

    Every step may pass through a list: Terraform shows a block as a list of one, and
    `TagSpecifications.Tags` stands for the `Tags` of each item.
    """
    shape: Shape
    """A map; a list of objects with a key and a value; or repeated blocks (ASG `tag`)."""
    key: str = ""
    """For `list` and `blocks`: the member that holds the key (`Key`, `key`, `TagKey`)."""
    value: str = ""
    """For `list` and `blocks`: the member that holds the value."""
    computed: tuple[str, ...] = ()
    """Attributes that show the effective tags, best first."""
    defaults: bool = False
    """The provider's `default_tags` or `default_labels` reach it."""
    stack_tags: StackTags = "no"
    """Whether CloudFormation hands the stack's own tags on to it."""
    beside: tuple[str, ...] = ()
    """Further maps of the resource's own tags; the effective tags are the union with `attribute`.

    OCI's `defined_tags`: a key is shown as it stands there, `Namespace.Key`.
    """
    also: tuple[str, ...] = ()
    """Nested places that carry tags of something else (volumes, launched instances), as dotted
    paths; `terraform.implied` and `cloudformation.implied` say what some of them create."""
    limits: Limits = NO_LIMITS
    """Where the type is stricter than its cloud."""


class Group(Struct, frozen=True):
    """Types that share one entry."""

    entry: Entry
    types: tuple[str, ...]


class ProviderData(Struct, frozen=True, omit_defaults=True):
    """What one version of a provider says of its types; a data file holds the newest."""

    provider: str
    source: str
    """The package that the facts were read from, with its version and licence."""
    version: str
    """The provider's version, or the date of the schemas."""
    date: str
    """When the versions were pinned."""
    groups: tuple[Group, ...]
    untaggable: tuple[str, ...]
    """Types that take no tags. A type in neither list is unknown."""
    older: tuple[ProviderData, ...] = ()
    """Earlier versions, newest first, each with the types alone that all newer ones lack."""

    def types(self) -> dict[str, Entry | None]:
        """Give every type of this very version that is known, with None for the untaggable."""
        found: dict[str, Entry | None] = dict.fromkeys(self.untaggable)
        for group in self.groups:
            found.update(dict.fromkeys(group.types, group.entry))
        return found
