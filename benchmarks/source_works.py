"""The works on Terraform source, generated or given: reading it all, again, and one root of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import workloads
from benchmarks.measure import Usage
from benchmarks.results import CHECKED, Figure, Work

INCOMPLETE = 3
"""Exit code of a check that could not read everything, which others' folders may lead to."""
GIGABYTE = 1e9
CACHE = "TAGGUARD_CACHE_DIR"

PARSE = (
    sys.executable,
    "-c",
    """
import pathlib, sys, tree_sitter, tree_sitter_hcl
parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
for path in pathlib.Path(sys.argv[1]).rglob("*.tf"):
    if path.is_file():
        parser.parse(path.read_bytes())
""",
)
"""Parses every file of a folder and throws the trees away."""

ON_ONE_CPU = (
    sys.executable,
    "-c",
    "import os, sys; os.sched_setaffinity(0, {0}); os.execv(sys.argv[1], sys.argv[1:])",
)
"""Runs a command on one processor, so that it starts no workers. For Linux."""


def generated(check: tuple[str, ...], size: workloads.Size, folder: Path) -> Iterator[Work]:
    """Give the works on the generated repository; `check` is the command up to its paths."""
    name = f"{size.source_resources:,} resources in {size.roots} roots"
    yield from _whole("source", name, check, workloads.SOURCE, folder)
    changed = folder / workloads.CHANGED_FILE

    def change(number: int) -> None:
        with changed.open("a", encoding="utf-8") as file:
            file.write(f"\n# change {number}\n")

    def compare(ours: Usage, floor: Usage) -> list[Figure]:
        text = f"one changed root of {size.roots}, as a hook calls"
        wall = Figure(text, "s", ours.wall, floor.wall, ours.wall, 0.5, " s")
        ratio = ours.wall / floor.wall
        return [wall, Figure("  the same / import click", "s", ours.wall, floor.wall, ratio, 8)]

    yield Work(
        "source-one-root",
        (*check, workloads.CHANGED_FILE),
        (sys.executable, "-c", "import click"),
        compare,
        truth=workloads.CHANGED_FILE,
        variables={CACHE: str(folder / ".cache-of-one")},
        before=change,
        proof=(*check, "--list-resources", workloads.CHANGED_FILE),
    )


def given(check: tuple[str, ...], tree: Path, folder: Path) -> Iterator[Work]:
    """Give the works on somebody's folder, whose truth nobody knows."""
    yield from _whole("tree", f"`{tree.name}`", check, str(tree.resolve()), folder)


def _whole(
    work: str, name: str, check: tuple[str, ...], source: str, folder: Path
) -> Iterator[Work]:
    """Read a whole folder: with all processors, with one, and from the cache."""
    truth = source if source == workloads.SOURCE else ""
    codes = CHECKED if truth else CHECKED | {INCOMPLETE}

    def ratio(text: str, budget: float) -> Callable[[Usage, Usage], list[Figure]]:
        def compare(ours: Usage, floor: Usage) -> list[Figure]:
            return [Figure(text, "s", ours.wall, floor.wall, ours.wall / floor.wall, budget)]

        return compare

    anew = (*check, "--no-cache", source)
    parse = (*PARSE, source)
    yield Work(
        work,
        anew,
        parse,
        ratio(f"{name} / tree-sitter", 3),
        truth,
        subject_codes=codes,
        memory_budget=GIGABYTE,
        proof=(*anew, "--list-resources") if truth else (),
    )
    if hasattr(os, "sched_setaffinity"):
        compare = ratio(f"{name}, one processor / tree-sitter", 3)
        alone = (*ON_ONE_CPU, *anew)
        yield Work(f"{work}-one-processor", alone, parse, compare, truth, subject_codes=codes)
    yield Work(
        f"{work}-again",
        (*check, source),
        parse,
        ratio(f"{name}, from the cache / tree-sitter", 2),
        truth,
        subject_codes=codes,
        variables={CACHE: str(folder / f".cache-of-{work}")},
    )
