"""A tag breaks the cloud's own limits, so that creating the resource will fail.

**Fails** when a key or value is longer than the cloud allows, holds characters it does not allow,
uses a reserved prefix, or when the resource carries more tags than the cloud takes.

**Passes** when the cloud would accept every tag. Unknown values are not judged.

**Why**: the cloud rejects the whole resource in the middle of an apply.

**Configure**: `severities.tag-limit`. The limits are the vendors' and cannot be changed.

**Exempt** with `rules: [tag-limit]` in the exemptions file.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.dialects import GENERIC, Dialect
from tagguard.model import Outcome, Severity, Tag
from tagguard.rules.advice import change_hint, quoted
from tagguard.taxonomy.reading import Reading

ID = "tag-limit"
SUMMARY = "A tag breaks the cloud's own limits"
SEVERITY: Severity = "error"

_sound: set[tuple[str, str, str | None]] = set()
"""Tags known to break no limit (cloud, key, value): facts about constants, so safe to share."""
_MAX_SOUND = 100_000


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge every tag against the cloud, and their number."""
    cloud = reading.cloud
    if cloud is GENERIC:
        return
    own = [tag for tag in reading.tags.tags.values() if not tag.platform]
    for tag in own:
        fact = (cloud.name, tag.key, tag.value)
        if fact not in _sound:
            faults = list(cloud.faults(tag.key, tag.value))
            if not faults and len(_sound) < _MAX_SOUND and len(tag.value or "") < 1000:  # noqa: PLR2004 - only short ones
                _sound.add(fact)
            for fault in faults:
                yield _failure(reading, tag, fault, cloud)
    if cloud.count_max and len(own) > cloud.count_max:
        yield Outcome(
            verdict="fail",
            rule=ID,
            severity=reading.taxonomy.severity(ID, SEVERITY),
            message=f"{len(own)} {cloud.noun}s, {cloud.name} takes {cloud.count_max} at most",
            expected=f"at most {cloud.count_max}",
            actual=str(len(own)),
            hint=f"remove {len(own) - cloud.count_max} of them",
        )


def _failure(reading: Reading, tag: Tag, fault: str, cloud: Dialect) -> Outcome:
    return Outcome(
        verdict="fail",
        rule=ID,
        key=tag.key,
        severity=reading.taxonomy.severity(ID, SEVERITY),
        message=f"{cloud.name} will refuse the {cloud.noun} {quoted(tag.key)}: {fault}",
        actual=tag.shown,
        hint=change_hint(reading.resource, tag, f"change {quoted(tag.key)}"),
        tag=tag,
    )
