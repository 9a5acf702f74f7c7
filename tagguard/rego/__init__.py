"""Rego policies: loading, metadata, and the engines that evaluate them.

An engine is a module with a class that satisfies `tagguard.rego.engine.RegoEngine`, a test module,
and a line in `ENGINES`.
"""

from __future__ import annotations

ENGINES = {
    "regorus": "tagguard.rego.regorus:Regorus",
}
"""Name -> class; the first is the default."""
