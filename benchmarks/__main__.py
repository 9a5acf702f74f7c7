"""The runner: ``python -m benchmarks``. See README.md beside this file for how to read it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import comparison, workloads, works
from benchmarks.measure import CommandFailedError, run
from benchmarks.memory import peak_together
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
            if work.before:
                work.before(number)
            ours = run(work.subject, folder, report, work.subject_codes, work.variables)
            floor = run(work.floor, folder, scratch / "floor", work.floor_codes)
            if number:
                result.ours.append(ours)
                result.floor.append(floor)
        if work.memory_budget:
            result.together = peak_together(work.subject, folder, work.variables)
        if work.proof:
            run(work.proof, folder, report, work.subject_codes, work.variables)
        if work.truth:
            truth = json.loads((folder / workloads.TRUTH).read_bytes())[work.truth]
            said = json.loads(report.read_bytes())
            result.agreement = compare(truth, said, with_policy=work.with_policy)
    except (CommandFailedError, OSError, ValueError, KeyError) as exc:
        result.failure = f"{type(exc).__name__}: {exc}"
    return result


def compare_tools(
    asked: argparse.Namespace, folder: Path, scratch: Path
) -> list[comparison.Row | str]:
    """Compare when that is asked for, by name or by giving a tool."""
    given: dict[str, Path | None] = {
        tool: getattr(asked, tool.replace("-", "_")) for tool in comparison.OTHERS
    }
    if not any(given.values()) and comparison.NAME not in (asked.only or ()):
        return []
    name = workloads.SOURCE if asked.all_roots else workloads.FEW
    place = comparison.Place(folder, scratch, max(1, asked.rounds), name)
    return list(comparison.compare(place, given))


def generate(folder: Path, size: str, seed: int) -> None:
    """Write the inputs, in a process of its own (see `benchmarks.workloads`)."""
    command = [sys.executable, "-m", "benchmarks.workloads", str(folder)]
    subprocess.run([*command, "--size", size, "--seed", str(seed)], cwd=PROJECT, check=True)


def read_command_line(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=workloads.SIZES, default="small")
    names = [*works.names(), comparison.NAME]
    parser.add_argument("--only", choices=names, action="append", help="repeatable")
    parser.add_argument("--rounds", type=int, default=5, help="measured runs of each (default 5)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tree", type=Path, metavar="DIR", help="Terraform source of your own")
    parser.add_argument("--all-roots", action="store_true", help="compare on the whole source")
    for tool in comparison.OTHERS:
        parser.add_argument(f"--{tool}", type=Path, metavar="FILE", help=f"compare with {tool}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all runs and figures")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the inputs here, keep them")
    asked = parser.parse_args(arguments)
    if asked.tree is None and any(name.startswith("tree") for name in asked.only or ()):
        parser.error("give the folder to read: --tree DIR")
    return asked


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when a work failed or told an untruth, whatever the speed."""
    asked = read_command_line(arguments)
    size = workloads.SIZES[asked.size]
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep.resolve() if asked.keep else Path(scratch, "inputs")
        generate(folder, asked.size, asked.seed)
        results = []
        for work in works.works(size, folder, asked.tree):
            if not asked.only or work.name in asked.only:
                print(f"measuring {work.name} …", file=sys.stderr)
                results.append(measure(work, folder, Path(scratch), max(1, asked.rounds)))
        # It reads much into this process, whose peak its children inherit: so it comes last.
        compared = compare_tools(asked, folder, Path(scratch))
        resources = size.source_resources if asked.all_roots else workloads.FEW_RESOURCES
        if results:
            print(table(results), end="\n\n")
        print("\n".join([*notes(results), *comparison.lines(compared, resources)]))
        if asked.size != BUDGETED:
            print(f"start-up outweighs the work at this size; budgets speak of --size {BUDGETED}")
        if asked.json:
            data = {"size": asked.size, "seed": asked.seed, "python": sys.version.split()[0]}
            data["results"] = [result.to_data() for result in results]
            data["comparison"] = comparison.to_data(compared)
            asked.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    sound = all(result.sound for result in results) and comparison.is_sound(compared)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
