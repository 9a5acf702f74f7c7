"""A tag's value is not one that the standard accepts.

**Fails** when the value is not in `values`, does not match `pattern` as a whole, or is not of the
`format`. A value alias (`production` for `prod`) fails too, with the right value in the message.

**Passes** when all constraints hold, and for keys without constraints.

**Undetermined** when the value is unknown before the plan is applied or the stack is created. One
that is known to be one of a few (`var.live ? "prod" : "dev"`) passes where all are accepted, and
fails where none is.

**Why**: `Prod`, `prod` and `production` are three rows in a bill.

**Configure**: `values`, `value_aliases`, `pattern`, `format`, `severity` of the key;
`severities.invalid-value`.

**Exempt** with `rules: [invalid-value]` and `keys: [KEY]` in the exemptions file, or at the
resource itself with `tagguard:ignore invalid-value:KEY reason="…"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tagguard.model import SENSITIVE, Outcome, Severity, Tag
from tagguard.rules.advice import change_hint, either, shown_value
from tagguard.taxonomy.reading import KeyReading, Reading

ID = "invalid-value"
SUMMARY = "A tag's value is not one that the standard accepts"
SEVERITY: Severity = "error"


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge the value of every key that has constraints."""
    for one in reading.keys:
        tag = one.tag
        if tag is None or not one.key.constraint(reading.cloud).decides:
            continue
        values = tag.possible
        if not values:
            yield _undetermined(reading, one, tag, tag.unknown or "its value is unknown")
        elif one.required is False or any(value.strip() for value in values):
            wrong = {value: _is_wrong(reading, one, value) for value in values}
            if all(wrong.values()):
                yield _failure(reading, one, tag)
            elif any(answer is not False for answer in wrong.values()):
                refused = [value for value in values if wrong[value]]
                yield _undetermined(reading, one, tag, _few(tag, refused))


def _is_wrong(reading: Reading, one: KeyReading, value: str) -> bool | None:
    """Tell whether a value is refused; None for a blank one of a key that may be required."""
    if value.strip() or one.required is False:
        return not one.key.constraint(reading.cloud).judge(value).valid
    return one.required


def _few(tag: Tag, refused: Sequence[str]) -> str:
    """Say that some of the values that a tag may have are refused."""
    if tag.sensitive:
        return tag.unknown
    told = f"{tag.unknown}; it may be {either(tag.possible)}"
    return f"{told}, and {either(refused)} is not valid" if refused else told


def _undetermined(reading: Reading, one: KeyReading, tag: Tag, reason: str) -> Outcome:
    return Outcome(
        verdict="undetermined",
        rule=ID,
        key=one.key.name,
        severity=reading.taxonomy.severity(ID, one.key.record.severity),
        message=reason,
        tag=tag,
    )


def _failure(reading: Reading, one: KeyReading, tag: Tag) -> Outcome:
    key = one.key
    constraint = key.constraint(reading.cloud)
    known = None if tag.sensitive or len(tag.possible) > 1 else tag.possible[0]
    suggestion = None if known is None else constraint.judge(known).suggestion
    near = f"; did you mean `{suggestion}`?" if suggestion else ""
    what = f"write `{suggestion}`" if suggestion else f"give `{tag.key}` an accepted value"
    return Outcome(
        verdict="fail",
        rule=ID,
        key=key.name,
        severity=reading.taxonomy.severity(ID, key.record.severity),
        message=f"{shown_value(tag)} is not valid for `{key.name}`{near}",
        expected=constraint.expected or None,
        actual=SENSITIVE if tag.sensitive else " or ".join(tag.possible),
        hint=change_hint(reading.resource, tag, what),
        tag=tag,
    )
