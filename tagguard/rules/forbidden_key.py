"""A tag carries a key that the standard forbids.

**Fails** when a key with `forbidden: true` is there, whatever its value.

**Passes** when it is absent.

**Why**: tags are readable by everybody who may list resources, and end up in bills and exports; a
password or a personal name does not belong there.

**Configure**: `forbidden` of the key; `severities.forbidden-key`.

**Exempt** with `rules: [forbidden-key]` and `keys: [KEY]` in the exemptions file, or at the
resource itself with `tagguard:ignore forbidden-key:KEY reason="…"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.model import Outcome, Severity
from tagguard.rules.advice import change_hint
from tagguard.taxonomy.reading import Reading

ID = "forbidden-key"
SUMMARY = "A tag carries a key that the standard forbids"
SEVERITY: Severity = "error"


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge every forbidden key; its value is never quoted, it may be a secret."""
    for one in reading.keys:
        if one.key.record.forbidden and one.tag is not None:
            yield Outcome(
                verdict="fail",
                rule=ID,
                key=one.key.name,
                severity=reading.taxonomy.severity(ID, SEVERITY),
                message=f"the key `{one.key.name}` is forbidden",
                hint=change_hint(reading.resource, one.tag, f"remove `{one.tag.key}`"),
                tag=one.tag,
                confidential=True,
            )
