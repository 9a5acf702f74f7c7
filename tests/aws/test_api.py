from __future__ import annotations

from typing import Any

import pytest

from tagguard.aws.api import RESTARTS, LiveApi
from tagguard.aws.collectors import Call, MissingError, RefusedError, Target
from tagguard.aws.credentials import Access
from tagguard.aws.faults import CredentialsError
from tests.aws.clock import Clock
from tests.aws.clouds import CALLER, MEMBER, cloud_at, role
from tests.aws.stub import Fault, Stub, Thing

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

GET = Call("resourcegroupstaggingapi", "GetResources", "tag:GetResources")
THINGS = [
    Thing(arn=f"arn:aws:sqs:eu-west-1:{account}:q{number:04}", account=account, tags={"a": "b"})
    for account in (CALLER, MEMBER)
    for number in range(1050)
]


def seen(api: LiveApi) -> list[str]:
    pages = api.pages(GET, token="PaginationToken", ResourcesPerPage=100)
    return [one["ResourceARN"] for page in pages for one in page["ResourceTagMappingList"]]


def all_of(account: str) -> list[str]:
    return [thing.arn for thing in THINGS if thing.account == account]


def own(monkeypatch: pytest.MonkeyPatch, stub: Stub, **options: Any) -> LiveApi:
    return cloud_at(monkeypatch, stub, **options).api(Target(CALLER, "eu-west-1"), Access())


def member(monkeypatch: pytest.MonkeyPatch, stub: Stub) -> LiveApi:
    cloud = cloud_at(monkeypatch, stub)
    return cloud.api(Target(MEMBER, "eu-west-1"), Access(role_arn=role(MEMBER)))


def test_a_listing_goes_on_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub(THINGS) as stub:
        assert seen(own(monkeypatch, stub)) == all_of(CALLER)
        assert seen(member(monkeypatch, stub)) == all_of(MEMBER)


def test_a_burst_of_throttling_is_sat_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    burst = Fault(operation="GetResources", code="ThrottledException", times=6)
    with Stub(THINGS, faults=[burst]) as stub:
        assert seen(own(monkeypatch, stub, manners=clock.manners())) == all_of(CALLER)
    assert sum(clock.slept) > 20


def test_rates_are_kept_without_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with Stub(THINGS) as stub:
        api = own(monkeypatch, stub, manners=clock.manners())
        for _ in range(4):
            seen(api)
    calls = 4 * 11
    assert clock.now - 1000 == pytest.approx((calls - 15) / 15)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("PaginationTokenExpiredException", "expired"),
        ("InvalidParameterException", "The PaginationToken is not valid: pagination token"),
    ],
)
def test_an_expired_page_token_begins_anew(
    monkeypatch: pytest.MonkeyPatch, code: str, message: str
) -> None:
    fault = Fault(operation="GetResources", code=code, message=message, times=2, continued=True)
    with Stub(THINGS, faults=[fault]) as stub:
        found = seen(own(monkeypatch, stub))
    assert len(found) == 1050 + 2 * 100
    assert sorted(set(found)) == all_of(CALLER)


def test_a_listing_does_not_begin_anew_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "PaginationTokenExpiredException"
    fault = Fault(operation="GetResources", code=code, times=999, continued=True)
    with Stub(THINGS, faults=[fault]) as stub:
        api = own(monkeypatch, stub)
        with pytest.raises(MissingError, match=code) as caught:
            seen(api)
        assert stub.calls[CALLER, "eu-west-1", "GetResources"] == 2 * (RESTARTS + 1)
    assert caught.value.state == "truncated"


def test_a_token_that_was_never_given_cannot_have_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "PaginationTokenExpiredException"
    with Stub(faults=[Fault(operation="GetResources", code=code)]) as stub:
        api = own(monkeypatch, stub)
        with pytest.raises(RefusedError):
            seen(api)


def test_a_denial_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = Fault(operation="GetResources", code="AccessDeniedException", account=MEMBER)
    with Stub(THINGS, faults=[denied]) as stub:
        api = member(monkeypatch, stub)
        with pytest.raises(
            MissingError, match=r"^resourcegroupstaggingapi:GetResources: .*AccessDenied"
        ) as caught:
            seen(api)
    assert caught.value.state == "denied"


def test_an_expired_session_of_a_role_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(operation="GetResources", code="ExpiredTokenException", continued=True)
    with Stub(THINGS, faults=[fault]) as stub:
        assert seen(member(monkeypatch, stub)) == all_of(MEMBER)
        assert sum(request.operation == "AssumeRole" for request in stub.requests) == 2


def test_expired_credentials_of_the_caller_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(operation="GetResources", code="ExpiredTokenException", times=999)
    with Stub(THINGS, faults=[fault]) as stub:
        api = own(monkeypatch, stub)
        for _ in range(5):
            with pytest.raises(CredentialsError, match="ExpiredTokenException"):
                seen(api)
        assert stub.calls[CALLER, "eu-west-1", "GetResources"] == 1


def test_elsewhere_is_another_region_or_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub(THINGS) as stub:
        api = member(monkeypatch, stub)
        assert api.at(region="us-east-1").target == Target(MEMBER, "us-east-1")
        assert seen(api.at(region="us-east-1")) == []
        assert api.at(caller=True).target == Target(CALLER, "eu-west-1")
        assert seen(api.at(caller=True)) == all_of(CALLER)


class Paged(LiveApi):
    """Answers without a network."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def call(self, call: Call, /, **parameters: Any) -> dict[str, Any]:
        assert call is GET
        self.asked.append(parameters)
        return self.answers.pop(0)


def test_a_token_may_lie_deeper() -> None:
    api = Paged({"List": {"NextMarker": "x"}}, {"List": {"NextMarker": ""}})
    assert len(list(api.pages(GET, token="List.NextMarker", into="Marker", Size=1))) == 2
    assert api.asked == [{"Size": 1}, {"Size": 1, "Marker": "x"}]


@pytest.mark.parametrize("answer", [{}, {"Next": None}, {"Next": ""}, {"Next": 5}])
def test_without_a_token_it_ends(answer: dict[str, Any]) -> None:
    assert list(Paged(answer).pages(GET, token="Next")) == [answer]


def test_a_page_that_leads_to_itself_ends() -> None:
    api = Paged({"Next": "x"}, {"Next": "x"})
    with pytest.raises(MissingError, match="same page") as caught:
        list(api.pages(GET, token="Next"))
    assert caught.value.state == "truncated"


def test_nobody_there_is_told_apart_from_no_such_service(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        cloud = cloud_at(monkeypatch, stub)
        cloud.keys.frozen(Access(), CALLER)
    target = Target(CALLER, "eu-west-1")
    with pytest.raises(MissingError) as caught:
        cloud.api(target, Access()).call(GET)
    assert caught.value.state == "failed"
    with pytest.raises(MissingError, match="does not exist in mars-1") as caught:
        cloud.api(Target(CALLER, "mars-1"), Access()).call(GET)
    assert caught.value.state == "unavailable"
