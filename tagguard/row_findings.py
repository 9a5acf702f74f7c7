"""What a report tells of rows, made when somebody reads it.

A million rows are judged by few *rulings*. What is wrong with six hundred thousand of them would
fill the memory if each finding were an object of its own, so of every row only its ruling, address
and line are kept. Nothing here judges.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from heapq import merge
from itertools import islice, pairwise, starmap
from operator import gt
from typing import Any, Generic, TypeVar, overload

from msgspec import Struct
from msgspec.structs import replace

from tagguard.findings import finding_order, fingerprint_of, undetermined_order
from tagguard.model import Location, Resource
from tagguard.report import Finding, Undetermined

T = TypeVar("T", Finding, Undetermined)
Trait = TypeVar("Trait", bound=Hashable)

ADDRESS = "\ufdd0address\ufdd1"
"""Stands for a row's address in the texts of a ruling; no text, for it is made of noncharacters."""


class Template(Struct, Generic[T], frozen=True):
    """A finding of any row under one ruling, with `ADDRESS` for its address."""

    told: T
    blanks: tuple[str, ...]
    """The texts in which the address stands."""

    def filled(self, name: str, address: str, pattern: Resource, line: int | None) -> T:
        """Give what is told of one row, which is called by `name`."""
        told: Any = self.told
        place = Location(pattern.location.path, line)
        fields: dict[str, Any] = {
            blank: getattr(told, blank).replace(ADDRESS, address) for blank in self.blanks
        }
        if isinstance(told, Finding):
            fields["account"] = pattern.account
            fields["region"] = pattern.region
            fields["resource_location"] = place
            fields["fingerprint"] = fingerprint_of(
                told.rule, pattern.scope, address, told.key or ""
            )
        made: T = replace(
            told, resource=name, type=pattern.type, scope=pattern.scope, location=place, **fields
        )
        return made

    def of_team(self, team: str) -> Template[T]:
        """Give the same for another team."""
        told: T = replace(self.told, team=team)
        return Template(told, self.blanks)


class Ruling(Struct, kw_only=True, eq=False):
    """What is to be told of every row that is like another."""

    findings: tuple[Template[Finding], ...]
    undetermined: tuple[Template[Undetermined], ...]


def templates(told: Iterable[T]) -> tuple[Template[T], ...]:
    """Make templates of what is told of a resource whose address is `ADDRESS`."""
    texts = ("message", "expected", "actual", "hint", "reason")
    return tuple(
        Template(one, tuple(text for text in texts if ADDRESS in (getattr(one, text, None) or "")))
        for one in told
    )


class ToldRows:
    """The rows of which something is to be told, as columns."""

    def __init__(self) -> None:
        """Begin with none."""
        self.rulings: list[Ruling] = []
        self.patterns: list[Resource] = []
        self.addresses: list[str] = []
        self.lines: list[int | None] = []

    def reopen(self) -> None:
        """Let more rows come: what is known of all of them is found anew."""
        self.__dict__.pop("order", None)
        self.__dict__.pop("by_ruling", None)

    def place(self, row: int) -> tuple[str, int, str, str]:
        """Tell where a row stands in the order of a report."""
        pattern = self.patterns[row]
        return pattern.location.path, self.lines[row] or 0, self.addresses[row], pattern.scope

    @cached_property
    def order(self) -> Sequence[int]:
        """The rows as a report orders them, which mostly is how they came."""
        rows = range(len(self.rulings))
        if not any(starmap(gt, pairwise(map(self.place, rows)))):
            return rows
        return array("L", sorted(rows, key=self.place))

    @cached_property
    def by_ruling(self) -> dict[Ruling, int]:
        """How many rows are under each ruling."""
        return dict(Counter(self.rulings))


class RowsTold(Sequence[T]):
    """All that is told of rows, and of other resources, in the report's order.

    To go through it makes one finding at a time; `alike` and `tallied` make none.
    """

    def __init__(
        self,
        rows: ToldRows,
        told: Callable[[Ruling], tuple[Template[T], ...]],
        others: Sequence[T],
        order: Callable[[T], tuple[object, ...]],
        ambiguous: Collection[str] = (),
    ) -> None:
        """Tell of `rows` what `told` gives of their rulings, and `others` beside it.

        `ambiguous` are the addresses that are to be shown with their scope.
        """
        self._rows = rows
        self._told: Callable[[Ruling], tuple[Template[T], ...]] = told
        self._others: Sequence[T] = others
        self.order: Callable[[T], tuple[object, ...]] = order
        self._ambiguous = ambiguous

    def __len__(self) -> int:
        rulings = self._rows.by_ruling.items()
        return sum(len(self._told(one)) * count for one, count in rulings) + len(self._others)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        """Give what is told at one place, or between two; it takes time to get there."""
        places = range(len(self))[index]
        if isinstance(places, range):
            return [self[place] for place in places]
        return next(islice(self, places, None))

    def __iter__(self) -> Iterator[T]:
        if not self._others:
            return self._of_rows()
        return merge(self._of_rows(), self._others, key=self.order)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # like every mutable sequence

    def tallied(self, trait: Callable[[T], Trait]) -> Counter[Trait]:
        """Count by a trait that has nothing to do with where a row stands."""
        counts = Counter(map(trait, self._others))
        for ruling, number in self._rows.by_ruling.items():
            for template in self._told(ruling):
                counts[trait(template.told)] += number
        return counts

    def named(self) -> Iterator[tuple[str, str]]:
        """Give address and scope of every resource of which something is told."""
        for pattern, address in zip(self._rows.patterns, self._rows.addresses, strict=True):
            yield address, pattern.scope
        for one in self._others:
            yield one.resource, one.scope

    def told_apart(self, ambiguous: Collection[str]) -> RowsTold[T]:
        """Give the same, with the scope behind each of these addresses."""
        others = [
            replace(one, resource=f"{one.resource} ({one.scope})")
            if one.resource in ambiguous
            else one
            for one in self._others
        ]
        return RowsTold(self._rows, self._told, others, self.order, ambiguous)

    def alike(self, kind: Callable[[T], Hashable | None]) -> list[Sequence[T]]:
        """Put together what is of one kind, each where its first stands; None: leave it out.

        The kind has nothing to do with where a row stands.
        """
        groups: dict[Hashable, Part[T]] = {}
        kinds = {
            ruling: [(each, found) for each in self._told(ruling) if (found := kind(each.told))]
            for ruling in self._rows.by_ruling
        }
        for row in self._rows.order:
            for template, found in kinds[self._rows.rulings[row]]:
                group = groups.get(found)
                if group is None:
                    group = groups[found] = Part(self)
                group.add(row, template)
        for one in self._others:
            if (found := kind(one)) is not None:
                groups.setdefault(found, Part(self)).add_other(one)
        return sorted(groups.values(), key=lambda group: self.order(group[0]))

    def filled(self, template: Template[T], row: int) -> T:
        """Give what is told of one row."""
        address, pattern = self._rows.addresses[row], self._rows.patterns[row]
        name = f"{address} ({pattern.scope})" if address in self._ambiguous else address
        return template.filled(name, address, pattern, self._rows.lines[row])

    def _of_rows(self) -> Iterator[T]:
        """Tell of row after row; of rows that stand in one place all that there is, in order."""
        rows, told = self._rows, self._told
        place, gathered = None, list[T]()
        for row in rows.order:
            here = rows.place(row)
            if here != place:
                yield from sorted(gathered, key=self.order) if len(gathered) > 1 else gathered
                place, gathered = here, []
            gathered += [self.filled(each, row) for each in told(rows.rulings[row])]
        yield from sorted(gathered, key=self.order)


class Part(Sequence[T]):
    """What is of one kind, of as many resources as there are."""

    def __init__(self, whole: RowsTold[T]) -> None:
        """Begin with nothing."""
        self._whole: RowsTold[T] = whole
        self._rows = array("L")
        self._templates: list[Template[T]] = []
        self._others: list[T] = []

    def add(self, row: int, template: Template[T]) -> None:
        """Add what is told of one row; rows come in order."""
        self._rows.append(row)
        self._templates.append(template)

    def add_other(self, told: T) -> None:
        """Add what is told of another resource; they come in order."""
        self._others.append(told)

    def __len__(self) -> int:
        return len(self._rows) + len(self._others)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        """Give what is told of one resource, or of some."""
        if isinstance(index, slice):
            return [self._at(place) for place in self._order[index]]
        return self._at(self._order[index])

    @cached_property
    def _order(self) -> Sequence[int]:
        """The rows, and behind them the others, in the report's order."""
        places: Sequence[int] = range(len(self))
        if not self._others:
            return places
        return [*merge(places[: len(self._rows)], places[len(self._rows) :], key=self._place)]

    def _place(self, place: int) -> tuple[object, ...]:
        return self._whole.order(self._at(place))

    def _at(self, place: int) -> T:
        if place < len(self._rows):
            return self._whole.filled(self._templates[place], self._rows[place])
        return self._others[place - len(self._rows)]


def findings_told(rows: ToldRows, others: Iterable[Finding]) -> Sequence[Finding]:
    """Give all findings in order."""
    listed = sorted(others, key=finding_order)
    if not rows.rulings:
        return tuple(listed)
    return RowsTold(rows, lambda ruling: ruling.findings, listed, finding_order)


def undetermined_told(rows: ToldRows, others: Iterable[Undetermined]) -> Sequence[Undetermined]:
    """Give all that is undetermined, in order."""
    listed = sorted(others, key=undetermined_order)
    if not rows.rulings:
        return tuple(listed)
    return RowsTold(rows, lambda ruling: ruling.undetermined, listed, undetermined_order)


def tallied(told: Sequence[T], trait: Callable[[T], Trait]) -> Counter[Trait]:
    """Count findings by a trait that has nothing to do with where a resource stands."""
    return told.tallied(trait) if isinstance(told, RowsTold) else Counter(map(trait, told))
