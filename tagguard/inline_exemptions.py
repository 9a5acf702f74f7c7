"""Waivers that stand in the input itself, under the rule of the taxonomy.

A waiver that the taxonomy does not accept waives nothing and is told: as a row of the report, and
in the hint of each finding that it was meant for. What waivers look like is told in
`tagguard.ignore_comments`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from tagguard.errors import did_you_mean
from tagguard.exemptions import state_of
from tagguard.model import Ignore, Location, Outcome, Resource
from tagguard.report import ExemptionState, ExemptionUse
from tagguard.taxonomy.document import ExemptionRules

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Judged(Struct):
    """One waiver and what the taxonomy says of it."""

    ignore: Ignore
    refused: str
    """Why it waives nothing; empty: it counts."""
    last: date
    """The last day on which it holds."""
    speaks_of_all: bool
    """Nobody can tell which rule it is meant for."""
    used: int = 0


class InlineExemptions:
    """The waivers that the inputs of one run hold, and how often each was used."""

    def __init__(self, rules: ExemptionRules, *, known: Collection[str], today: date) -> None:
        """Judge by what the taxonomy says; `known` are the ids of all rules and policies."""
        self._rules = rules
        self._known = known
        self._today = today
        self._met: dict[Ignore, _Judged] = {}

    def meet(self, ignores: Iterable[Ignore]) -> None:
        """Take note of waivers, that each be told of even if nothing needs it."""
        for ignore in ignores:
            self._judged(ignore)

    def waiver(self, outcome: Outcome, resource: Resource) -> str | None:
        """Give the id of the first waiver that holds for this failure; count the use of each.

        What a resource implies is under the waivers of its creator as well.
        """
        found: str | None = None
        for one in self._meant(outcome, resource):
            if not one.refused:
                one.used += 1
                if found is None and self._today <= one.last:
                    found = _id(one.ignore.location)
        return found

    def refusal(self, outcome: Outcome, resource: Resource) -> str:
        """Say why what was meant to waive a failure does not; empty where nothing was."""
        for one in self._meant(outcome, resource):
            place = _id(one.ignore.location)
            if one.refused:
                return f"the exemption at {place} waives nothing: {one.refused}"
            if self._today > one.last:
                return f"the exemption at {place} ended on {one.last}"
        return ""

    def uses(self, *, partial: bool = False) -> Iterator[ExemptionUse]:
        """Say what became of each, a row for each place that holds some.

        Of a `partial` run nothing is said of unused ones.
        """
        places: dict[Location, list[_Judged]] = {}
        for one in self._met.values():
            places.setdefault(one.ignore.location, []).append(one)
        for location, group in places.items():
            row = self._use(location, group)
            if not (partial and row.state == "unused"):
                yield row

    def _use(self, location: Location, group: list[_Judged]) -> ExemptionUse:
        used = sum(one.used for one in group)
        state: ExemptionState = "refused"
        reason = "; ".join(dict.fromkeys(one.refused for one in group if one.refused))
        if not reason:
            state = state_of(group[0].last, used, today=self._today)
            idle = [_named(one.ignore) for one in group if used and not one.used]
            reason = f"matched nothing: {', '.join(idle)}" if idle else ""
        return ExemptionUse(
            id=_id(location), state=state, matched=used, reason=reason or None, location=location
        )

    def _meant(self, outcome: Outcome, resource: Resource) -> Iterator[_Judged]:
        """Give the waivers that are meant for a failure, each once."""
        holder: Resource | None = resource
        ignores: dict[Ignore, None] = {}
        while holder is not None:
            ignores |= dict.fromkeys(holder.ignores)
            holder = holder.creator
        for ignore in ignores:
            one = self._judged(ignore)
            of_rule = one.speaks_of_all or ignore.rule == outcome.rule
            if of_rule and ignore.key in {None, outcome.key}:
                yield one

    def _judged(self, ignore: Ignore) -> _Judged:
        one = self._met.get(ignore)
        if one is None:
            last = _day(ignore.until) or date.max
            unknown = ignore.rule not in self._known
            one = self._met[ignore] = _Judged(ignore, self._refusal(ignore, last), last, unknown)
        return one

    def _refusal(self, ignore: Ignore, last: date) -> str:
        if self._rules.inline == "forbid":
            return "the taxonomy forbids exemptions in the input (`exemptions.inline`)"
        if not ignore.rule:
            return ignore.reason
        if ignore.rule not in self._known:
            return f"there is no rule `{ignore.rule}`{did_you_mean(ignore.rule, self._known)}"
        if self._rules.inline == "reason-required" and not ignore.reason:
            return 'no reason is given; add reason="…"'
        return self._wrong_term(ignore.until, last)

    def _wrong_term(self, until: str, last: date) -> str:
        longest = self._rules.max_days
        if until and _day(until) is None:
            return f"`{until}` is no day such as 2026-12-31"
        if longest is None:
            return ""
        if not until:
            return f"it has no end; add until=YYYY-MM-DD, at most {longest} days from today"
        too_long = last - self._today > timedelta(days=longest)
        return f"it holds until {last}, more than {longest} days from today" if too_long else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _id(location: Location) -> str:
    return location.path if location.line is None else f"{location.path}:{location.line}"


def _named(ignore: Ignore) -> str:
    return f"`{ignore.rule}`" if ignore.key is None else f"`{ignore.rule}:{ignore.key}`"
