"""Reads a CDK cloud assembly: the stacks that `manifest.json` names, and what it says of them.

Facts: the manifest's schema in the public package `@aws-cdk/cloud-assembly-schema`. Template files
are named here, not read; other files of an assembly are of no interest.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from tagguard.errors import InputError
from tagguard.model import Problem
from tagguard.tree import Tree

MANIFEST = "manifest.json"
MARKER = "cdk.out"
"""A file that stands beside the manifest of an outermost assembly."""
TEMPLATES = ".template.json"
"""How CDK ends the names of its templates."""
ASSETS = "asset."
"""How the folders begin that hold an application's own files."""
MAX_NESTED = 20
"""Most assemblies inside each other."""

_STACK, _ASSEMBLY = "aws:cloudformation:stack", "cdk:cloud-assembly"
_STACK_TAGS = "aws:cdk:stack-tags"
_ENVIRONMENT = re.compile(r"aws://([^/]+)/(.+)")


class Artifact(Struct, frozen=True):
    """One stack of an assembly."""

    template: str
    """Its template's path, as shown."""
    tags: Mapping[str, str] = {}
    parameters: Mapping[str, str] = {}
    account: str | None = None
    region: str | None = None


def is_manifest(path: str, data: bytes, tree: Tree) -> bool:
    """Tell a cloud assembly's manifest, also a damaged one, from other JSON."""
    if posixpath.basename(path) != MANIFEST:
        return False
    return is_assembly(data, marked=tree.has_file(tree.named(MARKER, path)))


def is_book(name: str) -> bool:
    """Tell, by its name, a file of an assembly in which CDK keeps its own books."""
    return name in {MARKER, "tree.json"} or name.endswith(".assets.json")


def is_assembly(data: bytes, *, marked: bool) -> bool:
    """Tell whether a manifest names stacks or assemblies, or is damaged but surely CDK's.

    `marked`: CDK's marker stands beside it.
    """
    try:
        found = _entries(data)
    except InputError:
        signs = _STACK.encode() in data or _ASSEMBLY.encode() in data
        return marked or (b'"artifacts"' in data and signs)
    return any(entry.get("type") in (_STACK, _ASSEMBLY) for entry in found.values())


def artifacts(
    path: str, data: bytes, tree: Tree, opened: set[str], trail: tuple[str, ...] = ()
) -> Iterator[Artifact | Problem]:
    """Give the stacks of an assembly and of those nested in it, in the manifest's order.

    Of a manifest that cannot be read the templates beside it are given, without tags. The paths of
    nested manifests are added to `opened`, and none of those is followed again; `trail` names the
    ones around this one.
    """
    trail = (*trail, path)
    try:
        found = _entries(data)
    except InputError as exc:
        yield _problem(path, exc)
        for file in tree.files(posixpath.dirname(path) or "."):
            if file.endswith(TEMPLATES) and not file.endswith(f".nested{TEMPLATES}"):
                yield Artifact(file)
        return
    for name, entry in found.items():
        type_ = entry.get("type")
        properties = _mapping(entry.get("properties"))
        if type_ == _STACK:
            if isinstance(template := properties.get("templateFile"), str):
                yield _stack(tree.named(template, path), entry, properties)
            else:
                yield _problem(path, InputError(f"the stack `{name}` names no `templateFile`"))
        elif type_ == _ASSEMBLY:
            folder = properties.get("directoryName")
            yield from _nested(name, folder, tree, opened, trail)


def _nested(
    name: str, folder: object, tree: Tree, opened: set[str], trail: tuple[str, ...]
) -> Iterator[Artifact | Problem]:
    """Follow a nested assembly."""
    path, start = trail[-1], f"the assembly `{name}`"
    if not isinstance(folder, str):
        yield _problem(path, InputError(f"{start} names no `directoryName`"))
        return
    inner = tree.named(posixpath.join(folder, MANIFEST), path)
    if inner in trail or len(trail) > MAX_NESTED:
        yield _problem(path, InputError(f"{start} leads back to `{inner}`, or too deep"))
        return
    if inner in opened:
        return
    opened.add(inner)
    try:
        data = tree.read(inner)
    except InputError as exc:
        yield _problem(path, InputError(f"{start}: {exc.message}", hint=exc.hint))
    else:
        yield from artifacts(inner, data, tree, opened, trail)


def _entries(data: bytes) -> dict[str, dict[str, Any]]:
    """Decode the artifacts; raises InputError."""
    try:
        manifest = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise InputError(f"not a readable manifest: {exc}") from exc
    found = manifest.get("artifacts") if isinstance(manifest, dict) else None
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise InputError("not a readable manifest: `artifacts` is not a mapping of mappings")
    return found


def _stack(template: str, entry: Mapping[str, Any], properties: Mapping[str, Any]) -> Artifact:
    found = _ENVIRONMENT.fullmatch(str(entry.get("environment")))
    account, region = found.groups() if found else (None, None)
    return Artifact(
        template=template,
        tags=_older_tags(entry.get("metadata")) | _texts(properties.get("tags")),
        parameters=_texts(properties.get("parameters")),
        account=None if account == "unknown-account" else account,
        region=None if region == "unknown-region" else region,
    )


def _older_tags(metadata: object) -> dict[str, str]:
    """Read the stack's tags where older versions keep them: in the stack's metadata."""
    tags: dict[str, str] = {}
    for entries in _mapping(metadata).values():
        for entry in entries if isinstance(entries, list) else ():
            if _mapping(entry).get("type") == _STACK_TAGS:
                data = entry.get("data")
                for tag in map(_mapping, data if isinstance(data, list) else ()):
                    key, value = (tag.get(name, tag.get(name.title())) for name in ("key", "value"))
                    tags |= _texts({key: value}) if isinstance(key, str) else {}
    return tags


def _mapping(data: object) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}


def _texts(data: object) -> dict[str, str]:
    return {key: value for key, value in _mapping(data).items() if isinstance(value, str)}


def _problem(path: str, exc: InputError) -> Problem:
    return Problem(stage="read", where=path, message=exc.message, hint=exc.hint)
