"""Truth between services, the tagging API, Resource Explorer and AWS Config, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.aws.served import HOME, Served
from tests.aws.stub import Fault, Index, Recording, Stub, Thing, View
from tests.cli.conftest import Project, Ran

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WEST = "eu-west-1"
SOUND = {"Owner": "a", "Env": "prod"}


def queue(name: str, **fields) -> Thing:
    kind = {"type": "sqs:queue", "cfn": "AWS::SQS::Queue"}
    return Thing(arn=f"arn:aws:sqs:{WEST}:{HOME}:{name}", account=HOME, **(kind | fields))


def parameter(name: str, **fields) -> Thing:
    kind = {"type": "xray:group", "cfn": "AWS::XRay::Group"}
    arn = f"arn:aws:xray:{WEST}:{HOME}:group/{name}/1"
    return Thing(arn=arn, account=HOME, **(kind | fields))


THINGS = (
    queue("sound", tags=SOUND),
    queue("never"),
    queue("ghost", tags=SOUND, ghost=True),
    parameter("sound", tags=SOUND),
    parameter("bare"),
    parameter("ghostly", tags={"Owner": "a"}, recorded=False),
)
"""As the tagging API, Resource Explorer and Config show them; of queues, `ghost` is no more."""


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def served() -> Iterator[Served]:
    """Give the services themselves, which know the two queues that there are."""
    with Served() as server:
        client = server.client("sqs", WEST)
        client.create_queue(QueueName="sound", tags=SOUND)
        client.create_queue(QueueName="never")
        yield server


def scan(project: Project, served: Served, stub: Stub, *collectors: str) -> Ran:
    indexes = {
        f"AWS_ENDPOINT_URL_{service}": stub.url
        for service in ("RESOURCE_GROUPS_TAGGING_API", "RESOURCE_EXPLORER_2", "CONFIG_SERVICE")
    }
    keys = {"AWS_ACCESS_KEY_ID": f"AKIA{HOME}STUB"}
    chosen = [word for one in collectors for word in ("--collector", one)]
    words = ["scan", "aws", "--region", WEST, "--format", "json", "--list-resources", *chosen]
    ran = project.run(*words, env={**served.environment, **keys, **indexes})
    assert ran.out, ran.err
    return ran


def buckets(ran: Ran) -> dict[str, str]:
    return {one["address"].split(":", 5)[5]: one["bucket"] for one in ran.json["resources"]}


ALL = ("tagging", "services/sqs-queue", "explorer", "config")
WITH_TAGS = Index(views=[View()])
WITHOUT_TAGS = Index(views=[View(tags=False)])


def test_each_api_tells_what_the_others_do_not(project, served):
    with Stub(THINGS, indexes={WEST: WITH_TAGS}) as stub:
        ran = scan(project, served, stub, *ALL)
    assert (ran.code, ran.json["problems"]) == (1, [])
    assert buckets(ran) == {
        "sound": "compliant",
        "never": "noncompliant",
        "ghost": "excluded",
        "group/sound/1": "compliant",
        "group/bare/1": "noncompliant",
        "group/ghostly/1": "noncompliant",
    }
    (read,) = ran.json["inputs"]
    assert (read["completeness"]["merged"], read["completeness"]["deleted"]) == (6, 1)


def test_an_index_without_tags_does_not_make_a_resource_untagged(project, served):
    with Stub(THINGS, indexes={WEST: WITHOUT_TAGS}) as stub:
        ran = scan(project, served, stub, "services/sqs-queue", "explorer")
    assert ran.code == 0
    assert set(buckets(ran).values()) == {"undetermined"}


def test_bursts_of_throttling_and_expired_tokens_change_nothing(project, served):
    many = [*THINGS, *(queue(f"gone-{number:03}", tags=SOUND, ghost=True) for number in range(250))]
    with Stub(many, indexes={WEST: WITH_TAGS}) as stub:
        calm = scan(project, served, stub, *ALL)
    faults = [
        Fault(operation="GetResources", code="ThrottledException", times=3),
        Fault(
            operation="GetResources",
            code="PaginationTokenExpiredException",
            continued=True,
            times=2,
        ),
        Fault(operation="ListResources", code="ThrottlingException", times=2),
        Fault(operation="SelectResourceConfig", code="ThrottlingException", times=2),
    ]
    with Stub(many, indexes={WEST: WITH_TAGS}, faults=faults) as stub:
        rough = scan(project, served, stub, *ALL)
    assert [one.times for one in faults] == [0, 0, 0, 0]
    assert (rough.code, rough.out) == (calm.code, calm.out)


def test_what_is_not_set_up_is_told_and_does_not_fail_unless_it_was_chosen(project, served):
    with Stub(THINGS, config=Recording(recorders=())) as stub:
        ran = scan(project, served, stub, *ALL)
        assert ran.code == 3
        states = {
            (one["collector"], one["state"], one["allowed"])
            for one in ran.json["inputs"][0]["completeness"]["shortfalls"]
        }
        assert states == {
            ("explorer", "unavailable", False),
            ("config", "unavailable", False),
        }
