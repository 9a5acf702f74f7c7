"""Says how much memory a command and its workers use together; `wait4` knows only the largest.

It reads Linux's ``/proc``; elsewhere nothing is known.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

EVERY = 0.02
"""Seconds between two looks. The looks cost time, so a watched run is not a measured one."""
PROC = Path("/proc")


def peak_together(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> float:
    """Run `command` in `folder`; give the most bytes that it and its children held at a time.

    Memory that processes share is counted once (`Pss` of proc_pid_smaps(5)). 0: not known.
    """
    environment = {key: value for key, value in os.environ.items() if "TAGGUARD" not in key}
    quiet = subprocess.DEVNULL
    most = 0.0
    with subprocess.Popen(
        command, cwd=folder, env={**environment, **variables}, stdout=quiet, stderr=quiet
    ) as child:
        while child.poll() is None:
            most = max(most, sum(map(_held, _family(child.pid))))
            time.sleep(EVERY)
    return most


def _family(pid: int) -> Iterator[int]:
    """Give a process and all below it."""
    yield pid
    try:
        lists = [file.read_text() for file in (PROC / str(pid) / "task").glob("*/children")]
    except OSError:  # it has ended meanwhile
        return
    for child in " ".join(lists).split():
        yield from _family(int(child))


def _held(pid: int) -> float:
    """Give the bytes that a process holds; 0 for one that has ended."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((float(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
