"""Progress of long work, on stderr and only on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self, TextIO, TypeVar

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds before the first word; short work stays silent."""
INTERVAL = 0.2
"""Seconds between two words."""


class Progress:
    """Counts items as they pass, and says how many there were so far."""

    def __init__(self, stream: TextIO | None, *, quiet: bool) -> None:
        self._stream = stream
        self._on = not quiet and stream is not None and stream.isatty()
        self._started = self._next = 0.0
        self._written = 0

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self._next = self._started + PATIENCE
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._written and self._stream is not None:
            self._stream.write("\r" + " " * self._written + "\r")
            self._stream.flush()

    def count(self, items: Iterable[T]) -> Iterator[T]:
        """Pass the items on."""
        if not self._on:
            yield from items
            return
        for number, item in enumerate(items, 1):
            yield item
            if number % 64 == 0:
                self.tell(f"{number:,} resources read", number)

    def tell(self, text: str, number: int) -> None:
        """Say how far it is, and at what rate, unless something was said just now."""
        if self._on and (now := time.monotonic()) >= self._next:
            self._next = now + INTERVAL
            self._say(f"{text}, {number / (now - self._started):,.0f} a second")

    def _say(self, text: str) -> None:
        assert self._stream is not None
        self._stream.write("\r" + text.ljust(self._written))
        self._stream.flush()
        self._written = len(text)
