"""Finds input files and hands their bytes over as UTF-8, whoever wrote them.

Folders are walked in a stable order and links are not followed, so a scan never leaves the tree nor
loops. Which source reads a file is decided by content; the name only says what is worth opening.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from tagguard.cloudformation.cdk import ASSETS, MANIFEST, MARKER, is_assembly, is_book
from tagguard.errors import InputError, UsageError
from tagguard.model import Problem
from tagguard.sources import Document
from tagguard.tree import display, to_utf8

CANDIDATES = (".json", ".yaml", ".yml", ".template", ".tfplan", ".plan", ".out")
"""Endings of files that are opened when a folder is walked."""
SKIPPED_FOLDERS = frozenset(
    {".git", ".terraform", ".terragrunt-cache", ".venv", "__pycache__", "node_modules"}
)


def documents(paths: Iterable[Path], *, cwd: Path, stdin: BinaryIO) -> Iterator[Document | Problem]:
    """Read every file named or found; what cannot be read becomes a Problem.

    Raises UsageError, before anything is read, for a path that does not exist.
    """
    listed = list(paths)
    for path in listed:
        if str(path) != "-" and not os.path.lexists(path):
            raise UsageError(f"there is no file or folder `{path}`", hint="check the spelling")
    seen: set[str] = set()
    for path in listed:
        if str(path) == "-":
            yield _document("-", stdin.read(), explicit=True)
            continue
        explicit = not path.is_dir()
        for file in (path,) if explicit else walk(path):
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                yield _read(file, display(file, cwd), explicit=explicit)


def walk(folder: Path) -> Iterator[Path]:
    """Give the files of a folder that are worth opening, in a stable order."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        names = sorted(name for name in files if name.endswith(CANDIDATES))
        if MANIFEST in names and _is_assembly(Path(root)):
            folders[:] = [name for name in folders if not name.startswith(ASSETS)]
            names = [name for name in names if not is_book(name)]
        for name in names:
            file = Path(root, name)
            if stat.S_ISREG(os.lstat(file).st_mode):
                yield file


def _is_assembly(folder: Path) -> bool:
    """Tell whether CDK wrote a folder with a manifest: its own books there are no inputs."""
    manifest = folder / MANIFEST
    try:
        marked = (folder / MARKER).is_file()
        return manifest.is_file() and is_assembly(manifest.read_bytes(), marked=marked)
    except OSError:
        return False


def _read(file: Path, shown: str, *, explicit: bool) -> Document | Problem:
    try:
        mode = file.stat().st_mode
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
            return Problem(stage="read", where=shown, message="is a device, not a file")
        data = file.read_bytes()
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        return Problem(
            stage="read",
            where=shown,
            message=f"cannot be read: {reason}",
            hint="check that the file is there and that you may read it",
        )
    return _document(shown, data, explicit=explicit)


def _document(shown: str, data: bytes, *, explicit: bool) -> Document | Problem:
    try:
        return Document(path=shown, data=to_utf8(data), explicit=explicit)
    except InputError as exc:
        return Problem(stage="read", where=shown, message=exc.message, hint=exc.hint)
