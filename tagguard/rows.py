"""Takes the rows of an inventory apart into single resources, for rules that look at each."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from tagguard.dialects import dialect
from tagguard.model import Location, Resource, Rows, Tag


def each_row(rows: Rows) -> Iterator[Resource]:
    """Give every row as a resource of its own."""
    columns = zip(rows.patterns, rows.addresses, rows.tags, rows.lines, strict=True)
    for pattern, address, tags, line in columns:
        is_platform = dialect(pattern.dialect).is_platform
        found = {
            key: Tag(key=key, value=value, platform=is_platform(key)) for key, value in tags.items()
        }
        location = pattern.location if line is None else Location(pattern.location.path, line)
        yield replace(
            pattern,
            address=address,
            tags=replace(pattern.tags, tags=found),
            location=location,
        )
