"""One name for a resource type wherever it is described: `aws:s3/bucket`.

A canonical name spells the type as ARNs do, in lower case. It stands for the type's names in
Terraform and CloudFormation and for its live spelling (`s3:bucket`). The map is generated data; it
is read when first asked for, and nothing here says whether a type takes tags.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from tagguard.errors import did_you_mean
from tagguard.globs import compile_globs

DATA = Path(__file__).resolve().parent / "data" / "types.json"

PREFIX = "aws:"
"""How every canonical name begins, and a glob over them."""


class TypeMap(Struct, frozen=True):
    """The data file, which ``tools/catalog.py`` writes."""

    source: str
    """The packages that the facts were read from, with their versions and licences."""
    date: str
    """When the versions were pinned."""
    types: dict[str, tuple[str, ...]]
    """Canonical name -> native names; none for what only other resources create."""


@cache
def native_names() -> dict[str, tuple[str, ...]]:
    """Give canonical name -> native names; none for what only other resources create."""
    return msgspec.json.decode(DATA.read_bytes(), type=TypeMap).types


@cache
def _canonical_names() -> dict[str, str]:
    return {type_: name for name, types in native_names().items() for type_ in types}


def canonical(type_: str) -> str:
    """Give the canonical name of a native, live or canonical name; empty if there is none."""
    if name := _canonical_names().get(type_):
        return name
    spelt = type_.lower()
    if not spelt.startswith(PREFIX):
        service, colon, rest = spelt.partition(":")
        spelt = f"{PREFIX}{service}/{rest}" if colon else ""
    return spelt if spelt in native_names() else ""


def suggestion(name: str) -> str:
    """Give `` (did you mean `x`?)`` for the canonical name nearest to an unknown one.

    CloudFormation's words are understood: `aws:efs/filesystem` is `AWS::EFS::FileSystem`.
    """
    words = f"aws::{name.removeprefix(PREFIX).replace('/', '::')}"
    for type_, known in _canonical_names().items():
        if type_.lower() == words.lower():
            return f" (did you mean `{known}`?)"
    return did_you_mean(name, native_names())


def live(name: str) -> str:
    """Give the live spelling of a canonical name: `aws:s3/bucket` is `s3:bucket`."""
    return name.removeprefix(PREFIX).replace("/", ":", 1)


def native_types(glob: str) -> frozenset[str]:
    """Give the native and live names of the types that a glob over canonical names means."""
    matches = compile_globs([glob])
    return frozenset(
        type_
        for name, types in native_names().items()
        if matches(name)
        for type_ in (*types, live(name))
    )
