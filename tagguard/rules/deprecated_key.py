"""A tag carries a key that the standard is giving up.

**Fails**, as a warning, when a key with `deprecated` is there. Until the version named by
`remove_in` it still counts for the key that takes its place.

**Passes** when it is absent.

**Why**: a rename that nobody sees coming is a rename that nobody follows.

**Configure**: `deprecated: {since, use, remove_in}` of the key; `severities.deprecated-key`.

**Exempt** with `rules: [deprecated-key]` and `keys: [KEY]` in the exemptions file, or at the
resource itself with `tagguard:ignore deprecated-key:KEY reason="…"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.model import Outcome, Severity
from tagguard.rules.advice import change_hint
from tagguard.taxonomy.reading import Reading

ID = "deprecated-key"
SUMMARY = "A tag carries a key that the standard is giving up"
SEVERITY: Severity = "warning"


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge every deprecated key."""
    for one in reading.keys:
        deprecated = one.key.record.deprecated
        if deprecated is None or one.tag is None:
            continue
        successor = f"; use `{deprecated.use}`" if deprecated.use else ""
        removed = f" and goes in {deprecated.remove_in}" if deprecated.remove_in else ""
        what = (
            f"rename `{one.tag.key}` to `{deprecated.use}`"
            if deprecated.use
            else f"remove `{one.tag.key}`"
        )
        yield Outcome(
            verdict="fail",
            rule=ID,
            key=one.key.name,
            severity=reading.taxonomy.severity(ID, SEVERITY),
            message=f"`{one.key.name}` is deprecated since {deprecated.since}{removed}{successor}",
            expected=deprecated.use or None,
            actual=one.tag.key,
            hint=change_hint(reading.resource, one.tag, what),
            tag=one.tag,
        )
