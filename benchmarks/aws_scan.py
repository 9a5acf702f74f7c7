"""A scan of 500 simulated accounts, held against the least time that AWS's limits would allow.

`python -m benchmarks.aws_scan serve|scan|bare`. `serve` is the stub server of the tests, slow and
with rate limits, in a process of its own; `scan` runs our scan against it, `bare` makes the same
calls with as many threads and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import botocore.session
from botocore.config import Config

from tagguard.aws.accounts import Asked, Plan, Planned
from tagguard.aws.api import Cloud
from tagguard.aws.checkpoint import Checkpoint
from tagguard.aws.collectors import CollectorOptions
from tagguard.aws.collectors.tagging import collectors
from tagguard.aws.credentials import Access
from tagguard.aws.scanning import WORKERS, scan
from tagguard.model import Account
from tests.aws.stub import Stub, Thing

ACCOUNTS = [f"{number:012}" for number in range(500)]
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")
LARGE = ACCOUNTS[250], REGIONS[1]
"""An account and Region with far more than the others."""
FEW, MANY = 120, 12_000
"""Resources in a Region; in the large one."""
PAGE = 100
LATENCY = 0.05
"""Seconds until each answer."""
RATE, STS_RATE = 15, 50
"""Calls a second: GetResources in an account and Region, AssumeRole of the caller."""
TAGS = {"Owner": "team@example.com", "Environment": "prod", "CostCenter": "CC-1234"}


def size(account: str, region: str) -> int:
    """Give how many resources there are."""
    if region not in REGIONS:
        return 0
    return MANY if (account, region) == LARGE else FEW


def things(account: str, region: str) -> Sequence[Thing]:
    """Give the resources of an account and Region."""
    arn = f"arn:aws:sqs:{region}:{account}:queue-"
    numbers = range(size(account, region))
    return [Thing(arn=f"{arn}{n}", account=account, region=region, tags=TAGS) for n in numbers]


def least() -> float:
    """Give the seconds below which nobody who keeps the limits can be, with as many threads.

    A second's worth of calls may come at once.
    """
    pages = sum(-(-size(account, region) // PAGE) for account in ACCOUNTS for region in REGIONS)
    calls = pages + 2 * len(ACCOUNTS)  # AssumeRole and DescribeRegions of each
    return max(
        calls * LATENCY / WORKERS,
        (MANY / PAGE - RATE) / RATE,
        (len(ACCOUNTS) - STS_RATE) / STS_RATE,
    )


@contextmanager
def served(*, limited: bool) -> Iterator[None]:
    """Have the stub run, and the environment lead there."""
    command = [sys.executable, "-m", "benchmarks.aws_scan", "serve", *["limited"] * limited]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        assert it.stdin is not None
        assert it.stdout is not None
        for line in it.stdout:
            name, _, value = line.rstrip("\n").partition("=")
            if not name:
                break
            os.environ[name] = value
        yield
        it.stdin.close()


def serve(*, limited: bool) -> None:
    """Serve until stdin ends; the first lines of stdout are the environment."""
    limits = {"GetResources": RATE} if limited else {}
    with Stub(things, latency=LATENCY, limits=limits, regions=REGIONS, page=PAGE) as stub:
        stub.keeping = False
        print(*(f"{name}={value}" for name, value in stub.environment().items()), "", sep="\n")
        print(flush=True)
        sys.stdin.read()
        if stub.throttled:
            print(f"throttled {stub.throttled} times", file=sys.stderr)


def run_scan() -> int:
    """Scan everything; 1 if anything is missing."""
    chosen = collectors(CollectorOptions())
    roles = {account: Access(role_arn=f"arn:aws:iam::{account}:role/audit") for account in ACCOUNTS}
    plan = Plan(
        asked=Asked(),
        partition="aws",
        accounts=tuple(Planned(Account(id=account), way) for account, way in roles.items()),
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        served(limited=True),
        Checkpoint.create(Path(folder, "scan.db"), plan) as checkpoint,
    ):
        scan(checkpoint, chosen, Cloud())
        whole = all(part.state == "done" for part in checkpoint.parts())
        seen = sum(1 for _ in checkpoint.sightings())
    expected = sum(size(account, region) for account in ACCOUNTS for region in REGIONS)
    print(f"{seen} of {expected} resources; all parts done: {whole}")
    return 0 if whole and seen == expected else 1


def run_bare() -> None:
    """Make the calls of the scan, keep nothing."""
    config = Config(max_pool_connections=WORKERS)
    with served(limited=False), ThreadPoolExecutor(WORKERS) as threads:
        session = botocore.session.get_session()
        sts = session.create_client("sts", config=config)
        tagging = {
            region: session.create_client(
                "resourcegroupstaggingapi", region_name=region, config=config
            )
            for region in REGIONS
        }

        def ask(place: tuple[str, str]) -> None:
            if place[1] == REGIONS[0]:
                sts.get_caller_identity()
                sts.get_caller_identity()
            calls = -(-size(*place) // PAGE)
            for _ in range(calls):
                tagging[place[1]].get_resources(ResourcesPerPage=PAGE)

        for _ in threads.map(ask, [(one, region) for one in ACCOUNTS for region in REGIONS]):
            pass


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say."""
    match arguments:
        case ["serve", *limited]:
            serve(limited=bool(limited))
        case ["scan"]:
            return run_scan()
        case ["bare"]:
            run_bare()
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
