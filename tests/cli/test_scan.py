from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.aws.served import HOME, Served
from tests.conftest import PROJECT

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

QUEUES = ("--collector", "tagging", "--collector", "services/sqs-queue", "--region", "eu-west-1")
SNAPSHOT, CHECKPOINT = "tagguard-snapshot.parquet", "tagguard-snapshot.parquet.checkpoint"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Give a server with three queues: sound, wrong, never tagged."""
    with Served() as server:
        client = server.client("sqs", "eu-west-1")
        client.create_queue(QueueName="sound", tags={"Owner": "a", "Env": "prod"})
        client.create_queue(QueueName="wrong", tags={"Owner": "a", "Env": "Prod"})
        client.create_queue(QueueName="never")
        yield server


def arn(name: str) -> str:
    return f"arn:aws:sqs:eu-west-1:{HOME}:{name}"


def test_a_scan_judges_what_it_finds(project, served):
    ran = project.run("scan", "aws", *QUEUES, "--format", "json", env=served.environment)
    assert (ran.code, ran.err) == (1, "")
    (read,) = ran.json["inputs"]
    assert (read["path"], read["kind"], read["resources"]) == (SNAPSHOT, "tagguard-snapshot", 3)
    found = {(one["resource"], one["rule"], one["key"]) for one in ran.json["findings"]}
    assert found == {
        (arn("never"), "missing-tag", "Owner"),
        (arn("never"), "missing-tag", "Env"),
        (arn("wrong"), "invalid-value", "Env"),
    }
    assert {(one["account"], one["region"]) for one in ran.json["findings"]} == {
        (HOME, "eu-west-1")
    }


def test_the_snapshot_is_judged_as_it_was_without_a_cloud(project, served):
    for name in ("console", "json", "markdown", "sarif"):
        ran = project.run("scan", "aws", *QUEUES, "--format", name, env=served.environment)
        again = project.run("check", SNAPSHOT, "--format", name)
        assert (again.code, again.out) == (ran.code, ran.out)


def test_another_taxonomy_judges_the_same_snapshot(project, served):
    assert project.run("scan", "aws", *QUEUES, env=served.environment).code == 1
    project.write(
        "taxonomy.yaml", "schema: tagguard/taxonomy/1\nname: a\nversion: 1.0.0\nkeys: {}\n"
    )
    assert project.run("check", SNAPSHOT).code == 0


def test_the_console_says_how_whole_it_is(project, served):
    ran = project.run("scan", "aws", *QUEUES, env=served.environment)
    assert "1 of 1 account whole · 1 Region" in ran.out
    assert "services/sqs-queue" in ran.out
    assert "5 sightings of 3 resources" in ran.out


def test_files_are_where_they_are_asked_for(project, served):
    names = ("--snapshot", "night.parquet", "--checkpoint", "work.db")
    assert project.run("scan", "aws", *QUEUES, *names, env=served.environment).code == 1
    assert (project.folder / "night.parquet").exists()
    assert not (project.folder / "work.db").exists()


def test_what_is_missing_is_kept_and_tried_again(project, served):
    role = ("--role-arn", "arn:aws:iam::999999999999:role/scan")
    served.denied.add("999999999999")
    ran = project.run("scan", "aws", *QUEUES, *role, env=served.environment)
    assert (ran.code, "--resume tries again" in ran.err) == (3, True)
    assert (project.folder / CHECKPOINT).exists()
    served.denied.clear()
    resumed = project.run("scan", "aws", *QUEUES, *role, "--resume", env=served.environment)
    assert (resumed.code, resumed.err) == (0, "")
    assert not (project.folder / CHECKPOINT).exists()


def test_a_scan_that_ended_short_does_not_stand_in_the_way_of_the_next(project, served):
    role = ("--role-arn", "arn:aws:iam::999999999999:role/scan")
    served.denied.add("999999999999")
    for _ in range(2):
        ran = project.run("scan", "aws", *QUEUES, *role, env=served.environment)
        assert ran.code == 3
    served.denied.clear()


def test_a_file_that_is_no_checkpoint_is_left_alone(project, served):
    project.write(CHECKPOINT, "mine")
    ran = project.run("scan", "aws", *QUEUES, env=served.environment)
    assert (ran.code, ran.out) == (2, "")
    assert (project.folder / CHECKPOINT).read_text() == "mine"


def test_there_must_be_a_scan_to_resume(project, served):
    ran = project.run("scan", "aws", *QUEUES, "--resume", env=served.environment)
    assert (ran.code, ran.out) == (2, "")
    assert "there is no scan to take up again" in ran.err


def test_redacted_values_are_in_no_file(project, served):
    redact = ("--redact", "Env", "--format", "json", "--list-resources")
    ran = project.run("scan", "aws", *QUEUES, *redact, env=served.environment)
    assert ran.code == 1
    assert "Prod" not in ran.out
    assert b"Prod" not in (project.folder / SNAPSHOT).read_bytes()


def test_without_credentials_it_says_how_to_get_some(project, served):
    environment = {
        name: value
        for name, value in served.environment.items()
        if name not in {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    }
    ran = project.run("scan", "aws", *QUEUES, env=environment)
    assert (ran.code, ran.out) == (2, "")
    assert "sign in" in ran.err
    assert not (project.folder / CHECKPOINT).exists()


def test_the_policy_is_printed_without_a_project_or_credentials(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tagguard", "scan", "aws", "--print-policy", *QUEUES],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        timeout=60,
        check=True,
    )
    policy = json.loads(done.stdout)
    (look,) = policy["Statement"]
    assert (policy["Version"], look["Effect"], look["Resource"]) == ("2012-10-17", "Allow", "*")
    assert {"sqs:ListQueues", "tag:GetResources"} <= set(look["Action"])
    assert not any(one.startswith("ec2:DescribeI") for one in look["Action"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--collector", "taging"], "there is no collector `taging` (did you mean `tagging`?)"),
        (["--collector", "services/nope"], "there is no collector `services/nope`"),
        (["--collector", "cloudcontrol"], "Cloud Control lists one type at a time"),
        (
            ["--collector", "tagging", "--type", "AWS::SSM::Parameter"],
            "Cloud Control lists one type",
        ),
        (["--ou", "ou-ab12-c3d4e5f6"], "add `--org`"),
        (["--workers", "0"], "0 is not in the range"),
        (["--taxonomy", "nope.yaml"], "nope.yaml"),
        (["--format", "nope"], "nope"),
    ],
)
def test_a_wrong_question_is_refused_before_any_call(project, served, arguments, said):
    before = served.calls.copy()
    ran = project.run("scan", "aws", *arguments, env=served.environment)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert served.calls == before
    assert not (project.folder / CHECKPOINT).exists()


@pytest.mark.parametrize("name", ["botocore", "pyarrow"])
def test_without_the_extra_it_says_how_to_get_it(project, name):
    project.write("sitecustomize.py", f"import sys\nsys.modules[{name!r}] = None\n")
    ran = project.run("scan", "aws", env={"PYTHONPATH": str(project.folder)})
    assert (ran.code, ran.out) == (2, "")
    assert f"scanning AWS needs {name}" in ran.err
    assert "pip install 'tagguard[aws]'" in ran.err


def test_the_page_names_every_permission(project):
    text = (PROJECT / "docs" / "nightly-scan.md").read_text("utf-8")
    ran = project.run("scan", "aws", "--print-policy", "--org", "--type", "AWS::SSM::Parameter")
    actions = {one for statement in ran.json["Statement"] for one in statement["Action"]}
    assert {one for one in actions if f"`{one}`" not in text} == set()
