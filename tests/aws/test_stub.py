from __future__ import annotations

import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.aws.stub import Fault, Stub, Thing

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ROLE = "arn:aws:iam::222222222222:role/audit"


@pytest.fixture
def client_of(monkeypatch):
    def client(stub, service, **given):
        for name, value in stub.environment().items():
            monkeypatch.setenv(name, value)
        return boto3.client(service, config=Config(retries={"total_max_attempts": 1}), **given)

    return client


def test_an_account_is_known_by_its_access_key(client_of):
    with Stub() as stub:
        sts = client_of(stub, "sts")
        keys = sts.assume_role(RoleArn=ROLE, RoleSessionName="scan")["Credentials"]
        assumed = client_of(
            stub,
            "sts",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        assert sts.get_caller_identity()["Account"] == "111111111111"
        assert assumed.get_caller_identity()["Account"] == "222222222222"


def test_regions_are_those_that_are_given(client_of):
    with Stub(regions=("eu-west-1", "eu-west-3")) as stub:
        told = client_of(stub, "ec2").describe_regions()["Regions"]
    assert [one["RegionName"] for one in told] == ["eu-west-1", "eu-west-3"]


@pytest.mark.parametrize(
    ("service", "operation", "given"),
    [
        ("sts", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "scan"}),
        ("ec2", "describe_regions", {}),
        ("config", "describe_configuration_recorder_status", {}),
        ("resource-explorer-2", "get_index", {}),
    ],
)
def test_errors_are_spelt_as_each_protocol_does(client_of, service, operation, given):
    name = operation.title().replace("_", "")
    denied = Fault(operation=name, code="AccessDenied", message="not you", status=403)
    with Stub(faults=[denied]) as stub, pytest.raises(ClientError) as caught:
        getattr(client_of(stub, service), operation)(**given)
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    assert caught.value.response["Error"].get("Message") == "not you"


def test_rates_are_limited_for_each_account_and_region(client_of):
    with Stub([Thing(arn="arn:aws:s3:::logs")], limits={"GetResources": 2}) as stub:
        client = client_of(stub, "resourcegroupstaggingapi")
        other = client_of(stub, "resourcegroupstaggingapi", region_name="us-east-1")
        for _ in range(2):
            client.get_resources()
        with pytest.raises(ClientError, match="ThrottledException"):
            client.get_resources()
        other.get_resources()
        assert stub.throttled == 1
        time.sleep(0.6)
        client.get_resources()
