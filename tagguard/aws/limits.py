"""How often each API may be asked: one bucket per account, Region and operation.

A scan shares its accounts' quotas with the people and machines that work there. So it stays below
the published rates, and gives way at once where AWS says that it is still too much: the rate is
halved at each throttling answer and grows back slowly (additive increase, multiplicative decrease).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

DEFAULT_RATE = 10.0
"""Calls a second where nothing else is known; AWS publishes no rates for most listings."""

RATES: Mapping[str, float] = {
    # Resource Groups Tagging API reference: GetResources 15 a second, all others 5.
    "resourcegroupstaggingapi": 5,
    "resourcegroupstaggingapi:GetResources": 15,
    # Resource Explorer quotas: Search 5 a second, all others 3.
    "resource-explorer-2": 3,
    "resource-explorer-2:Search": 5,
    # Not published; what query tools use without being throttled.
    "config": 5,
    "cloudcontrol": 5,
    # EC2 API reference, request throttling: paged Describe calls refill 20 a second for a Region.
    "ec2": 20,
    # STS and Lambda quotas: 600 and 100 a second; a scan needs far less.
    "sts": 50,
    "lambda": 15,
}
"""Calls a second for a service, or for one `service:Operation` of it, which then has its own."""

LEAST = 0.2
"""Calls a second that a rate never falls below: a scan goes on, however slowly."""
GROWTH = 0.02
"""Part of the full rate that each success gives back."""


class Limiter:
    """One bucket. Threads that ask wait for their turn, one after the other."""

    def __init__(
        self, rate: float, clock: Callable[[], float], pause: Callable[[float], None]
    ) -> None:
        self._full = self.rate = rate
        self._clock, self._pause = clock, pause
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Wait until a call may be made. After a lull, a second's worth may come at once."""
        with self._lock:
            now = self._clock()
            turn = max(self._next, now - 1 + 1 / self.rate)
            self._next = turn + 1 / self.rate
        if turn > now:
            self._pause(turn - now)

    def throttled(self) -> None:
        """Halve the rate, and let nobody pass for as long as one call now takes."""
        with self._lock:
            self.rate = max(self.rate / 2, LEAST)
            self._next = max(self._next, self._clock() + 1 / self.rate)

    def succeeded(self) -> None:
        """Let the rate grow back."""
        if self.rate < self._full:
            with self._lock:
                self.rate = min(self.rate + self._full * GROWTH, self._full)


class Limits:
    """The buckets of a scan."""

    def __init__(self, clock: Callable[[], float], pause: Callable[[float], None]) -> None:
        self._clock, self._pause = clock, pause
        self._lock = threading.Lock()
        self._accounts: dict[str, dict[tuple[str, str], Limiter]] = {}

    def of(self, account: str, region: str, service: str, operation: str) -> Limiter:
        """Give the bucket that a call takes from."""
        name = f"{service}:{operation}"
        name = name if name in RATES else service
        with self._lock:
            buckets = self._accounts.setdefault(account, {})
            if (bucket := buckets.get((region, name))) is None:
                rate = RATES.get(name, DEFAULT_RATE)
                bucket = buckets[region, name] = Limiter(rate, self._clock, self._pause)
        return bucket

    def forget(self, account: str) -> None:
        """Drop an account's buckets: it is done."""
        with self._lock:
            self._accounts.pop(account, None)
