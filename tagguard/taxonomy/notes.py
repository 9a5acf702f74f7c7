"""What is legal in a taxonomy but may surprise: keys or values that a cloud cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.dialects import DIALECTS
from tagguard.taxonomy.standard import Taxonomy


def notes(taxonomy: Taxonomy) -> Iterator[str]:
    """Name every key that does not apply on a cloud, and listed values that it cannot hold."""
    for cloud in DIALECTS.values():
        for key in taxonomy.keys.values():
            if key.spelling(cloud) is None:
                why = (
                    f"its values have no legal spelling as a {cloud.noun}"
                    if not key.has_legal_values(cloud)
                    else f"`{key.name}` is no legal {cloud.noun} key"
                )
                yield f"{key.name} does not apply on {cloud.name}: {why}"
        yield from _value_notes(taxonomy, cloud.name)


def _value_notes(taxonomy: Taxonomy, cloud_name: str) -> Iterator[str]:
    cloud = DIALECTS[cloud_name]
    for key in taxonomy.keys.values():
        if key.spelling(cloud) is None or key.values is None:
            continue
        lost = [value for value in key.values if cloud.project_value(value) is None]
        if lost:
            yield (
                f"{key.name}: on {cloud.name} "
                f"{', '.join(f'`{one}`' for one in lost[:5])} cannot be written as a value"
            )
