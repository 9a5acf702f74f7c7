"""Holds tagguard against other tools: the same source, the same two required tags, one run.

Each tool gets its own form of "`Owner` and `Environment` are required". What it calls missing is
held against the truth of the generator. The tools are run from where they are installed.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import workloads
from benchmarks.measure import CommandFailedError, run
from benchmarks.results import CHECKED
from benchmarks.terraform_source import Effective
from benchmarks.works import CHECK

KEYS = ("Owner", "Environment")
NAME = "compare"
OURS = "tagguard"

Claims = set[tuple[str, str]]
"""Address and key of every tag that a tool calls missing."""


@dataclass(frozen=True)
class Row:
    """What one tool came to."""

    tool: str
    seconds: float
    seen: int
    """Resources of the source that it knows of, one by one."""
    found: int
    missed: int
    """Tags that are missing and not called so."""
    false: int
    """Tags that are there and called missing."""


@dataclass(frozen=True)
class Place:
    """Where a comparison happens."""

    folder: Path
    """The inputs."""
    scratch: Path
    rounds: int
    name: str = workloads.FEW
    """The Terraform source in `folder`: few roots, since some tools take seconds a root."""

    @property
    def source(self) -> Path:
        """The Terraform source."""
        return self.folder / self.name

    def time(self, command: Sequence[str], folder: Path, name: str) -> tuple[float, Path]:
        """Run a command in `folder`; give its seconds, and the file with what it printed."""
        output = self.scratch / f"{name}.json"
        return run(command, folder, output, CHECKED).wall, output


Judged = tuple[float, set[str], Claims]
"""Seconds, addresses seen, tags called missing."""


def tagguard(place: Place) -> Judged:
    """Check the source anew, with the benchmark's own taxonomy."""
    command = (*CHECK, "--no-cache", place.name)
    walls = [place.time(command, place.folder, "tagguard")[0] for _ in range(place.rounds)]
    _, output = place.time((*command, "--list-resources"), place.folder, "tagguard")
    report = json.loads(output.read_bytes())
    claims = {
        (item["resource"], item["key"])
        for item in report["findings"]
        if item["rule"] == "missing-tag" and item["key"] in KEYS
    }
    seen = {item["address"] for item in report["resources"] if item["creator"] is None}
    return median(walls), seen, {claim for claim in claims if claim[0] in seen}


def checkov(tool: Path, place: Place) -> Judged:
    """Run checkov over the folder, with a custom check a key for the types it calls taggable."""
    policies = place.scratch / "checkov"
    policies.mkdir(exist_ok=True)
    ids = {f"CKV2_TAGS_{number}": key for number, key in enumerate(KEYS, 1)}
    for id_, key in ids.items():
        definition = {
            "cond_type": "attribute",
            "resource_types": "taggable",
            "attribute": f"tags.{key}",
            "operator": "exists",
        }
        metadata = {"id": id_, "name": f"{key} is required", "category": "GENERAL_SECURITY"}
        # JSON is YAML, and checkov reads the latter only by its ending.
        text = json.dumps(
            {"metadata": metadata, "scope": {"provider": "aws"}, "definition": definition}
        )
        (policies / f"{key}.yaml").write_text(text, encoding="utf-8")
    options = ("--framework", "terraform", "--skip-download", "--output", "json")
    checks = ("--external-checks-dir", str(policies), "--check", ",".join(ids))
    command = (str(tool), "--directory", str(place.source), *options, *checks)
    wall, output = place.time(command, place.scratch, "checkov")
    results = json.loads(output.read_bytes())["results"]
    failed = [(item["resource"], ids[item["check_id"]]) for item in results["failed_checks"]]
    passed = {item["resource"] for item in results["passed_checks"]}
    return wall, passed | {address for address, _ in failed}, set(failed)


def c7n_left(tool: Path, place: Place) -> Judged:
    """Run c7n-left root by root, since it reads one root module at a time.

    It names what fails inside a module in the `refs` of the call. All that it knows of comes from
    its `dump`, which is not measured.
    """
    policies = place.scratch / "c7n"
    policies.mkdir(exist_ok=True)
    each = [
        {
            "name": key.lower(),
            "resource": "terraform.aws_*",
            "filters": ["taggable", {f"tag:{key}": "absent"}],
        }
        for key in KEYS
    ]
    (policies / "tags.json").write_text(json.dumps({"policies": each}), encoding="utf-8")
    keys = {key.lower(): key for key in KEYS}
    total, seen, claims = 0.0, set[str](), Claims()
    for root in sorted((place.source / "roots").iterdir()):
        command = (str(tool), "run", "--policy-dir", str(policies), "--directory", ".")
        wall, output = place.time((*command, "--output", "json"), root, "c7n")
        total += wall
        for item in _json(output)["results"]:
            about = item["resource"]["__tfmeta"]
            named = about.get("refs") or [about["path"]]
            claims |= {(address, keys[item["policy"]["name"]]) for address in named}
        _, output = place.time((str(tool), "dump", "--directory", "."), root, "c7n-dump")
        for blocks in _json(output)["graph"].values():
            seen |= {block["__tfmeta"]["path"] for block in blocks if "__tfmeta" in block}
    return total, seen, claims


def _json(file: Path) -> Any:  # noqa: ANN401 - a tool's own shape
    """Read the object in a file, after whatever a tool has printed before it."""
    text = file.read_text(encoding="utf-8")
    return json.loads(text[text.index("{") :])


OTHERS: dict[str, Callable[[Path, Place], Judged]] = {"checkov": checkov, "c7n-left": c7n_left}
"""Tools that are compared when their place is given, and how each is run."""


def compare(place: Place, given: Mapping[str, Path | None]) -> Iterator[Row | str]:
    """Run tagguard and the tools at hand; a text says why another is not compared."""
    truth = json.loads((place.folder / workloads.TRUTH).read_bytes())[place.name]["tags"]
    yield _row(OURS, partial(tagguard, place), truth)
    for name, judge in OTHERS.items():
        tool = given.get(name)
        yield _row(name, partial(judge, tool.absolute(), place), truth) if tool else absent(name)


def absent(name: str) -> str:
    """Say how to get a tool that was not given."""
    return (
        f"{name} is not compared: install it (`python -m venv DIR`, "
        f"`DIR/bin/pip install {name}`) and give `--{name} DIR/bin/{name}`"
    )


def _row(name: str, judge: Callable[[], Judged], truth: Mapping[str, Effective]) -> Row | str:
    print(f"measuring {name} …", file=sys.stderr)
    try:
        return row(name, judge(), truth)
    except (CommandFailedError, OSError, ValueError, KeyError) as exc:
        return f"{name} is not compared: {type(exc).__name__}: {exc}"


def row(tool: str, judged: Judged, truth: Mapping[str, Effective]) -> Row:
    """Hold what a tool says against the tags that resources get.

    Resources of which nobody can know all tags do not count.
    """
    seconds, seen, claims = judged
    missing = {
        (address, key)
        for address, tags in truth.items()
        for key in KEYS
        if tags and key not in tags
    }
    decided = {claim for claim in claims if truth.get(claim[0], {}) is not None}
    return Row(
        tool,
        seconds,
        len(seen & truth.keys()),
        found=len(missing & claims),
        missed=len(missing - claims),
        false=len(decided - missing),
    )


def lines(results: Sequence[Row | str], resources: int) -> Iterator[str]:
    """Print rows as a table, texts below it."""
    rows = [each for each in results if isinstance(each, Row)]
    if rows:
        yield f"{resources:,} resources, {' and '.join(KEYS)} required of what takes tags"
        columns = ("seconds", "ratio", "seen", "found", "missed", "false")
        yield "tool      " + "".join(column.rjust(9) for column in columns)
    ours = next((each.seconds for each in rows if each.tool == OURS), math.nan)
    for each in rows:
        yield (
            f"{each.tool:10}{each.seconds:9.2f}{each.seconds / ours:8.1f}x"
            f"{each.seen:9,}{each.found:9}{each.missed:9}{each.false:9}"
        )
    yield from (each for each in results if isinstance(each, str))


def is_sound(results: Sequence[Row | str]) -> bool:
    """Tell whether tagguard, if it was compared, ran and told the truth."""
    match results[:1]:
        case [Row(missed=missed, false=false)]:
            return missed + false == 0
        case broken:
            return not broken


def to_data(results: Sequence[Row | str]) -> list[dict[str, Any]]:
    """Give the rows as plain data."""
    return [asdict(each) for each in results if isinstance(each, Row)]
