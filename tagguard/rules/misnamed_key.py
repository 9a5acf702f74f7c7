"""A tag means a key of the standard but is spelt otherwise.

**Fails** when a tag's key differs from a key of the standard in case, in spaces or separators, by a
typo, or is one of its aliases. Where the key is required, this stands in place of `missing-tag`
and has the key's severity. It is a warning when the key is not required, when the right key stands
beside it, or when more tags may exist than the input shows.

**Passes** when the cloud compares keys without case (Azure), or the key has `match: insensitive`,
and only case differs.

**Why**: to a bill, `owner` and `Owner` are different keys; half of each column stays empty.

**Configure**: `aliases` and `match` of the key; `severities.misnamed-key`.

**Exempt** with `rules: [misnamed-key]` and `keys: [KEY]` in the exemptions file, or at the
resource itself with `tagguard:ignore misnamed-key:KEY reason="…"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.model import Outcome, Severity
from tagguard.rules.advice import change_hint, quoted
from tagguard.taxonomy.reading import KeyReading, Reading

ID = "misnamed-key"
SUMMARY = "A tag means a key of the standard but is spelt otherwise"
SEVERITY: Severity = "error"


def check(reading: Reading) -> Iterator[Outcome]:
    """Judge every tag that was recognised under a wrong name."""
    for one in reading.keys:
        if one.misnamed is None:
            continue
        key = one.key
        lacking = one.tag is None and not reading.may_gain(one)
        stands_for_required = one.required is True and lacking
        yield Outcome(
            verdict="fail",
            rule=ID,
            key=key.name,
            severity=reading.taxonomy.severity(
                ID,
                key.record.severity if stands_for_required else "warning",
                grace_until=key.required_from,
            ),
            message=_message(one),
            expected=one.spelling,
            actual=one.misnamed.key,
            hint=change_hint(reading.resource, one.misnamed, _advice(one)),
            tag=one.misnamed,
        )


def _message(one: KeyReading) -> str:
    assert one.misnamed is not None
    written = one.misnamed.key
    match one.slip:
        case "alias":
            return f"{quoted(written)} is an alias; the standard's key is `{one.spelling}`"
        case "case" if written.strip() == one.spelling:
            return f"{quoted(written)} has stray white space; the key is `{one.spelling}`"
        case "case" if written.casefold() == one.spelling.casefold():
            return f"{quoted(written)} differs in case from the standard's key `{one.spelling}`"
        case "case":
            return f"{quoted(written)} is spelt differently from the key `{one.spelling}`"
        case _:
            return f"{quoted(written)} looks like a typo; did you mean `{one.spelling}`?"


def _advice(one: KeyReading) -> str:
    assert one.misnamed is not None
    if one.tag is not None and one.tag.key == one.spelling:
        return f"remove {quoted(one.misnamed.key)}, which `{one.spelling}` already covers,"
    return f"rename {quoted(one.misnamed.key)} to `{one.spelling}`"
