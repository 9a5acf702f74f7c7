"""`tagguard scan`: go through live accounts, leave a snapshot, and judge that as `check` would."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from tagguard.cli.judging import (
    JudgingOptions,
    options,
    output_options,
    policy_options,
    verdict_options,
)
from tagguard.cli.options import GroupedCommand, option

SNAPSHOT = "tagguard-snapshot.parquet"
SESSION_SECONDS = 3600
"""Longest session that a role assumed from a role may have:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use.html"""
WORKERS = 32


class Options(JudgingOptions, frozen=True, kw_only=True):
    """The options of `scan aws` as they were given."""

    profile: tuple[str, ...]
    role_arn: tuple[str, ...]
    org: bool
    ou: tuple[str, ...]
    role_name: str
    external_id: str
    session_duration: int
    region: tuple[str, ...]
    collector: tuple[str, ...]
    type: tuple[str, ...]
    aggregator: str
    allow_missing: tuple[str, ...]
    snapshot: Path
    checkpoint: Path | None
    resume: bool
    workers: int
    print_policy: bool


_accounts, _what, _work = (partial(option, group=group) for group in ("Accounts", "What", "Work"))


@click.group("scan")
def command() -> None:
    """Judge live accounts."""


@command.command("aws", cls=GroupedCommand)
@_accounts("--profile", multiple=True, metavar="NAME", help="Scan the account of this profile.")
@_accounts("--role-arn", multiple=True, metavar="ARN", help="Scan the account of this role.")
@_accounts("--org", is_flag=True, help="Scan every active account of the organisation.")
@_accounts("--ou", multiple=True, metavar="ID", help="With --org: only accounts below this unit.")
@_accounts(
    "--role-name",
    default="OrganizationAccountAccessRole",
    show_default=True,
    metavar="NAME",
    help="With --org: role that is assumed in each account.",
)
@_accounts("--external-id", default="", metavar="ID", help="External id of the assumed roles.")
@_accounts(
    "--session-duration",
    type=click.IntRange(900, 43_200),
    default=SESSION_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="Length of the assumed roles' sessions, which are renewed.",
)
@_accounts(
    "--region",
    multiple=True,
    metavar="NAME",
    help="Region or glob. [default: all that an account has enabled]",
)
@_what(
    "--collector",
    multiple=True,
    metavar="NAME",
    help="tagging, explorer, config, cloudcontrol, services or a listing such as "
    "services/ec2-instance; globs. [default: all but cloudcontrol]",
)
@_what(
    "--type",
    multiple=True,
    metavar="TYPE",
    help="CloudFormation type that Cloud Control lists too: AWS::SSM::Parameter.",
)
@_what(
    "--aggregator",
    default="",
    metavar="NAME[@REGION]",
    help="AWS Config aggregator to ask, in the account that the scan starts in.",
)
@_what(
    "--allow-missing",
    multiple=True,
    metavar="NAME",
    help="Account, Region or collector that may be missing without exit 3; globs.",
)
@_work(
    "--snapshot",
    type=Path,
    default=SNAPSHOT,
    show_default=True,
    metavar="FILE",
    help="Where the result is kept, for `tagguard check`.",
)
@_work(
    "--checkpoint",
    type=Path,
    metavar="FILE",
    help="Where work is kept until it is done. [default: the snapshot with .checkpoint]",
)
@_work("--resume", is_flag=True, help="Go on where the last scan stopped.")
@_work(
    "--workers",
    type=click.IntRange(1, 256),
    default=WORKERS,
    show_default=True,
    metavar="NUMBER",
    help="Calls that may run at a time.",
)
@_work("--print-policy", is_flag=True, help="Print the IAM policy that the scan needs, and stop.")
@options(*policy_options, *output_options, *verdict_options)
def aws(**given: Any) -> None:  # noqa: ANN401 - one argument an option
    """Scan AWS accounts, read-only, and judge every resource, also those that never had a tag.

    Credentials come from the usual AWS chain; without --profile, --role-arn and --org the current
    account is scanned. What is missing is told, and makes exit code 3 unless --allow-missing names
    it. Every option can also be set by the variable TAGGUARD_<OPTION>.
    """
    from tagguard.cli.aws_scan import print_policy, run  # noqa: PLC0415 - only where it is used

    asked = Options(**given)
    (print_policy if asked.print_policy else run)(asked)
