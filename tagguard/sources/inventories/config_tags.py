"""Finds the tags in what AWS Config records of a resource: they stand in several places.

An item's `tags` are empty for types whose tags Config keeps in the configuration or beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tagguard.sources.inventories.tag_cells import tags_of

IN_CONFIGURATION = ("tags", "tagList", "tagSet")
"""As IAM, RDS and others call them."""
BESIDE = ("Tags", "tags")
BUCKET = "BucketTaggingConfiguration"


def recorded_tags(
    own: Any,  # noqa: ANN401 - any JSON
    configuration: Any,  # noqa: ANN401 - any JSON
    beside: Any,  # noqa: ANN401 - any JSON
) -> dict[str, str] | None:
    """Give the tags of an item, its configuration and its supplementary configuration together.

    What the item itself says wins. None where no place for tags is in any of them. Raises
    ValueError for tags that cannot be read.
    """
    found = [_tags(own)] if own is not None else []
    for holder, names in ((beside, BESIDE), (configuration, IN_CONFIGURATION)):
        if isinstance(holder, Mapping):
            found += [_tags(holder[name]) for name in names if holder.get(name) is not None]
    if isinstance(beside, Mapping) and BUCKET in beside:
        found.append(_bucket(beside[BUCKET]))
    if not found:
        return None
    return {key: value for tags in reversed(found) for key, value in tags.items()}


def _tags(value: Any) -> dict[str, str]:  # noqa: ANN401 - any JSON
    """Give tags in any of their shapes; the oldest items spell `tagName` and `tagValue`."""
    if isinstance(value, list):
        return tags_of([_pair(each) for each in value])
    return tags_of(value)


def _pair(item: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(item, Mapping) and "tagName" in item:
        return (item["tagName"], item.get("tagValue", ""))
    return item


def _bucket(value: Any) -> dict[str, str]:  # noqa: ANN401 - any JSON
    """Give the tags of a bucket: `{"tagSets": [{"tags": {…}}]}`, which may be JSON in a text."""
    while isinstance(value, str):
        value = msgspec.json.decode(value)
    sets = value.get("tagSets") if isinstance(value, Mapping) else None
    found: dict[str, str] = {}
    for one in sets if isinstance(sets, list) else ():
        if isinstance(one, Mapping):
            found |= _tags(one.get("tags"))
    return found
