"""Reads tagguard's own YAML files (configuration, teams, exemptions) into typed records."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from tagguard.documents import parse
from tagguard.errors import ConfigError, DocumentError
from tagguard.validation import positioned, read_record

T = TypeVar("T")


def load_record(file: Path, kind: type[T], *, noun: str, where: str) -> T:
    """Read one file; raises ConfigError that lists every fault with its position."""
    try:
        node = parse(file.read_bytes().decode("utf-8-sig"))
        record, faults = read_record(node, kind)
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise ConfigError(f"the {noun} {where} cannot be read: {reason}") from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(f"the {noun} {where} is not valid UTF-8 at byte {exc.start}") from exc
    except DocumentError as exc:
        raise ConfigError(f"{where}:{exc.line}:{exc.column}: {exc.message}") from exc
    if record is None:
        raise ConfigError(f"the {noun} {where} is wrong", faults=positioned(faults, node, where))
    return record
