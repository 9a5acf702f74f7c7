"""Guesses from the text of Terraform files which folder calls which as a local module.

Nothing is parsed: to choose the roots of a large tree must cost next to nothing. Text errs in both
directions (a call in a comment, a `source` that is no module's), so whoever reads the chosen roots
must look afterwards which folders were really reached.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from tagguard.errors import InputError
from tagguard.hcl.folder import configuration_files
from tagguard.tree import Tree, display

_SOURCE = re.compile(rb'source"?[ \t]*[=:][ \t]*"(\.\.?(?:[/\\][^"\n]*)?)"')
"""A local module's source, in either syntax."""
_COMMENT = (b"#", b"//")


class ModuleCalls:
    """The module calls of one tree. A folder has one name here, whatever links lead to it."""

    def __init__(self, tree: Tree) -> None:
        """Read, when asked, inside the tree."""
        self._tree = tree
        self._base, *roots = tree.bounds
        self._real_base = os.path.realpath(self._base)
        self._roots = sorted(roots, key=len)
        self._names: dict[str, str] = {}
        self._called: dict[str, tuple[str, ...]] = {}

    def name(self, folder: str) -> str:
        """Give the one name of a folder: its path as it is shown, links resolved."""
        found = self._names.get(folder)
        if found is None:
            try:
                real = os.path.realpath(Path(self._base, folder))
            except ValueError:  # a name that no folder can have
                real = ""
            found = display(Path(real), Path(self._real_base)) if real else folder
            self._names[folder] = found
        return found

    def top(self, folder: str) -> Path:
        """Give the widest root of the tree that holds a folder; else the folder itself."""
        real = Path(os.path.realpath(Path(self._base, folder)))
        return next((Path(root) for root in self._roots if real.is_relative_to(root)), real)

    def called(self, folder: str) -> Sequence[str]:
        """Name the other folders that the files of one seem to call."""
        found = self._called.get(folder)
        if found is None:
            names = {
                self.name(self._tree.named(source, by=file))
                for file in configuration_files(self._tree.files(folder))
                for source in self._sources(file)
            }
            found = self._called[folder] = tuple(sorted(names - {folder}))
        return found

    def reachable(self, folders: Iterable[str]) -> set[str]:
        """Name folders and all that they call, directly or not."""
        reached: set[str] = set()
        waiting = list(folders)
        while waiting:
            folder = waiting.pop()
            if folder not in reached:
                reached.add(folder)
                waiting += self.called(folder)
        return reached

    def callers(self, folders: Collection[str], among: Iterable[str]) -> set[str]:
        """Name folders and, of those `among` which to look, all that call them, directly or not."""
        calling = self._calling(among)
        reached: set[str] = set()
        waiting = list(folders)
        while waiting:
            folder = waiting.pop()
            if folder not in reached:
                reached.add(folder)
                waiting += calling.get(folder, ())
        return reached

    def roots(self, folders: Sequence[str]) -> list[str]:
        """Choose folders through which all are reached: first those that no other one calls."""
        called = {callee for folder in folders for callee in self.called(folder)}
        chosen = [folder for folder in folders if folder not in called]
        reached = self.reachable(chosen)
        for folder in folders:  # what is left are circles
            if folder not in reached:
                chosen.append(folder)
                reached |= self.reachable([folder])
        return chosen

    def _calling(self, folders: Iterable[str]) -> Mapping[str, Sequence[str]]:
        calling: dict[str, list[str]] = {}
        for folder in folders:
            for callee in self.called(folder):
                calling.setdefault(callee, []).append(folder)
        return calling

    def _sources(self, file: str) -> Iterable[str]:
        try:
            data = self._tree.read(file)
        except InputError:
            return ()
        return [
            os.fsdecode(found[1].replace(b"\\\\", b"/").replace(b"\\", b"/"))
            for found in _SOURCE.finditer(data)
            if not _is_comment(data, found.start())
        ]


def _is_comment(data: bytes, at: int) -> bool:
    line = data[data.rfind(b"\n", 0, at) + 1 : at]
    return line.lstrip().startswith(_COMMENT)
