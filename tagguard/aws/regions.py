"""Which Regions of an account a scan goes through: those that it has enabled and the caller wants.

Accounts of one organisation differ in this, so each is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tagguard.aws.collectors import Api, Call, MissingError
from tagguard.globs import compile_globs

DESCRIBE_REGIONS = Call("ec2", "DescribeRegions", "ec2:DescribeRegions")
"""Without `AllRegions` it names the enabled ones alone, opted in to or open by default."""
HOME = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""Partition -> a Region that every account of it has; what asks for no Region asks there."""


class Regions(Struct, frozen=True):
    """Where to look in one account."""

    names: tuple[str, ...]
    """Sorted."""
    absent: tuple[str, ...] = ()
    """Asked for by name or glob, and not enabled in this account."""


def enabled_regions(api: Api, asked: Sequence[str]) -> Regions:
    """Choose among the Regions that the account has enabled. Raises MissingError.

    Where that may not be asked, Regions that are all named in full are taken by their word.
    """
    try:
        answer = api.call(DESCRIBE_REGIONS)
    except MissingError as exc:
        if exc.state == "denied" and asked and not any(map(_is_glob, asked)):
            return Regions(tuple(sorted(set(asked))))
        raise
    enabled = sorted(one["RegionName"] for one in answer["Regions"])
    if not asked:
        return Regions(tuple(enabled))
    tests = {one: compile_globs([one]) for one in asked}
    return Regions(
        tuple(name for name in enabled if any(test(name) for test in tests.values())),
        tuple(one for one, test in tests.items() if not any(map(test, enabled))),
    )


def _is_glob(text: str) -> bool:
    return "*" in text or "?" in text
