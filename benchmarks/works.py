"""What is measured: each work, its floor and its budget. One entry in `works` is one benchmark."""

from __future__ import annotations

import json
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from benchmarks import aws_scan_works, inventory_works, source_works, workloads
from benchmarks.measure import Usage
from benchmarks.results import CHECKED, Figure, Work
from benchmarks.workloads import Size

TAGGUARD = str(Path(sysconfig.get_path("scripts"), "tagguard"))
CHECK = (TAGGUARD, "check", "--format", "json")
IMPORT_CLICK = (sys.executable, "-c", "import click")
PARSE_PLAN = (
    sys.executable,
    "-c",
    "import orjson, sys; orjson.loads(open(sys.argv[1], 'rb').read())",
    workloads.PLAN,
)
PARSE_TEMPLATES = (
    sys.executable,
    "-c",
    """
import pathlib, sys, yaml
yaml.CSafeLoader.add_multi_constructor("!", lambda loader, tag, node: None)
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    yaml.load(path.read_bytes(), yaml.CSafeLoader)
""",
    workloads.TEMPLATES,
)


def times(name: str, budget: float) -> Callable[[Usage, Usage], list[Figure]]:
    """Hold our wall time against a multiple of the floor's."""

    def compare(ours: Usage, floor: Usage) -> list[Figure]:
        return [Figure(name, "s", ours.wall, floor.wall, ours.wall / floor.wall, budget)]

    return compare


def works(size: Size, folder: Path, tree: Path | None = None) -> list[Work]:
    """Give the works over the inputs in `folder`, and those over `tree`, somebody's own source."""
    resources = f"{size.plan_resources:,} resources"
    templates = f"templates, {size.template_resources:,} resources"
    in_files = f"{templates} in {size.template_files} files"

    def plan(ours: Usage, floor: Usage) -> list[Figure]:
        bytes_ = (folder / workloads.PLAN).stat().st_size
        memory = Figure("  peak memory / file", "MB", ours.peak, bytes_, ours.peak / bytes_, 3)
        return [*times(f"plan, {resources} / orjson.loads", 1)(ours, floor), memory]

    def rego(ours: Usage, floor: Usage) -> list[Figure]:
        truth = json.loads((folder / workloads.TRUTH).read_bytes())[workloads.PLAN]
        seen = size.plan_resources + sum(truth["implied"].values())
        extra = (ours.wall - floor.wall) / seen * 1e6
        name = "Rego policy on that plan / without"
        return [Figure(name, "s", ours.wall, floor.wall, extra, 20, " µs each")]

    check_plan = (*CHECK, workloads.PLAN)
    with_policy = (*check_plan, "--policy", workloads.POLICY)
    return [
        Work(
            "version",
            (TAGGUARD, "--version"),
            IMPORT_CLICK,
            times("--version / import click", 4),
            subject_codes=frozenset({0}),
        ),
        Work(
            "one-template",
            (*CHECK, workloads.SMALL_TEMPLATE),
            IMPORT_CLICK,
            times("check of one small template / import click", 8),
            truth=workloads.SMALL_TEMPLATE,
        ),
        Work("plan", check_plan, PARSE_PLAN, plan, truth=workloads.PLAN),
        Work(
            "rego",
            with_policy,
            check_plan,
            rego,
            truth=workloads.PLAN,
            with_policy=True,
            floor_codes=CHECKED,
        ),
        Work(
            "templates",
            (*CHECK, workloads.TEMPLATES),
            PARSE_TEMPLATES,
            times(f"{in_files} / PyYAML's C loader", 3),
            truth=workloads.TEMPLATES,
        ),
        *inventory_works.works(CHECK, size),
        *aws_scan_works.works(),
        *source_works.generated(CHECK, size, folder),
        *(source_works.given(CHECK, tree, folder) if tree else ()),
    ]


def names() -> list[str]:
    """Give the works' names."""
    return [work.name for work in works(workloads.SIZES["small"], Path(), Path())]
