"""A tag carries a key that the standard does not name.

**Fails** only where the taxonomy says `additional_keys: warn` (a warning) or `forbid` (an error).

**Passes** for keys of the standard, for those recognised as misspelt (`misnamed-key`), and for the
platform's own tags such as `aws:*`.

**Why**: a standard that tolerates every key grows three keys for one thing.

**Configure**: `additional_keys`; `severities.unknown-key`.

**Exempt** with `rules: [unknown-key]` and `keys: [KEY]` in the exemptions file, or at the
resource itself with `tagguard:ignore unknown-key:KEY reason="…"`.
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
LISTED = 12
"""Keys of the standard that a finding names."""
GUESSES = 2_000
"""Comparisons that are made, at most, to guess which keys one resource's strangers mean."""


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge every stranger, if the standard minds strangers."""
    additional = reading.taxonomy.record.additional_keys
    if additional == "allow":
        return
    known = [one.spelling for one in reading.keys if not one.key.record.forbidden]
    expected = f"one of: {', '.join(known[:LISTED])}"
    if len(known) > LISTED:
        expected += f" and {len(known) - LISTED} more"
    guess = len(reading.strangers) * len(known) <= GUESSES
    for name in reading.strangers:
        near = did_you_mean(name[:256], known) if guess else ""
        yield Outcome(
            verdict="fail",
            rule=ID,
            key=name,
            severity=reading.taxonomy.severity(
                ID, "error" if additional == "forbid" else "warning"
            ),
            message=f"{quoted(name)} is no key of the standard{near}",
            expected=expected,
            actual=name,
            hint=change_hint(reading.resource, reading.tags.tags[name], f"remove {quoted(name)}"),
            tag=reading.tags.tags[name],
        )
