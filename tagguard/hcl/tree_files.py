"""The files that functions of one root module may read: those of the tree, seen from the root.

Terraform runs in the root module's folder, so a relative path starts there.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from tagguard.errors import InputError
from tagguard.hcl.values import Failure, Unknown
from tagguard.tree import Tree


class TreeFiles:
    """Files by paths as expressions give them; nothing outside the tree is looked at."""

    def __init__(self, tree: Tree, root: str) -> None:
        """`root` is the root module's folder, as it is shown."""
        self._tree = tree
        self._root = root

    def read(self, path: str) -> bytes | Unknown:
        """Give a file's bytes."""
        place = self._place(path)
        if isinstance(place, Unknown):
            return place
        if not self._tree.has_file(place):
            raise Failure(f"there is no file `{path}`")
        try:
            return self._tree.raw(place)
        except InputError as exc:
            return Unknown(exc.message)

    def exists(self, path: str) -> bool | Unknown:
        """Tell whether there is such a regular file."""
        place = self._place(path)
        return place if isinstance(place, Unknown) else self._tree.has_file(place)

    def files(self, folder: str) -> Sequence[str] | Unknown:
        """List the regular files below a folder, with paths relative to it."""
        place = self._place(folder)
        if isinstance(place, Unknown):
            return place
        try:
            return [posixpath.relpath(path, place) for path in self._tree.below(place)]
        except InputError as exc:
            return Unknown(exc.message)

    def _place(self, path: str) -> str | Unknown:
        """Give a path as it is shown; what lies outside the tree is not known."""
        if posixpath.isabs(path) or path.startswith("~"):
            return Unknown(f"the file `{path}` is not in the tree")
        place = posixpath.normpath(posixpath.join(self._root, path))
        if not self._tree.contains(place):
            return Unknown(f"the file `{path}` lies outside the tree")
        return place
