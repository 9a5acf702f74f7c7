from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tagguard.aws.collectors import MissingError
from tagguard.aws.credentials import Access
from tagguard.aws.faults import CredentialsError
from tests.aws.clock import Clock
from tests.aws.clouds import CALLER, MEMBER, cloud_at, role
from tests.aws.stub import Fault, Stub

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

IN = Access(role_arn=role(MEMBER))


def assumed(stub: Stub) -> int:
    return sum(request.operation == "AssumeRole" for request in stub.requests)


def in_seconds(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_role_is_assumed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        keys = cloud_at(monkeypatch, stub).keys
        frozen = [keys.frozen(IN, MEMBER) for _ in range(3)]
        assert [one.access_key for one in frozen] == [f"ASIA{MEMBER}STUB"] * 3
        assert assumed(stub) == 1


def test_how_a_role_is_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        cloud = cloud_at(monkeypatch, stub, external_id="shared-word", session_duration=900)
        cloud.keys.frozen(IN, MEMBER)
        text = stub.requests[-1].text
    assert "ExternalId=shared-word" in text
    assert "DurationSeconds=900" in text
    assert "RoleSessionName=tagguard" in text


@pytest.mark.parametrize(("session", "good_for"), [(3600, 3290), (900, 590), (600, 390)])
def test_a_session_is_renewed_before_it_ends(
    monkeypatch: pytest.MonkeyPatch, session: int, good_for: int
) -> None:
    clock = Clock()
    with Stub() as stub:
        stub.queries.expiration = in_seconds(session)
        keys = cloud_at(monkeypatch, stub, clock.manners()).keys
        keys.frozen(IN, MEMBER)
        clock.now += good_for
        keys.frozen(IN, MEMBER)
        assert assumed(stub) == 1
        clock.now += session - good_for - 10
        keys.frozen(IN, MEMBER)
        assert assumed(stub) == 2


def test_a_clock_that_is_ahead_does_not_renew_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        stub.queries.expiration = in_seconds(-600)
        keys = cloud_at(monkeypatch, stub).keys
        for _ in range(5):
            keys.frozen(IN, MEMBER)
        assert assumed(stub) == 1


def test_credentials_of_another_account_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        keys = cloud_at(monkeypatch, stub).keys
        assert keys.frozen(Access(), CALLER).access_key == f"AKIA{CALLER}STUB"
        with pytest.raises(MissingError, match=f"belong to the account {CALLER}, not to {MEMBER}"):
            keys.frozen(Access(), MEMBER)
        with pytest.raises(MissingError, match=f"belongs to the account {MEMBER}, not to {CALLER}"):
            keys.frozen(IN, CALLER)


def test_a_role_that_may_not_be_assumed_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = Fault(operation="AssumeRole", code="AccessDenied", status=403, times=9)
    with Stub(faults=[denied]) as stub, pytest.raises(MissingError, match="AccessDenied") as caught:
        cloud_at(monkeypatch, stub).keys.frozen(IN, MEMBER)
    assert caught.value.state == "denied"


def test_expired_credentials_of_the_caller_are_not_tried_for_each_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expired = Fault(operation="AssumeRole", code="ExpiredToken", status=403, times=999)
    with Stub(faults=[expired]) as stub:
        keys = cloud_at(monkeypatch, stub).keys
        for number in range(20):
            account = f"{number:012}"
            with pytest.raises(CredentialsError, match="ExpiredToken"):
                keys.frozen(Access(role_arn=role(account)), account)
        assert assumed(stub) == 1


def test_a_forgotten_session_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        keys = cloud_at(monkeypatch, stub).keys
        keys.frozen(IN, MEMBER)
        keys.forget(IN)
        keys.frozen(IN, MEMBER)
        assert assumed(stub) == 2


def test_no_credentials_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        cloud = cloud_at(monkeypatch, stub)
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        with pytest.raises(CredentialsError, match="credentials"):
            cloud.caller()
