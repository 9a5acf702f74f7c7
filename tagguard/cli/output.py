"""Writes reports: the asked format to stdout, others to files. Colours, widths, source lines."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import cast

from msgspec.structs import replace

from tagguard import plugins
from tagguard.errors import UsageError
from tagguard.formats import FORMATS, Format, RenderOptions, RuleInfo
from tagguard.model import PolicyInfo
from tagguard.report import Report
from tagguard.rules import RULES, load_rule

DOCS = "https://github.com/tagguard/tagguard/blob/main/docs/rules/{}.md"
LINE_MAX = 1_000
"""Longest line that a report quotes, in characters."""
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
    report: Report, outputs: Sequence[tuple[Format, Path | None]], look: RenderOptions, color: str
) -> None:
    """Render and write each; files first, so that a full disk leaves stdout untouched."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    on_stdout = replace(
        look,
        color=wants_color(color, os.environ, terminal=terminal),
        width=shutil.get_terminal_size((100, 24)).columns if terminal else look.width,
    )
    for render, file in sorted(outputs, key=lambda one: one[1] is None):
        if file is None:
            write_stdout(render(report, on_stdout))
        else:
            write_file(file, render(report, look), noun="report")


@contextmanager
def stdout_kept(*, from_policies: bool) -> Iterator[None]:
    """Keep stdout for the report: what policies, or programs that they start, print is talk."""
    if not from_policies or sys.stdout is None:
        yield
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def write_file(file: Path, text: str, *, noun: str) -> None:
    """Write a file; raises UsageError where that cannot be done."""
    try:
        file.write_bytes(text.encode("utf-8", "backslashreplace"))
    except OSError as exc:
        raise UsageError(f"the {noun} {file} cannot be written: {exc.strerror}") from exc


def write_stdout(text: str) -> None:
    """Write the report; a reader that has seen enough (`| head`) changes no verdict."""
    if sys.stdout is None:
        raise UsageError("stdout is closed, so there is nowhere to write the report")
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as exc:
        raise UsageError(f"the report cannot be written: {exc.strerror}") from exc


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


def wants_color(choice: str, environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Settle colour: the option, then NO_COLOR and FORCE_COLOR, then whether a person looks."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return terminal and environ.get("TERM") != "dumb"


def quoting(confidential: Container[tuple[str, int]]) -> Callable[[str, int], str | None]:
    """Give the function that quotes a line, unless it holds a confidential value (path, line)."""
    return lambda path, line: None if (path, line) in confidential else source_line(path, line)


def source_line(path: str, line: int) -> str | None:
    """Give one line of an input; None where it cannot be shown, or is a whole minified file."""
    lines = _lines(path)
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    return text if 0 < len(text) <= LINE_MAX else None


@cache
def _lines(path: str) -> Sequence[str]:
    file = Path(path)
    try:
        if file.stat().st_size > QUOTED_MAX:
            return ()
        return file.read_text("utf-8-sig", "replace").split("\n")
    except OSError:
        return ()
