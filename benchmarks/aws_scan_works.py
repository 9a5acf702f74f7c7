"""The work on a live scan: 500 simulated accounts. What it runs stands in `aws_scan`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from benchmarks.measure import Usage
from benchmarks.results import Figure, Work

PROJECT = Path(__file__).resolve().parent.parent
FROM_PROJECT = """
import os, sys
os.chdir(sys.argv[1])
os.execv(sys.executable, [sys.executable, "-m", "benchmarks.aws_scan", sys.argv[2]])
"""
HERE = (sys.executable, "-c", FROM_PROJECT, str(PROJECT))


def works() -> Iterator[Work]:
    """Give the work, where the extra `aws` is installed."""
    if find_spec("botocore") is None:
        return

    def compare(ours: Usage, floor: Usage) -> list[Figure]:
        from benchmarks.aws_scan import least  # noqa: PLC0415 - needs the extra

        allowed = least()
        return [
            Figure(
                "scan of 500 accounts / bare calls",
                "s",
                ours.wall,
                floor.wall,
                ours.wall / floor.wall,
                2,
            ),
            Figure("  / least time by the limits", "s", ours.wall, allowed, ours.wall / allowed, 2),
            Figure("  peak memory", "MB", ours.peak, 250e6, ours.peak / 250e6, 1),
        ]

    yield Work("aws-scan", (*HERE, "scan"), (*HERE, "bare"), compare, subject_codes=frozenset({0}))
