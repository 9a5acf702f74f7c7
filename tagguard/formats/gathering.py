"""Puts together what formats for people tell once, and tells apart what only looks the same.

One line of `default_tags` may be wrong for a hundred resources, and one module may stand under the
same address in ten roots. Nothing is left out or counted anew here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from itertools import chain
from typing import TypeVar

from msgspec import UnsetType
from msgspec.structs import replace

from tagguard.model import SEVERITIES, Problem
from tagguard.report import Finding, Report, Undetermined
from tagguard.row_findings import RowsTold

T = TypeVar("T", Finding, Undetermined)
One = TypeVar("One")

MANY = 50
"""Resources of one team and file of which the same is told one by one."""


def told_apart(report: Report) -> Report:
    """Give the report with the scope behind each address that is found in several.

    `module.data.aws_s3_bucket.this` of two root modules becomes one `… (envs/dev)` and one
    `… (envs/prod)`.
    """
    scopes: dict[str, str] = {}
    ambiguous = {
        address
        for address, scope in chain(
            _named(report.findings), _named(report.undetermined), _listed(report)
        )
        if scopes.setdefault(address, scope) != scope
    }
    del scopes
    told = replace(
        report,
        findings=_apart(report.findings, ambiguous),
        undetermined=_apart(report.undetermined, ambiguous),
    )
    if isinstance(report.resources, UnsetType):
        return told
    listed = [
        replace(one, address=f"{one.address} ({one.scope})") if one.address in ambiguous else one
        for one in report.resources
    ]
    return replace(told, resources=tuple(listed))


def _named(told: Sequence[T]) -> Iterable[tuple[str, str]]:
    if isinstance(told, RowsTold):
        return told.named()
    return ((one.resource, one.scope) for one in told)


def _listed(report: Report) -> Iterable[tuple[str, str]]:
    if isinstance(report.resources, UnsetType):
        return ()
    return ((one.address, one.scope) for one in report.resources)


def _apart(told: Sequence[T], ambiguous: Collection[str]) -> Sequence[T]:
    if isinstance(told, RowsTold):
        return told.told_apart(ambiguous)
    return tuple(
        replace(one, resource=f"{one.resource} ({one.scope})") if one.resource in ambiguous else one
        for one in told
    )


def alike_findings(
    findings: Sequence[Finding],
    keep: Callable[[Finding], bool] = lambda _: True,
    *,
    many: int = MANY,
) -> list[Sequence[Finding]]:
    """Gather the findings that one change in the source would mend, each where the first stands.

    More than `many` that say the same of a team's resources in one file are told once, too. `keep`
    tells, by anything but place and resource, which findings are meant.
    """
    return _gathered(findings, keep, _kind_of_fault, _fault, many)


def alike_undetermined(
    checks: Sequence[Undetermined], *, many: int = MANY
) -> list[Sequence[Undetermined]]:
    """Gather the checks that one and the same thing leaves open, or `many` in one file."""
    return _gathered(checks, lambda _: True, _kind_of_doubt, _doubt, many)


def alike_problems(problems: Iterable[Problem]) -> list[Sequence[Problem]]:
    """Gather the problems that say the same of several places."""
    return _together(problems, lambda one: (one.stage, one.message, one.hint))


def open_findings(report: Report) -> list[Sequence[Finding]]:
    """Give the findings that nothing waives as `alike_findings`, worst first."""
    alike = alike_findings(report.findings, lambda finding: finding.status == "open")
    return sorted(alike, key=lambda some: SEVERITIES.index(some[0].severity))


def and_more(alike: Sequence[Finding]) -> str:
    """Say how many others a finding stands for: ` and 6 more`, or nothing."""
    return f" and {len(alike) - 1:,} more" if len(alike) > 1 else ""


def _kind_of_fault(finding: Finding) -> Hashable:
    """Tell what is wrong and whose it is, whichever resource of a file it is of."""
    kind = (finding.rule, finding.severity, finding.status, finding.team, finding.confidential)
    return (*kind, finding.location.path, finding.key, finding.message, finding.expected)


def _fault(finding: Finding) -> Hashable:
    """Tell what is wrong, where, and what would help.

    Instances of one resource differ in their help by their keys only. Without a line nothing shows
    that two findings have one cause.
    """
    if finding.location.line is None:
        return id(finding)
    hint = re.sub(r"\[[^]]*\]", "", finding.hint)
    return (_kind_of_fault(finding), finding.location, hint)


def _kind_of_doubt(check: Undetermined) -> Hashable:
    """Tell what is open and why, whichever resource of a file it is of."""
    return check.location.path, check.key, check.rule, check.reason


def _doubt(check: Undetermined) -> Hashable:
    """Tell what is open, where and why; without a line nothing shows that two have one cause."""
    if check.location.line is None:
        return id(check)
    return check.location, check.key, check.rule, check.reason


def _gathered(
    told: Sequence[T],
    keep: Callable[[T], bool],
    kind: Callable[[T], Hashable],
    same: Callable[[T], Hashable],
    many: int,
) -> list[Sequence[T]]:
    """Put together what is of one kind where that is much, else what is the same."""

    def wanted(one: T) -> Hashable | None:
        return kind(one) if keep(one) else None

    if not isinstance(told, RowsTold):
        listed = [one for one in told if keep(one)]
        counts = Counter(map(kind, listed))
        return _together(listed, lambda one: k if counts[k := kind(one)] > many else same(one))
    few: list[T] = []
    much: list[Sequence[T]] = []
    for some in told.alike(wanted):
        if len(some) > many:
            much.append(some)
        else:
            few += some
    few.sort(key=told.order)
    much += _together(few, same)
    return sorted(much, key=lambda some: told.order(some[0]))


def _together(listed: Iterable[One], same: Callable[[One], Hashable]) -> list[Sequence[One]]:
    gathered: dict[Hashable, list[One]] = {}
    for one in listed:
        gathered.setdefault(same(one), []).append(one)
    return list(gathered.values())
