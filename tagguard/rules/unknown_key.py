"""A tag carries a key that the standard does not name.

**Fails** only where the taxonomy says `additional_keys: warn` (a warning) or `forbid` (an error).

**Passes** for keys of the standard, for those recognised as misspelt (`misnamed-key`), and for the
platform's own tags such as `aws:*`.

**Why**: a standard that tolerates every key grows three keys for one thing.

**Configure**: `additional_keys`; `severities.unknown-key`.

**Exempt** with `rules: [unknown-key]` and `keys: [KEY]` in the exemptions file.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.errors import did_you_mean
from tagguard.model import Outcome, Severity
from tagguard.rules.advice import change_hint, quoted
from tagguard.taxonomy.reading import Reading

ID = "unknown-key"
SUMMARY = "A tag carries a key that the standard does not name"
SEVERITY: Severity = "warning"


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge every stranger, if the standard minds strangers."""
    additional = reading.taxonomy.record.additional_keys
    if additional == "allow":
        return
    known = [one.spelling for one in reading.keys if not one.key.record.forbidden]
    for name in reading.strangers:
        near = did_you_mean(name[:256], known)
        yield Outcome(
            verdict="fail",
            rule=ID,
            key=name,
            severity=reading.taxonomy.severity(
                ID, "error" if additional == "forbid" else "warning"
            ),
            message=f"{quoted(name)} is no key of the standard{near}",
            expected=f"one of: {', '.join(known)}",
            actual=name,
            hint=change_hint(reading.resource, reading.tags.tags[name], f"remove {quoted(name)}"),
            tag=reading.tags.tags[name],
        )
