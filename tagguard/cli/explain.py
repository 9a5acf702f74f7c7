"""`tagguard explain`: what a rule means, why it is there, how to configure and exempt it."""

from __future__ import annotations

import inspect
from pathlib import Path

import click

from tagguard.cli.loading import known_rules, policies_of, require_known, taxonomy_of
from tagguard.cli.options import GroupedCommand, config_options, load_project, option
from tagguard.escapes import visible
from tagguard.rules import RULES, load_rule


@click.command("explain", cls=GroupedCommand, short_help="Explain a rule.")
@click.argument("rule", required=False)
@config_options
@option("--policy", multiple=True, metavar="PATH", help="Policy file or folder, or tagguard:NAME.")
def command(
    rule: str | None,
    config_file: Path | None,
    taxonomy: Path | None,
    today: str | None,
    policy: tuple[str, ...],
) -> None:
    """Explain RULE: when it fails and passes, why, how to configure and exempt it.

    Without RULE, lists all rules. The policies of tagguard.yaml are known too.
    """
    if rule in RULES:
        click.echo(rule_page(rule))
        return
    project = load_project(config_file, today)
    rules = known_rules(())
    if policy or project.config.policies:
        rules = known_rules(policies_of(project, policy, taxonomy_of(project, taxonomy)))
    if rule is None:
        for name, info in rules.items():
            summary = load_rule(name).SUMMARY if info is None else info.summary
            click.echo(f"{name:24} {visible(summary)}")
        return
    require_known([rule], rules, "rule")
    info = rules[rule]
    assert info is not None
    click.echo(
        visible(f"{info.id} ({info.severity}, {info.kind} policy in {info.origin})")
        + f"\n\n{visible(info.summary) or 'Its author gives no summary.'}"
    )


def rule_page(rule_id: str) -> str:
    """Give the documentation of a built-in rule as Markdown."""
    rule = load_rule(rule_id)
    return f"# {rule_id}\n\n{inspect.cleandoc(rule.__doc__)}"
