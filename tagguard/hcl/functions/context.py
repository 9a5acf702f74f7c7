"""What functions may ask of the world around an expression: files, and templates rendered.

Paths are as expressions give them, relative to the folder of the root module. Nothing here reads;
who evaluates decides what may be seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tagguard.hcl.values import Unknown, Value


class Context(Protocol):
    """The surroundings of a call."""

    def read(self, path: str) -> bytes | Unknown:
        """Give a file's bytes, unchanged; raises Failure where there is none."""

    def exists(self, path: str) -> bool | Unknown:
        """Tell whether there is such a regular file; raises Failure for a folder."""

    def files(self, folder: str) -> Sequence[str] | Unknown:
        """List the regular files below a folder, with paths relative to it."""

    def render(self, text: str, variables: Mapping[str, Value], name: str) -> Value:
        """Evaluate a template in which only `variables` are in scope; `name` is for messages."""
