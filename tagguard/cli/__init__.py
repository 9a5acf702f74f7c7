"""The command line: one module a command, wiring only. The only place that prints or exits."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

from tagguard import __version__
from tagguard.errors import IncompleteError, TagguardError
from tagguard.escapes import visible

COMMANDS = {
    "check": "Check plans, templates, inventories and folders against the taxonomy.",
    "scan": "Scan live accounts and check what they hold.",
    "taxonomy": "Check or show a taxonomy.",
    "policy": "Test or list policies.",
    "explain": "Explain a rule or a resource type.",
    "init": "Write a starter configuration and taxonomy.",
}
"""Command -> its short help, so that the overview imports no command."""

EXIT_USAGE = 2
EXIT_INCOMPLETE = 3
EXIT_BUG = 70
EXIT_INTERRUPTED = 130


class Commands(click.Group):
    """Imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give all commands, in the order in which a new user meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import `tagguard.cli.<command>` and take its command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tagguard.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:  # noqa: ANN401 - click's
        """Refuse an unknown command with a suggestion."""
        from tagguard.errors import did_you_mean  # noqa: PLC0415 - only on this error

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = did_you_mean(args[0], COMMANDS)
            raise click.UsageError(f"there is no command `{args[0]}`{near}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tagguard")
def cli() -> None:
    """Check every cloud resource against your organisation's tag taxonomy.

    Exit codes: 0 nothing open · 1 findings · 2 usage, configuration, taxonomy or policy error ·
    3 the scan is not whole, or nothing was recognised · 70 a bug in tagguard · 130 interrupted.
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit; the one place where errors become messages and codes."""
    gc.set_threshold(100_000, 50, 100)  # a short-lived process with many small records: 18 % faster
    try:
        sys.exit(cli.main(args, prog_name="tagguard", standalone_mode=False) or 0)
    except click.exceptions.Exit as exc:
        sys.exit(exc.exit_code)
    except click.ClickException as exc:
        exc.show()
        sys.exit(EXIT_USAGE)
    except TagguardError as exc:
        for fault in exc.faults:
            click.echo(visible(fault), err=True)
        click.echo(f"error: {visible(exc.message)}", err=True)
        if exc.hint:
            click.echo(f"  = help: {visible(exc.hint)}", err=True)
        sys.exit(EXIT_INCOMPLETE if isinstance(exc, IncompleteError) else EXIT_USAGE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        sys.exit(EXIT_INTERRUPTED)
    except OSError as exc:
        with suppress(OSError):
            click.echo(f"error: {visible(str(exc))}", err=True)
        sys.exit(EXIT_USAGE)
    except Exception as exc:  # a bug of ours: one sentence and its own exit code
        if os.environ.get("TAGGUARD_DEBUG"):
            raise
        name = type(exc).__name__
        click.echo(f"error: tagguard has a bug: {name}: {visible(str(exc)[:500])}", err=True)
        click.echo("  = help: run again with TAGGUARD_DEBUG=1 and report what it prints", err=True)
        sys.exit(EXIT_BUG)
