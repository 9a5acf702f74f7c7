"""Reads the schema of a Terraform provider from its Go source at one commit.

For providers that publish no machine-readable schema. A resource's schema is a composite literal
(`Schema: map[string]*schema.Schema{…}`), and only that is read: text, brackets and names. Nothing
of the source runs, and nothing here knows what a tag is. A schema that is put together by code is
not guessed at.
"""

from __future__ import annotations

import re
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from msgspec import Struct

TOKEN = re.compile(
    r"""\s+|//[^\n]*|/\*.*?\*/"""
    r"""|(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<raw>`[^`]*`|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<name>[A-Za-z_][\w.]*)|(?P<mark>[^\s\w])|\w+""",
    re.DOTALL,
)
SCHEMA = ["Schema", ":", "map", "[", "string", "]", "*", "schema.Schema", "{"]
OPENS, CLOSES = "{([", "})]"


class Field(Struct, frozen=True):
    """One argument or attribute of a resource, or of a nested block."""

    is_map: bool
    configurable: bool
    """Users may set it; otherwise the provider only shows it."""
    nested: Mapping[str, Field] = {}


class Source:
    """The Go files of one folder at one commit."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {
            path: text
            for path, text in sorted(texts.items())
            if path.endswith(".go") and not path.endswith("_test.go")
        }

    @classmethod
    def at(cls, repository: Path, commit: str, folder: str) -> Source:
        """Read a folder of a bare repository."""
        git = ["git", "-C", str(repository), "archive", commit, folder]
        archive = subprocess.run(git, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            return cls(
                {
                    member.name: file.read().decode(errors="replace")
                    for member in files
                    if (file := files.extractfile(member))
                }
            )

    def search(self, pattern: str) -> Iterator[tuple[str, ...]]:
        """Yield the groups of a pattern wherever it occurs, file by file."""
        for text in self._texts.values():
            yield from (found.groups() for found in re.finditer(pattern, text))

    def functions(self, result: str) -> dict[str, list[str]]:
        """Give the tokens of every function without arguments that has this result, by name."""
        head = re.compile(rf"^func (\w+)\(\) {re.escape(result)} \{{$", re.MULTILINE)
        return {
            found[1]: _tokens(text[found.end() : text.index("\n}\n", found.end())])
            for text in self._texts.values()
            for found in head.finditer(text)
        }


def schemas(source: Source) -> dict[str, Mapping[str, Field]]:
    """Give the schema of every function that returns a resource; those made by code are absent."""
    helpers = {
        name: _field(tokens[tokens.index("{") + 1 :], {})
        for name, tokens in source.functions("*schema.Schema").items()
        if tokens[:4] == ["return", "&", "schema.Schema", "{"]
    }
    found: dict[str, Mapping[str, Field]] = {}
    for name, tokens in source.functions("*schema.Resource").items():
        start = _find(tokens, SCHEMA)
        if start is not None:
            found[name] = _fields(tokens[start:], helpers)
    return found


def _tokens(text: str) -> list[str]:
    """Split into strings, names and marks; comments and white space are dropped."""
    return [token[0] for token in TOKEN.finditer(text) if token.lastgroup or token[0][0].isalnum()]


def _find(tokens: list[str], wanted: list[str]) -> int | None:
    """Give where the first occurrence of these tokens ends."""
    size = len(wanted)
    for at in range(len(tokens) - size + 1):
        if tokens[at] == wanted[0] and tokens[at : at + size] == wanted:
            return at + size
    return None


def _items(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the `name: value` pairs of the literal whose opening brace stands before `tokens`."""
    depth, start, name = 0, 0, ""
    for at, mark in enumerate(tokens):
        if depth == 0 and mark == ":" and not name:
            name, start = tokens[at - 1], at + 1
        if depth == 0 and mark in ",}":
            if name:
                yield name, tokens[start:at]
            name = ""
            if mark == "}":
                return
        depth += (mark in OPENS) - (mark in CLOSES)


def _fields(tokens: list[str], helpers: Mapping[str, Field]) -> dict[str, Field]:
    """Read the inside of a `map[string]*schema.Schema{…}`."""
    found = {}
    for name, value in _items(tokens):
        if "{" in value:
            found[name.strip('"')] = _field(value[value.index("{") + 1 :], helpers)
        elif value and value[0] in helpers:
            found[name.strip('"')] = helpers[value[0]]
    return found


def _field(tokens: list[str], helpers: Mapping[str, Field]) -> Field:
    """Read the inside of a `schema.Schema{…}`."""
    parts = dict(_items(tokens))
    nested = _find(parts.get("Elem", []), SCHEMA)
    return Field(
        is_map=parts.get("Type") == ["schema.TypeMap"],
        configurable=["true"] in (parts.get("Required"), parts.get("Optional")),
        nested={} if nested is None else _fields(parts["Elem"][nested:], helpers),
    )
