"""The records of the suite: a work, the figures that compare it with its floor, its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.measure import Usage, middle
from benchmarks.verdicts import Agreement

CHECKED = frozenset({0, 1})
"""Exit codes of a check that was whole: nothing found, or findings."""


@dataclass(frozen=True)
class Figure:
    """One compared number."""

    name: str
    unit: str
    """Of the two sides: `s`, or `MB` (the numbers are bytes)."""
    ours: float
    floor: float
    value: float
    """What is held against the budget."""
    budget: float
    value_unit: str = "x"

    @property
    def within(self) -> bool:
        """The budget is kept."""
        return self.value <= self.budget


@dataclass(frozen=True)
class Work:
    """A command of ours and the floor that it is held against."""

    name: str
    subject: Sequence[str]
    floor: Sequence[str]
    compare: Callable[[Usage, Usage], list[Figure]]
    truth: str = ""
    """Name of the input whose truth the subject's report must tell; empty: not checked."""
    with_policy: bool = False
    subject_codes: frozenset[int] = CHECKED
    floor_codes: frozenset[int] = frozenset({0})
    """Exit codes that are no failure."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of the subject."""
    before: Callable[[int], None] | None = None
    """What is done before each run of the subject; it gets the number of the round."""
    memory_budget: float = 0
    """Bytes that the subject and its workers may hold together; 0: not looked at."""
    proof: Sequence[str] = ()
    """Command whose report must tell the truth where the subject's own says too little."""


@dataclass
class Result:
    """What came of one work."""

    work: Work
    ours: list[Usage] = field(default_factory=list)
    floor: list[Usage] = field(default_factory=list)
    agreement: Agreement | None = None
    failure: str = ""
    together: float = 0
    """Peak memory of all processes of the subject, in bytes; 0: not known."""

    @property
    def sound(self) -> bool:
        """The work ran, and its verdicts are the true ones. Says nothing of speed."""
        return not self.failure and (self.agreement is None or self.agreement.whole)

    def figures(self) -> list[Figure]:
        """Give the compared medians; none when the work failed."""
        return [] if self.failure else self.work.compare(middle(self.ours), middle(self.floor))

    def to_data(self) -> dict[str, Any]:
        """Give plain data for `--json`."""
        return {
            "work": self.work.name,
            "failure": self.failure,
            "figures": [{**asdict(figure), "within": figure.within} for figure in self.figures()],
            "together": self.together,
            "agreement": asdict(self.agreement) if self.agreement else None,
            "runs": {
                "tagguard": [asdict(usage) for usage in self.ours],
                "floor": [asdict(usage) for usage in self.floor],
            },
        }
