"""Counts: each resource once, in one bucket, in the whole and for its team; each key by itself.

Invariant (property-tested): the buckets sum up to `resources`, for every team, in the whole and for
implied resources, which are counted apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from tagguard.model import UNOWNED
from tagguard.report import Bucket, Coverage, KeyCoverage, Summary, TeamCoverage
from tagguard.taxonomy.reading import KeyReading, Reading

JUDGED: tuple[Bucket, ...] = ("compliant", "noncompliant", "undetermined", "exempt")
"""The buckets that make the denominator of coverage."""
BUCKETS: tuple[Bucket, ...] = (*JUDGED, "untaggable", "managed", "excluded")


PRESENT, VALID, MISSING, UNDETERMINED, PRESENT_NORMALISED, VALID_NORMALISED = (
    1 << bit for bit in range(6)
)
"""What is true of one key on one resource, as bits: plain integers, for this runs a lot."""


def key_facts(reading: Reading, one: KeyReading) -> int:
    """Say what is true of a key on a resource, as bits; 0 where the key does not apply."""
    record = one.key.record
    does_not_apply = one.required is False and (one.key.condition is not None or one.tag is None)
    if record.forbidden or record.deprecated is not None or does_not_apply:
        return 0
    tag = one.tag or one.misnamed
    if tag is None:
        decided = one.required and not reading.may_gain(one)
        return MISSING if decided else UNDETERMINED
    facts = PRESENT_NORMALISED
    constraint = one.key.constraint(reading.cloud)
    values = tag.possible
    verdicts = [constraint.judge(value) for value in values if value.strip()]
    is_said = bool(values) and len(verdicts) == len(values)
    if is_said and all(verdict.valid_normalised for verdict in verdicts):
        facts |= VALID_NORMALISED
    if one.tag is None:
        return facts | (UNDETERMINED if reading.may_gain(one) else MISSING)
    if is_said and all(verdict.valid for verdict in verdicts):
        facts |= VALID
    return facts | PRESENT


def in_every_branch(left: int, right: int) -> int:
    """Say what is true of a key whichever way an open condition goes."""
    both = left & right
    settled = both & (PRESENT | MISSING | UNDETERMINED)
    return both if settled or not (left and right) else both | UNDETERMINED


class Tally:
    """Counts resources as they are judged."""

    def __init__(self) -> None:
        self._buckets: dict[str, Counter[Bucket]] = defaultdict(Counter)
        self._implied: Counter[Bucket] = Counter()
        self._findings: Counter[str] = Counter()
        self._keys: Counter[tuple[str, int]] = Counter()
        self.unchanged = 0
        """Resources that are excluded because the input leaves their tags as they are."""

    def resource(
        self, team: str, bucket: Bucket, open_findings: int, *, implied: bool, times: int = 1
    ) -> None:
        """Count resources that are alike, each with its number of open findings.

        Of an implied one the team has the findings only.
        """
        (self._implied if implied else self._buckets[team])[bucket] += times
        if open_findings:
            self.findings(team, open_findings * times)

    def findings(self, team: str, number: int = 1) -> None:
        """Count open findings; a team that has some has a row, even without resources."""
        self._buckets[team].update(())
        self._findings[team] += number

    def key(self, name: str, facts: int, *, times: int = 1) -> None:
        """Count what is true of a key on resources that are alike."""
        self._keys[name, facts] += times

    def summary(self) -> Summary:
        """Give the counts over all teams, and those of implied resources."""
        total: Counter[Bucket] = Counter()
        for counts in self._buckets.values():
            total.update(counts)
        implied = Coverage(**_counted(self._implied), coverage=_share(self._implied))
        return Summary(
            **_counted(total), coverage=_share(total), implied=implied, unchanged=self.unchanged
        )

    def teams(self) -> tuple[TeamCoverage, ...]:
        """Give a row a team, by name, the unowned last."""
        names = sorted(self._buckets, key=lambda name: (name == UNOWNED, name))
        return tuple(
            TeamCoverage(
                team=name,
                findings=self._findings[name],
                coverage=_share(self._buckets[name]),
                **_counted(self._buckets[name]),
            )
            for name in names
        )

    def keys(self, order: Iterable[str]) -> tuple[KeyCoverage, ...]:
        """Give a row a key, in the taxonomy's order, for keys that applied somewhere."""
        rows: dict[str, Counter[int]] = defaultdict(Counter)
        for (name, facts), count in self._keys.items():
            for bit in range(facts.bit_length()):
                rows[name][facts & 1 << bit] += count
        return tuple(_key_row(name, rows[name]) for name in order if name in rows)


def _key_row(name: str, counts: Counter[int]) -> KeyCoverage:
    present, missing = counts[PRESENT], counts[MISSING]
    return KeyCoverage(
        key=name,
        applicable=present + missing + counts[UNDETERMINED],
        present=present,
        valid=counts[VALID],
        missing=missing,
        undetermined=counts[UNDETERMINED],
        present_normalised=counts[PRESENT_NORMALISED],
        valid_normalised=counts[VALID_NORMALISED],
    )


def _counted(counts: Counter[Bucket]) -> dict[str, int]:
    return {"resources": counts.total(), **{bucket: counts[bucket] for bucket in BUCKETS}}


def _share(counts: Counter[Bucket]) -> float | None:
    judged = sum(counts[bucket] for bucket in JUDGED)
    return round(counts["compliant"] / judged, 4) if judged else None
