from __future__ import annotations

import pytest

from tagguard.aws.limits import LEAST, RATES, Limiter, Limits
from tests.aws.clock import Clock


def seconds_for(calls: int, limiter: Limiter, clock: Clock) -> float:
    start = clock.now
    for _ in range(calls):
        limiter.wait()
    return clock.now - start


def test_a_second_s_worth_comes_at_once_and_then_the_rate_holds() -> None:
    clock = Clock()
    limiter = Limiter(10, clock, clock.sleep)
    assert seconds_for(10, limiter, clock) == pytest.approx(0, abs=1e-9)
    assert seconds_for(50, limiter, clock) == pytest.approx(5)


def test_no_window_of_a_second_holds_more_than_two_seconds_worth() -> None:
    clock = Clock()
    limiter = Limiter(5, clock, clock.sleep)
    times = []
    for _ in range(40):
        limiter.wait()
        times.append(clock.now)
    most = max(sum(start <= time < start + 1 for time in times) for start in times)
    assert most <= 10


def test_throttling_halves_the_rate_and_success_gives_it_back() -> None:
    clock = Clock()
    limiter = Limiter(10, clock, clock.sleep)
    limiter.throttled()
    assert limiter.rate == 5
    for _ in range(24):
        limiter.succeeded()
    assert limiter.rate == pytest.approx(9.8)
    for _ in range(24):
        limiter.succeeded()
    assert limiter.rate == 10


def test_after_throttling_nobody_passes_for_a_while() -> None:
    clock = Clock()
    limiter = Limiter(10, clock, clock.sleep)
    limiter.throttled()
    assert seconds_for(1, limiter, clock) == pytest.approx(0.2)


def test_a_rate_never_falls_to_nothing() -> None:
    clock = Clock()
    limiter = Limiter(10, clock, clock.sleep)
    for _ in range(50):
        limiter.throttled()
    assert limiter.rate == LEAST


def test_accounts_regions_and_services_do_not_share_a_bucket() -> None:
    clock = Clock()
    limits = Limits(clock, clock.sleep)
    one = limits.of("1", "eu-west-1", "sqs", "ListQueues")
    assert one is limits.of("1", "eu-west-1", "sqs", "ListQueueTags")
    assert one is not limits.of("2", "eu-west-1", "sqs", "ListQueues")
    assert one is not limits.of("1", "eu-west-2", "sqs", "ListQueues")
    assert one is not limits.of("1", "eu-west-1", "sns", "ListTopics")


def test_an_operation_with_a_rate_of_its_own_has_a_bucket_of_its_own() -> None:
    clock = Clock()
    limits = Limits(clock, clock.sleep)
    service = "resourcegroupstaggingapi"
    get = limits.of("1", "eu-west-1", service, "GetResources")
    assert get is not limits.of("1", "eu-west-1", service, "GetTagKeys")
    assert get.rate == RATES[f"{service}:GetResources"] == 15


def test_a_forgotten_account_begins_anew() -> None:
    clock = Clock()
    limits = Limits(clock, clock.sleep)
    one = limits.of("1", "eu-west-1", "sqs", "ListQueues")
    limits.forget("1")
    assert limits.of("1", "eu-west-1", "sqs", "ListQueues") is not one
