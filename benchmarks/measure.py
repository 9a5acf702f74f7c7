"""Runs whole processes and says what they used. Knows nothing of what it measures."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_NONE: Mapping[str, str] = {}
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""`ru_maxrss` is in bytes on macOS and in kilobytes elsewhere (getrusage(2) of both)."""


@dataclass(frozen=True)
class Usage:
    """What a command used."""

    wall: float
    """Seconds from start to end."""
    cpu: float
    """Seconds of user and system time."""
    peak: float
    """Peak resident memory in bytes."""


class CommandFailedError(Exception):
    """A measured command ended with an exit code that it must not have."""


def run(
    command: Sequence[str],
    folder: Path,
    output: Path,
    accepted: frozenset[int],
    variables: Mapping[str, str] = _NONE,
) -> Usage:
    """Run `command` in `folder` with stdout in the file `output`, and with `variables` set.

    Raises CommandFailedError, with the last line of stderr, for an exit code that is not accepted.
    """
    environment = {key: value for key, value in os.environ.items() if "TAGGUARD" not in key}
    environment |= variables
    errors = output.with_suffix(".stderr")
    with output.open("wb") as out, errors.open("wb") as err:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=err)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in accepted:
        said = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise CommandFailedError(
            f"exit {child.returncode}: {said[-1] if said else 'nothing on stderr'}"
        )
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * _MAXRSS_UNIT)


def middle(usages: Sequence[Usage]) -> Usage:
    """Give the medians, each taken by itself."""
    return Usage(
        median(usage.wall for usage in usages),
        median(usage.cpu for usage in usages),
        median(usage.peak for usage in usages),
    )
