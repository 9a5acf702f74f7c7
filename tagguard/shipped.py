"""Finds the content that ships with tagguard: `policies/` and `rego/`.

In a wheel it lies inside the package, in a checkout or an editable install beside it.
"""

from __future__ import annotations

from pathlib import Path

from tagguard.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Give the folder `policies` or `rego` of this installation."""
    for parent in (_PACKAGE / "shipped", _PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise ConfigError(
        f"the folder `{name}` that ships with tagguard is missing",
        hint="reinstall tagguard: pip install --force-reinstall tagguard",
    )
