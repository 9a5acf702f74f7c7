"""The fast lane of the engine: rows that cannot differ in their verdict are judged once.

A row is judged as any resource is, only under a stand-in for its address; what came out is a
*ruling*, and holds for all rows that share a pattern and the tags that can matter (`relevance`).
What depends on more than these is left to be judged by itself: nothing here decides a verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import getitem
from typing import Any, NamedTuple, Protocol, cast

from msgspec import Struct

from tagguard.findings import Judged, fingerprint_of
from tagguard.model import Limits, Location, Resource, Rows
from tagguard.relevance import Asked, Relevance, Shape
from tagguard.report import Bucket, Finding, Undetermined
from tagguard.row_findings import ADDRESS, Ruling, Template, ToldRows, templates
from tagguard.rows import each_row

MOST_REMEMBERED = 100_000
"""Combinations of values whose rulings are kept; when there are more, all are made anew. It bounds
memory where each row is like no other."""
ALWAYS_LOOKED_AT = ("dialect", "limits", "location", "tags", "taggable")
"""Fields of a pattern on which it depends what can matter, and where it is told."""
UNHEARD = object()


class Decision(NamedTuple):
    """That it is decided what is to become of rows like one."""

    precedent: Precedent | None
    """None: each of them must be judged by itself."""


class Verdict(Struct, kw_only=True):
    """What became of one resource."""

    bucket: Bucket
    findings: list[Finding]
    undetermined: list[Undetermined]

    @property
    def open_findings(self) -> int:
        """Findings that nothing waives."""
        return sum(one.status == "open" for one in self.findings)


class Court(Protocol):
    """How the engine judges one resource."""

    def hide(self, resource: Resource) -> Resource:
        """Mark values that must not be shown."""

    def known(self, resource: Resource, by_selectors: Resource, by_rules: Resource) -> Judged:
        """Say whose a resource is, and whether it is to be judged; the others stand in for it."""

    def judge_by_taxonomy(self, one: Judged) -> None:
        """Say what the built-in rules say of a resource."""

    def verdict(self, one: Judged, *, times: int) -> Verdict:
        """Say what follows; what waives it counts as used so many times."""

    def count(self, one: Judged, verdict: Verdict, *, team: str, times: int) -> None:
        """Count so many resources of one team that are alike."""


class Case(Struct, kw_only=True, eq=False):
    """A row that was judged for all that are like it, whosoever they are."""

    judged: Judged
    verdict: Verdict
    findings: tuple[Template[Finding], ...]
    undetermined: tuple[Template[Undetermined], ...]
    failures: tuple[tuple[str, str], ...]
    """Rule and key of each, for the fingerprints of its rows."""


class Precedent(Ruling, kw_only=True, eq=False):
    """What one team's rows have come to that are like one case."""

    case: Case
    team: str
    is_told: bool
    """Something is reported of each row."""
    rows: int = 0
    """Rows under it that are not counted yet."""


class Kin(Struct, kw_only=True, eq=False):
    """Patterns that differ in nothing that anybody has looked at."""

    owners_ask: set[str] = set()
    """Tag keys that were asked for to say whose such rows are, and whether to judge them."""
    judges_ask: set[str] = set()
    """Those that were asked for to judge them."""
    shapes: dict[tuple[str, ...], Known] = {}
    """By the keys of a row's tags."""
    cases: dict[object, Case | None] = {}
    """By what tells their rows apart; None: each must be judged by itself."""
    precedents: dict[tuple[Case, str], Precedent] = {}

    def precedent(self, case: Case, team: str) -> Precedent:
        """Give the ruling on one team's rows."""
        found = self.precedents.get((case, team))
        if found is None:
            found = self.precedents[case, team] = Precedent(
                findings=tuple(one.of_team(team) for one in case.findings),
                undetermined=tuple(one.of_team(team) for one in case.undetermined),
                case=case,
                team=team,
                is_told=bool(case.findings or case.undetermined),
            )
        return found


class Known(Struct, kw_only=True, eq=False):
    """Rows of one kin with the same tag keys, and what they came to."""

    shape: Shape
    precedents: dict[object, Precedent | None] = {}
    """By tokens."""


class Watched:
    """A resource of which is noticed what anybody looks at."""

    def __init__(self, resource: Resource) -> None:
        """Stand for a resource."""
        self._resource = resource
        self.noticed: set[str] = set()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a resource has
        self.noticed.add(name)
        return getattr(self._resource, name)


class Hearing:
    """One row on its way to a ruling, and what was looked at on the way."""

    def __init__(
        self, court: Court, pattern: Resource, tags: Mapping[str, str], asked: set[str]
    ) -> None:
        """Say whose the row is; into `asked` goes each tag key that selectors ask for."""
        self._court = court
        self._asked = asked
        (row,) = each_row(Rows([pattern], [ADDRESS], [tags], [None]))
        row = court.hide(row)
        self._seen, self._read = Watched(row), Watched(row)
        asked.clear()
        self.one = court.known(row, cast("Resource", self._seen), cast("Resource", self._read))
        self.owners_ask = {*asked}
        self.judges_ask: set[str] = set()
        self.is_called_by_name = "address" in self._seen.noticed
        """Whose the row is depends on its address."""
        self._seen.noticed.discard("address")

    @property
    def looked_at(self) -> set[str]:
        """The fields of its pattern that somebody has looked at."""
        return (self._seen.noticed | self._read.noticed) - {"address"}

    def case(self) -> Case | None:
        """Judge the row; None where that depends on its address."""
        self._asked.clear()
        if self.one.bucket is None:
            self._court.judge_by_taxonomy(self.one)
        verdict = self._court.verdict(self.one, times=0)
        self.judges_ask = {*self._asked}
        if "address" in self._seen.noticed:
            return None
        return Case(
            judged=self.one,
            verdict=verdict,
            findings=templates(verdict.findings),
            undetermined=templates(verdict.undetermined),
            failures=tuple((one.rule, one.key or "") for one in verdict.findings),
        )


class Rulings:
    """The rulings of one run."""

    def __init__(self, court: Court, relevance: Relevance, baseline: frozenset[str]) -> None:
        """Judge by a `court`, to which what the `baseline` accepts is left as well."""
        self._court = court
        self._relevance = relevance
        self._baseline = baseline
        self._looked_at = {*ALWAYS_LOOKED_AT}
        self._kins: dict[int, tuple[Resource, Kin]] = {}
        """By the identity of a pattern, which is kept alive here."""
        self._kins_by_looks: dict[tuple[object, ...], Kin] = {}
        self._remembered = 0
        self.told = ToldRows()
        """The rows of which something is to be reported."""

    def take(self, rows: Rows) -> Rows:
        """Judge the rows that are like others; give those that must be judged one by one."""
        kins, told, baseline = self._kins, self.told, self._baseline
        told.reopen()
        left: list[int] = []
        columns = zip(rows.patterns, rows.addresses, rows.tags, rows.lines, strict=True)
        for index, (pattern, address, tags, line) in enumerate(columns):
            kin = kins.get(id(pattern)) or self._kin(pattern)
            known = kin[1].shapes.get(tuple(tags)) or self._known(pattern, tags)
            shape = known.shape
            for name in shape.passed_over:
                if tags[name] not in shape.sound and not shape.is_sound(tags[name]):
                    known = self._known(pattern, tags, whole=True)
                    shape = known.shape
                    break
            tokens = tuple(map(getitem, shape.tokens, shape.values(tags)))
            precedent: Any = known.precedents.get(tokens, UNHEARD)
            if precedent is UNHEARD:
                precedent = self._decided(pattern, tags, whole=shape.whole)
            if precedent is None or (
                baseline and precedent.is_told and self._is_accepted(precedent, pattern, address)
            ):
                left.append(index)
                continue
            precedent.rows += 1
            if precedent.is_told:
                told.rulings.append(precedent)
                told.patterns.append(pattern)
                told.addresses.append(address)
                told.lines.append(line)
        return _only(rows, left)

    def count(self) -> None:
        """Count all rows taken so far."""
        for kin in self._kins_by_looks.values():
            self._count(kin)

    def _kin(self, pattern: Resource) -> tuple[Resource, Kin]:
        found = self._kins.get(id(pattern))
        if found is None:
            looks = tuple(_look(getattr(pattern, name)) for name in sorted(self._looked_at))
            kin = self._kins_by_looks.setdefault((*looks, _is_singular(pattern)), Kin())
            found = self._kins[id(pattern)] = pattern, kin
        return found

    def _known(self, pattern: Resource, tags: Mapping[str, str], *, whole: bool = False) -> Known:
        _, kin = self._kin(pattern)
        key = (*tags, "", "") if whole else tuple(tags)
        known = kin.shapes.get(key)
        if known is None:
            self._remembered += 1
            asked = Asked(owners=kin.owners_ask, judges=kin.judges_ask, whole=whole)
            known = kin.shapes[key] = Known(shape=self._relevance.shape(pattern, tags, asked))
        return known

    def _decided(
        self, pattern: Resource, tags: Mapping[str, str], *, whole: bool
    ) -> Precedent | None:
        """Give the ruling on rows like this one; None where each needs one of its own."""
        if self._remembered > MOST_REMEMBERED:
            self._forget()
        texts = (pattern.type, pattern.tags.reason, *tags, *tags.values())
        if _is_singular(pattern) or any(ADDRESS in text for text in texts):
            return None
        while (found := self._heard(pattern, tags, whole=whole)) is None:
            pass
        return found.precedent

    def _heard(self, pattern: Resource, tags: Mapping[str, str], *, whole: bool) -> Decision | None:
        """Give the ruling on rows like this one; None where more was looked at than ever before.

        Then rows that were taken for alike may not be, and all begins anew. What was ruled holds:
        those rulings did not depend on it.
        """
        _, kin = self._kin(pattern)
        known = self._known(pattern, tags, whole=whole)
        hearing = Hearing(self._court, pattern, tags, self._relevance.asked)
        tokens, judged_by = known.shape.tokens_of(tags)
        key = (known.shape.names, judged_by, hearing.one.bucket)
        case = kin.cases[key] if key in kin.cases else hearing.case()
        if not hearing.looked_at <= self._looked_at:
            self._looked_at |= hearing.looked_at
            self._forget()
            return None
        if not (hearing.owners_ask <= kin.owners_ask and hearing.judges_ask <= kin.judges_ask):
            kin.owners_ask |= hearing.owners_ask
            kin.judges_ask |= hearing.judges_ask
            self._forget_kin(kin)
            return None
        kin.cases[key] = case
        found = None
        if case is not None and not hearing.is_called_by_name:
            found = kin.precedent(case, hearing.one.team)
        known.precedents[tokens] = found
        self._remembered += 1
        return Decision(found)

    def _forget(self) -> None:
        self.count()
        self._kins.clear()
        self._kins_by_looks.clear()
        self._remembered = 0

    def _forget_kin(self, kin: Kin) -> None:
        self._count(kin)
        kin.shapes.clear()
        kin.cases.clear()
        kin.precedents.clear()

    def _count(self, kin: Kin) -> None:
        """Count the rows of a kin, and what waives their failures once for each case."""
        used = Counter[Case]()
        for one in kin.precedents.values():
            if one.rows:
                self._court.count(one.case.judged, one.case.verdict, team=one.team, times=one.rows)
                used[one.case] += one.rows
                one.rows = 0
        for case, times in used.items():
            self._court.verdict(case.judged, times=times)

    def _is_accepted(self, precedent: Precedent, pattern: Resource, address: str) -> bool:
        """Tell whether the baseline knows some failure of a row."""
        return any(
            fingerprint_of(rule, pattern.scope, address, key) in self._baseline
            for rule, key in precedent.case.failures
        )


def _look(value: object) -> object:
    """Give what is the same for two patterns only if nobody can tell their values apart."""
    return value if isinstance(value, str | Location | Limits | None) else id(value)


def _is_singular(pattern: Resource) -> bool:
    """Tell whether a pattern has what no inventory knows of, and hints and waivers speak of."""
    return bool(
        pattern.creator
        or pattern.variants
        or pattern.ignores
        or pattern.elsewhere
        or pattern.places
        or not pattern.changes_tags
        or pattern.location != Location(pattern.location.path)
    )


def _only(rows: Rows, indices: Sequence[int]) -> Rows:
    return Rows(
        patterns=[rows.patterns[index] for index in indices],
        addresses=[rows.addresses[index] for index in indices],
        tags=[rows.tags[index] for index in indices],
        lines=[rows.lines[index] for index in indices],
    )
