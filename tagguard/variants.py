"""Judges over open branches: what holds whichever way a template's conditions go.

A key fails for sure when something is wrong with it in every branch, however different the faults;
any other outcome of a branch becomes *undetermined*, naming the branch.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence

from msgspec.structs import replace

from tagguard.model import SEVERITIES, Outcome, Resource, Severity, Tag, TagSet, Variant

ONE_QUESTION = frozenset({"missing-tag", "empty-tag", "invalid-value", "misnamed-key"})
"""Rules that ask one question, whether the key is there and right: they fail together."""

TOLD = 4
"""Branches whose faults one message tells."""

InBranch = tuple[Variant, Outcome]


def with_shared_tags(resource: Resource) -> Resource:
    """Give the resource with its `shared_tags`, and its creator likewise."""
    creator, tags = resource.creator, resource.tags
    if creator is not None:
        creator = with_shared_tags(creator)
    if resource.variants:
        tags = shared_tags(resource)
    if creator is resource.creator and tags is resource.tags:
        return resource
    return replace(resource, creator=creator, tags=tags)


def shared_tags(resource: Resource) -> TagSet:
    """Give the tags beside the branches, with those that all branches have.

    The others are named as what may come. Without that the set would seem complete to whoever looks
    at no branch: selectors, policies over the whole inventory, the list of resources.
    """
    found = dict(resource.tags.tags)
    first, *others = [variant.tags.tags for variant in resource.variants]
    for key, tag in first.items():
        if key not in found and all(key in other for other in others):
            same = all(_alike(tag, other[key]) for other in others)
            found[key] = (
                tag if same else replace(tag, value=None, unknown="it depends on the branch")
            )
    further = [
        (variant.branch, names)
        for variant in resource.variants
        if (names := sorted(variant.tags.tags.keys() - found.keys()))
    ]
    gaps = [variant.tags.reason for variant in resource.variants if not variant.tags.complete]
    if not further:
        return TagSet(found, not gaps, gaps[0] if gaps else "")
    told = [f"if {branch}: {', '.join(f'`{name}`' for name in names)}" for branch, names in further]
    keys = sorted({re.escape(name) for _, names in further for name in names})
    return TagSet(found, False, "; ".join(told), "" if gaps else "|".join(keys))


def _alike(left: Tag, right: Tag) -> bool:
    return (left.value, left.sensitive) == (right.value, right.sensitive)


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
    worst: dict[int, int] = {}
    for variant, one in answers:
        if one.verdict == "fail":
            rank = _rank(one.severity)
            worst[id(variant)] = min(rank, worst.get(id(variant), rank))
    return max(worst.values()) if len(worst) == len(variants) else None


def _rank(severity: Severity) -> int:
    """Order severities: the worst is 0."""
    return SEVERITIES.index(severity)


def _together(answers: Sequence[InBranch]) -> Outcome:
    """Make one failure of what one rule says in several branches."""
    _, first = answers[0]
    if all(one.message == first.message for _, one in answers):
        return first
    said = [f"if {variant.branch}: {one.message}" for variant, one in answers[:TOLD]]
    if len(answers) > TOLD:
        said.append(f"and {len(answers) - TOLD} more")
    return replace(first, message="; ".join(said), actual=None)


def _in_branch(variant: Variant, one: Outcome) -> Outcome:
    reason = f"if {variant.branch}: {one.message}"
    return replace(one, verdict="undetermined", message=reason)
