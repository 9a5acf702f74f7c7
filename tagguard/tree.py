"""The files that inputs may name: nested templates, includes, the source behind a plan.

Only what lies in one of the roots is read, links resolved first, so that a hostile input reaches
nothing else. Paths go in and come out as they are shown: relative to the working directory, with
`/`.
"""

from __future__ import annotations

import codecs
import os
import posixpath
from collections.abc import Iterable
from pathlib import Path

from tagguard.errors import InputError

MAX_BYTES = 16_000_000
"""Largest file that is read because another names it."""
MAX_BELOW = 20_000
"""Most files that are listed below one folder."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
"""How a file begins -> its encoding; the last two are JSON in UTF-16 without a mark."""


class Tree:
    """A view of the file system that ends at its roots."""

    def __init__(self, roots: Iterable[Path], *, cwd: Path) -> None:
        """`roots` are folders; `cwd` is what shown paths are relative to."""
        self._cwd = cwd
        self._roots = tuple(dict.fromkeys(os.path.realpath(root) for root in roots))

    def named(self, path: str, by: str) -> str:
        """Give the path of what a file names: `named("./b.yaml", by="stacks/a.yaml")`.

        An absolute path, or a `file://` URL, is shown relative to the working directory too.
        """
        joined = posixpath.join(posixpath.dirname(by), path.removeprefix("file://"))
        if joined.startswith("/") and not by.startswith("/"):
            joined = display(Path(joined), self._cwd)
        return posixpath.normpath(joined)

    def has_file(self, path: str) -> bool:
        """Tell whether the path is a regular file inside the roots."""
        try:
            return self._place(path) is not None and self._absolute(path).is_file()
        except OSError:  # a name that is too long
            return False

    def files(self, folder: str) -> list[str]:
        """List the regular files of one folder, sorted; nothing for one outside or missing."""
        if self._place(folder) is None:
            return []
        try:
            names = sorted(file.name for file in self._absolute(folder).iterdir())
        except OSError:
            return []
        paths = (posixpath.normpath(posixpath.join(folder, name)) for name in names)
        return [path for path in paths if self.has_file(path)]

    def holds(self, path: str) -> bool:
        """Tell whether a path lies inside the roots, links resolved; it need not be there."""
        return self._place(path) is not None

    def below(self, folder: str) -> list[str]:
        """List the regular files below a folder, sorted, with paths relative to it.

        Links to folders are not followed; after `MAX_BELOW` files it ends.
        """
        if self._place(folder) is None:
            return []
        top = self._absolute(folder)
        found: list[str] = []
        for root, folders, names in os.walk(top):
            folders.sort()
            base = posixpath.relpath(Path(root).as_posix(), top.as_posix())
            paths = (posixpath.normpath(posixpath.join(base, name)) for name in names)
            found += [path for path in paths if self.has_file(posixpath.join(folder, path))]
            if len(found) > MAX_BELOW:
                break
        return sorted(found)

    def read(self, path: str) -> bytes:
        """Read a file as UTF-8 without a byte order mark; raises InputError saying why not."""
        return to_utf8(self.raw(path))

    def raw(self, path: str) -> bytes:
        """Read a file's very bytes; raises InputError saying why not."""
        if "\0" in path:
            raise InputError(f"`{path}` is no name that a file can have")
        if self._place(path) is None:
            raise InputError(
                f"`{path}` lies outside the tree that may be read", hint="widen it with --root DIR"
            )
        if not self.has_file(path):
            raise InputError(
                f"there is no file `{path}`", hint="a path is relative to the file that names it"
            )
        file = self._absolute(path)
        try:
            if file.stat().st_size > MAX_BYTES:
                raise InputError(f"`{path}` is larger than {MAX_BYTES:,} bytes")
            return file.read_bytes()
        except OSError as exc:
            raise InputError(f"`{path}` cannot be read: {exc.strerror}") from exc

    def _absolute(self, path: str) -> Path:
        return self._cwd / path

    def _place(self, path: str) -> str | None:
        """Give the real path of what lies inside the roots."""
        try:
            real = os.path.realpath(self._absolute(path))
        except ValueError:  # a name that no file can have
            return None
        inside = any(os.path.commonpath([real, root]) == root for root in self._roots)
        return real if inside else None


def display(file: Path, cwd: Path) -> str:
    """Show a path relative to the working directory, with `/`."""
    return Path(os.path.relpath(file, cwd)).as_posix()


def to_utf8(data: bytes) -> bytes:
    """Drop a byte order mark and re-encode UTF-16 and UTF-32 (PowerShell's `>` writes UTF-16)."""
    found = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), None)
    if found is None:
        return data
    mark, encoding = found
    rest = data if b"{" in mark else data[len(mark) :]
    if encoding == "utf-8":
        return rest
    try:
        return rest.decode(encoding).encode()
    except UnicodeError as exc:
        raise InputError(
            f"begins like {encoding.upper()} text but is not: {exc}",
            hint="write the file as UTF-8",
        ) from exc
