from __future__ import annotations

import pytest

from tagguard.aws.api import Cloud
from tagguard.aws.collectors import Target
from tagguard.aws.credentials import Access
from tagguard.aws.retries import Manners


@pytest.fixture
def api_of(monkeypatch):
    """Give the way into an account and Region of a stub server, without a pause."""

    def api(stub, account="111111111111", region="eu-west-1"):
        for name, value in stub.environment().items():
            monkeypatch.setenv(name, value)
        role = "" if account == "111111111111" else f"arn:aws:iam::{account}:role/audit"
        cloud = Cloud(manners=Manners(sleep=lambda _: None))
        return cloud.api(Target(account, region), Access(role_arn=role))

    return api
