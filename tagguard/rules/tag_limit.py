"""A tag breaks the cloud's own limits, so that creating the resource will fail.

**Fails** when a key or value is longer than the cloud allows, holds characters it does not allow,
uses a reserved prefix (`aws:`), or when the resource carries more tags than the cloud takes. Where
a resource type is stricter than its cloud (10 tags on an S3 object), the type's limit holds.
EC2 takes any characters, so there only lengths, prefixes and numbers are judged.

**Passes** when the cloud would accept every tag. Unknown values are not judged, nor are the tags
that the platform itself sets; they do not count either.

**Why**: the cloud rejects the whole resource in the middle of an apply.

**Configure**: `severities.tag-limit`. The limits are the vendors' and cannot be changed.

**Exempt** with `rules: [tag-limit]` in the exemptions file, or at the
resource itself with `tagguard:ignore tag-limit reason="…"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.dialects import GENERIC, Dialect
from tagguard.model import NO_LIMITS, Limits, Outcome, Severity, Tag
from tagguard.rules.advice import change_hint, quoted
from tagguard.taxonomy.reading import Reading

ID = "tag-limit"
SUMMARY = "A tag breaks the cloud's own limits"
SEVERITY: Severity = "error"

_sound: set[tuple[str, Limits, str, str | None]] = set()
"""Tags known to break no limit: facts about constants, so safe to share."""
_MAX_SOUND = 100_000


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge every tag against the cloud and the type, and their number."""
    limits = reading.resource.limits
    if reading.cloud is GENERIC and limits == NO_LIMITS:
        return
    cloud = reading.cloud if limits == NO_LIMITS else reading.cloud.within(limits)
    own = [tag for tag in reading.tags.tags.values() if not tag.platform]
    for tag in own:
        fact = (cloud.name, limits, tag.key, tag.value)
        if fact in _sound:
            continue
        if not any(cloud.faults(tag.key, tag.value)):
            if len(_sound) < _MAX_SOUND and len(tag.value or "") < 1000:  # noqa: PLR2004 - only short ones
                _sound.add(fact)
        else:
            for fault in _service(cloud, reading.resource.type).faults(tag.key, tag.value):
                yield _refused(reading, tag, fault)
    if cloud.count_max and len(own) > cloud.count_max:
        for kind, number, most in cloud.crowds([tag.key for tag in own]):
            yield _too_many(reading, kind, number, most)


def _service(cloud: Dialect, type_: str) -> Dialect:
    """Give the rules of the service behind a type: EC2, alone on AWS, takes any characters.

    https://docs.aws.amazon.com/mediaconnect/latest/ug/tagging-restrictions.html says so.
    """
    from tagguard.catalog.types import canonical  # noqa: PLC0415 - big data, rarely needed

    is_ec2 = cloud.name == "aws" and canonical(type_).startswith("aws:ec2/")
    return cloud.with_any_characters() if is_ec2 else cloud


def _refused(reading: Reading, tag: Tag, fault: str) -> Outcome:
    cloud = reading.cloud
    by_type = fault not in cloud.faults(tag.key, tag.value)
    where = f" on `{reading.resource.type}`" if by_type else ""
    return Outcome(
        verdict="fail",
        rule=ID,
        key=tag.key,
        severity=reading.taxonomy.severity(ID, SEVERITY),
        message=f"{cloud.name} will refuse the {cloud.noun} {quoted(tag.key)}: {fault}{where}",
        actual=tag.shown,
        hint=change_hint(reading.resource, tag, f"change {quoted(tag.key)}"),
        tag=tag,
    )


def _too_many(reading: Reading, kind: str, number: int, most: int) -> Outcome:
    by_type = most == reading.resource.limits.tags
    taker = f"`{reading.resource.type}`" if by_type else reading.cloud.name
    return Outcome(
        verdict="fail",
        rule=ID,
        severity=reading.taxonomy.severity(ID, SEVERITY),
        message=f"{number} {kind}, {taker} takes {most} at most",
        expected=f"at most {most}",
        actual=str(number),
        hint=f"remove {number - most} of them",
    )
