"""The works on an exported inventory, held against what anybody must do who reads it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec

from benchmarks import workloads
from benchmarks.measure import Usage
from benchmarks.results import CHECKED, Figure, Work

MEMORY = 500e6
"""Bytes of peak memory."""

DECODE = """
import sys, msgspec
class Row(msgspec.Struct, gc=False):
    arn: str
    type: str
    account: str
    region: str
    tags: dict[str, str]
decode = msgspec.json.Decoder(Row).decode
"""
POLICY = """
import re
email, centre = re.compile("[^@ ]+@[^@ ]+[.][^@ ]+").fullmatch, re.compile("CC-[0-9]{4}").fullmatch
team = re.compile("[a-z][a-z0-9-]+").fullmatch
failing, teams = 0, {}
def judge(type_, tags):
    global failing
    owner, code, stage = tags.get("Owner"), tags.get("CostCenter"), tags.get("Environment")
    service = tags.get("Service")
    sound = (
        owner and email(owner)
        and code and centre(code)
        and stage in ("prod", "staging", "dev")
        and (type_ != "s3:bucket" or tags.get("DataClass") in ("public", "internal", "secret"))
        and (service is None or team(service))
        and "password" not in tags
    )
    failing += not sound
    of = service.partition("-")[0] if service else ""
    teams[of] = teams.get(of, 0) + 1
"""
READ_LINES = "for line in open(sys.argv[1], 'rb'):\n"
READ_PARQUET = """
import sys, pyarrow.parquet as pq
for batch in pq.ParquetFile(sys.argv[1]).iter_batches(columns=["type", "tags"]):
    for type_, tags in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist()):
        judge(type_, dict(tags))
"""
JUDGE_LINE = "    row = decode(line)\n    judge(row.type, row.tags)\n"


def works(check: tuple[str, ...], size: workloads.Size) -> Iterator[Work]:
    """Give the works; `check` is the command up to its paths, with a JSON report."""
    count = size.inventory_resources
    quiet = (*check[:2], "--quiet")
    lines, failing = workloads.INVENTORY, workloads.FAILING_INVENTORY
    name = f"inventory, {count:,} resources"

    def against(text: str, budget: float) -> Callable[[Usage, Usage], list[Figure]]:
        def compare(ours: Usage, floor: Usage) -> list[Figure]:
            ratio = Figure(text, "s", ours.wall, floor.wall, ours.wall / floor.wall, budget)
            held = Figure("  peak memory", "MB", ours.peak, MEMORY, ours.peak / MEMORY, 1)
            return [ratio, held]

        return compare

    def by_hand(read: str, path: str) -> tuple[str, ...]:
        return (sys.executable, "-c", read, path)

    judged = by_hand(DECODE + POLICY + READ_LINES + JUDGE_LINE, lines)
    yield Work(
        "inventory-decode",
        (*quiet, lines),
        by_hand(DECODE + READ_LINES + "    decode(line)\n", lines),
        against(f"{name} / merely decoded", 6),
    )
    yield Work(
        "inventory-failing",
        (*quiet, failing),
        by_hand(DECODE + POLICY + READ_LINES + JUDGE_LINE, failing),
        against(f"{name}, most of them failing / by hand", 3),
    )
    yield Work(
        "inventory-growth",
        (*quiet, lines),
        (*quiet, workloads.TENTH_OF_INVENTORY),
        against(f"{name} / a tenth of them", 10),
        floor_codes=CHECKED,
    )
    if find_spec("pyarrow") is not None:
        parquet = workloads.PARQUET_INVENTORY
        yield Work(
            "inventory-parquet",
            (*quiet, parquet),
            by_hand(POLICY + READ_PARQUET, parquet),
            against(f"{name} in Parquet / by hand", 3),
        )
    # Its proof is much for this process, whose peak its children inherit: so it comes last.
    yield Work(
        "inventory",
        (*quiet, lines),
        judged,
        against(f"{name} / decoded and judged by hand", 3),
        truth=lines,
        proof=(*check, lines),
    )
