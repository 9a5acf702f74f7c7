from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import EndpointConnectionError

from tagguard.aws.collectors import Call, MissingError, RefusedError
from tagguard.aws.faults import UnreachableError
from tagguard.aws.limits import Limiter
from tagguard.aws.retries import ATTEMPTS, LONGEST_PAUSE, Manners, StoppedError, persistently
from tests.aws.clock import Clock
from tests.aws.test_faults import answered

CALL = Call("sqs", "ListQueues", "sqs:ListQueues")


def after(*errors: Exception) -> Callable[[], str]:
    left: Iterator[Exception] = iter(errors)

    def attempt() -> str:
        for error in left:
            raise error
        return "answer"

    return attempt


def run(attempt: Callable[[], str], clock: Clock, rate: float = 1000) -> tuple[str, Limiter]:
    limiter = Limiter(rate, clock, clock.sleep)
    return persistently(attempt, CALL, limiter, clock.manners()), limiter


def test_what_passes_is_tried_again() -> None:
    clock = Clock()
    errors = [answered("Throttling"), answered("InternalError", status=500)]
    assert run(after(*errors), clock)[0] == "answer"
    assert len([one for one in clock.slept if one >= 1]) == 2


def test_throttling_slows_its_bucket_down() -> None:
    clock = Clock()
    _, limiter = run(after(answered("SlowDown", status=503)), clock, rate=10)
    assert limiter.rate < 10


def test_the_pauses_double_up_to_a_limit() -> None:
    clock = Clock()
    run(after(*[answered("Throttling")] * 7), clock)
    pauses = [one for one in clock.slept if one >= 1]
    assert pauses == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]


def test_throttled_for_good_is_told() -> None:
    with pytest.raises(MissingError, match=r"^sqs:ListQueues: because \(Throttling\)$") as caught:
        run(after(*[answered("Throttling")] * ATTEMPTS["throttled"]), Clock())
    assert caught.value.state == "throttled"


def test_no_answer_for_good_is_told() -> None:
    lost = EndpointConnectionError(endpoint_url="https://sqs")
    with pytest.raises(UnreachableError) as caught:
        run(after(*[lost] * ATTEMPTS["transient"]), Clock())
    assert caught.value.state == "failed"


def test_a_refusal_is_not_tried_again() -> None:
    clock = Clock()
    with pytest.raises(RefusedError):
        run(after(answered("ResourceNotFoundException")), clock)
    assert clock.slept == []


def test_the_error_does_not_carry_the_original() -> None:
    with pytest.raises(MissingError) as caught:
        run(after(answered("AccessDenied", "AKIAIOSFODNN7EXAMPLE")), Clock())
    assert caught.value.__suppress_context__
    assert "AKIA" not in caught.value.message


def test_a_stopped_run_does_not_wait() -> None:
    manners = Manners()
    seen: list[BaseException] = []

    def wait() -> None:
        try:
            manners.pause(3600)
        except StoppedError as exc:
            seen.append(exc)

    thread = threading.Thread(target=wait)
    thread.start()
    manners.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert len(seen) == 1
