"""Tells a provider's default tags from what they did to resources whose tags are all known.

A plan shows `default_tags` that are not constant only as references. But what `tags_all` has
beyond `tags` can come from nowhere else, so one resource shows all defaults except those that its
own tags may replace. That holds for every resource of the same configuration: `ignore_tags` leaves
a key out of each `tags_all` alike, and `ignore_changes = [tags]` takes older values for `tags`
before the provider adds the defaults. Only `ignore_changes = all` keeps an older `tags_all`, so
one that the plan does not set anew counts only where another block says the same. Not to be asked
are types that may switch the defaults off; and where the defaults are known only after apply,
nobody shows that there are none (`ProviderConfig.is_late`).

In a plan also constants are not all: what a `dynamic` block or the environment
(`TF_AWS_DEFAULT_TAGS_…`) adds is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from tagguard.model import TagSet
from tagguard.terraform.effective_tags import known_tag

SWITCHES = {"aws_s3_object": "override_provider"}
"""Type -> the argument that switches the provider's defaults off for one resource: what it takes
in their place must be empty (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/
resources/s3_object#override-provider)."""

COPIES = {"aws_s3_object_copy": "tagging_directive"}
"""Type -> the argument that must be `REPLACE`, or the resource gets the tags of what it copies
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html, x-amz-tagging-directive)."""


class Witness(Struct, frozen=True):
    """One resource whose own and effective tags are all known."""

    own: frozenset[str]
    beyond: frozenset[tuple[str, str]]
    """What its effective tags have beyond its own."""
    block: str = ""
    """Which block it comes from."""
    is_fresh: bool = True
    """The plan sets its effective tags anew."""


def witness(
    own: TagSet, effective: TagSet, block: str = "", *, is_fresh: bool = True
) -> Witness | None:
    """Make a witness of the tags that a resource sets and of those that it has.

    Tags of the platform are nobody's defaults. None where something is unknown or secret.
    """
    added = [tag for tag in effective if tag.key not in own and not tag.platform]
    told = [(tag.key, tag.value) for tag in added if tag.value is not None and not tag.sensitive]
    if not (own.complete and effective.complete and len(told) == len(added)):
        return None
    return Witness(frozenset(own.tags), frozenset(told), block, is_fresh)


def tell(witnesses: Iterable[Witness], provenance: str) -> tuple[TagSet, frozenset[str]] | None:
    """Give the defaults that show, and the keys of which nobody can tell whether they are defaults.

    None without a witness, or when two contradict each other.
    """
    everyone = list(witnesses)
    heard = [one for one in everyone if one.is_fresh]
    if not heard and len({one.block for one in everyone}) > 1:
        heard = everyone
    if not heard:
        return None
    pairs = {pair for one in heard for pair in one.beyond}
    defaults = dict(pairs)
    for one in heard:
        if {pair for pair in pairs if pair[0] not in one.own} != one.beyond:
            return None
    open_keys = frozenset.intersection(*(one.own for one in heard)) - defaults.keys()
    tags = {
        key: known_tag(key, value, provenance=provenance) for key, value in sorted(defaults.items())
    }
    return TagSet(tags, complete=False), open_keys
