"""Gives the readings of many roots: from the cache, by this process, by workers beside it.

In what order and by whom they are made must not show: readings come in the order in which they
were asked for, and are what `read_root` says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tagguard import catalog
from tagguard.cache import Cache, Recorder, Trace, key_of
from tagguard.hcl.folder import ENDINGS
from tagguard.sources.root_reader import ReadRoot, RootReader, packed, unpacked
from tagguard.terraform.source_root import RootOptions, RootReading, read_root
from tagguard.tree import Tree

if TYPE_CHECKING:
    from tagguard.sources.root_workers import Crew

BYTES_PER_WORKER = 500_000
"""Source that it takes for a worker to save more time than its start costs."""
MAX_JOBS = 4
"""Processes at most, where the caller does not say: each takes memory of its own."""


def readings(
    folders: Sequence[str],
    scopes: Mapping[str, str],
    options: RootOptions,
    tree: Tree,
    cache: Path | None = None,
    *,
    jobs: int | None = None,
    read: ReadRoot = read_root,
) -> Iterator[tuple[str, RootReading]]:
    """Read root modules, each named once, in the given order; `scopes` has the scope of each.

    With a `cache` folder, what is unchanged comes from there and what is not goes there. `jobs` is
    the most processes, this one counted; None: as the number of cores and the work suggest. `read`
    must be a function of some module, so that workers find it.
    """
    run = _Run(scopes, options, tree, cache, read)
    kept = {folder: data for folder in folders if (data := run.kept(folder)) is not None}
    missed = [folder for folder in folders if folder not in kept]
    with _crew(missed, scopes, options, tree, jobs=jobs, read=read) as crew:
        places = {folder: place for place, folder in enumerate(missed)}
        for folder in folders:
            reading = None
            if folder in kept:
                with suppress(ValueError):
                    reading = unpacked(kept.pop(folder))
            elif crew is not None and (parcel := crew.claim(places[folder])) is not None:
                run.keep(folder, parcel.trace, parcel.payload)
                with suppress(ValueError):
                    reading = unpacked(parcel.payload)
            yield folder, reading or run.made(folder)
    run.tidy()


class _Run:
    """What this process does by itself."""

    def __init__(
        self,
        scopes: Mapping[str, str],
        options: RootOptions,
        tree: Tree,
        cache: Path | None,
        read: ReadRoot,
    ) -> None:
        self._scopes = scopes
        self._tree = Recorder(tree)
        self._reader = RootReader(options, self._tree, read)
        self._cache = Cache(cache) if cache else None
        self._setting = (catalog.version(), tree.bounds, options, _named(read))

    def kept(self, folder: str) -> bytes | None:
        """Give what the cache holds for a root, if that is still so."""
        key = self._key(folder)
        return self._cache.find(key, self._tree) if self._cache and key else None

    def made(self, folder: str) -> RootReading:
        """Read a root, and keep the reading."""
        reading, trace = self._reader.read(folder, self._scopes[folder])
        if self._cache:
            with suppress(ValueError):
                self.keep(folder, trace, packed(reading))
        return reading

    def keep(self, folder: str, trace: Trace | None, payload: bytes) -> None:
        """Keep a reading for the next run, where it is known what it depends on."""
        key = self._key(folder)
        if self._cache and key and trace is not None:
            self._cache.keep(key, trace, payload)

    def tidy(self) -> None:
        """Leave the cache no larger than it may be."""
        if self._cache:
            self._cache.tidy()

    def _key(self, folder: str) -> str | None:
        return key_of(folder, self._scopes[folder], *self._setting) if self._cache else None


def _crew(
    folders: Sequence[str],
    scopes: Mapping[str, str],
    options: RootOptions,
    tree: Tree,
    *,
    jobs: int | None,
    read: ReadRoot,
) -> AbstractContextManager[Crew | None]:
    """Start as many workers as are worth it for these roots; None where this process is enough."""
    most = min(_cores(), MAX_JOBS) if jobs is None else jobs
    number = min(most - 1, len(folders) - 1)
    if number > 0 and jobs is None:
        number = min(number, _size(folders, tree) // BYTES_PER_WORKER)
    if number <= 0:
        return nullcontext()
    from tagguard.sources.root_workers import Crew, Setup, Task  # noqa: PLC0415 - small runs need no processes

    tasks = [Task(folder, scopes[folder]) for folder in folders]
    return Crew(Setup(tree.bounds, options, _named(read)), tasks, number)


def _size(folders: Sequence[str], tree: Tree) -> int:
    """Add up the source in the roots' own folders; modules are not known before they are read."""
    paths = (path for folder in folders for path in tree.files(folder) if path.endswith(ENDINGS))
    return sum(map(tree.size, paths))


def _cores() -> int:
    """Count the cores that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _named(read: ReadRoot) -> str:
    return f"{read.__module__}:{getattr(read, '__qualname__', '')}"
