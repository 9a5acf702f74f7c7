from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tagguard.aws.accounts import (
    ACCOUNT_CALLS,
    ORGANIZATION_CALLS,
    Asked,
    Plan,
    _accounts,
    _state,
    plan,
)
from tagguard.aws.api import Cloud
from tagguard.aws.credentials import Access
from tagguard.aws.retries import Manners
from tagguard.errors import UsageError
from tagguard.model import Account
from tests.aws.clouds import CALLER, MEMBER, cloud_at, role
from tests.aws.stub import Fault, Stub

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HOME = "123456789012"
"""The account that moto takes a caller for."""


class Organization:
    """Root -> Products -> Payments, Root -> Labs; 25 accounts, one of them closed."""

    def __init__(self, url: str) -> None:
        self.client: Any = boto3.client(
            "organizations",
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        self.client.create_organization(FeatureSet="ALL")
        self.root = self.client.list_roots()["Roots"][0]["Id"]
        self.products = self._unit(self.root, "Products")
        self.payments = self._unit(self.products, "Payments")
        self.labs = self._unit(self.root, "Labs")
        self.ids = {f"a{number:02}": self._account(f"a{number:02}") for number in range(24)}
        for name, unit in (("a01", self.products), ("a02", self.payments), ("a03", self.labs)):
            self.client.move_account(
                AccountId=self.ids[name], SourceParentId=self.root, DestinationParentId=unit
            )
        self.client.close_account(AccountId=self.ids["a04"])

    def _unit(self, parent: str, name: str) -> str:
        made = self.client.create_organizational_unit(ParentId=parent, Name=name)
        return str(made["OrganizationalUnit"]["Id"])

    def _account(self, name: str) -> str:
        made = self.client.create_account(
            AccountName=name, Email=f"{name}@example.com", Tags=[{"Key": "team", "Value": name}]
        )
        return str(made["CreateAccountStatus"]["AccountId"])


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Organization]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    urlopen(Request(f"{url}/moto-api/reset", method="POST")).close()
    yield url, Organization(url)
    server.stop()


@pytest.fixture
def organization(served: tuple[str, Organization], monkeypatch: pytest.MonkeyPatch) -> Organization:
    url, organization = served
    for name, value in {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return organization


def planned(asked: Asked) -> Plan:
    return plan(asked, Cloud(manners=Manners(sleep=lambda _seconds: None)))


def test_an_organisation_gives_names_units_and_tags(organization: Organization) -> None:
    found = planned(Asked(organization=True, role_name="audit/reader"))
    ids = [one.account.id for one in found.accounts]
    assert ids == sorted({HOME, *organization.ids.values()} - {organization.ids["a04"]})
    by_name = {one.account.name: one for one in found.accounts}
    arn = f"arn:aws:iam::{organization.ids['a02']}:role/audit/reader"
    assert by_name["a02"].access == Access(role_arn=arn)
    assert by_name["a02"].account == Account(
        id=organization.ids["a02"],
        name="a02",
        unit="Root/Products/Payments",
        tags={"team": "a02"},
    )
    assert by_name["a00"].account.unit == "Root"
    assert [one.access for one in found.accounts if one.account.id == HOME] == [Access()]


def test_a_suspended_account_is_named_and_skipped(organization: Organization) -> None:
    found = planned(Asked(organization=True))
    closed = organization.ids["a04"]
    assert [(one.id, one.name) for one in found.suspended] == [(closed, "a04")]
    assert [(one.account, one.state, one.allowed) for one in found.shortfalls] == [
        (closed, "suspended", True)
    ]
    assert "a04" in found.shortfalls[0].message


def test_units_choose_with_what_is_nested_in_them(organization: Organization) -> None:
    units = (organization.products, organization.labs)
    found = planned(Asked(organization=True, units=units))
    assert sorted(one.account.name for one in found.accounts) == ["a01", "a02", "a03"]
    nested = planned(Asked(organization=True, units=(organization.payments,)))
    assert [one.account.name for one in nested.accounts] == ["a02"]
    everybody = planned(Asked(organization=True, units=(organization.root, organization.labs)))
    assert len(everybody.accounts) == 24


def test_a_unit_that_is_not_there_is_told(organization: Organization) -> None:
    unit = f"{organization.labs[:-1]}!".replace("!", "0" if organization.labs[-1] != "0" else "1")
    with pytest.raises(UsageError, match=f"no unit `{unit}`"):
        planned(Asked(organization=True, units=(unit,)))


def test_without_an_organisation_there_is_nothing_to_list(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = Fault(operation="ListAccounts", code="AccessDeniedException", times=99)
    roots = Fault(operation="ListRoots", code="AccessDeniedException", times=99)
    with Stub(faults=[denied, roots]) as stub:
        cloud = cloud_at(monkeypatch, stub)
        with pytest.raises(UsageError, match="the organisation cannot be read") as caught:
            plan(Asked(organization=True), cloud)
    assert "management account" in caught.value.hint


def test_who_calls_is_scanned_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        found = plan(Asked(), cloud_at(monkeypatch, stub))
    assert [(one.account, one.access) for one in found.accounts] == [(Account(id=CALLER), Access())]
    assert found.partition == "aws"


def test_roles_name_their_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        arns = (role(MEMBER), role(CALLER))
        found = plan(Asked(role_arns=arns), cloud_at(monkeypatch, stub))
    assert [one.access for one in found.accounts] == [
        Access(role_arn=role(CALLER)),
        Access(role_arn=role(MEMBER)),
    ]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked(units=("ou-ab12-c3d4e5f6",)), "`--ou` chooses among"),
        (Asked(organization=True, role_arns=(role(MEMBER),)), "give one"),
        (Asked(organization=True, profiles=("a", "b")), "give `--profile` once"),
        (Asked(role_arns=("arn:aws:iam::1:user/x",)), "is not the ARN of a role"),
        (Asked(organization=True, units=("Products",)), "is not the id of"),
        (Asked(role_arns=(role(MEMBER), f"{role(MEMBER)}2")), "two roles"),
        (
            Asked(role_arns=(role(MEMBER), "arn:aws-cn:iam::333333333333:role/x")),
            "one scan stays in one partition; these are aws and aws-cn",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, asked: Asked, message: str
) -> None:
    with Stub() as stub:
        cloud = cloud_at(monkeypatch, stub)
        with pytest.raises(UsageError, match=message):
            plan(asked, cloud)


def test_nobody_who_calls_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = Fault(operation="GetCallerIdentity", code="InvalidClientTokenId", status=403)
    with Stub(faults=[unknown]) as stub:
        cloud = cloud_at(monkeypatch, stub)
        with pytest.raises(UsageError, match="does not know who is calling") as caught:
            plan(Asked(), cloud)
    assert "--profile" in caught.value.hint


def test_every_call_names_its_permission() -> None:
    calls = [*ACCOUNT_CALLS, *ORGANIZATION_CALLS]
    assert all(call.action.partition(":")[2] == call.operation for call in calls)


class Answers:
    """An organisation as its API answers: call after call, page after page."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        self._pages = list(pages)

    def pages(self, *_: Any, **__: Any) -> Iterator[dict[str, Any]]:
        yield from self._pages


def test_empty_pages_and_both_spellings_of_a_state() -> None:
    answers: Any = Answers(
        {"Accounts": [], "NextToken": "1"},
        {"Accounts": [{"Id": "1", "State": "ACTIVE", "Status": "SUSPENDED"}], "NextToken": "2"},
        {"NextToken": "3"},
        {"Accounts": [{"Id": "2", "Status": "SUSPENDED"}, {"Id": "3", "State": "CLOSED"}]},
    )
    told = [(one["Id"], _state(one)) for one in _accounts(answers)]
    assert told == [("1", "ACTIVE"), ("2", "SUSPENDED"), ("3", "CLOSED")]
