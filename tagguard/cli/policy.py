"""`tagguard policy`: run the tests that stand beside policies, or list the policies in force."""

from __future__ import annotations

from pathlib import Path

import click

from tagguard.cli.loading import known_rules, policies_of, policy_paths, taxonomy_of
from tagguard.cli.options import GroupedCommand, config_options, load_project, option
from tagguard.escapes import visible
from tagguard.model import PolicyInfo
from tagguard.policies import resolve
from tagguard.rules import load_rule

EXIT_FAILED = 1


@click.group("policy")
def command() -> None:
    """Test or list policies."""


@command.command("test", cls=GroupedCommand)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@option("--verbose", "-v", is_flag=True, help="Name the passed tests too.")
def test(paths: tuple[str, ...], *, verbose: bool) -> None:
    """Run Rego `test_*` rules and the example cases beside Rego and Python policies.

    PATH is a file, a folder or `tagguard:NAME`; the policies of tagguard.yaml when none is given.
    A policy without an example that fails cannot prove that it can fire, and fails itself.
    Exit code 1 when an expectation is missed.
    """
    from tagguard import policy_tests  # noqa: PLC0415 - loads engines

    found = [resolve(one) for one in paths] or policy_paths(load_project(None, None), ())
    results = policy_tests.run(found)
    failed = [one for one in results if not one.passed]
    for one in results:
        if not one.passed or verbose:
            click.echo(visible(f"{'pass' if one.passed else 'FAIL'} {one.name}"))
            if one.detail:
                click.echo(f"     {visible(one.detail)}")
    click.echo(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    if failed or not results:
        raise click.exceptions.Exit(EXIT_FAILED)


@command.command("list", cls=GroupedCommand)
@config_options
@option("--policy", multiple=True, metavar="PATH", help="Policy file or folder, or tagguard:NAME.")
def list_(
    config_file: Path | None, taxonomy: Path | None, today: str | None, policy: tuple[str, ...]
) -> None:
    """List every rule in force: id, kind, severity, origin and summary."""
    project = load_project(config_file, today)
    rules = known_rules(policies_of(project, policy, taxonomy_of(project, taxonomy)))
    rows = [_row(name, info) for name, info in rules.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join((*cells, row[4])).rstrip())


def _row(name: str, info: PolicyInfo | None) -> tuple[str, str, str, str, str]:
    if info is None:
        rule = load_rule(name)
        return name, "built-in", rule.SEVERITY, "-", rule.SUMMARY
    whole = " (whole inventory)" if info.whole else ""
    return (
        info.id,
        info.kind,
        info.severity,
        visible(info.origin),
        visible(info.summary) + whole,
    )
