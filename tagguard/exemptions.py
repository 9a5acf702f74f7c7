"""Exemptions: findings that somebody has waived, with a reason, an owner and a last day.

A waived finding stays in the report with its own status; the resource counts as exempt, not as
compliant. An exemption holds on its last day and not after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field

from tagguard.errors import ConfigError
from tagguard.model import Outcome, Resource
from tagguard.records import load_record
from tagguard.report import ExemptionState, ExemptionUse
from tagguard.selectors import Matcher, Rebase, Selectors, ValueOf, as_is
from tagguard.taxonomy.document import Day

EXPIRES_SOON = timedelta(days=30)
"""From when on an exemption is reported as expiring."""


class Exemption(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One waiver."""

    id: str = ""
    match: Annotated[Selectors, Meta(description="the resources that it is for")]
    keys: Annotated[list[str], Meta(description="tag keys; none: all")] = field(
        default_factory=list
    )
    rules: Annotated[list[str], Meta(description="rule ids; none: all")] = field(
        default_factory=list
    )
    reason: Annotated[str, Meta(min_length=1)]
    owner: Annotated[str, Meta(min_length=1, description="who answers for it")]
    expires: Annotated[Day, Meta(description="last day on which it holds (UTC)")]
    approver: str = ""
    ticket: str = ""
    granted: Day | None = None


class ExemptionsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The exemptions file."""

    exemptions: list[Exemption]


class Exemptions:
    """The waivers of one run, and how often each was used."""

    def __init__(
        self,
        exemptions: Sequence[Exemption],
        *,
        today: date,
        max_days: int | None,
        rebase: Rebase = as_is,
    ) -> None:
        self._today = today
        self._entries = [
            (name, one, Matcher(one.match, rebase=rebase), _day(name, "expires on", one.expires))
            for number, one in enumerate(exemptions, 1)
            for name in (one.id or f"exemption-{number}",)
        ]
        self._used = [0] * len(self._entries)
        self._last: tuple[Resource, list[int]] | None = None
        for name, one, _, last in self._entries:
            _check_term(name, one, last, today=today, max_days=max_days)

    def waiver(
        self, outcome: Outcome, resource: Resource, value_of: ValueOf, *, times: int = 1
    ) -> str | None:
        """Give the id of the first waiver that holds for this failure; count the uses of each."""
        found: str | None = None
        for index in self._matching(resource, value_of):
            name, one, _, last = self._entries[index]
            if one.rules and outcome.rule not in one.rules:
                continue
            if one.keys and outcome.key not in one.keys:
                continue
            self._used[index] += times
            if found is None and self._today <= last:
                found = name
        return found

    def _matching(self, resource: Resource, value_of: ValueOf) -> list[int]:
        """Find the waivers for a resource; asked for each of its failures in a row."""
        if self._last is None or self._last[0] is not resource:
            found = [
                index
                for index, (_, _, matches, _) in enumerate(self._entries)
                if matches(resource, value_of)
            ]
            self._last = resource, found
        return self._last[1]

    @property
    def rules(self) -> Iterator[str]:
        """Name every rule that some waiver speaks of."""
        for _, one, _, _ in self._entries:
            yield from one.rules

    def uses(self, *, partial: bool = False) -> tuple[ExemptionUse, ...]:
        """Say what became of each, by id; of a `partial` run, nothing of the unused ones.

        What they are for may be among what was left out.
        """
        rows = [
            ExemptionUse(id=name, state=state_of(last, used, today=self._today), matched=used)
            for (name, _, _, last), used in zip(self._entries, self._used, strict=True)
        ]
        told = [row for row in rows if not (partial and row.state == "unused")]
        return tuple(sorted(told, key=lambda row: row.id))


def state_of(last: date, used: int, *, today: date) -> ExemptionState:
    """Say what became of a waiver that holds until some day."""
    if today > last:
        return "expired"
    if not used:
        return "unused"
    return "expiring" if last - today <= EXPIRES_SOON else "active"


def load_exemptions(
    file: Path | None, *, where: str, today: date, max_days: int | None, rebase: Rebase = as_is
) -> Exemptions:
    """Read the exemptions file; raises ConfigError for one without reason, owner or expiry."""
    if file is None:
        return Exemptions((), today=today, max_days=None)
    record = load_record(file, ExemptionsFile, noun="exemptions file", where=where)
    return Exemptions(record.exemptions, today=today, max_days=max_days, rebase=rebase)


def _day(name: str, verb: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise ConfigError(f"the exemption `{name}` {verb} {text}, which is no day") from exc


def _check_term(
    name: str, one: Exemption, last: date, *, today: date, max_days: int | None
) -> None:
    if max_days is None:
        return
    start = today if one.granted is None else _day(name, "was granted on", one.granted)
    if last - start > timedelta(days=max_days):
        raise ConfigError(
            f"the exemption `{name}` holds until {last}, more than {max_days} days after {start}",
            hint="the taxonomy sets the longest term in `exemptions.max_days`",
        )
