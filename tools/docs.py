"""Writes the documentation pages that are generated from the code; `--check` only compares.

`docs/rules/<id>.md` come from the docstrings of the built-in rules, `docs/cli.md` from the help of
every command. Run from the project's root: `python tools/docs.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tagguard.cli import COMMANDS, cli
from tagguard.cli.explain import rule_page
from tagguard.model import BUILTIN_RULES

DOCS = Path(__file__).resolve().parent.parent / "docs"
WIDTH = 92


def pages() -> Iterator[tuple[Path, str]]:
    """Give every generated page: where it lies and what it says."""
    for rule_id in BUILTIN_RULES:
        yield DOCS / "rules" / f"{rule_id}.md", rule_page(rule_id) + "\n"
    yield DOCS / "cli.md", command_line_page()


def command_line_page() -> str:
    """Give the help of all commands as one page."""
    parts = ["# Command line", *_help(cli, ["tagguard"])]
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        parts += _help(command, ["tagguard", name])
        if isinstance(command, click.Group):
            for inner, sub in sorted(command.commands.items()):
                parts += _help(sub, ["tagguard", name, inner])
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command, words: list[str]) -> list[str]:
    context = click.Context(
        command,
        info_name=" ".join(words),
        max_content_width=WIDTH,
        terminal_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    return [f"## {' '.join(words)}", f"```text\n{command.get_help(context)}\n```"]


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` tell whether they are up to date."""
    stale = [file for file, text in pages() if not file.exists() or file.read_text() != text]
    if "--check" in arguments:
        for file in stale:
            print(f"{file.relative_to(DOCS.parent)} is stale: run python tools/docs.py")
        return 1 if stale else 0
    for file, text in pages():
        file.write_text(text, "utf-8")
    print(f"{len(stale)} pages changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
