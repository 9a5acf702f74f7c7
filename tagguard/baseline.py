"""Baselines: findings that were there when tagguard was adopted and are accepted for now.

A baseline knows findings by fingerprint, so it never absorbs a new file, address or key. The file
has one finding a line, sorted, so that two branches merge.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from tagguard.errors import ConfigError
from tagguard.report import Finding


class BaselineEntry(Struct, frozen=True, order=True):
    """One accepted finding; the fingerprint decides, the rest is for the reader."""

    path: str
    resource: str
    rule: str
    key: str
    fingerprint: str


class BaselineFile(Struct, frozen=True):
    """The baseline file."""

    findings: list[BaselineEntry]
    schema: Literal["tagguard/baseline/1"] = "tagguard/baseline/1"


def load_baseline(file: Path, *, where: str) -> frozenset[str]:
    """Give the fingerprints of the accepted findings; raises ConfigError."""
    try:
        record = msgspec.json.decode(file.read_bytes(), type=BaselineFile)
    except OSError as exc:
        raise ConfigError(
            f"the baseline {where} cannot be read: {exc.strerror}",
            hint="write one with `tagguard check --write-baseline FILE`",
        ) from exc
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise ConfigError(
            f"the baseline {where} is damaged: {exc}",
            hint="restore it from version control, or write it anew with --write-baseline",
        ) from exc
    return frozenset(entry.fingerprint for entry in record.findings)


def dump_baseline(findings: Iterable[Finding]) -> str:
    """Write the open and already accepted findings as a baseline."""
    entries = sorted(
        {
            BaselineEntry(
                path=_encodable(finding.location.path),
                resource=_encodable(finding.resource),
                rule=finding.rule,
                key=_encodable(finding.key or ""),
                fingerprint=finding.fingerprint,
            )
            for finding in findings
            if finding.status != "exempt"
        }
    )
    lines = ",\n".join(f"  {msgspec.json.encode(entry).decode()}" for entry in entries)
    return f'{{"schema": "tagguard/baseline/1", "findings": [\n{lines}\n]}}\n'


def _encodable(text: str) -> str:
    """Replace what no JSON file can hold, such as a file name that is not UTF-8."""
    return text.encode("utf-8", "replace").decode()
