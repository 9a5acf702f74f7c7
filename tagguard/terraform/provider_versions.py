"""Tells which version of a provider a root module uses, as far as its source says so.

What `terraform init` locked is the version; without a lock file it takes the newest that a module
and its callers allow.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import inf

from tagguard.errors import InputError
from tagguard.hcl.modules import Module
from tagguard.tree import Tree

Bound = tuple[float, ...]
"""Above all versions that may be used, and the newest of them are right below."""

LOCK_FILE = ".terraform.lock.hcl"
"""https://developer.hashicorp.com/terraform/language/files/dependency-lock"""
ANY: Bound = (inf,)

_LOCKED = re.compile(
    r'^provider\s+"(?:[^"/\n]+/)?(?P<name>[^"/\n]+/[^"/\n]+)"\s*\{\s*version\s*=\s*"(?P<version>[^"\n]+)"',
    re.MULTILINE,
)
_CONSTRAINT = re.compile(
    r"\s*(?P<operator>[=!<>~]{0,2})\s*v?(?P<version>\d{1,9}(?:\.\d{1,9}){0,5})(?:[-+][\w.+-]*)?\s*"
)
"""https://developer.hashicorp.com/terraform/language/expressions/version-constraints"""


class ProviderVersions:
    """The versions of the providers of one root."""

    def __init__(self, folder: str, tree: Tree) -> None:
        """`folder` is the root module's."""
        self._path = posixpath.normpath(posixpath.join(folder, LOCK_FILE))
        self._tree = tree

    def below(self, module: Module, source: str) -> Bound:
        """Give the bound right below which a provider's version is; empty: not known.

        `source` is its source address; `aws` alone means `hashicorp/aws`.
        """
        name = "/".join(f"hashicorp/{source}".split("/")[-2:])
        locked = self._locked.get(name)
        return _bound(locked) if locked else min(_required(module, name), default=ANY)

    @cached_property
    def _locked(self) -> Mapping[str, str]:
        if not self._tree.has_file(self._path):
            return {}
        try:
            text = self._tree.read(self._path).decode()
        except (InputError, UnicodeDecodeError):
            return {}
        return {found["name"]: found["version"] for found in _LOCKED.finditer(text)}


def _required(module: Module, name: str) -> Iterator[Bound]:
    for each in (module, *module.callers()):
        for one in each.declared.required.values():
            if one.version and f"hashicorp/{one.source}".endswith(f"/{name}"):
                yield from map(_bound, one.version.split(","))


def _bound(constraint: str) -> Bound:
    """Give what a constraint allows at most; nothing for one that cannot be read."""
    found = _CONSTRAINT.fullmatch(constraint)
    if found is None:
        return ()
    version = tuple(map(int, found["version"].split(".")))
    match found["operator"]:
        case "" | "=" | "<=":
            return (*version, inf)
        case "<":
            return _shortest(version)
        case "~>" if len(version) > 1:
            *outer, last, _ = version
            return _shortest((*outer, last + 1))
        case "~>" | ">" | ">=" | "!=":
            return ANY
    return ()


def _shortest(version: tuple[int, ...]) -> Bound:
    """Leave out zeros at the end: 5.0 is 5."""
    while version and version[-1] == 0:
        version = version[:-1]
    return version
