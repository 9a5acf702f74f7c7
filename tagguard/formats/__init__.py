"""Report formats: each turns a `Report` into text and nothing else.

A format opens no file, reads no environment and decides no exit code. It escapes for its medium:
whatever stands in a tag value must not change what the reader's terminal, browser, spreadsheet or
CI system does. A format is a module with a `render` function, a test module, and a line in
`FORMATS`; third parties register under the entry point group ``tagguard.formats``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct

from tagguard.report import Report

FORMATS = {
    "console": "tagguard.formats.console:render",
    "json": "tagguard.formats.json:render",
    "sarif": "tagguard.formats.sarif:render",
    "markdown": "tagguard.formats.markdown:render",
    "junit": "tagguard.formats.junit:render",
    "github": "tagguard.formats.github:render",
    "csv": "tagguard.formats.csv:render",
}
WITHOUT_LIST = frozenset({"csv", "github", "junit", "markdown", "sarif"})
"""The formats that do not show `Report.resources`."""


class RuleInfo(Struct, frozen=True):
    """What a report may say of a rule."""

    id: str
    summary: str
    severity: str = "error"
    url: str = ""
    """Its documentation page; empty for a user's own rules."""


class RenderOptions(Struct, frozen=True, kw_only=True):
    """How the caller wants a report to look."""

    color: bool = False
    width: int = 100
    """Columns of the terminal; formats for machines ignore it."""
    quiet: bool = False
    verbose: bool = False
    show_undetermined: bool = True
    rules: Mapping[str, RuleInfo] = {}
    """Rule id -> what is known of it, for formats that describe rules."""
    source_line: Callable[[str, int], str | None] = lambda _path, _line: None
    """Gives the text of a line of an input (path, line from 1), for formats that quote it."""


class Format(Protocol):
    """The shape of a format's `render`."""

    def __call__(self, report: Report, options: RenderOptions) -> str:
        """Give the whole report as text that ends with a newline."""
