"""The IAM policy of a scan: what its calls need, and nothing else.

It is made from the very operations that collectors declare, and asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tagguard.aws.accounts import ACCOUNT_CALLS, ORGANIZATION_CALLS, ROLE_CALLS, Asked
from tagguard.aws.collectors import Call, Collector
from tagguard.aws.credentials import IDENTITY

ALSO: Mapping[str, tuple[str, ...]] = {
    "cloudformation:DescribeStacks": ("cloudformation:ListStacks",)
}
"""Action -> what it needs beside itself, as it is called here: for no single stack.

Source: the service authorization reference, "dependent actions".
"""

FREE = frozenset({IDENTITY})
"""What everybody may call. Source: the reference of GetCallerIdentity."""


def policy(
    collectors: Sequence[Collector],
    *,
    organization: bool = False,
    role_name: str = Asked().role_name,
    role_arns: Sequence[str] = (),
    partition: str = "aws",
) -> dict[str, Any]:
    """Give the policy document of a scan, in a fixed order.

    `Look` is for every scanned account. `FindAccounts` and `EnterAccounts` are for the account from
    which those of an organisation (by `role_name`), or single roles, are reached.
    """
    looks = set(ACCOUNT_CALLS).union(*(one.calls for one in collectors))
    statements = [_allow("Look", looks - FREE)]
    if organization:
        statements.append(_allow("FindAccounts", ORGANIZATION_CALLS))
    roles = sorted(set(role_arns))
    if organization:
        roles = [f"arn:{partition}:iam::*:role/{role_name.lstrip('/')}"]
    if roles:
        statements.append(_allow("EnterAccounts", ROLE_CALLS, roles))
    return {"Version": "2012-10-17", "Statement": statements}


def _allow(sid: str, calls: Iterable[Call], resources: Sequence[str] = ("*",)) -> dict[str, Any]:
    actions = {call.action for call in calls}
    actions |= {other for action in actions for other in ALSO.get(action, ())}
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": "*" if resources == ("*",) else list(resources),
    }
