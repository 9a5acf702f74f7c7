"""`tagguard scan aws` against a server that speaks AWS, over HTTP, as users run it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from tests.aws.served import HOME, UNSEEN, Served
from tests.cli.conftest import Project, Ran

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WEST, CENTRAL, EAST = "eu-west-1", "eu-central-1", "us-east-1"
REGIONS = (WEST, CENTRAL, EAST)
SOUND = {"Owner": "a", "Env": "prod"}
TOPICS = 1_050
"""More than ten pages of either API."""


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def served() -> Iterator[Served]:
    with Served() as server:
        yield server


def scan(project: Project, served: Served, *arguments: str) -> Ran:
    """Scan three Regions; the collectors are those of the resources that tests make."""
    regions = [word for one in REGIONS for word in ("--region", one)]
    words = ["scan", "aws", "--format", "json", *regions, *arguments]
    ran = project.run(*words, env=served.environment)
    assert ran.out, ran.err
    return ran


def chosen(*listings: str) -> list[str]:
    names = ["tagging", *(f"services/{one}" for one in listings)]
    return [word for one in names for word in ("--collector", one)]


def pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def bucket(served: Served, name: str, region: str, account: str, tags: dict[str, str]) -> None:
    client = served.client("s3", region, account)
    place = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != EAST else {}
    client.create_bucket(Bucket=name, **place)
    if tags:
        client.put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs(tags)})


def buckets_of(ran: Ran) -> dict[str, int]:
    """Give the buckets of the report that hold anything."""
    names = (
        "compliant",
        "noncompliant",
        "undetermined",
        "exempt",
        "untaggable",
        "managed",
        "excluded",
    )
    summary = ran.json["summary"]
    return {name: summary[name] for name in names if summary[name]}


def completeness(ran: Ran) -> Any:
    (read,) = ran.json["inputs"]
    return read["completeness"]


@pytest.fixture
def organisation(served: Served) -> dict[str, str]:
    """Make an organisation: name -> account id. `old` is closed, `data` cannot be entered."""
    client = served.client("organizations")
    client.create_organization(FeatureSet="ALL")
    ids = {
        name: client.create_account(Email=f"{name}@example.org", AccountName=name)[
            "CreateAccountStatus"
        ]["AccountId"]
        for name in ("payments", "data", "old")
    }
    client.close_account(AccountId=ids["old"])
    served.denied.add(ids["data"])
    return ids


@pytest.fixture
def estate(served: Served, organisation: dict[str, str]) -> dict[str, str]:
    """Fill the account `payments`; the bulk goes into the server's memory at once."""
    payments = organisation["payments"]
    for number in range(TOPICS):
        sns_backends[payments][WEST].create_topic(f"told-{number:04}", tags=dict(SOUND))
    for number in range(30):
        sns_backends[payments][CENTRAL].create_topic(f"never-{number:02}")
    for name, tags in {
        "stack": {"aws:cloudformation:stack-name": "x"},
        "group": {"aws:autoscaling:groupName": "x"},
        "own": {"aws:autoscaling:groupName": "x", **SOUND},
    }.items():
        sqs_backends[payments][WEST].create_queue(name, tags=tags)
    bucket(served, "sound-bucket", CENTRAL, payments, SOUND)
    bucket(served, "bare-bucket", EAST, payments, {})
    return organisation


ESTATE = chosen("sns-topic", "sqs-queue", "s3-bucket")


def test_an_organisation_is_scanned_from_end_to_end(project, served, estate):
    served.expiring = 2
    ran = scan(project, served, "--org", *ESTATE)
    known = completeness(ran)
    assert ran.code == 3, ran.err
    assert known["accounts"] == sorted([HOME, estate["payments"], estate["data"]])
    assert (known["accounts_done"], known["suspended"]) == (2, [estate["old"]])
    assert [
        (one["account"], one["region"], one["collector"], one["state"], one["allowed"])
        for one in known["shortfalls"]
    ] == sorted(
        [
            (estate["data"], None, None, "denied", False),
            (estate["old"], None, None, "suspended", True),
        ]
    )
    assert [one["where"] for one in ran.json["problems"]] == [estate["data"]]
    # Topics that have both tags, the queue of a team, a bucket | never tagged, a stack's, a bucket
    assert buckets_of(ran) == {
        "compliant": TOPICS + 2,
        "noncompliant": 30 + 2,
        "managed": 1,
    }
    assert served.expiring == 0
    assert known["merged"] == ran.json["summary"]["resources"] == TOPICS + 30 + 5


def test_what_is_allowed_to_be_missing_does_not_fail_the_scan(project, served, estate):
    ran = scan(project, served, "--org", *ESTATE, "--allow-missing", estate["data"])
    assert (ran.code, ran.json["problems"]) == (1, [])
    known = completeness(ran)
    assert (known["complete"], known["accounts_done"]) == (True, 3)
    assert not (project.folder / "tagguard-snapshot.parquet.checkpoint").exists()


@pytest.mark.usefixtures("estate")
def test_a_bucket_that_every_region_shows_counts_once(project, served):
    ran = scan(project, served, "--org", *ESTATE, "--list-resources")
    counts = Counter(one["address"] for one in ran.json["resources"])
    assert {name: count for name, count in counts.items() if ":s3:" in name} == {
        "arn:aws:s3:::sound-bucket": 1,
        "arn:aws:s3:::bare-bucket": 1,
    }


@pytest.mark.usefixtures("estate")
def test_check_says_of_the_snapshot_what_the_scan_said(project, served):
    ran = scan(project, served, "--org", *ESTATE)
    again = project.run("check", "tagguard-snapshot.parquet", "--format", "json")
    assert (again.code, again.out) == (ran.code, ran.out)


def test_the_denominator(project, served):
    """Tagged, once tagged, never tagged, managed and global resources in one account."""
    queues = served.client("sqs", WEST)

    def queue(name: str, tags: dict[str, str]) -> str:
        return str(queues.create_queue(QueueName=name, tags=tags)["QueueUrl"])

    for number in range(6):
        queue(f"sound-{number}", SOUND)
    queue("half", {"Owner": "a"})
    queues.untag_queue(QueueUrl=queue("once", SOUND), TagKeys=list(SOUND))
    for number in range(4):
        queue(f"never-{number}", {})
    bucket(served, "sound-bucket", CENTRAL, HOME, SOUND)
    bucket(served, "bare-bucket", WEST, HOME, {})
    iam = served.client("iam")
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    iam.create_role(RoleName="sound", AssumeRolePolicyDocument="{}", Tags=pairs(SOUND))
    iam.create_role(RoleName="bare", AssumeRolePolicyDocument="{}")
    networks = {region: served.client("ec2", region).describe_vpcs()["Vpcs"] for region in REGIONS}
    assert [one["IsDefault"] for found in networks.values() for one in found] == [True] * 3
    served.client("ec2", WEST).create_vpc(CidrBlock="10.9.0.0/16")

    truth = {
        "compliant": 6 + 1 + 1,
        "noncompliant": (1 + 1 + 4) + 1 + 1 + 1,
        "managed": 1 + 3,
    }
    ran = scan(project, served, *chosen("sqs-queue", "s3-bucket", "iam-role", "ec2-vpc"))
    assert (ran.code, buckets_of(ran)) == (1, truth)
    assert ran.json["summary"]["coverage"] == round(8 / 17, 4)

    alone = scan(project, served, *chosen())
    assert buckets_of(alone) == {"compliant": 7, "noncompliant": 1}
    assert alone.json["summary"]["coverage"] == 7 / 8
    assert [one["sees_untagged"] for one in completeness(alone)["collectors"]] == [False, False]


def test_every_listing_runs_and_what_nobody_answers_is_told(project, served):
    served.client("sqs", WEST).create_queue(QueueName="never")
    ran = scan(project, served)
    known = completeness(ran)
    missing = {one["collector"]: one["allowed"] for one in known["shortfalls"]}
    assert missing == {**dict.fromkeys(UNSEEN, False), "config": True, "explorer": True}
    assert ran.code == 3
    allowed = [word for one in UNSEEN for word in ("--allow-missing", one)]
    whole = scan(project, served, *allowed)
    assert (whole.code, completeness(whole)["complete"]) == (1, True)
    assert whole.json["summary"] == ran.json["summary"]
