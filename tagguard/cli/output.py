"""Writes reports: the asked format to stdout, others to files. Colours, widths, source lines."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tagguard import plugins
from tagguard.errors import UsageError
from tagguard.formats import FORMATS, Format, RenderOptions, RuleInfo
from tagguard.model import PolicyInfo, Report
from tagguard.rules import RULES, load_rule

if TYPE_CHECKING:
    from tagguard.cli.check import Options

DOCS = "https://github.com/tagguard/tagguard/blob/main/docs/rules/{}.md"
QUOTED_MAX = 5_000_000
"""Largest file, in bytes, whose lines a report quotes."""


def parse_reports(stdout_format: str, reports: Iterable[str]) -> list[tuple[Format, Path | None]]:
    """Load every format that was asked for, before any work is done; raises UsageError."""
    outputs: list[tuple[Format, Path | None]] = [(_format(stdout_format), None)]
    for text in reports:
        name, equals, file = text.partition("=")
        if not equals or not file:
            raise UsageError(f"`{text}` is not a report", hint="write it as NAME=FILE")
        outputs.append((_format(name), Path(file)))
    return outputs


def _format(name: str) -> Format:
    found = plugins.load(FORMATS, name, group="tagguard.formats", noun="format")
    return cast("Format", found)


def write_reports(
    report: Report,
    outputs: Sequence[tuple[Format, Path | None]],
    options: Options,
    policies: Iterable[PolicyInfo],
    undetermined: str,
) -> None:
    """Render and write each; files first, so that a full disk leaves stdout untouched."""
    rules = rule_infos(policies)
    for render, file in sorted(outputs, key=lambda one: one[1] is None):
        look = RenderOptions(
            color=file is None and wants_color(options.color, sys.stdout.isatty(), os.environ),
            width=shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100,
            quiet=options.quiet,
            verbose=options.verbose,
            show_undetermined=undetermined != "ignore",
            rules=rules,
            source_line=source_line,
        )
        text = render(report, look)
        if file is None:
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
            sys.stdout.flush()
        else:
            try:
                file.write_bytes(text.encode("utf-8", "backslashreplace"))
            except OSError as exc:
                raise UsageError(f"the report {file} cannot be written: {exc.strerror}") from exc


def rule_infos(policies: Iterable[PolicyInfo]) -> Mapping[str, RuleInfo]:
    """Describe every rule of the run."""
    infos = {}
    for rule_id in RULES:
        rule = load_rule(rule_id)
        infos[rule_id] = RuleInfo(
            id=rule_id, summary=rule.SUMMARY, severity=rule.SEVERITY, url=DOCS.format(rule_id)
        )
    for one in policies:
        infos[one.id] = RuleInfo(id=one.id, summary=one.summary, severity=one.severity)
    return infos


def wants_color(choice: str, terminal: bool, environ: Mapping[str, str]) -> bool:
    """Settle colour: the option, then NO_COLOR and FORCE_COLOR, then whether a person looks."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return terminal and environ.get("TERM") != "dumb"


def source_line(path: str, line: int) -> str | None:
    """Give one line of an input; None where it cannot be shown."""
    lines = _lines(path)
    return lines[line - 1] if 0 < line <= len(lines) else None


@cache
def _lines(path: str) -> Sequence[str]:
    file = Path(path)
    try:
        if file.stat().st_size > QUOTED_MAX:
            return ()
        return file.read_text("utf-8-sig", "replace").split("\n")
    except OSError:
        return ()
