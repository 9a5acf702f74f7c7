"""Reads ``# METADATA`` comments: what a Rego policy says of itself, in OPA's own notation.

A block is YAML in the comment lines after ``# METADATA``; it belongs to the next line of code.
Fields that tagguard does not know are the author's own business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

from msgspec import Struct

from tagguard.documents import locate, parse, to_text_data
from tagguard.errors import DocumentError, PolicyError, did_you_mean
from tagguard.model import Severity
from tagguard.rego.engine import Module


class Metadata(Struct, frozen=True, kw_only=True):
    """What one block says; empty where it is silent."""

    title: str = ""
    description: str = ""
    severity: Severity | None = None
    """``custom.severity``"""
    id: str = ""
    """``custom.id``"""
    confidential: bool = False
    """``custom.confidential``: the values that it finds must not be shown."""


def blocks(module: Module) -> dict[int, Metadata]:
    """Give the blocks of a file by the line of code (from 1) that each describes.

    Raises PolicyError with file and line for a block that is not YAML, an unknown severity, and an
    input (``custom.tagguard.input``) that is not ``resource``.
    """
    lines = module.text.splitlines()
    return {
        code: _read(module, first, lines[first - 1 : last - 1])
        for first, last, code in _spans(lines)
    }


def _spans(lines: list[str]) -> Iterator[tuple[int, int, int]]:
    """Find the first line of each block's YAML, the line after its last, and the code's line."""
    at = 0
    while at < len(lines):
        at += 1
        if lines[at - 1].strip() != "# METADATA":
            continue
        first = at + 1
        while at < len(lines) and lines[at].startswith("#"):
            at += 1
        code = at + 1
        while code <= len(lines) and not lines[code - 1].strip():
            code += 1
        yield first, at + 1, code


def _read(module: Module, first: int, lines: list[str]) -> Metadata:
    def refuse(line: int, message: str, hint: str = "") -> PolicyError:
        return PolicyError(
            f"{module.path}:{first + min(line, len(lines)) - 1}: {message}", hint=hint
        )

    try:
        node = parse("\n".join(line.removeprefix("#").removeprefix(" ") for line in lines))
        data = to_text_data(node)
    except DocumentError as exc:
        raise refuse(exc.line or 1, f"the METADATA is not YAML: {exc.message}") from exc
    if not isinstance(data, dict):
        raise refuse(1, "the METADATA is not a mapping")
    custom = _mapping(data.get("custom"))
    severity = custom.get("severity")
    if severity is not None and severity not in get_args(Severity):
        known = get_args(Severity)
        raise refuse(
            locate(node, ("custom", "severity"))[0],
            f"severity `{severity}` is not one of {', '.join(known)}"
            f"{did_you_mean(str(severity), known)}",
        )
    judged = _mapping(custom.get("tagguard")).get("input", "resource")
    if judged != "resource":
        raise refuse(
            locate(node, ("custom", "tagguard", "input"))[0],
            f"a policy cannot judge the input `{judged}`",
            hint="policies judge `input.resource`: remove `custom.tagguard.input`",
        )
    return Metadata(
        title=_line(data.get("title")),
        description=_line(data.get("description")),
        severity=cast("Severity | None", severity),
        id=_line(custom.get("id")),
        confidential=custom.get("confidential") == "true",
    )


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
