"""Splits a query of Resource Explorer that has more results than Search shows.

A query is asked again as two: with one more filter, and with that filter negated. So the parts are
the whole whatever the filter is, and nothing need be known of what was not shown.
"""

from __future__ import annotations

import os.path
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tagguard.aws.collectors import MissingError

Query = tuple[str, ...]
"""Filters that all hold: `region:eu-west-1`, `-resourcetype:ec2:volume`."""

LONGEST = 1280
"""Characters of a query that Search takes: its API reference."""

UNSAFE = re.compile(r'[\s",()]|\*.')
"""What would end a filter or mean something in it."""


def narrowed(query: Query, shown: Sequence[Mapping[str, Any]]) -> tuple[Query, Query]:
    """Split a query by what it showed: by its commonest type, then by how its ARNs begin.

    Raises MissingError("truncated", …) where that goes no further.
    """
    field, value = "resourcetype", ""
    if any(one.startswith("resourcetype:") for one in query):
        field, value = "id", _beginning(query, shown)
    elif types := Counter(str(one.get("ResourceType", "")) for one in shown):
        value = _commonest(types)
    parts = _chosen(query, field, value), (*query, f"-{field}:{value}")
    if not value or UNSAFE.search(value) or any(len(" ".join(part)) > LONGEST for part in parts):
        raise MissingError(
            "truncated",
            f"Resource Explorer shows no more than the first {len(shown)} resources of "
            f"`{' '.join(query)[:200]}`, and the query cannot be narrowed any further",
            hint="permit resource-explorer-2:ListResources, which has no such limit",
        )
    return parts


def _chosen(query: Query, field: str, value: str) -> Query:
    """Add a filter, and drop those of its field that say nothing more beside it."""
    within = f"-{field}:{value.removesuffix('*')}"
    others = (
        one
        for one in query
        if one.startswith(within) or not one.removeprefix("-").startswith(f"{field}:")
    )
    return (*others, f"{field}:{value}")


def _commonest(counts: Counter[str]) -> str:
    return min(counts, key=lambda one: (-counts[one], one))


def _beginning(query: Query, shown: Sequence[Mapping[str, Any]]) -> str:
    """Give how the ARNs begin, if the query does not say it yet, else how most of them go on.

    What is shown may be the first in order, so what they all have in common tells them apart from
    what is not shown.
    """
    ids = [str(one.get("Arn", "")).lower() for one in shown]
    common = os.path.commonprefix(ids)  # noqa: RUF071 - letter by letter is what is wanted
    if f"id:{common}*" in query:
        after = Counter(id_[len(common)] for id_ in ids if len(id_) > len(common))
        common = common + _commonest(after) if after else ""
    return f"{common}*" if common else ""
