"""`tagguard init`: write a commented starter configuration, taxonomy and teams file."""

from __future__ import annotations

from pathlib import Path

import click

from tagguard.errors import UsageError
from tagguard.shipped import shipped

FILES = ("tagguard.yaml", "taxonomy.yaml", "teams.yaml", "exemptions.yaml")


@click.command("init")
@click.argument("folder", default=".", type=Path)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def command(folder: Path, *, force: bool) -> None:
    """Write tagguard.yaml, taxonomy.yaml, teams.yaml and exemptions.yaml into FOLDER.

    Nothing that is there is overwritten without --force.
    """
    there = [name for name in FILES if (folder / name).exists()]
    if there and not force:
        raise UsageError(
            f"{' and '.join(there)} {'is' if len(there) == 1 else 'are'} already there",
            hint="name another folder, or overwrite with --force",
        )
    starter = shipped("policies") / "starter"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            (folder / name).write_text((starter / name).read_text("utf-8"), "utf-8")
    except OSError as exc:
        raise UsageError(f"{folder} cannot be written: {exc.strerror}") from exc
    click.echo(f"wrote {', '.join(FILES)} into {folder}", err=True)
    click.echo("next: edit taxonomy.yaml, then run `tagguard check`", err=True)
