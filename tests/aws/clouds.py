"""A `Cloud` whose calls go to a stub server."""

from __future__ import annotations

import pytest

from tagguard.aws.api import Cloud
from tagguard.aws.retries import Manners
from tests.aws.stub import Stub

CALLER = "111111111111"
MEMBER = "222222222222"


def role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/audit"


def cloud_at(
    monkeypatch: pytest.MonkeyPatch, stub: Stub, manners: Manners | None = None, **options: object
) -> Cloud:
    """Give a cloud that calls as `CALLER`; by default it never waits."""
    for name, value in stub.environment(CALLER).items():
        monkeypatch.setenv(name, value)
    chosen = manners or Manners(sleep=lambda _seconds: None)
    return Cloud(manners=chosen, **options)  # type: ignore[arg-type]
