"""What the catalog knows of one type, gathered for a person to read.

It looks through every provider's data, which a scan never does.
"""

from __future__ import annotations

from msgspec import Struct

from tagguard.catalog.entry import Entry
from tagguard.model import Taggable


class Description(Struct, frozen=True):
    """One type of one provider."""

    provider: str
    """Empty for a type that only the user's configuration knows."""
    type: str
    taggable: Taggable
    entry: Entry | None
    """Where it carries its tags; None where it takes none, or has no attribute of its own."""
    source: str
    """Where the facts come from: a package with its version, or the user's configuration."""
    canonical: str = ""
    """One name for it everywhere; empty where the map has none."""
    twins: tuple[str, ...] = ()
    """Its names on other sides, the live one too."""
