"""What a value must be: one of a list, a pattern, a format; and what was probably meant.

Constraints are compiled once and their verdicts remembered per value, because an estate holds few
distinct values and many resources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from tagguard.dialects import Dialect
from tagguard.taxonomy.nearness import Lexicon

MAX_REMEMBERED = 50_000
"""Verdicts kept per key; beyond it they are computed again."""

FORMATS: dict[str, tuple[str, str, str]] = {
    "email": (
        r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
        "an e-mail address",
        "team@example.com",
    ),
    "url": (r"https?://[^\s/?#]+[^\s]*", "an http or https URL", "https://example.com/wiki"),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date such as 2026-10-01", "2026-10-01"),
    "integer": (r"-?[0-9]+", "a whole number", "42"),
    "arn": (
        r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12})?:.+",
        "an ARN",
        "arn:aws:iam::123456789012:role/x",
    ),
    "uuid": (
        r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "a UUID",
        "123e4567-e89b-12d3-a456-426614174000",
    ),
    "semver": (
        r"[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?",
        "a semantic version such as 2.1.0",
        "2.1.0",
    ),
}
"""Format -> RE2 pattern, what it is in words, a sample."""


class ValueVerdict(Struct, frozen=True, gc=False):
    """What a constraint says of one value."""

    valid: bool
    suggestion: str | None = None
    """The value that was probably meant."""
    normalised: str = ""
    """The value with its alias resolved."""
    valid_normalised: bool = False


class Constraint:
    """The rules on one key's values, in one dialect."""

    def __init__(
        self,
        *,
        values: Sequence[str] | None,
        aliases: Mapping[str, str],
        pattern: str,
        format_: str | None,
        dialect: Dialect,
    ) -> None:
        spell = _speller(dialect)
        self.values = None if values is None else tuple(map(spell, values))
        self._allowed = frozenset(self.values or ())
        self._aliases = {spell(alias): spell(meant) for alias, meant in aliases.items()}
        self._standard = {spell(value): value for value in (*(values or ()), *aliases.values())}
        self._pattern = pattern
        self._format = format_
        self._fold = dialect.lower_only
        self._tests: list[Any] | None = None
        self._lexicon: Lexicon | None = None
        self._remembered: dict[str, ValueVerdict] = {}

    @property
    def decides(self) -> bool:
        """Some value could be invalid."""
        limits = self.values is not None or bool(self._pattern) or self._format is not None
        return limits or bool(self._aliases)

    @property
    def expected(self) -> str:
        """Say what is accepted."""
        parts = []
        if self.values is not None:
            shown = ", ".join(self.values[:12])
            more = len(self.values) - 12
            parts.append(f"one of: {shown}" + (f" and {more} more" if more > 0 else ""))
        if self._pattern:
            parts.append(f"text that matches {self._pattern}")
        if self._format:
            parts.append(FORMATS[self._format][1])
        return ", and ".join(parts)

    def standard(self, value: str) -> str:
        """Give the standard's own spelling: an alias resolved, a cloud's lower case undone."""
        meant = self._aliases.get(value, value)
        return self._standard.get(meant, meant)

    def judge(self, value: str) -> ValueVerdict:
        """Judge one value; equal values are judged once."""
        verdict = self._remembered.get(value)
        if verdict is None:
            verdict = self._judge(value)
            if len(self._remembered) < MAX_REMEMBERED:
                self._remembered[value] = verdict
        return verdict

    def _judge(self, value: str) -> ValueVerdict:
        if value in self._aliases and value not in self._allowed:
            meant = self._aliases[value]
            return ValueVerdict(
                valid=False,
                suggestion=meant,
                normalised=meant,
                valid_normalised=self._accepts(meant),
            )
        if self._accepts(value):
            return ValueVerdict(valid=True, normalised=value, valid_normalised=True)
        return ValueVerdict(valid=False, suggestion=self._suggestion(value), normalised=value)

    def _suggestion(self, value: str) -> str | None:
        if len(value) > 256:  # noqa: PLR2004 - longer than any cloud's tag value
            return None
        if self.values is not None:
            if self._lexicon is None:
                self._lexicon = Lexicon((*self.values, *self._aliases))
            near = self._lexicon.nearest(value)
            return self._aliases.get(near, near) if near is not None else None
        for candidate in (value.strip(), value.upper(), value.lower(), value.strip().upper()):
            if candidate != value and self._accepts(candidate):
                return candidate
        return None

    def _accepts(self, value: str) -> bool:
        if self.values is not None and value not in self._allowed:
            return False
        if self._tests is None:
            self._tests = self._compile()
        if not all(test.fullmatch(value) for test in self._tests):
            return False
        return self._format != "date" or _is_day(value)

    def _compile(self) -> list[Any]:
        patterns = [self._pattern] if self._pattern else []
        patterns += [FORMATS[self._format][0]] if self._format else []
        return [compile_re2(pattern, fold=self._fold) for pattern in patterns]


def compile_re2(pattern: str, *, fold: bool = False) -> Any:  # noqa: ANN401 - re2 has no stubs
    """Compile an RE2 pattern; raises ValueError saying what is wrong with it.

    RE2 runs in linear time whatever the pattern and the text.
    """
    import re2  # noqa: PLC0415 - only a taxonomy with patterns needs it

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not fold
    try:
        return re2.compile(pattern, options)
    except re2.error as exc:
        reason = exc.args[0] if exc.args else "not an RE2 pattern"
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from exc


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _speller(dialect: Dialect) -> Callable[[str], str]:
    """Give the function that spells a listed value as the dialect allows it."""

    def spell(value: str) -> str:
        spelling = dialect.project_value(value)
        return value if spelling is None else spelling

    return spell
