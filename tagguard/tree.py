"""The files that inputs may name: nested templates, includes, modules, the source behind a plan.

Only what lies in one of the roots is read, links resolved first, so that a hostile input reaches
nothing else. Paths go in and come out as they are shown: relative to the working directory, with
`/`.
"""

from __future__ import annotations

import codecs
import os
import posixpath
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from tagguard.errors import InputError

MAX_BYTES = 16_000_000
"""Largest file that is read because another names it."""
MAX_BELOW = 20_000
"""Most files and folders that are looked at for one listing of everything below a folder."""

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
    """A view of the file system that ends at its roots.

    Where the links of a folder's path lead is looked up once.
    """

    def __init__(self, roots: Iterable[Path | str], *, cwd: Path) -> None:
        """`roots` are folders; `cwd` is what shown paths are relative to."""
        self._cwd = cwd
        self._roots = tuple(dict.fromkeys(os.path.realpath(root) for root in roots))
        self._below = tuple(os.path.join(root, "") for root in self._roots)  # noqa: PTH118 - as below
        self._base = os.fspath(cwd)
        self._places: dict[str, str] = {}

    @property
    def bounds(self) -> tuple[str, ...]:
        """What another tree like this one is made of: the working directory, then the roots."""
        return (self._base, *self._roots)

    def named(self, path: str, by: str) -> str:
        """Give the path of what a file names: `named("./b.yaml", by="stacks/a.yaml")`.

        An absolute path, or a `file://` URL, is shown relative to the working directory too.
        """
        joined = posixpath.join(posixpath.dirname(by), path.removeprefix("file://"))
        if joined.startswith("/") and not by.startswith("/"):
            joined = display(Path(joined), self._cwd)
        return posixpath.normpath(joined)

    def contains(self, path: str) -> bool:
        """Tell whether the path lies inside the roots, be there something or not."""
        return self._place(path) is not None

    def has_file(self, path: str) -> bool:
        """Tell whether the path is a regular file inside the roots."""
        return self._file(path) is not None

    def size(self, path: str) -> int:
        """Give the bytes of a regular file inside the roots; 0 for anything else."""
        found = self._file(path)
        return found[1].st_size if found else 0

    def files(self, folder: str) -> list[str]:
        """List the regular files of one folder, sorted; nothing for one outside or missing."""
        return sorted(path for path, is_folder in self._entries(folder) if not is_folder)

    def lost_links(self, folder: str) -> list[str]:
        """List the links of one folder that should lead to a file, and lead to none in the tree."""
        place = self._place(folder)
        try:
            with os.scandir(place or os.devnull) as entries:
                links = [one for one in entries if one.is_symlink()]
        except (OSError, ValueError):
            return []
        names = (one.name for one in links if not os.path.isdir(one.path))  # noqa: PTH112 - as below
        paths = (posixpath.normpath(posixpath.join(folder, name)) for name in names)
        return sorted(path for path in paths if not self._file(path))

    def below(self, folder: str) -> list[str]:
        """List the regular files of a folder and of all folders in it, sorted.

        Links to folders are not followed. Nothing for a folder that is missing; raises InputError
        for one that lies outside or holds more than can be listed.
        """
        if self._place(folder) is None:
            raise _outside(folder)
        found: list[str] = []
        seen, waiting = 0, [folder]
        while waiting:
            for path, is_folder in self._entries(waiting.pop()):
                seen += 1
                if seen > MAX_BELOW:
                    raise InputError(f"`{folder}` holds more than {MAX_BELOW:,} files")
                (waiting if is_folder else found).append(path)
        return sorted(found)

    def read(self, path: str) -> bytes:
        """Read a file as UTF-8 without a byte order mark; raises InputError saying why not."""
        return to_utf8(self.raw(path))

    def raw(self, path: str) -> bytes:
        """Read a file's bytes as they are; raises InputError saying why not."""
        if "\0" in path:
            raise InputError(f"`{path}` is no name that a file can have")
        found = self._file(path)
        if found is None and self._place(path) is None:
            raise _outside(path)
        if found is None:
            raise InputError(
                f"there is no file `{path}`", hint="a path is relative to the file that names it"
            )
        place, status = found
        if status.st_size > MAX_BYTES:
            raise InputError(f"`{path}` is larger than {MAX_BYTES:,} bytes")
        try:
            with open(place, "rb", buffering=0) as file:  # noqa: PTH123 - a plain path, many times
                return file.read()
        except OSError as exc:
            raise InputError(f"`{path}` cannot be read: {exc.strerror}") from exc

    def _entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        """Give what a folder holds: regular files (False) and folders that are no links (True)."""
        place = self._place(folder)
        if place is None:
            return
        shown = posixpath.normpath(folder)
        prefix = "" if shown == "." else posixpath.join(shown, "")
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    path = prefix + entry.name
                    is_folder = entry.is_dir(follow_symlinks=False)
                    if is_folder or entry.is_file(follow_symlinks=False) or self._file(path):
                        yield path, is_folder
        except (OSError, ValueError):
            return

    def _file(self, path: str) -> tuple[str, os.stat_result] | None:
        """Give the real path and the status of a regular file inside the roots."""
        place = self._place(path)
        if place is None:
            return None
        try:
            status = os.stat(place)  # noqa: PTH116 - a plain path, many times
        except (OSError, ValueError):  # a name that is too long, or that no file can have
            return None
        return (place, status) if stat.S_ISREG(status.st_mode) else None

    def _place(self, path: str) -> str | None:
        """Give the real path of what lies inside the roots."""
        folder, name = os.path.split(os.path.join(self._base, path))  # noqa: PTH118 - as above
        try:
            if name in {"", ".", ".."}:
                return self._inside(os.path.realpath(os.path.join(folder, name)))  # noqa: PTH118
            if folder not in self._places:
                self._places[folder] = os.path.realpath(folder)
            place = os.path.join(self._places[folder], name)  # noqa: PTH118 - as above
            return self._inside(os.path.realpath(place) if os.path.islink(place) else place)  # noqa: PTH114 - as above
        except ValueError:  # a name that no file can have
            return None

    def _inside(self, real: str) -> str | None:
        within = real in self._roots or real.startswith(self._below)
        return real if within else None


def _outside(path: str) -> InputError:
    return InputError(
        f"`{path}` lies outside the tree that may be read", hint="widen it with --root DIR"
    )


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
