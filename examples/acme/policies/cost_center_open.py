"""Cost centres that finance has closed cannot take new cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tagguard import Context, Resource, policy


@policy("cost-center-open", severity="error", summary="The cost centre must be open")
def cost_center_open(resource: Resource, ctx: Context) -> Iterator[Any]:
    """Fail for a cost centre that stands in the list of closed ones."""
    tag = resource.tags.get("CostCenter")
    if tag and tag.is_known and tag.value in ctx.data["closed_cost_centers"]:
        yield ctx.fail(
            "CostCenter", f"cost centre {tag.value} is closed", hint="ask finance for its successor"
        )
