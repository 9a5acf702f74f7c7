"""What a Rego engine does for tagguard, whoever implements it.

The protocol is as narrow as an embedded interpreter and a server have in common: modules and data
go in once, resources come in batches of JSON, answers go out as plain data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeAlias

from msgspec import Struct


class Module(Struct, frozen=True):
    """The text of one Rego file."""

    path: str
    """As it is shown to people."""
    text: str


class RegoError(Exception):
    """An engine could not parse, compile or evaluate; `place` is ``file:line:column``, or empty."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place


Answer: TypeAlias = list[tuple[int, list[Any]]]
"""For each resource of a batch that a set rule holds something for: its index, and the items."""


class RegoEngine(Protocol):
    """Modules and data, compiled. Policies get no network, no environment and no other clock."""

    def __init__(
        self,
        modules: Sequence[Module],
        data: Mapping[str, Any],
        *,
        today: date,
        rules: Sequence[str],
    ) -> None:
        """Compile everything; `rules` are the full names of the set rules to be evaluated.

        ``time.now_ns()`` is midnight UTC of `today`. Raises RegoError.
        """

    def evaluate(self, rules: Sequence[str], batch: bytes) -> list[Answer | RegoError]:
        """Evaluate each rule over a JSON array of inputs; an error spoils only its own rule."""

    def value(self, rule: str) -> Any:  # noqa: ANN401 - any JSON value
        """Evaluate one rule without input; None when it is undefined. Raises RegoError."""
