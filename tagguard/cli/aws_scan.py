"""Wires a live scan together: collect, keep, merge, write the snapshot, judge it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
import msgspec

from tagguard.aws.collectors import COLLECTORS, Collector, CollectorOptions
from tagguard.aws.completeness import Allowances, completeness, with_counts
from tagguard.aws.merging import Merging
from tagguard.cli.judging import Judging
from tagguard.cli.loading import accounts_of
from tagguard.cli.progress import Progress
from tagguard.errors import UsageError, did_you_mean
from tagguard.escapes import visible
from tagguard.report import Completeness
from tagguard.sources import ReadOptions
from tagguard.sources.inventories import snapshot
from tagguard.sources.reading import Reader

if TYPE_CHECKING:
    from tagguard.aws.accounts import Asked
    from tagguard.aws.api import Cloud
    from tagguard.aws.checkpoint import Checkpoint
    from tagguard.cli.scan import Options

NEEDED = ("botocore", "pyarrow")
"""What the packages of the extra `aws` bring."""
ON_REQUEST = "cloudcontrol"
"""The collector that is only asked for the types that somebody names."""


def print_policy(asked: Options) -> None:
    """Print the IAM policy that exactly this scan needs."""
    from tagguard.aws.permissions import policy  # noqa: PLC0415 - as elsewhere in this module

    document = policy(
        collectors_of(asked),
        organization=asked.org,
        role_name=asked.role_name,
        role_arns=asked.role_arn,
    )
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))


def run(asked: Options) -> None:
    """Scan, judge and exit. All that can be found wrong beforehand is."""
    require_extra()
    collectors = collectors_of(asked)
    judging = Judging(asked)
    checkpoint = asked.checkpoint or asked.snapshot.with_name(f"{asked.snapshot.name}.checkpoint")
    require_place(checkpoint, resume=asked.resume)
    collect(asked, collectors, checkpoint)
    reader = Reader(
        ReadOptions(
            catalog=judging.project.config.catalog,
            accounts=accounts_of(judging.project),
            with_attributes=judging.runs_policies,
        ),
        rebase=judging.project.rebase,
    )
    judging.conclude(judging.read(reader, [asked.snapshot], otherwise=()))


def require_extra() -> None:
    """Refuse to begin without the packages that the end needs, too; raises UsageError."""
    for name in NEEDED:
        try:
            import_module(name)
        except ImportError as exc:
            raise UsageError(
                f"scanning AWS needs {name}", hint="install it: pip install 'tagguard[aws]'"
            ) from exc


def collectors_of(asked: Options) -> list[Collector]:
    """Make the collectors that were asked for, else all that need no further choice."""
    wanted = asked.collector or tuple(one for one in COLLECTORS if one != ON_REQUEST)
    if asked.type and not asked.collector:
        wanted += (ON_REQUEST,)
    if bool(asked.type) != (ON_REQUEST in wanted):
        raise UsageError(
            "Cloud Control lists one type at a time",
            hint=f"give --type AWS::SSM::Parameter together with --collector {ON_REQUEST}",
        )
    settings = CollectorOptions(types=asked.type, aggregator=asked.aggregator)
    chosen: dict[str, Collector] = {}
    for pattern in wanted:
        found = [one for one in _made(pattern, settings) if _is_chosen(one.name, pattern)]
        if not found:
            near = did_you_mean(pattern, COLLECTORS)
            raise UsageError(
                f"there is no collector `{pattern}`{near}",
                hint=f"known: {', '.join(COLLECTORS)}; services/NAME for a single listing",
            )
        chosen.update((one.name, one) for one in found)
    return list(chosen.values())


def _made(pattern: str, settings: CollectorOptions) -> Iterable[Collector]:
    """Make the collectors among which a pattern may choose."""
    for family, place in COLLECTORS.items():
        if fnmatchcase(family, pattern.partition("/")[0]):
            module, _, function = place.partition(":")
            make = getattr(import_module(module), function)
            yield from cast("Sequence[Collector]", make(settings))


def _is_chosen(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or fnmatchcase(name.partition("/")[0], pattern)


def require_place(checkpoint: Path, *, resume: bool) -> None:
    """Refuse to overwrite what a stopped scan has kept; raises UsageError with both ways on."""
    from tagguard.aws.checkpoint import Checkpoint  # noqa: PLC0415 - see above

    if resume or not checkpoint.exists():
        return
    if not Checkpoint.ended(checkpoint):
        raise UsageError(
            f"an unfinished scan is kept in {checkpoint}",
            hint="go on with --resume, or delete that file to begin anew",
        )
    checkpoint.unlink()


def collect(asked: Options, collectors: Sequence[Collector], file: Path) -> None:
    """Scan into the checkpoint, and from there write the snapshot.

    What is not whole is kept, so that --resume tries only what is missing.
    """
    from tagguard.aws.accounts import plan  # noqa: PLC0415 - see above
    from tagguard.aws.api import Cloud  # noqa: PLC0415 - see above
    from tagguard.aws.checkpoint import Checkpoint  # noqa: PLC0415 - see above

    question = _question(asked, collectors)
    cloud = Cloud(
        external_id=asked.external_id,
        session_duration=asked.session_duration,
        workers=asked.workers,
    )
    with (
        Checkpoint.resume(file, question)
        if asked.resume
        else Checkpoint.create(file, plan(question, cloud))
    ) as checkpoint:
        _scan(checkpoint, collectors, cloud, asked)
        known = _snapshot(asked, collectors, checkpoint)
        if known.complete:
            checkpoint.remove()
    if not known.complete:
        click.echo(visible(f"note: --resume tries again what is missing ({file})"), err=True)


def _scan(
    checkpoint: Checkpoint, collectors: Sequence[Collector], cloud: Cloud, asked: Options
) -> None:
    from tagguard.aws.scanning import scan  # noqa: PLC0415 - see above

    with Progress(sys.stderr, quiet=asked.quiet) as progress:
        try:
            scan(
                checkpoint,
                collectors,
                cloud,
                workers=asked.workers,
                progress=lambda so_far: progress.tell(
                    f"{so_far.accounts_done:,} of {so_far.accounts:,} accounts done, "
                    f"{so_far.resources:,} resources seen",
                    so_far.resources,
                ),
            )
        except KeyboardInterrupt:
            click.echo("what is done is kept: go on with --resume", err=True)
            raise


def _question(asked: Options, collectors: Sequence[Collector]) -> Asked:
    from tagguard.aws.accounts import Asked  # noqa: PLC0415 - see above

    return Asked(
        profiles=asked.profile,
        role_arns=asked.role_arn,
        organization=asked.org,
        units=asked.ou,
        role_name=asked.role_name,
        regions=asked.region,
        collectors=tuple(sorted(one.name for one in collectors)),
        options=CollectorOptions(types=asked.type, aggregator=asked.aggregator),
    )


def _snapshot(
    asked: Options, collectors: Sequence[Collector], checkpoint: Checkpoint
) -> Completeness:
    plan = checkpoint.plan
    accounts = [one.account for one in plan.accounts]
    ids = [one.id for one in accounts]
    known = completeness(
        checkpoint.parts(),
        collectors,
        accounts=ids,
        suspended=[one.id for one in plan.suspended],
        regions=checkpoint.regions(),
        allowances=Allowances(named=asked.allow_missing, chosen=_chosen(asked, collectors)),
        found=plan.shortfalls,
    )
    listings = _made("services", CollectorOptions())
    merging = Merging(
        checkpoint.parts(),
        listings,
        accounts=ids,
        regions=checkpoint.regions(),
        partition=plan.partition,
    )
    snapshot.write(
        asked.snapshot,
        merging.resources(checkpoint.sightings()),
        completeness=lambda: with_counts(known, merged=merging.merged, deleted=merging.deleted),
        accounts=accounts,
        redact=asked.redact,
    )
    return known


def _chosen(asked: Options, collectors: Sequence[Collector]) -> frozenset[str]:
    """Name the families that were asked for by name."""
    if asked.collector:
        return frozenset(one.name.partition("/")[0] for one in collectors)
    return frozenset({"config"} if asked.aggregator else ())
