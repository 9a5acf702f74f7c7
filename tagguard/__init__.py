"""tagguard checks that every cloud resource carries the tags its organisation's standard asks for.

What policies may import stands here; everything else is private to the package.
"""

from __future__ import annotations

from tagguard.model import Location, Resource, Tag, TagSet

__all__ = ["Context", "Location", "Resource", "Tag", "TagSet", "__version__", "policy"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load the policy API only when a policy asks for it."""
    if name in {"Context", "policy"}:
        from tagguard import python_policies  # noqa: PLC0415 - not needed by a plain check

        return getattr(python_policies, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
