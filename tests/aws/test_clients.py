from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError

from tagguard.aws.clients import Clients
from tagguard.aws.collectors import Call, MissingError
from tagguard.errors import UsageError
from tests.aws.clouds import cloud_at
from tests.aws.stub import Stub

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

IDENTITY = Call("sts", "GetCallerIdentity", "sts:GetCallerIdentity")


def keys(account: int) -> ReadOnlyCredentials:
    return ReadOnlyCredentials(f"AKIA{account:012}STUB", "none", None, None)


def ask(clients: Clients, account: int) -> str:
    answer = clients.send("", "eu-west-1", IDENTITY, keys(account), {})
    return str(answer["Account"])


def test_one_client_signs_for_whoever_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub(latency=0.001) as stub:
        clients = cloud_at(monkeypatch, stub).clients
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda account: ask(clients, account), range(200)))
        assert answers == [f"{account:012}" for account in range(200)]
        assert len(clients._clients) == 1


def test_an_operation_that_boto3_lacks_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stub() as stub:
        clients = cloud_at(monkeypatch, stub).clients
        with pytest.raises(MissingError, match="newer than the installed boto3") as caught:
            clients.send("", "eu-west-1", Call("sts", "GetTomorrow", "x:y"), keys(1), {})
    assert caught.value.state == "unavailable"


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clients:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "config"
    config.write_text(
        "[profile audit]\nregion = eu-north-1\n"
        "aws_access_key_id = AKIA000000000001STUB\naws_secret_access_key = none\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return Clients(1)


def test_a_profile_brings_its_own_credentials_and_region(profiles: Clients) -> None:
    assert profiles.own("audit").get_frozen_credentials().access_key == "AKIA000000000001STUB"
    assert profiles.home("audit") == "eu-north-1"
    assert profiles.home("") == ""


def test_a_profile_that_is_not_there_is_told(profiles: Clients) -> None:
    with pytest.raises(UsageError, match=r"audti.*did you mean `audit`"):
        profiles.own("audti")


def test_no_credentials_at_all_are_told(profiles: Clients) -> None:
    with pytest.raises(NoCredentialsError):
        profiles.own("")


@pytest.mark.parametrize(
    ("service", "region", "exists"),
    [
        ("sqs", "eu-west-1", True),
        ("sqs", "mars-1", False),
        ("iam", "us-east-1", True),
        ("cloudfront", "us-east-1", True),
    ],
)
def test_where_services_are(profiles: Clients, service: str, region: str, *, exists: bool) -> None:
    assert profiles.exists(service, region, "aws") == exists
