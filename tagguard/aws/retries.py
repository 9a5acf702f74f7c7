"""The one loop that tries again.

botocore's own retries are off: they know no account, and two loops inside one another multiply.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from tagguard.aws.collectors import Call
from tagguard.aws.faults import Kind, fault_of
from tagguard.aws.limits import Limiter
from tagguard.errors import TagguardError

T = TypeVar("T")

ATTEMPTS: dict[Kind, int] = {"throttled": 10, "transient": 6}
"""How often a call is made in all; any other kind of error once."""
FIRST_PAUSE = 0.5
"""Seconds; doubled at each attempt, and then a random part of that."""
LONGEST_PAUSE = 20.0


class StoppedError(TagguardError):
    """The scan stops here; what is done is kept."""


class Manners:
    """Clock, patience and chance of a run; tests bring their own."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.clock = clock
        self.chance = chance
        self._stopping = threading.Event()
        self._sleep = sleep or self._stopping.wait

    def pause(self, seconds: float) -> None:
        """Wait. Raises StoppedError as soon as the run stops."""
        self._sleep(seconds)
        if self._stopping.is_set():
            raise StoppedError("the scan was stopped")

    def stop(self) -> None:
        """Make every pause end, in all threads."""
        self._stopping.set()


def persistently(attempt: Callable[[], T], call: Call, limiter: Limiter, manners: Manners) -> T:
    """Call until it succeeds, as often as its errors are worth it. Raises MissingError."""
    attempts = 0
    while True:
        limiter.wait()
        attempts += 1
        try:
            answer = attempt()
        except (BotoCoreError, ClientError, ResponseParserError) as exc:
            fault = fault_of(exc)
            if fault.kind == "throttled":
                limiter.throttled()
            if attempts >= ATTEMPTS.get(fault.kind, 1):
                raise fault.error(
                    f"{call.service}:{call.operation}"
                ) from None  # the original is not scrubbed
            ceiling = min(FIRST_PAUSE * 2**attempts, LONGEST_PAUSE)
            manners.pause(ceiling * manners.chance())
        else:
            limiter.succeeded()
            return answer
