"""The runner: ``python -m benchmarks``. See README.md beside this file for how to read it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import workloads, works
from benchmarks.measure import CommandFailedError, run
from benchmarks.results import Result, Work
from benchmarks.table import notes, table
from benchmarks.verdicts import compare

BUDGETED = "full"
"""The size that the budgets speak of."""

PROJECT = Path(__file__).resolve().parent.parent


def measure(work: Work, folder: Path, scratch: Path, rounds: int) -> Result:
    """Run subject and floor in turns (one unmeasured round first), and check the verdicts."""
    result = Result(work)
    report = scratch / f"{work.name}.json"
    try:
        for number in range(rounds + 1):
            ours = run(work.subject, folder, report, work.subject_codes)
            floor = run(work.floor, folder, scratch / "floor", work.floor_codes)
            if number:
                result.ours.append(ours)
                result.floor.append(floor)
        if work.truth:
            truth = json.loads((folder / workloads.TRUTH).read_bytes())[work.truth]
            said = json.loads(report.read_bytes())
            result.agreement = compare(truth, said, with_policy=work.with_policy)
    except (CommandFailedError, OSError, ValueError, KeyError) as exc:
        result.failure = f"{type(exc).__name__}: {exc}"
    return result


def generate(folder: Path, size: str, seed: int) -> None:
    """Write the inputs, in a process of its own (see `benchmarks.workloads`)."""
    command = [sys.executable, "-m", "benchmarks.workloads", str(folder)]
    subprocess.run([*command, "--size", size, "--seed", str(seed)], cwd=PROJECT, check=True)


def read_command_line(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=workloads.SIZES, default="small")
    parser.add_argument("--only", choices=works.names(), action="append", help="repeatable")
    parser.add_argument("--rounds", type=int, default=5, help="measured runs of each (default 5)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="all runs and figures")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the inputs here, keep them")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when a work failed or told an untruth, whatever the speed."""
    asked = read_command_line(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep.resolve() if asked.keep else Path(scratch, "inputs")
        generate(folder, asked.size, asked.seed)
        results = []
        for work in works.works(workloads.SIZES[asked.size], folder):
            if not asked.only or work.name in asked.only:
                print(f"measuring {work.name} …", file=sys.stderr)
                results.append(measure(work, folder, Path(scratch), max(1, asked.rounds)))
        print(table(results))
        print("\n".join(["", *notes(results)]))
        if asked.size != BUDGETED:
            print(f"start-up outweighs the work at this size; budgets speak of --size {BUDGETED}")
        if asked.json:
            data = {"size": asked.size, "seed": asked.seed, "python": sys.version.split()[0]}
            data["results"] = [result.to_data() for result in results]
            asked.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    return 0 if all(result.sound for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
