"""Finds the ARN of a resource among the properties that an API shows of it."""

from __future__ import annotations

from collections.abc import Mapping

from tagguard.aws import arns


def own_arn(properties: Mapping[str, object], native: str, identifier: str) -> str:
    """Give the resource's own ARN; without one, its type and identifier as an address.

    Properties name ARNs of others, too (a role, a key): its own is called `Arn`, or it is that of a
    resource of this very type.
    """
    if identifier.startswith("arn:"):
        return identifier
    live = arns.type_of(native) if native else ""
    if live == "s3:bucket" and identifier:
        return f"arn:aws:s3:::{identifier}"
    for name, value in sorted(properties.items()):
        if isinstance(value, str) and name.lower().endswith("arn"):
            parsed = arns.parse(value)
            if parsed and (name.lower() == "arn" or parsed.type == live):
                return value
    return f"{native}/{identifier}" if native and identifier else ""
