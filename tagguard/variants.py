"""Judges over open branches: what holds whichever way a template's conditions go.

A key fails for sure when something is wrong with it in every branch, however different the faults;
any other outcome of a branch becomes *undetermined*, naming the branch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

from msgspec.structs import replace

from tagguard.model import SEVERITIES, Outcome, Severity, Variant

ONE_QUESTION = frozenset({"missing-tag", "empty-tag", "invalid-value", "misnamed-key"})
"""Rules that ask one question, whether the key is there and right: they fail together."""

InBranch = tuple[Variant, Outcome]


def merge_variants(
    variants: Sequence[Variant], outcomes: Sequence[Sequence[Outcome]]
) -> list[Outcome]:
    """Merge what the rules say of each branch into what they say of the resource."""
    questions: dict[Hashable, list[InBranch]] = defaultdict(list)
    for variant, branch in zip(variants, outcomes, strict=True):
        for one in branch:
            rule = "" if one.rule in ONE_QUESTION else one.rule
            questions[rule, one.key].append((variant, one))
    return [one for answers in questions.values() for one in _merge(variants, answers)]


def _merge(variants: Sequence[Variant], answers: Sequence[InBranch]) -> list[Outcome]:
    """Merge the answers to one question."""
    sure = _sure_rank(variants, answers)
    failing: dict[Hashable, list[InBranch]] = defaultdict(list)
    undecided: dict[Hashable, Outcome] = {}
    for variant, one in answers:
        if one.verdict == "fail" and sure is not None and _rank(one.severity) >= sure:
            same = one.rule if one.rule in ONE_QUESTION else (one.rule, one.message)
            failing[same].append((variant, one))
        elif one.verdict == "fail" or sure is None:
            undecided.setdefault((one.rule, one.message), _in_branch(variant, one))
    return [*map(_together, failing.values()), *undecided.values()]


def _sure_rank(variants: Sequence[Variant], answers: Sequence[InBranch]) -> int | None:
    """Give the severity, as a rank, that every branch reaches; None where a branch passes."""
    worst: dict[str, int] = {}
    for variant, one in answers:
        if one.verdict == "fail":
            rank = _rank(one.severity)
            worst[variant.branch] = min(rank, worst.get(variant.branch, rank))
    return max(worst.values()) if len(worst) == len(variants) else None


def _rank(severity: Severity) -> int:
    """Order severities: the worst is 0."""
    return SEVERITIES.index(severity)


def _together(answers: Sequence[InBranch]) -> Outcome:
    """Make one failure of what one rule says in several branches."""
    _, first = answers[0]
    if all(one.message == first.message for _, one in answers):
        return first
    said = "; ".join(f"if {variant.branch}: {one.message}" for variant, one in answers[:4])
    return replace(first, message=said, actual=None)


def _in_branch(variant: Variant, one: Outcome) -> Outcome:
    reason = f"if {variant.branch}: {one.message}"
    return replace(one, verdict="undetermined", message=reason)
