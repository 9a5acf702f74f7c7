"""A tag's value is not one that the standard accepts.

**Fails** when the value is not in `values`, does not match `pattern` as a whole, or is not of the
`format`. A value alias (`production` for `prod`) fails too, with the right value in the message.

**Passes** when all constraints hold, and for keys without constraints.

**Undetermined** when the value is unknown before the plan is applied or the stack is created.

**Why**: `Prod`, `prod` and `production` are three rows in a bill.

**Configure**: `values`, `value_aliases`, `pattern`, `format`, `severity` of the key;
`severities.invalid-value`.

**Exempt** with `rules: [invalid-value]` and `keys: [KEY]` in the exemptions file.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.model import Outcome, Severity
from tagguard.rules.advice import change_hint, shown_value
from tagguard.taxonomy.reading import KeyReading, Reading

ID = "invalid-value"
SUMMARY = "A tag's value is not one that the standard accepts"
SEVERITY: Severity = "error"


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge the value of every key that has constraints."""
    for one in reading.keys:
        tag = one.tag
        if tag is None:
            continue
        constraint = one.key.constraint(reading.cloud)
        if not constraint.decides:
            continue
        if tag.value is None:
            yield Outcome(
                verdict="undetermined",
                rule=ID,
                key=one.key.name,
                severity=reading.taxonomy.severity(ID, one.key.record.severity),
                message=tag.unknown or "its value is unknown",
                tag=tag,
            )
        elif (tag.value.strip() or one.required is False) and not constraint.judge(tag.value).valid:
            yield _failure(reading, one)


def _failure(reading: Reading, one: KeyReading) -> Outcome:
    tag, key = one.tag, one.key
    assert tag is not None
    assert tag.value is not None
    constraint = key.constraint(reading.cloud)
    suggestion = None if tag.sensitive else constraint.judge(tag.value).suggestion
    near = f"; did you mean `{suggestion}`?" if suggestion else ""
    what = f"write `{suggestion}`" if suggestion else f"give `{tag.key}` an accepted value"
    return Outcome(
        verdict="fail",
        rule=ID,
        key=key.name,
        severity=reading.taxonomy.severity(ID, key.record.severity),
        message=f"{shown_value(tag)} is not valid for `{key.name}`{near}",
        expected=constraint.expected or None,
        actual=tag.shown,
        hint=change_hint(reading.resource, tag, what),
        tag=tag,
    )
