"""tagguard checks that every cloud resource carries the tags its organisation's standard asks for.

What policies may import stands here; everything else is private to the package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagguard.model import Location, Resource, Tag, TagSet
    from tagguard.python_policies import Context, policy

__all__ = ["Context", "Location", "Resource", "Tag", "TagSet", "__version__", "policy"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that start-up pays for nothing."""
    if name in __all__:
        module = "python_policies" if name in {"Context", "policy"} else "model"
        return getattr(import_module(f"tagguard.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
