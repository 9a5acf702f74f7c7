"""The grammar of waivers that stand in the input itself, beside what they are for.

    tagguard:ignore RULE[:KEY][, RULE[:KEY]…] reason="…" [until=YYYY-MM-DD]

in a comment, or the same as data. What cannot be read is not dropped: it becomes an `Ignore`
without a rule whose `reason` says what is wrong. Whether a waiver counts is for the taxonomy to
say (`tagguard.inline_exemptions`), where comments are found for the readers of each language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from tagguard.model import Ignore, Location

SIGN = "tagguard"
"""A text without it holds no waiver, so nobody need look closer."""
MARK = "tagguard:ignore"
MARKS = re.compile(r"(?<![\w`./-])tagguard[ \t]*:[ \t]*ignore[\w-]*", re.IGNORECASE)
"""What is, or is meant as, the beginning of a waiver; a name in back-quotes is prose."""
MAX_IGNORES = 100
"""Most waivers that one resource holds; real ones hold a few."""

_QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_RULE = re.compile(rf"""\s*([^\s:,"'=]+)(?::({_QUOTED}|[^\s,"']+))?(?:\s*(,))?""")
_OPTION = re.compile(rf"\s*(reason|until)\s*=\s*({_QUOTED}|[^\s\"']+)(?=\s|$)")
_NEXT_REMARK = re.compile(r"\s+(?:#|//)|\s*$")
_ESCAPED = re.compile(r"\\(.)")
_SHOWN = 60


class _Unreadable(Exception):  # noqa: N818 - an answer, not an error
    """The text is no waiver; says why."""


def unreadable(why: str, location: Location) -> Ignore:
    """Stand for a waiver that cannot be read."""
    return Ignore(rule="", reason=why, location=location)


def comment_ignores(text: str, location: Location) -> tuple[Ignore, ...]:
    """Read the waivers of one line of a comment; `location` is where the line's mark stands."""
    found = MARKS.search(text)
    if found is None:
        return ()
    if found[0] != MARK:
        return (unreadable(f"`{found[0]}` is not known; write `{MARK}`", location),)
    return statement_ignores(text[found.end() :], location)


def bounded(found: Iterable[Ignore], holder: str = "the resource") -> tuple[Ignore, ...]:
    """Give the waivers of a holder, each once; what is too much is told in place of the rest."""
    kept = tuple(islice(dict.fromkeys(found), MAX_IGNORES + 1))
    if len(kept) <= MAX_IGNORES:
        return kept
    why = f"{holder} holds more than {MAX_IGNORES} exemptions"
    return (*kept[:MAX_IGNORES], unreadable(why, kept[-1].location))


def statement_ignores(text: str, location: Location) -> tuple[Ignore, ...]:
    """Read what may follow the mark, where the place says already that it is a waiver."""
    try:
        return tuple(_statement(text, location))
    except _Unreadable as exc:
        return (unreadable(str(exc), location),)


def _statement(text: str, location: Location) -> Iterator[Ignore]:
    rules, at = _rules(text)
    options: dict[str, str] = {}
    while match := _OPTION.match(text, at):
        name, value = match.groups()
        if name in options:
            raise _Unreadable(f"`{name}` stands twice")
        if name == "reason" and value[0] not in "\"'":
            raise _Unreadable('the reason must stand in quotes: reason="…"')
        options[name] = _unquoted(value)
        at = match.end()
    if not _NEXT_REMARK.match(text, at):
        raise _Unreadable(_leftover(text[at:].strip()))
    for rule, key in rules:
        yield Ignore(
            rule=rule,
            key=key,
            reason=options.get("reason", "").strip(),
            until=options.get("until", ""),
            location=location,
        )


def _rules(text: str) -> tuple[list[tuple[str, str | None]], int]:
    rules: list[tuple[str, str | None]] = []
    at, goes_on = 0, True
    while goes_on:
        match = (
            None
            if _OPTION.match(text, at) or _NEXT_REMARK.match(text, at)
            else _RULE.match(text, at)
        )
        if match is None or match[1].startswith(("#", "//")):
            raise _Unreadable(f"no rule is named{' behind the comma' if rules else ''}")
        rule, key, comma = match.groups()
        rules.append((rule, None if key is None else _unquoted(key)))
        at, goes_on = match.end(), bool(comma)
    return rules, at


def _leftover(rest: str) -> str:
    shown = rest if len(rest) <= _SHOWN else f"{rest[:_SHOWN]}…"
    if re.match(r"reason\s*=", rest):
        return f"the reason must stand in quotes that are closed: `{shown}`"
    return f'`{shown}` is not understood; write reason="…" and until=YYYY-MM-DD'


def _unquoted(text: str) -> str:
    return _ESCAPED.sub(r"\1", text[1:-1]) if text[0] in "\"'" else text
