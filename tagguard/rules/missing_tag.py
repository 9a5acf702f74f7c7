"""A required tag is not there.

**Fails** when the taxonomy requires a key of the resource and no effective tag has it: neither the
resource's own tags, nor provider defaults, nor stack tags.

**Passes** when the key is there with any value, known or not; other rules judge the value. A
deprecated key stands in for the one that takes its place.

**Undetermined** when more tags may exist than the input shows, or when the condition under which
the key is required cannot be decided.

**Why**: cost that carries no owner, cost centre or environment cannot be allocated to anybody.

**Configure**: `required`, `required_from` and `severity` of the key; `severities.missing-tag`.

**Exempt** with `rules: [missing-tag]` and `keys: [KEY]` in the exemptions file, or at the
resource itself with `tagguard:ignore missing-tag:KEY reason="…"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.model import Outcome, Severity
from tagguard.rules.advice import add_hint
from tagguard.taxonomy.reading import KeyReading, Reading

ID = "missing-tag"
SUMMARY = "A required tag is not there"
SEVERITY: Severity = "error"
UNDECIDED_CONDITION = "what decides whether it is required is unknown"


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge every key that is required and absent."""
    for one in reading.keys:
        if one.tag is not None or one.required is False:
            continue
        if reading.may_gain(one):
            yield _undetermined(reading, one, reading.tags.reason or "more tags may exist")
        elif one.misnamed is None:
            if one.required is None:
                yield _undetermined(reading, one, UNDECIDED_CONDITION)
            else:
                yield _failure(reading, one)


def _severity(reading: Reading, one: KeyReading) -> Severity:
    key = one.key
    return reading.taxonomy.severity(ID, key.record.severity, grace_until=key.required_from)


def _undetermined(reading: Reading, one: KeyReading, reason: str) -> Outcome:
    return Outcome(
        verdict="undetermined",
        rule=ID,
        key=one.key.name,
        severity=_severity(reading, one),
        message=reason,
    )


def _failure(reading: Reading, one: KeyReading) -> Outcome:
    key = one.key
    expected = key.constraint(reading.cloud).expected
    spelt = "" if one.spelling == key.name else f" (`{one.spelling}` on {reading.cloud.name})"
    return Outcome(
        verdict="fail",
        rule=ID,
        key=key.name,
        severity=_severity(reading, one),
        message=f"the required {reading.cloud.noun} `{key.name}`{spelt} is missing",
        expected=expected or None,
        hint=add_hint(reading.resource, one.spelling),
    )
