"""Puts together what formats for people tell once, and tells apart what only looks the same.

One line of `default_tags` may be wrong for a hundred resources, and one module may stand under the
same address in ten roots. Nothing is left out or counted anew here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from msgspec import UnsetType
from msgspec.structs import replace

from tagguard.report import Finding, Report, Undetermined

T = TypeVar("T", Finding, Undetermined)


def told_apart(report: Report) -> Report:
    """Give the report with the scope behind each address that is found in several.

    `module.data.aws_s3_bucket.this` of two root modules becomes one `… (envs/dev)` and one
    `… (envs/prod)`.
    """
    told_of: Iterable[Finding | Undetermined] = (*report.findings, *report.undetermined)
    named = {(one.resource, one.scope) for one in told_of}
    if not isinstance(report.resources, UnsetType):
        named.update((one.address, one.scope) for one in report.resources)
    counts = Counter(address for address, _ in named)

    def name(address: str, scope: str) -> str:
        return f"{address} ({scope})" if counts[address] > 1 else address

    findings = [replace(one, resource=name(one.resource, one.scope)) for one in report.findings]
    open_ = [replace(one, resource=name(one.resource, one.scope)) for one in report.undetermined]
    told = replace(report, findings=tuple(findings), undetermined=tuple(open_))
    if isinstance(report.resources, UnsetType):
        return told
    listed = [replace(one, address=name(one.address, one.scope)) for one in report.resources]
    return replace(told, resources=tuple(listed))


def alike_findings(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Gather the findings that one change in the source would mend, each where the first stands."""
    return _gathered(findings, _fault)


def and_more(alike: Sequence[Finding]) -> str:
    """Say how many others a finding stands for: ` and 6 more`, or nothing."""
    return f" and {len(alike) - 1:,} more" if len(alike) > 1 else ""


def alike_undetermined(checks: Iterable[Undetermined]) -> list[list[Undetermined]]:
    """Gather the checks that one and the same thing leaves open."""
    return _gathered(checks, _doubt)


def _fault(finding: Finding) -> Hashable:
    """Tell what is wrong, where, and what would help.

    Instances of one resource differ in their help by their keys only. Without a line nothing shows
    that two findings have one cause.
    """
    if finding.location.line is None:
        return id(finding)
    hint = re.sub(r"\[[^]]*\]", "", finding.hint)
    kind = (finding.rule, finding.severity, finding.status, finding.team, finding.confidential)
    return (*kind, finding.location, finding.key, finding.message, finding.expected, hint)


def _doubt(check: Undetermined) -> Hashable:
    """Tell what is open, where and why; without a line nothing shows that two have one cause."""
    if check.location.line is None:
        return id(check)
    return check.location, check.key, check.rule, check.reason


def _gathered(listed: Iterable[T], same: Callable[[T], Hashable]) -> list[list[T]]:
    gathered: dict[Hashable, list[T]] = {}
    for one in listed:
        gathered.setdefault(same(one), []).append(one)
    return list(gathered.values())
