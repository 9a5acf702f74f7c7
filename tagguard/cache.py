"""Keeps what was made of files for the next run, as long as the files give the same answers.

An entry is found by a key and holds a *trace*: every question that its maker asked of the tree,
with a digest of the answer. It is valid while the same questions have the same answers; no clock
and no modification time decides. A cache must never be the reason for a failure: what cannot be
read, written or trusted is not there.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from tagguard.errors import InputError
from tagguard.tree import Tree

_DIGEST = 16
"""Bytes in a digest."""
T = TypeVar("T", bool, bytes, list[str])

FORMAT = 1
"""Counts the forms that entries had."""
MAX_BYTES = 256_000_000
"""What all entries together may take; beyond, those go that were not used for longest."""
SHARDS = 16
"""Folders that entries are spread over; each may take its part of the whole."""

Trace = Sequence[tuple[str, str, bytes]]
"""Question, path, digest of the answer."""


class Recorder(Tree):
    """The same tree, which notes each question and a digest of its answer."""

    def __init__(self, tree: Tree) -> None:
        cwd, *roots = tree.bounds
        super().__init__(roots, cwd=Path(cwd))
        self._answers: dict[str, dict[tuple[str, str], bytes]] = {}
        self._changed: set[tuple[str, str]] = set()

    def contains(self, path: str) -> bool:
        """Tell, and note, what the tree tells."""
        return self._noted("contains", path, super().contains)

    def has_file(self, path: str) -> bool:
        """Tell, and note, what the tree tells."""
        return self._noted("has_file", path, super().has_file)

    def files(self, folder: str) -> list[str]:
        """Give, and note, what the tree gives."""
        return self._noted("files", folder, super().files)

    def lost_links(self, folder: str) -> list[str]:
        """Give, and note, what the tree gives."""
        return self._noted("lost_links", folder, super().lost_links)

    def below(self, folder: str) -> list[str]:
        """Give, and note, what the tree gives."""
        return self._noted("below", folder, super().below)

    def raw(self, path: str) -> bytes:
        """Give, and note, what the tree gives."""
        return self._noted("raw", path, super().raw)

    def trace(self, folders: Iterable[str] | None = None) -> Trace | None:
        """Give all that was asked, or what was asked of these folders: they are listed at least.

        None where an answer changed in the meantime: then nobody knows which one was used.
        """
        within = list(self._answers if folders is None else map(posixpath.normpath, folders))
        for folder in within:
            if folder not in self._answers:
                self.files(folder)
        asked = [
            (question, path, digest)
            for folder in within
            for (question, path), digest in self._answers[folder].items()
        ]
        return None if self._changed.intersection(one[:2] for one in asked) else asked

    def confirms(self, trace: Trace) -> bool:
        """Tell whether all answers are as they were; each question is asked once."""
        return all(self._digest(question, path) == digest for question, path, digest in trace)

    def _digest(self, question: str, path: str) -> bytes | None:
        answers = self._answers.get(_folder(question, path), {})
        if (question, path) not in answers and question in _QUESTIONS:
            with suppress(InputError):
                getattr(self, question)(path)
            answers = self._answers[_folder(question, path)]
        return answers.get((question, path))

    def _noted(self, question: str, path: str, ask: Callable[[str], T]) -> T:
        try:
            answer = ask(path)
        except InputError as exc:
            self._note(question, path, [exc.message])
            raise
        self._note(question, path, answer)
        return answer

    def _note(self, question: str, path: str, answer: bool | bytes | list[str]) -> None:
        if not isinstance(answer, bytes):
            answer = repr(answer).encode(errors="surrogatepass")
        answers = self._answers.setdefault(_folder(question, path), {})
        digest = _hash(answer)
        if answers.setdefault((question, path), digest) != digest:
            self._changed.add((question, path))


_QUESTIONS = frozenset({"contains", "has_file", "files", "lost_links", "below", "raw"})
_OF_FOLDERS = {"files", "lost_links"}


def _folder(question: str, path: str) -> str:
    """Name the folder that a question is about."""
    return posixpath.normpath(path if question in _OF_FOLDERS else posixpath.dirname(path))


class _Entry(Struct, frozen=True, array_like=True):
    trace: list[tuple[str, str, bytes]]
    payload: bytes


_DECODER = msgspec.msgpack.Decoder(_Entry)


class Cache:
    """Entries in a folder that belongs to the user alone."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is not there; without one that can be used all is forgotten."""
        self._folder = folder / f"source-{FORMAT}"
        self._grown: set[Path] = set()
        with suppress(OSError, ValueError):  # also a name that no folder can have
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)
        self._usable = _is_private(folder) and _is_private(self._folder)

    def find(self, key: str, tree: Recorder) -> bytes | None:
        """Give what was kept under a key, if the tree confirms its trace."""
        path = self._path(key)
        entry = _read(path) if self._usable else None
        if entry is None or not tree.confirms(entry.trace):
            return None
        with suppress(OSError):  # it is used: others go first
            os.utime(path)
        return entry.payload

    def keep(self, key: str, trace: Trace, payload: bytes) -> None:
        """Keep something; the file is there as a whole or not at all."""
        try:
            data = msgspec.msgpack.encode(_Entry(list(trace), payload))
        except (UnicodeEncodeError, OverflowError):  # a path that is no text
            return
        if not self._usable or len(data) > MAX_BYTES // SHARDS:
            return
        path = self._path(key)
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write(path, _hash(data) + data)
            self._grown.add(path.parent)

    def tidy(self) -> None:
        """Drop the oldest entries where those that this run added made them too many."""
        for shard in self._grown:
            with suppress(OSError):
                _tidy(shard)
        self._grown.clear()

    def _path(self, key: str) -> Path:
        return self._folder / key[0] / key


def _read(path: Path) -> _Entry | None:
    """Read an entry; None for one that is not there or not whole."""
    try:
        data = path.read_bytes()
        return _DECODER.decode(data[_DIGEST:]) if _hash(data[_DIGEST:]) == data[:_DIGEST] else None
    except (OSError, msgspec.DecodeError):
        return None


def _write(path: Path, data: bytes) -> None:
    """Write a file that appears under its name when it is whole, for its owner alone."""
    temporary = path.with_name(f"{path.name}.{os.urandom(8).hex()}")
    try:
        temporary.touch(mode=0o600, exist_ok=False)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def _tidy(shard: Path) -> None:
    found = [(file.stat(), file) for file in shard.iterdir()]
    size = sum(status.st_size for status, _ in found)
    for status, file in sorted(found, key=lambda one: one[0].st_mtime_ns):
        if size <= MAX_BYTES // SHARDS:
            return
        file.unlink(missing_ok=True)
        size -= status.st_size


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=_DIGEST).digest()


def key_of(*parts: object) -> str | None:
    """Make a key of all that an entry depends on beside files; None where that is no plain data.

    The code that makes entries is always a part of it.
    """
    try:
        return _hash(msgspec.msgpack.encode((_code(), *parts), order="deterministic")).hex()
    except (TypeError, UnicodeEncodeError, OverflowError, RecursionError):
        return None


@cache
def _code() -> bytes:
    """Digest the package itself: a version alone does not tell two states of a checkout apart."""
    digest = blake2b(digest_size=_DIGEST)
    for file in sorted(Path(__file__).parent.rglob("*")):
        if file.suffix in {".py", ".json"}:
            digest.update(file.read_bytes())
    return digest.digest()


def _is_private(folder: Path) -> bool:
    """Tell whether nobody else can put entries into a folder."""
    try:
        status = folder.stat()
    except (OSError, ValueError):
        return False
    if not hasattr(os, "getuid"):  # Windows, where a user's folders are the user's
        return stat.S_ISDIR(status.st_mode)
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.getuid()
        and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )
