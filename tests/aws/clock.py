"""A clock that moves only when somebody sleeps."""

from __future__ import annotations

from tagguard.aws.retries import Manners


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def manners(self) -> Manners:
        """Give manners that sleep by this clock, and always as long as they may."""
        return Manners(self, self.sleep, lambda: 1.0)
