"""How large what a function makes may become; beyond, it is unknown rather than computed."""

from __future__ import annotations

MAX_ITEMS = 100_000
"""Most items in one collection."""
MAX_TEXT = 4_000_000
"""Longest string."""
MAX_NODES = 200_000
"""Most values in one argument, all its parts counted wherever they stand."""
MAX_DEPTH = 100
"""Deepest nesting of values."""
