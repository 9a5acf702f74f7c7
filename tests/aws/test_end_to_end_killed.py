"""A scan that is killed, and killed again, and taken up again: it says what an unhurt one says."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from tests.aws.served import HOME, Served
from tests.cli.conftest import Project

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.slow]

OTHER = "222222222222"
REGIONS = ("eu-west-1", "us-east-1")
ROUNDS = 3
SNAPSHOT, CHECKPOINT = "tagguard-snapshot.parquet", "tagguard-snapshot.parquet.checkpoint"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Served() as server:
        for account in (HOME, OTHER):
            for region in REGIONS:
                topics, queues = sns_backends[account][region], sqs_backends[account][region]
                for number in range(120):
                    topics.create_topic(f"t{number}", tags={"Owner": "a", "Env": "prod"})
                    queues.create_queue(f"q{number}", tags={})
        yield server


def command(*arguments: str) -> list[str]:
    roles = [f"--role-arn=arn:aws:iam::{account}:role/scan" for account in (HOME, OTHER)]
    regions = [f"--region={one}" for one in REGIONS]
    collectors = ["tagging", "services/s[nq]s-*", "services/ec2-v*", "services/s3-bucket"]
    chosen = [f"--collector={one}" for one in collectors]
    words = ["scan", "aws", "--format=json", "--workers=4", *roles, *regions, *chosen]
    return [sys.executable, "-m", "tagguard", *words, *arguments]


class Runner:
    """Runs scans in a project's folder, to their end or to their death."""

    def __init__(self, project: Project, served: Served) -> None:
        self.folder: Path = project.folder
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(project.folder),
            **served.environment,
        }

    def start(self) -> subprocess.Popen[bytes]:
        kept = (self.folder / CHECKPOINT).exists()
        return subprocess.Popen(
            command(*(["--resume"] if kept else [])),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def killed(self, served: Served, request: int, later: float) -> bool:
        """Kill a scan so many seconds after a request; tell whether it was still at work."""
        served.calls.clear()
        with self.start() as process:
            timer = threading.Timer(later, process.kill)
            served.heard = lambda count: timer.start() if count == request else None
            process.communicate(timeout=120)
            served.heard = lambda _count: None
            timer.cancel()
        return process.returncode == -signal.SIGKILL

    def finished(self) -> tuple[int, bytes, bytes]:
        """Run a scan to its end: exit code, report, snapshot."""
        with self.start() as process:
            out, err = process.communicate(timeout=120)
        assert out, err
        return process.returncode, out, (self.folder / SNAPSHOT).read_bytes()


def test_a_scan_that_is_killed_at_any_point_gives_the_same_bytes(tmp_path, served):
    served.calls.clear()
    expected = Runner(_project(tmp_path / "unhurt"), served).finished()
    requests = served.calls.total()
    assert expected[0] == 1
    deaths = taken_up = 0
    for number in range(ROUNDS):
        runner = Runner(_project(tmp_path / str(number)), served)
        for left in (requests, requests // 2, requests // 4):
            deaths += runner.killed(served, random.randint(1, left), random.uniform(0, 0.3))
            taken_up += (runner.folder / CHECKPOINT).exists()
        assert runner.finished() == expected
        assert not (runner.folder / CHECKPOINT).exists()
    assert deaths >= ROUNDS
    assert taken_up >= ROUNDS // 2


def test_a_scan_that_is_interrupted_says_how_to_go_on(tmp_path, served):
    served.calls.clear()
    expected = Runner(_project(tmp_path / "unhurt"), served).finished()
    middle = served.calls.total() // 2
    runner = Runner(_project(tmp_path / "stopped"), served)
    served.calls.clear()
    with runner.start() as process:
        served.heard = lambda count: process.send_signal(signal.SIGINT) if count == middle else None
        out, err = process.communicate(timeout=120)
        served.heard = lambda _count: None
    assert (process.returncode, out) == (130, b"")
    said = [line for line in err.decode().splitlines() if line]
    assert said == ["what is done is kept: go on with --resume", "interrupted"]
    assert runner.finished() == expected


def _project(folder: Path) -> Project:
    folder.mkdir()
    return Project(folder)
