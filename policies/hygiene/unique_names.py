"""Two resources of one type must not carry the same `Name`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tagguard import Context, Resource, policy
from tagguard.python_policies import Verdict

Place = tuple[str, str, str, str | None, str | None]


@policy(
    "unique-names",
    severity="warning",
    summary="Two resources of one type in one place share their `Name`",
    whole=True,
)
def unique_names(resources: Sequence[Resource], ctx: Context) -> Iterator[Verdict]:
    """Names are how people find things: with two alike, the wrong one is changed or deleted.

    Only resources of one input (scope), account and region are compared.
    """
    first: dict[Place, Resource] = {}
    for resource in resources:
        name = resource.tags.get("Name")
        if name is None or not name.value or resource.change == "delete":
            continue
        place = (name.value, resource.type, resource.scope, resource.account, resource.region)
        other = first.setdefault(place, resource)
        if other is not resource:
            yield ctx.fail(
                "Name",
                f"`{other.address}` is called `{name.value}` too",
                actual=name.value,
                hint="give each resource a name of its own",
                resource=resource,
            )
