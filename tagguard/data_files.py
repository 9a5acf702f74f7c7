"""Reads the data files that policies look things up in: JSON, YAML or CSV."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import msgspec
from yaml.nodes import ScalarNode

from tagguard.documents import parse, to_data
from tagguard.errors import ConfigError, DocumentError
from tagguard.json_nodes import NULL


def load_data(file: Path, *, where: str, noun: str = "data file") -> Any:  # noqa: ANN401 - whatever the file holds
    """Give the file as plain data; a CSV becomes a list of rows, each a mapping by column.

    YAML follows the 1.2 core schema: `true`, `null`, `12` and `1.5` have types; `yes`, `0123` and
    `2024-01-01` are texts. Raises ConfigError.
    """
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"the {noun} {where} cannot be read: {_reason(exc)}") from exc
    try:
        match file.suffix.lower():
            case ".json":
                return msgspec.json.decode(text)
            case ".csv":
                return _rows(text, where)
            case _:
                return to_data(parse(text), core_scalar, unique_keys=True)
    except DocumentError as exc:
        raise ConfigError(f"{where}:{exc.line}:{exc.column}: {exc.message}") from exc
    except (msgspec.DecodeError, RecursionError, csv.Error) as exc:
        raise ConfigError(f"the {noun} {where} is damaged: {exc}") from exc


def _rows(text: str, where: str) -> list[dict[str, str]]:
    header, *rows = [row for row in csv.reader(io.StringIO(text)) if row] or [[]]
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise ConfigError(
                f"{where}: row {number} has {len(row)} cells, the header has {len(header)}"
            )
    return [dict(zip(header, row, strict=True)) for row in rows]


def _reason(exc: OSError | UnicodeDecodeError) -> str:
    if isinstance(exc, OSError):
        return exc.strerror or type(exc).__name__
    return f"not valid UTF-8 at byte {exc.start}"


def core_scalar(node: ScalarNode) -> Any:  # noqa: ANN401 - a JSON value
    """Type a YAML scalar by the 1.2 core schema, without its octal and hexadecimal forms."""
    text: str = node.value
    if node.style in {"'", '"', "|", ">"}:
        return text
    if node.tag == NULL or text in {"true", "false"}:
        return {"true": True, "false": False}.get(text)
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", text):
        return int(text)
    if re.fullmatch(r"-?(0|[1-9][0-9]*)\.[0-9]+", text):
        return float(text)
    return text
