"""Findings as comma-separated values (RFC 4180), for spreadsheets. One row a finding.

A spreadsheet runs cells as formulas, so no cell begins like one; see OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
import io

from tagguard.escapes import visible
from tagguard.formats import RenderOptions
from tagguard.formats.wording import shortened
from tagguard.report import Finding, Report

COLUMNS = (
    *("rule", "severity", "status", "team", "resource", "type", "key", "expected", "actual"),
    *("message", "path", "line", "account", "region", "fingerprint"),
)
CELL_CHARACTERS = 32_000
"""Excel holds 32,767 characters in a cell and spills longer ones over the row below."""

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets read full-width signs too


def cell(text: str) -> str:
    """Give `text` so that a spreadsheet shows it: a quote mark before what would be a formula.

    What does not print becomes its escape as in the other formats, line breaks too: a line of its
    own on standard output could be a command to a build server.
    """
    text = shortened(visible(text), CELL_CHARACTERS)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def render(report: Report, options: RenderOptions) -> str:  # noqa: ARG001 - every format takes options
    """Give the header and one row for each finding, waived ones included."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(finding, column) for column in COLUMNS] for finding in report.findings)
    return buffer.getvalue()


def _cell(finding: Finding, column: str) -> str:
    holder = finding.location if column in {"path", "line"} else finding
    value = getattr(holder, column)
    return "" if value is None else cell(str(value))
