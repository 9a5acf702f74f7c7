"""A required tag is there but says nothing.

**Fails** when the value of a required key is empty or only white space.

**Passes** for every other value. An empty value of a key that is not required is judged by that
key's own constraints (`invalid-value`).

**Undetermined** when what decides whether it is required is unknown, or when the value may be empty
and may be not. Where the key has constraints, `invalid-value` judges the latter.

**Why**: an empty owner satisfies a check for presence and helps nobody.

**Configure**: `severity` of the key; `severities.empty-tag`.

**Exempt** with `rules: [empty-tag]` and `keys: [KEY]` in the exemptions file, or at the
resource itself with `tagguard:ignore empty-tag:KEY reason="…"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.model import Outcome, Severity
from tagguard.rules.advice import change_hint
from tagguard.taxonomy.reading import Reading

ID = "empty-tag"
SUMMARY = "A required tag has an empty value"
SEVERITY: Severity = "error"
UNDECIDED = "its value is empty, and what decides whether it is required is unknown"


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge every required key whose value is blank, or may be."""
    for one in reading.keys:
        tag, key = one.tag, one.key
        if tag is None or one.required is False:
            continue
        blank = [not value.strip() for value in tag.possible]
        if not any(blank):
            continue
        constraint = key.constraint(reading.cloud)
        severity = reading.taxonomy.severity(ID, key.record.severity, grace_until=key.required_from)
        if one.required is None or not all(blank):
            if all(blank) or not constraint.decides:
                yield Outcome(
                    verdict="undetermined",
                    rule=ID,
                    key=key.name,
                    severity=severity,
                    message=UNDECIDED if all(blank) else f"{tag.unknown}; it may be empty",
                    tag=tag,
                )
            continue
        yield Outcome(
            verdict="fail",
            rule=ID,
            key=key.name,
            severity=severity,
            message=f"the required {reading.cloud.noun} `{key.name}` is empty",
            expected=constraint.expected or "a value",
            actual=tag.possible[0],
            hint=change_hint(reading.resource, tag, f"give `{tag.key}` a value"),
            tag=tag,
        )
