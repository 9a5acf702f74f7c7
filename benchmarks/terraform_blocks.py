"""The text of generated Terraform blocks. Knows how they are written, and nothing of verdicts.

Each type's arguments stand in ``terraform_blocks.yaml``; what all roots hold stands in
``terraform_root``, and the modules that they call in ``terraform_modules``.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import yaml

ROOT = Path(__file__).with_name("terraform_root")
MODULES = Path(__file__).with_name("terraform_modules")


class Raw(str):
    """An expression that is written as it is; other text is quoted."""

    __slots__ = ()


@dataclass(frozen=True)
class Type:
    """One resource type: how often it comes, and what it looks like."""

    name: str
    share: int
    taggable: bool
    body: str
    """All arguments but the tags, with `$name` to be filled in."""


def load_types() -> tuple[Type, ...]:
    """Read ``terraform_blocks.yaml``."""
    path = Path(__file__).with_name("terraform_blocks.yaml")
    types = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        Type(name, entry["share"], entry.get("taggable", True), entry["body"])
        for name, entry in types.items()
    )


def module_files() -> dict[str, str]:
    """Give the modules that all roots share: path -> text."""
    return {
        f"modules/{path.relative_to(MODULES).as_posix()}": path.read_text(encoding="utf-8")
        for path in sorted(MODULES.rglob("*.tf"))
    }


def root_files(code: str) -> dict[str, str]:
    """Give the files that all roots hold, with the names of one of them: name -> text."""
    return {
        path.name: path.read_text(encoding="utf-8").replace("r000", code)
        for path in sorted(ROOT.iterdir())
    }


def term(value: object) -> str:
    """Write a value as an expression."""
    if isinstance(value, Mapping):
        return mapping(value)
    return value if isinstance(value, Raw) else json.dumps(value)


def mapping(entries: Mapping[str, object]) -> Raw:
    """Write an object, an entry a line."""
    return Raw(f"{{\n{textwrap.indent(arguments(entries), '  ')}}}") if entries else Raw("{}")


def arguments(entries: Mapping[str, object]) -> str:
    """Write arguments, one a line, aligned as `terraform fmt` does: by runs of short ones."""
    terms = {key: term(value) for key, value in entries.items()}
    lines: list[str] = []
    for is_long, run in groupby(terms, lambda key: "\n" in terms[key]):
        keys = list(run)
        width = 0 if is_long else max(map(len, keys))
        lines += [f"{key.ljust(width)} = {terms[key]}\n" for key in keys]
    return "".join(lines)


def block(head: str, *parts: str) -> str:
    """Write a block: its parts are set apart by empty lines."""
    body = "\n".join(part.rstrip("\n") + "\n" for part in parts if part)
    return f"{head} {{\n{textwrap.indent(body, '  ')}}}\n"
