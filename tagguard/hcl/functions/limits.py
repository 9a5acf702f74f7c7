"""How large what a function makes may become; beyond, it is unknown rather than computed."""

from __future__ import annotations

MAX_ITEMS = 100_000
"""Most items in one collection."""
MAX_TEXT = 4_000_000
"""Longest string."""
