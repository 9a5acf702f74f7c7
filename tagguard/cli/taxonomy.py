"""`tagguard taxonomy`: check a tag standard for faults, or show it to people."""

from __future__ import annotations

from pathlib import Path

import click

from tagguard.cli.loading import taxonomy_of
from tagguard.cli.options import GroupedCommand, config_options, load_project, option
from tagguard.dialects import DIALECTS, GENERIC
from tagguard.errors import TaxonomyError
from tagguard.escapes import visible
from tagguard.selectors import Selector
from tagguard.taxonomy.document import RequiredWhen
from tagguard.taxonomy.loading import load_taxonomy
from tagguard.taxonomy.notes import notes
from tagguard.taxonomy.standard import Key, Taxonomy


@click.group("taxonomy")
def command() -> None:
    """Check or show a taxonomy."""


@command.command("check", cls=GroupedCommand)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=Path)
@config_options
def check(
    files: tuple[Path, ...], config_file: Path | None, taxonomy: Path | None, today: str | None
) -> None:
    """List every fault of taxonomy files, each with its line and column.

    Without FILE, checks the taxonomy of tagguard.yaml. Exit code 2 when one is wrong.
    """
    project = load_project(config_file, today)
    broken = 0
    for file in files or (project.taxonomy_path(taxonomy),):
        try:
            loaded = load_taxonomy(
                file, where=project.shown(file), today=project.today, rebase=project.rebase
            )
        except TaxonomyError as exc:
            broken += 1
            for fault in exc.faults:
                click.echo(visible(fault), err=True)
            click.echo(f"error: {visible(exc.message)}", err=True)
            continue
        for note in notes(loaded):
            click.echo(f"note: {visible(note)}", err=True)
        count = len(loaded.keys)
        click.echo(
            f"{project.shown(file)}: {loaded.info.name} {loaded.info.version} is sound, "
            f"{count} key{'' if count == 1 else 's'}"
        )
    if broken:
        raise click.exceptions.Exit(2)


@command.command("show", cls=GroupedCommand)
@click.argument("file", required=False, metavar="[FILE]", type=Path)
@config_options
@option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
def show(
    file: Path | None,
    config_file: Path | None,
    taxonomy: Path | None,
    today: str | None,
    color: str,
) -> None:
    """Print a taxonomy the way a person would explain it."""
    from rich.console import Console  # noqa: PLC0415 - heavy; only this command prints with it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    project = load_project(config_file, today)
    loaded = taxonomy_of(project, file or taxonomy)
    console = Console(
        no_color=color == "never" or None,
        force_terminal=True if color == "always" else None,
        highlight=False,
    )
    console.print(Text(headline(loaded), style="bold"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("Key", "Required", "Accepts", "Also written"):
        table.add_column(title, overflow="fold")
    for key in loaded.keys.values():
        cells = (key.name, requirement(key), accepted(key), also_written(key))
        table.add_row(*(Text(visible(cell)) for cell in cells))
    console.print(table)
    for line in footer(loaded):
        console.print(Text(visible(line)))


def headline(taxonomy: Taxonomy) -> str:
    """Say which standard it is."""
    record = taxonomy.record
    start = f", binding from {record.effective}" if record.effective else ""
    about = f": {record.description}" if record.description else ""
    return visible(f"{record.name} {record.version}{start}{about}")


def requirement(key: Key) -> str:
    """Say when the key is required."""
    record = key.record
    if record.forbidden:
        return "forbidden"
    if record.deprecated is not None:
        use = f", use {record.deprecated.use}" if record.deprecated.use else ""
        return f"deprecated{use}"
    if not key.ever_required:
        return "no"
    words = "always" if key.always_required else _condition(record.required)
    if record.required_from:
        words += f", from {record.required_from}"
    return words if record.severity == "error" else f"{words} ({record.severity})"


def _condition(required: bool | RequiredWhen) -> str:
    """Say under which condition a key is required."""
    if isinstance(required, bool):
        return "no"
    listed = [required.when] if isinstance(required.when, Selector) else required.when
    return "if " + " or ".join(map(in_words, listed))


def in_words(selector: Selector) -> str:
    """Say what a selector picks."""
    parts = [
        f"{name}: {', '.join(globs)}"
        for name in Selector.__struct_fields__
        if name not in {"tags", "not_"} and (globs := getattr(selector, name))
    ]
    parts += [
        f"{key} = {globs if isinstance(globs, str) else ' or '.join(globs)}"
        for key, globs in selector.tags.items()
    ]
    inner = selector.not_ if isinstance(selector.not_, list) else [selector.not_]
    parts += [f"not ({in_words(one)})" for one in inner if one is not None]
    return "; ".join(parts) or "any resource"


def accepted(key: Key) -> str:
    """Say which values are accepted."""
    return key.constraint(GENERIC).expected or "any value"


def also_written(key: Key) -> str:
    """List the spellings that are recognised or projected."""
    parts = list(key.record.aliases)
    parts += [f"{alias}={meant}" for alias, meant in key.record.value_aliases.items()]
    parts += [f"{cloud}: {name}" for cloud in DIALECTS if (name := key.record.project.on(cloud))]
    return ", ".join(parts)


def footer(taxonomy: Taxonomy) -> list[str]:
    """Say what holds for the standard as a whole."""
    record = taxonomy.record
    other = {"allow": "allowed", "warn": "allowed with a warning", "forbid": "forbidden"}
    lines = ["", f"Other keys are {other[record.additional_keys]}; key case is {record.match}."]
    for words, listed in (
        ("Covers only", record.scope.include),
        ("Leaves out", record.scope.exclude),
    ):
        lines += [f"{words} {in_words(one)}." for one in listed]
    if record.clouds:
        lines.append(f"Used on {', '.join(record.clouds)}.")
    if not record.implied:
        lines.append("What resources bring into being (volumes, launched instances) is left out.")
    if record.exemptions.max_days:
        lines.append(f"Exemptions hold {record.exemptions.max_days} days at most.")
    return lines
