from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tagguard.aws.accounts import Asked, Plan, Planned
from tagguard.aws.checkpoint import Checkpoint, State, to_row
from tagguard.aws.collectors import CollectorOptions
from tagguard.aws.completeness import Part
from tagguard.aws.credentials import Access
from tagguard.aws.merging import Seen
from tagguard.aws.retries import StoppedError
from tagguard.aws.sightings import Sighting
from tagguard.errors import UsageError
from tagguard.model import Account

ASKED = Asked(regions=("eu-*",), collectors=("tagging",))
ACCOUNT = Account(id="111111111111", name="payments", unit="Root/Pay", tags={"team": "pay"})
PLAN = Plan(asked=ASKED, partition="aws", accounts=(Planned(ACCOUNT, Access("audit")),))
NEEDS = {"tagging": frozenset[str](), "services/sqs-queue": frozenset({"tagging"})}


def queue(name: str, **tags: str) -> Sighting:
    return Sighting(
        arn=f"arn:aws:sqs:eu-west-1:111111111111:{name}",
        type="sqs:queue",
        account="111111111111",
        region="eu-west-1",
        tags=tags,
    )


def keep(
    checkpoint: Checkpoint,
    sightings: Iterable[Sighting],
    *,
    collector: str = "tagging",
    region: str = "eu-west-1",
    state: State | None = "done",
) -> None:
    part = checkpoint.begin("111111111111", region, collector)
    checkpoint.write(part, [to_row(one) for one in sightings])
    if state:
        checkpoint.mark(part, state, "" if state == "done" else "because")
    checkpoint.commit()


def names(checkpoint: Checkpoint) -> list[str]:
    return [seen.sighting.arn.rpartition(":")[2] for seen in checkpoint.sightings()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "scan.db"


def test_what_was_kept_comes_back_in_the_order_of_arns(path: Path) -> None:
    with Checkpoint.create(path, PLAN) as checkpoint:
        keep(checkpoint, [queue("c", Owner="x"), queue("a")])
        keep(checkpoint, [queue("b"), queue("a")], collector="config")
        seen = list(checkpoint.sightings())
    assert seen == [
        Seen(queue("a"), "111111111111", "eu-west-1", "config"),
        Seen(queue("a"), "111111111111", "eu-west-1", "tagging"),
        Seen(queue("b"), "111111111111", "eu-west-1", "config"),
        Seen(queue("c", Owner="x"), "111111111111", "eu-west-1", "tagging"),
    ]


def test_parts_count_what_they_have_seen(path: Path) -> None:
    with Checkpoint.create(path, PLAN) as checkpoint:
        keep(checkpoint, [queue("a")], region="eu-west-2", state="throttled")
        keep(checkpoint, [queue("a"), queue("b"), queue("a")])
        keep(checkpoint, [], region="mars-1", collector="", state="unavailable")
        keep(checkpoint, [], region="", collector="")
        parts = list(checkpoint.parts())
    part = Part(account="111111111111", region="eu-west-1", collector="tagging", resources=2)
    assert parts == [
        part,
        replace(part, region="eu-west-2", state="throttled", message="because", resources=1),
        replace(
            part, region="mars-1", collector="", state="unavailable", message="because", resources=0
        ),
    ]


def test_what_is_seen_twice_is_kept_as_seen_last(path: Path) -> None:
    with Checkpoint.create(path, PLAN) as checkpoint:
        keep(checkpoint, [queue("a", Owner="old"), queue("a", Owner="new")])
        assert [seen.sighting for seen in checkpoint.sightings()] == [queue("a", Owner="new")]


def test_spellings_of_an_arn_meet(path: Path) -> None:
    arn = "arn:aws:logs:eu-west-1:111111111111:log-group:x"
    with Checkpoint.create(path, PLAN) as checkpoint:
        keep(checkpoint, [replace(queue("a"), arn=f"{arn}:*"), replace(queue("a"), arn=arn)])
        assert [seen.sighting.arn for seen in checkpoint.sightings()] == [arn]


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    with Checkpoint.create(path, PLAN):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_not_written_over(path: Path) -> None:
    Checkpoint.create(path, PLAN).close()
    with pytest.raises(UsageError, match="not finished") as caught:
        Checkpoint.create(path, PLAN)
    assert "--resume" in caught.value.hint


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        Checkpoint.create(tmp_path / "none" / "scan.db", PLAN)


def test_a_scan_is_taken_up_with_its_plan(path: Path) -> None:
    with Checkpoint.create(path, PLAN) as checkpoint:
        checkpoint.note_regions("111111111111", ["eu-west-2", "eu-west-1"])
        keep(checkpoint, [queue("a")])
    with Checkpoint.resume(path, ASKED) as checkpoint:
        assert msgspec.json.encode(checkpoint.plan) == msgspec.json.encode(PLAN)
        assert checkpoint.regions() == ("eu-west-1", "eu-west-2")
        assert checkpoint.surveyed("111111111111") == ["eu-west-2", "eu-west-1"]
        assert checkpoint.surveyed("222222222222") is None
        assert checkpoint.through("111111111111") == {("eu-west-1", "tagging")}
        assert names(checkpoint) == ["a"]


@pytest.mark.parametrize(
    ("asked", "difference"),
    [
        (replace(ASKED, regions=()), "`--region` was eu-* and is now not given"),
        (replace(ASKED, profiles=("audit",)), "`--profile` was not given and is now audit"),
        (replace(ASKED, organization=True), "`--org` was not given and is now given"),
        (replace(ASKED, collectors=("config", "tagging")), "`--collector` was tagging and is now"),
    ],
)
def test_another_question_is_refused(path: Path, asked: Asked, difference: str) -> None:
    Checkpoint.create(path, PLAN).close()
    with pytest.raises(UsageError) as caught:
        Checkpoint.resume(path, asked)
    assert difference in caught.value.message


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500, None])
def test_what_is_no_checkpoint_is_refused(path: Path, content: bytes | None) -> None:
    if content is None:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE plan (body)")
        other.close()
    else:
        path.write_bytes(content)
    for attempt in (lambda: Checkpoint.resume(path, ASKED), lambda: Checkpoint.ended(path)):
        with pytest.raises(UsageError, match="no checkpoint"):
            attempt()


def test_options_of_collectors_count_too(path: Path) -> None:
    options = CollectorOptions(types=("AWS::SQS::Queue",))
    Checkpoint.create(path, PLAN).close()
    with pytest.raises(UsageError, match="`--type` was not given and is now AWS::SQS::Queue"):
        Checkpoint.resume(path, replace(ASKED, options=options))


def test_nothing_to_take_up_is_told(path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        Checkpoint.resume(path, ASKED)


def test_two_scans_do_not_share_a_file(path: Path) -> None:
    with (
        Checkpoint.create(path, PLAN),
        pytest.raises(UsageError, match="another scan is at it"),
    ):
        Checkpoint.resume(path, ASKED)


@pytest.mark.parametrize("state", ["denied", "throttled", "failed", "truncated", None])
def test_what_is_not_whole_is_tried_anew(path: Path, state: State | None) -> None:
    with Checkpoint.create(path, PLAN) as checkpoint:
        keep(checkpoint, [queue("a")])
        keep(checkpoint, [queue("b")], region="eu-west-2", state=state)
    with Checkpoint.resume(path, ASKED) as checkpoint:
        checkpoint.begin_anew(NEEDS)
        assert checkpoint.through("111111111111") == {("eu-west-1", "tagging")}
        assert names(checkpoint) == ["a"]


@pytest.mark.parametrize("state", ["done", "unavailable"])
def test_what_another_try_would_not_change_stays(path: Path, state: State) -> None:
    with Checkpoint.create(path, PLAN) as checkpoint:
        keep(checkpoint, [queue("a")], state=state)
        checkpoint.begin_anew(NEEDS)
        assert names(checkpoint) == ["a"]


def test_what_needs_a_part_is_tried_anew_with_it(path: Path) -> None:
    with Checkpoint.create(path, PLAN) as checkpoint:
        for region, state in (("eu-west-1", "failed"), ("eu-west-2", "done")):
            keep(checkpoint, [queue("a")], region=region, state=state)  # type: ignore[arg-type]
            keep(checkpoint, [queue("b")], region=region, collector="services/sqs-queue")
            keep(checkpoint, [queue("c")], region=region, collector="config")
        checkpoint.begin_anew(NEEDS)
        assert checkpoint.through("111111111111") == {
            ("eu-west-1", "config"),
            ("eu-west-2", "config"),
            ("eu-west-2", "services/sqs-queue"),
            ("eu-west-2", "tagging"),
        }
        assert names(checkpoint) == ["a", "b", "c", "c"]


def test_a_part_that_has_not_ended_does_not_count(path: Path) -> None:
    with Checkpoint.create(path, PLAN) as checkpoint:
        keep(checkpoint, [queue("a")], state=None)
        assert names(checkpoint) == []
        assert list(checkpoint.parts()) == []


def test_an_end_is_noted_and_taken_back(path: Path) -> None:
    with Checkpoint.create(path, PLAN) as checkpoint:
        pass
    assert not Checkpoint.ended(path)
    with Checkpoint.resume(path, ASKED) as checkpoint:
        checkpoint.begin_anew(NEEDS)
        checkpoint.end()
    assert Checkpoint.ended(path)
    with Checkpoint.resume(path, ASKED) as checkpoint:
        checkpoint.begin_anew(NEEDS)
    assert not Checkpoint.ended(path)


def test_removed_it_leaves_nothing(path: Path) -> None:
    checkpoint = Checkpoint.create(path, PLAN)
    keep(checkpoint, [queue("a")])
    checkpoint.remove()
    assert list(path.parent.iterdir()) == []


def test_a_full_disk_is_told_and_spoils_nothing(path: Path) -> None:
    with Checkpoint.create(path, PLAN) as checkpoint:
        keep(checkpoint, [queue("a")])
        pages = checkpoint._database.execute("PRAGMA page_count").fetchone()[0]
        checkpoint._database.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoppedError, match=r"full") as caught:
            keep(checkpoint, (queue(f"q{number}", Owner="x" * 200) for number in range(1000)))
        assert "--resume" in caught.value.hint
    with Checkpoint.resume(path, ASKED) as checkpoint:
        checkpoint.begin_anew(NEEDS)
        assert names(checkpoint) == ["a"]


KILLED = """
import sys
from pathlib import Path
from tests.aws.test_checkpoint import PLAN, keep, queue
from tagguard.aws.checkpoint import Checkpoint

checkpoint = Checkpoint.create(Path(sys.argv[1]), PLAN)
for number in range(100_000):
    keep(checkpoint, [queue(f"{number}-{one}") for one in range(3)], region=str(number))
    print(number, flush=True)
"""


def test_a_killed_writer_leaves_whole_parts(path: Path) -> None:
    for kill_after in (0, 1, 7, 40):
        path.unlink(missing_ok=True)
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for line in writer.stdout:
                if int(line) >= kill_after:
                    os.kill(writer.pid, signal.SIGKILL)
                    break
        with Checkpoint.resume(path, ASKED) as checkpoint:
            checkpoint.begin_anew(NEEDS)
            parts = list(checkpoint.parts())
            assert len(parts) > kill_after
            assert {(one.state, one.resources) for one in parts} == {("done", 3)}
            assert len(names(checkpoint)) == 3 * len(parts)
