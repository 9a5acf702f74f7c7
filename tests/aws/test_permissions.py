"""The printed policy against what collectors really call, and against what IAM knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from tagguard.aws.accounts import ACCOUNT_CALLS, ORGANIZATION_CALLS, ROLE_CALLS
from tagguard.aws.api import Cloud
from tagguard.aws.collectors import (
    COLLECTORS,
    Call,
    Collector,
    CollectorOptions,
    MissingError,
    Target,
)
from tagguard.aws.collectors.listings import LISTINGS
from tagguard.aws.credentials import Access
from tagguard.aws.permissions import ALSO, policy
from tagguard.aws.retries import Manners
from tests.aws.collectors.direct import DirectApi
from tests.aws.stub import Fault, Index, Recording, Stub, View

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

FACTS = json.loads((Path(__file__).parent / "iam_actions.json").read_text())["actions"]
"""Written by `tools/iam_actions.py`."""
PAGE = (Path(__file__).parents[2] / "docs" / "nightly-scan.md").read_text(encoding="utf-8")
ACCOUNT = "123456789012"
TYPES = ["AWS::SSM::Parameter"]
UNKNOWN = {"resource-explorer-2:ListResources"}
"""The reference has no action of this operation's name, and names no other for it."""
FREE = {"sts:GetCallerIdentity"}


def made(*names: str, aggregator: str = "") -> list[Collector]:
    options = CollectorOptions(types=TYPES, aggregator=aggregator)
    found: list[Collector] = []
    for name in names or COLLECTORS:
        module, _, function = COLLECTORS[name].partition(":")
        found += getattr(import_module(module), function)(options)
    return found


def actions(document: dict, sid: str) -> list[str]:
    (statement,) = (one for one in document["Statement"] if one["Sid"] == sid)
    return list(statement["Action"])


def permitted(collectors: list[Collector]) -> set[str]:
    """Give the policy's actions for these collectors alone."""
    return set(actions(policy(collectors), "Look")) - set(actions(policy([]), "Look"))


def needed(collectors: list[Collector], sent: set[tuple[str, str]]) -> set[str]:
    """Give the actions of what was sent; what nobody declared has none."""
    known = {
        (call.service, call.operation): call.action for one in collectors for call in one.calls
    }
    found = {known[one] for one in sent}
    return found | {other for one in found for other in ALSO.get(one, ())}


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda one: one.name)
def test_the_documented_table_says_what_a_listing_needs(listing):
    (row,) = re.findall(rf"^\| `services/{listing.name}` \|.*$", PAGE, flags=re.MULTILINE)
    own = {step.call.action for step in listing.steps}
    own |= {other for one in own for other in ALSO.get(one, ())}
    assert f"| `{listing.type}` |" in row
    assert set(re.findall(r"`([a-z0-9-]+:[A-Z]\w+)`", row)) == own


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


def parents(api: DirectApi) -> None:
    """Make what later steps of listings need to be called at all."""
    api.client("ecs").create_cluster(clusterName="a")
    role = f"arn:aws:iam::{ACCOUNT}:role/a"
    api.client("eks").create_cluster(name="a", roleArn=role, resourcesVpcConfig={})
    api.client("eks").create_nodegroup(
        clusterName="a", nodegroupName="a", nodeRole=role, subnets=["subnet-1"]
    )
    api.client("kms").create_key()
    api.client("s3").create_bucket(
        Bucket="a-bucket"
    )  # this server does not tell its Region unasked


def test_services_call_what_the_policy_names_and_nothing_else(server):
    target = Target(ACCOUNT, "us-east-1")
    parents(DirectApi(server, target))
    api = DirectApi(server, target)
    collectors = made("services", "tagging")
    for one in collectors:
        with suppress(MissingError):  # some services the server does not have: they were asked
            list(one.collect(api))
    assert needed(collectors, api.sent) == permitted(collectors)


def sent_by(collectors: list[Collector], stub: Stub) -> set[str]:
    """Collect in a stub's account and give the operations that came there."""
    cloud = Cloud(manners=Manners(sleep=lambda _: None))
    for one in collectors:
        with suppress(MissingError):
            list(one.collect(cloud.api(Target("111111111111", "eu-west-1"), Access())))
    return {one.operation for one in stub.requests} - {"GetCallerIdentity"}


@pytest.fixture
def ways(monkeypatch):
    """Give the operations that collectors call, over several states of an account."""

    def operations(collectors: list[Collector], *stubs: Stub) -> set[str]:
        found: set[str] = set()
        for stub in stubs:
            with stub:
                for name, value in stub.environment().items():
                    monkeypatch.setenv(name, value)
                found |= sent_by(collectors, stub)
        return found

    return operations


def declared(collectors: list[Collector]) -> set[str]:
    return {call.operation for one in collectors for call in one.calls}


def test_explorer_calls_what_the_policy_names_and_nothing_else(ways):
    collectors = made("explorer")
    unlisted = Fault(operation="ListResources", code="AccessDeniedException", times=99)
    views = {"eu-west-1": Index(views=[View(default=False)])}
    called = ways(collectors, Stub(indexes=views), Stub(indexes=views, faults=[unlisted]))
    assert called == declared(collectors)


@pytest.mark.parametrize("aggregator", ["", "org"])
def test_config_calls_what_the_policy_names_and_nothing_else(ways, aggregator):
    collectors = made("config", aggregator=aggregator)
    recording = Recording(aggregator="org", owner="111111111111", region="eu-west-1")
    assert ways(collectors, Stub(config=recording)) == declared(collectors)


def test_cloud_control_calls_what_the_policy_names_and_nothing_else(ways):
    collectors = made("cloudcontrol")
    assert ways(collectors, Stub()) == declared(collectors)


@pytest.mark.parametrize(
    "action",
    sorted(
        set().union(*(one["Action"] for one in policy(made(), organization=True)["Statement"]))
        - UNKNOWN
    ),
)
def test_iam_knows_every_action_and_it_reads(action):
    assert FACTS[action] in ("List", "Read") or action == "sts:AssumeRole"


def test_an_action_is_called_like_its_operation():
    """An IAM action is the API's operation by name; the exceptions are known."""
    renamed = {
        call.action
        for one in made()
        for call in one.calls
        if call.action.partition(":")[2] != call.operation
    }
    assert renamed == {"apigateway:GET", "s3:ListAllMyBuckets"}


def test_a_scan_of_one_account_needs_no_more_than_to_look():
    document = policy(made("tagging"))
    assert document == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Look",
                "Effect": "Allow",
                "Action": ["ec2:DescribeRegions", "tag:GetResources"],
                "Resource": "*",
            }
        ],
    }


def named(calls: tuple[Call, ...]) -> list[str]:
    return sorted({call.action for call in calls} - FREE)


def test_an_organisation_is_found_and_its_roles_assumed():
    document = policy(made(), organization=True, role_name="/audit/reader", partition="aws-cn")
    assert actions(document, "FindAccounts") == named(tuple(ORGANIZATION_CALLS))
    (enter,) = (one for one in document["Statement"] if one["Sid"] == "EnterAccounts")
    assert enter["Action"] == named(tuple(ROLE_CALLS)) == ["sts:AssumeRole"]
    assert enter["Resource"] == ["arn:aws-cn:iam::*:role/audit/reader"]
    assert set(named(tuple(ACCOUNT_CALLS))) <= set(actions(document, "Look"))


def test_single_roles_are_named():
    roles = ["arn:aws:iam::222222222222:role/b", "arn:aws:iam::111111111111:role/a"]
    (_, enter) = policy([], role_arns=roles)["Statement"]
    assert enter["Resource"] == sorted(roles)


def test_it_is_sorted_and_fits_into_a_managed_policy():
    document = policy(made(), organization=True)
    for one in document["Statement"]:
        assert one["Action"] == sorted(set(one["Action"]))
    # 6,144 characters without white space: the quota of a managed policy
    assert len(json.dumps(document, separators=(",", ":"))) < 6144
