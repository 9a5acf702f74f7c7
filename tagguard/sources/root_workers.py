"""Worker processes: the same reader of roots, on the other cores.

A worker is a fresh interpreter that gets everything through its standard input and answers on its
standard output, as length and MessagePack: it works alike on every system, whatever threads run in
this process, and never imports from the folder that is scanned. One that ends early loses nothing:
what it had in hand is given back.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Condition, Thread
from typing import IO, Self

import msgspec
from msgspec import Struct

from tagguard.cache import Recorder
from tagguard.sources.root_reader import Parcel, RootReader, packed
from tagguard.terraform.source_root import RootOptions
from tagguard.tree import Tree

MAX_HELD = 64_000_000
"""Bytes of answers that may wait to be fetched; workers pause beyond."""

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from tagguard.sources.root_workers import main; main()"
)
_LENGTH = 8
"""Bytes of a message's length."""


class Setup(Struct, frozen=True, array_like=True):
    """What a worker is told first."""

    bounds: tuple[str, ...]
    """Of the tree: working directory and roots."""
    options: RootOptions
    read: str
    """The function that reads a root, as `module:name`."""


class Task(Struct, frozen=True, array_like=True):
    """One root to read."""

    folder: str
    scope: str


class Crew:
    """Workers that take tasks from the end of a list, while the caller works from its beginning."""

    def __init__(self, setup: Setup, tasks: Sequence[Task], number: int) -> None:
        """Start so many workers; fewer where the system refuses, none where they cannot be told."""
        self._tasks = tasks
        self._left = list(range(len(tasks)))
        self._done: dict[int, Parcel | None] = {}
        self._held = 0
        self._stopped = False
        self._changed = Condition()
        first = b""
        with suppress(TypeError, ValueError, OverflowError):  # a path that is no text
            first = msgspec.msgpack.encode(setup)
        self._workers = [worker for _ in range(number) if first and (worker := _started())]
        self._threads = [
            Thread(target=self._drive, args=(worker, first, self._take()), daemon=True)
            for worker in self._workers
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End all workers, whatever they do."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for worker in self._workers:
            worker.kill()
        for thread in self._threads:
            thread.join()
        for worker in self._workers:
            worker.wait()
            for stream in (worker.stdin, worker.stdout):
                with suppress(OSError):
                    stream.close()  # type: ignore[union-attr]  # both are pipes

    def claim(self, task: int) -> Parcel | None:
        """Give what a worker made of a task, waiting for it if need be.

        None: the task is the caller's now, for no worker has begun it, or one failed.
        """
        with self._changed:
            place = bisect_left(self._left, task)
            if self._left[place : place + 1] == [task]:
                del self._left[place]
                return None
            while task not in self._done:
                self._changed.wait(1.0)  # with an end, so that Windows sees Ctrl-C
            parcel = self._done.pop(task)
            if parcel is not None:
                self._held -= len(parcel.payload)
                self._changed.notify_all()
            return parcel

    def _drive(self, worker: subprocess.Popen[bytes], setup: bytes, task: int | None) -> None:
        """Hand tasks to one worker, `task` first, until none is left or it ends."""
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            _send(worker.stdin, setup)
            while task is not None:
                _send(worker.stdin, msgspec.msgpack.encode(self._tasks[task]))
                answer = _receive(worker.stdout)
                self._put(task, _PARCEL.decode(answer) if answer else None)
                task = self._take()
        except (OSError, EOFError, ValueError, msgspec.MsgspecError):  # it ended, or talks nonsense
            if task is not None:
                self._put(task, None)

    def _take(self) -> int | None:
        with self._changed:
            while self._held > MAX_HELD and not self._stopped:
                self._changed.wait()
            return self._left.pop() if self._left and not self._stopped else None

    def _put(self, task: int, parcel: Parcel | None) -> None:
        with self._changed:
            self._done[task] = parcel
            self._held += len(parcel.payload) if parcel else 0
            self._changed.notify_all()


_PARCEL = msgspec.msgpack.Decoder(Parcel)


def _started() -> subprocess.Popen[bytes] | None:
    command = [sys.executable, "-P", "-c", _START, json.dumps(sys.path)]
    with suppress(OSError):
        return subprocess.Popen(  # noqa: S603 - this very interpreter
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    return None


def _send(stream: IO[bytes], message: bytes) -> None:
    stream.write(len(message).to_bytes(_LENGTH, "big") + message)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    length = int.from_bytes(_exactly(stream, _LENGTH), "big")
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def main() -> None:
    """Work until the input ends; the one who started this process ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(100_000, 50, 100)  # as in the process that started this one
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed does not get between the answers
    source = sys.stdin.buffer
    setup = msgspec.msgpack.decode(_receive(source), type=Setup)
    cwd, *roots = setup.bounds
    module, _, name = setup.read.partition(":")
    tree = Recorder(Tree(roots, cwd=Path(cwd)))
    reader = RootReader(setup.options, tree, getattr(import_module(module), name))
    with suppress(EOFError, BrokenPipeError):
        while True:
            task = msgspec.msgpack.decode(_receive(source), type=Task)
            _send(output, _answer(reader, task))


def _answer(reader: RootReader, task: Task) -> bytes:
    """Read a root; empty where its reading is no plain data."""
    reading, trace = reader.read(task.folder, task.scope)
    try:
        return msgspec.msgpack.encode(Parcel(trace, packed(reading)))
    except ValueError:
        return b""
