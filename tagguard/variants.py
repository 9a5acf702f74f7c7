"""Judges over open branches: what holds whichever way a template's conditions go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from tagguard.model import Outcome, Variant


def merge_variants(
    variants: Sequence[Variant], outcomes: Sequence[Sequence[Outcome]]
) -> list[Outcome]:
    """Judge over all open branches: a key fails when it fails in each, else it is undetermined."""
    by_key: dict[str | None, list[list[Outcome]]] = defaultdict(lambda: [[] for _ in variants])
    for index, branch in enumerate(outcomes):
        for outcome in branch:
            by_key[outcome.key][index].append(outcome)
    merged: list[Outcome] = []
    for branches in by_key.values():
        failures = [[one for one in branch if one.verdict == "fail"] for branch in branches]
        if all(failures):
            merged += {one.rule: one for branch in failures for one in branch}.values()
            continue
        for variant, branch in zip(variants, branches, strict=True):
            if branch:
                merged.append(_in_branch(branch[0], variant))
                break
    return merged


def _in_branch(outcome: Outcome, variant: Variant) -> Outcome:
    reason = f"if {variant.branch}: {outcome.message}"
    return replace(outcome, verdict="undetermined", message=reason)
