"""`tagguard explain`: what a rule means, and what the catalog knows of a resource type."""

from __future__ import annotations

import inspect
from pathlib import Path

import click

from tagguard.catalog import Catalog
from tagguard.cli.explain_type import type_page, unknown_name
from tagguard.cli.loading import known_rules, policies_of, taxonomy_of
from tagguard.cli.options import GroupedCommand, config_options, load_project, option
from tagguard.escapes import visible
from tagguard.rules import RULES, load_rule


@click.command("explain", cls=GroupedCommand)
@click.argument("name", required=False, metavar="[RULE|TYPE]")
@config_options
@option("--policy", multiple=True, metavar="PATH", help="Policy file or folder, or tagguard:NAME.")
def command(
    name: str | None,
    config_file: Path | None,
    taxonomy: Path | None,
    today: str | None,
    policy: tuple[str, ...],
) -> None:
    """Explain a RULE, or a resource TYPE.

    Of a rule: when it fails and passes, why, how to configure and exempt it. Of a type, under any
    of its names (aws_s3_bucket, AWS::S3::Bucket, aws:s3/bucket, s3:bucket): whether it takes tags,
    where, and what else reaches it. Without an argument, lists all rules. The policies and the
    catalog of tagguard.yaml are known too.
    """
    if name in RULES:
        click.echo(rule_page(name))
        return
    project = load_project(config_file, today)
    catalog = Catalog(project.config.catalog)
    if name is not None and (page := type_page(name, catalog)):
        for line in page:
            click.echo(visible(line))
        return
    rules = known_rules(())
    if policy or project.config.policies:
        rules = known_rules(policies_of(project, policy, taxonomy_of(project, taxonomy)))
    if name is None:
        for rule, info in rules.items():
            summary = load_rule(rule).SUMMARY if info is None else info.summary
            click.echo(f"{rule:24} {visible(summary)}")
        return
    if (info := rules.get(name)) is None:
        raise unknown_name(name, list(rules), catalog)
    click.echo(
        visible(f"{info.id} ({info.severity}, {info.kind} policy in {info.origin})")
        + f"\n\n{visible(info.summary) or 'Its author gives no summary.'}"
    )


def rule_page(rule_id: str) -> str:
    """Give the documentation of a built-in rule as Markdown."""
    rule = load_rule(rule_id)
    return f"# {rule_id}\n\n{inspect.cleandoc(rule.__doc__)}"
