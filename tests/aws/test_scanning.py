from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tagguard.aws.accounts import Asked, Plan, Planned
from tagguard.aws.checkpoint import Checkpoint
from tagguard.aws.collectors import Api, Call, Collector, MissingError
from tagguard.aws.completeness import Part
from tagguard.aws.credentials import Access
from tagguard.aws.retries import StoppedError
from tagguard.aws.scanning import Progress, scan
from tagguard.aws.sightings import Sighting
from tagguard.model import Account
from tests.aws.clouds import CALLER, cloud_at, role
from tests.aws.stub import Fault, Stub, Thing

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

GET = Call("resourcegroupstaggingapi", "GetResources", "tag:GetResources")
ACCOUNTS = [CALLER, *(f"{number}22222222222" for number in range(2, 6))]
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")
THINGS = [
    Thing(
        arn=f"arn:aws:sqs:{region}:{account}:q{number:03}",
        account=account,
        region=region,
        tags={"Owner": f"{number}"},
    )
    for account in ACCOUNTS
    for region in REGIONS
    for number in range(120)
]


class Listing:
    """Asks the tagging API under some name; global ones in one Region."""

    sees_untagged = False
    covers: frozenset[str] = frozenset()
    calls: Sequence[Call] = (GET,)

    def __init__(self, name: str, *needs: str, home: str = "") -> None:
        self.name, self.needs, self.home = name, frozenset(needs), home

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:
        assert partition == "aws"
        return [self.home] if self.home else regions

    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        for page in api.pages(GET, token="PaginationToken", ResourcesPerPage=100):
            yield [
                Sighting(
                    arn=one["ResourceARN"],
                    type="sqs:queue",
                    account=api.target.account,
                    region=api.target.region,
                    tags={tag["Key"]: tag["Value"] for tag in one["Tags"]},
                )
                for tag_list in [page["ResourceTagMappingList"]]
                for one in tag_list
            ]


TAGGING = Listing("tagging")
SERVICE = Listing("services/sqs-queue", "tagging")
COLLECTORS: list[Collector] = [SERVICE, TAGGING]


def plan_of(accounts: Sequence[str] = ACCOUNTS, regions: tuple[str, ...] = ()) -> Plan:
    access = [Access(role_arn=role(one) if one != CALLER else "") for one in accounts]
    planned = zip(accounts, access, strict=True)
    return Plan(
        asked=Asked(regions=regions),
        partition="aws",
        accounts=tuple(Planned(Account(id=one), way) for one, way in planned),
    )


def outcome(checkpoint: Checkpoint) -> tuple[list[Any], list[Part]]:
    return list(checkpoint.sightings()), list(checkpoint.parts())


class Scans:
    """Scans into one file, again and again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
        self._monkeypatch, self.path = monkeypatch, path

    def run(
        self,
        stub: Stub,
        plan: Plan | None = None,
        collectors: Sequence[Collector] = COLLECTORS,
        **options: Any,
    ) -> tuple[list[Any], list[Part]]:
        cloud = cloud_at(self._monkeypatch, stub)
        plan = plan or plan_of()
        there = self.path.exists()
        with (
            Checkpoint.resume(self.path, plan.asked)
            if there
            else Checkpoint.create(self.path, plan)
        ) as checkpoint:
            scan(checkpoint, collectors, cloud, **{"workers": 6} | options)
            return outcome(checkpoint)


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Scans:
    return Scans(monkeypatch, tmp_path / "scan.db")


def arns(seen: list[Any], collector: str = "tagging") -> list[str]:
    return [one.sighting.arn for one in seen if one.collector == collector]


def test_every_part_is_run_once(scans: Scans) -> None:
    with Stub(THINGS) as stub:
        seen, parts = scans.run(stub)
    assert arns(seen) == arns(seen, SERVICE.name) == sorted(thing.arn for thing in THINGS)
    assert [(one.account, one.region, one.collector) for one in parts] == [
        (account, region, collector)
        for account in ACCOUNTS
        for region in REGIONS
        for collector in (SERVICE.name, TAGGING.name)
    ]
    assert {(one.state, one.resources) for one in parts} == {("done", 120)}
    assert Checkpoint.ended(scans.path)


def test_what_a_collector_needs_is_through_before_it(scans: Scans) -> None:
    order: list[tuple[str, str, str]] = []

    class Noting(Listing):
        def collect(self, api: Api) -> Iterator[list[Sighting]]:
            order.append((api.target.account, api.target.region, f"{self.name} begins"))
            yield from super().collect(api)
            order.append((api.target.account, api.target.region, f"{self.name} ends"))

    with Stub(THINGS) as stub:
        scans.run(stub, collectors=[Noting("b", "a"), Noting("c", "b", "a"), Noting("a")])
    for account in ACCOUNTS:
        for region in REGIONS:
            steps = [what for *place, what in order if place == [account, region]]
            assert steps == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


def test_a_global_service_is_asked_where_it_is(scans: Scans) -> None:
    with Stub(THINGS) as stub:
        _, parts = scans.run(
            stub, plan_of([CALLER], ("eu-west-1",)), [TAGGING, Listing("g", home="us-east-1")]
        )
    assert [(one.region, one.collector) for one in parts] == [
        ("eu-west-1", "tagging"),
        ("us-east-1", "g"),
    ]


def test_an_account_that_cannot_be_entered_is_one_part(scans: Scans) -> None:
    denied = Fault(operation="AssumeRole", code="AccessDenied", status=403)
    with Stub(THINGS, faults=[denied]) as stub:
        _, parts = scans.run(stub, workers=1)
    missing = [one for one in parts if one.state != "done"]
    assert [(one.account, one.region, one.collector, one.state) for one in missing] == [
        (ACCOUNTS[1], "", "", "denied")
    ]
    assert "AssumeRole" in missing[0].message


def test_a_region_that_is_not_enabled_is_told(scans: Scans) -> None:
    with Stub(THINGS) as stub:
        _, parts = scans.run(stub, plan_of([CALLER], ("eu-west-1", "mars-1")), [TAGGING])
    assert [(one.region, one.collector, one.state) for one in parts] == [
        ("eu-west-1", "tagging", "done"),
        ("mars-1", "", "unavailable"),
    ]


class Crashing(Listing):
    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        yield next(iter(super().collect(api)))
        if api.target.region == "eu-west-1":
            raise KeyError("AKIAIOSFODNN7EXAMPLE")


def test_a_collector_that_crashes_is_a_part_that_failed(scans: Scans) -> None:
    with Stub(THINGS) as stub:
        _, parts = scans.run(stub, plan_of([CALLER]), [Crashing("a")])
    assert [(one.region, one.state, one.resources) for one in parts] == [
        ("eu-central-1", "done", 100),
        ("eu-west-1", "failed", 100),
        ("us-east-1", "done", 100),
    ]
    assert parts[1].message == "the collector cannot go on: KeyError: '…'"


def test_what_failed_is_tried_again_and_what_needs_it(scans: Scans) -> None:
    fault = Fault(operation="GetResources", code="AccessDeniedException", times=1, account=CALLER)
    with Stub(THINGS) as stub:
        whole = Scans(scans._monkeypatch, scans.path.with_name("whole.db")).run(stub)
    with Stub(THINGS, faults=[fault]) as stub:
        _, parts = scans.run(stub)
        assert sum(one.state == "denied" for one in parts) == 1
        stub.requests.clear()
        assert scans.run(stub) == whole
        again = [one.region for one in stub.requests if one.operation == "GetResources"]
    assert len(again) == 4
    assert len(set(again)) == 1


def test_progress_ends_with_everything(scans: Scans) -> None:
    told: list[Progress] = []
    with Stub(THINGS) as stub:
        scans.run(stub, progress=told.append)
    assert told[-1] == Progress(len(ACCOUNTS), len(ACCOUNTS), 2 * len(THINGS))
    assert [one.accounts_done for one in told] == sorted(one.accounts_done for one in told)


def test_a_reader_that_is_slow_makes_the_crew_wait(scans: Scans) -> None:
    class Endless(Listing):
        pages = 0

        def collect(self, api: Api) -> Iterator[list[Sighting]]:
            for _ in range(5000):
                type(self).pages += bool(api.target.account)
                yield []

    ahead: list[int] = []
    read = 0

    def slow(_progress: Progress) -> None:
        nonlocal read
        read += 1
        if read == 3:
            time.sleep(0.3)
            ahead.append(Endless.pages)

    with Stub() as stub:
        scans.run(stub, plan_of([CALLER]), [Endless("a")], workers=2, progress=slow)
    assert ahead[0] < 100


def test_interrupted_it_keeps_what_was_done(scans: Scans) -> None:
    calls = 0

    def interrupt(_progress: Progress) -> None:
        nonlocal calls
        calls += 1
        if calls == 12:
            raise KeyboardInterrupt

    with Stub(THINGS, latency=0.005) as stub:
        with pytest.raises(KeyboardInterrupt):
            scans.run(stub, progress=interrupt)
        assert not Checkpoint.ended(scans.path)
        before = sum(stub.calls.values())
        seen, parts = scans.run(stub)
        resumed = sum(stub.calls.values()) - before
    assert arns(seen) == sorted(thing.arn for thing in THINGS)
    assert len(parts) == 30
    assert resumed < 2 * 30 + 2 * len(ACCOUNTS)


def test_a_full_disk_stops_the_scan_and_nothing_is_lost(scans: Scans) -> None:
    with Stub(THINGS) as stub:
        cloud = cloud_at(scans._monkeypatch, stub)
        with Checkpoint.create(scans.path, plan_of()) as checkpoint:
            checkpoint._database.execute("PRAGMA max_page_count = 40")
            with pytest.raises(StoppedError, match="full"):
                scan(checkpoint, COLLECTORS, cloud, workers=4)
        seen, parts = scans.run(stub)
    assert arns(seen) == sorted(thing.arn for thing in THINGS)
    assert len(parts) == 30


def test_without_a_network_it_stops_and_goes_on_later(scans: Scans) -> None:
    def leave(progress: Progress) -> None:
        if progress.resources and not gone.is_set():
            gone.set()
            stub.__exit__()

    gone = threading.Event()
    stub = Stub(THINGS)
    stub.__enter__()
    with pytest.raises(StoppedError, match="does not answer any more") as caught:
        scans.run(stub, progress=leave, workers=2)
    assert "--resume" in caught.value.hint
    with Stub(THINGS) as back:
        seen, _ = scans.run(back)
    assert arns(seen) == sorted(thing.arn for thing in THINGS)


def test_expired_credentials_fail_parts_and_are_made_good_later(scans: Scans) -> None:
    expired = Fault(
        operation="GetResources", code="ExpiredTokenException", account=CALLER, times=99
    )
    with Stub(THINGS, faults=[expired]) as stub:
        _, parts = scans.run(stub)
    lacking = [one for one in parts if one.state != "done"]
    assert CALLER in {one.account for one in lacking}
    assert all("ExpiredToken" in one.message for one in lacking)
    with Stub(THINGS) as stub:
        seen, parts = scans.run(stub)
    assert {one.state for one in parts} == {"done"}
    assert arns(seen) == sorted(thing.arn for thing in THINGS)


def test_nothing_that_signs_is_in_the_file(scans: Scans) -> None:
    with Stub(THINGS) as stub:
        scans.run(stub)
    content = scans.path.read_bytes()
    assert b"AKIA" not in content
    assert b"ASIA" not in content


SCAN = """
import sys
from pathlib import Path
from tagguard.aws.api import Cloud
from tagguard.aws.checkpoint import Checkpoint
from tagguard.aws.scanning import scan
from tests.aws.test_scanning import COLLECTORS, plan_of

path, plan = Path(sys.argv[1]), plan_of()
there = path.exists()
with Checkpoint.resume(path, plan.asked) if there else Checkpoint.create(path, plan) as checkpoint:
    print("begun", flush=True)
    scan(checkpoint, COLLECTORS, Cloud(), workers=4)
"""


@pytest.mark.slow
def test_killed_again_and_again_it_ends_the_same(scans: Scans) -> None:
    chance = random.Random(5)
    with Stub(THINGS, latency=0.01) as stub:
        expected = Scans(scans._monkeypatch, scans.path.with_name("whole.db")).run(stub)
        kills = 0
        for _ in range(8):
            with subprocess.Popen(
                [sys.executable, "-c", SCAN, str(scans.path)],
                env=os.environ | stub.environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as process:
                assert process.stdout is not None
                assert process.stdout.readline() == "begun\n"
                try:
                    process.wait(timeout=chance.uniform(0.02, 0.5))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    kills += 1
        assert kills > 0
        assert scans.run(stub) == expected


def test_a_part_s_own_shortage_is_kept(scans: Scans) -> None:
    class Short(Listing):
        def collect(self, api: Api) -> Iterator[list[Sighting]]:
            yield next(iter(super().collect(api)))
            raise MissingError("truncated", "more than it gives")

    with Stub(THINGS) as stub:
        seen, parts = scans.run(stub, plan_of([CALLER], ("eu-west-1",)), [Short("explorer")])
    assert [(one.state, one.message, one.resources) for one in parts] == [
        ("truncated", "more than it gives", 100)
    ]
    assert len(seen) == 100
