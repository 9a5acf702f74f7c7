"""Writes the generated organisation to a folder: ``python -m benchmarks.workloads FOLDER``.

The same size and seed give the same bytes. The runner calls this in a process of its own: a child
inherits the peak memory of the process that starts it, so the runner must stay small.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from benchmarks import inventory, standard
from benchmarks.plan import Plan
from benchmarks.standard import Truth
from benchmarks.templates import Templates
from benchmarks.terraform_source import RESOURCES_IN_ROOT, Repository, codes
from benchmarks.terraform_source import folder as root_folder

PLAN = "plan.json"
TEMPLATES = "templates"
SMALL_TEMPLATE = "one.yaml"
SOURCE = "source"
FEW = "few"
"""Terraform source of a few roots, for tools that would take long over all."""
FEW_ROOTS = 20
FEW_RESOURCES = FEW_ROOTS * RESOURCES_IN_ROOT
CHANGED = "r007"
"""The root that somebody changes."""
CHANGED_FILE = f"{SOURCE}/{root_folder(CHANGED)}/main.tf"
INVENTORY = "inventory.jsonl"
TENTH_OF_INVENTORY = "inventory-tenth.jsonl"
FAILING_INVENTORY = "inventory-failing.jsonl"
PARQUET_INVENTORY = "inventory.parquet"
POLICY = "policies/no_legacy_service.rego"
TRUTH = "truth.json"


@dataclass(frozen=True)
class Size:
    """How much is generated."""

    plan_resources: int
    template_resources: int
    template_files: int
    roots: int
    inventory_resources: int

    @property
    def source_resources(self) -> int:
        """Resources of all roots."""
        return self.roots * RESOURCES_IN_ROOT


SIZES = {
    "small": Size(1_000, 200, 10, 20, 100_000),
    "full": Size(10_000, 2_000, 40, 200, 1_000_000),
}


def write(folder: Path, size: Size, seed: int) -> None:
    """Fill `folder` with the standard, the inputs and ``truth.json`` (input name -> truth)."""
    texts = {
        "tagguard.yaml": standard.CONFIG,
        "taxonomy.yaml": standard.TAXONOMY,
        "teams.yaml": standard.TEAMS_FILE,
        POLICY: standard.POLICY,
    }
    plan = Plan(size.plan_resources, random.Random(seed), PLAN)
    texts[PLAN] = json.dumps(plan.document(), separators=(",", ":"))
    paths = [
        f"{TEMPLATES}/stack-{number:02}.{'json' if number % 2 else 'yaml'}"
        for number in range(size.template_files)
    ]
    each = size.template_resources // size.template_files
    templates = Templates(paths, each, random.Random(seed))
    one = Templates([SMALL_TEMPLATE], 6, random.Random(seed))
    texts |= {**dict(templates.texts()), **dict(one.texts())}
    truths = {PLAN: plan.truth, TEMPLATES: templates.truth, SMALL_TEMPLATE: one.truth}
    truth = {name: entry.to_data() for name, entry in truths.items()}
    for name, roots in ((SOURCE, codes(size.roots)), (FEW, codes(FEW_ROOTS))):
        repository = Repository(roots, seed)
        texts |= {f"{name}/{path}": text for path, text in repository.files.items()}
        truth[name] = repository.to_data()
    truth[CHANGED_FILE] = Repository([CHANGED], seed).to_data()
    truth[INVENTORY] = write_inventories(folder, size.inventory_resources, seed).to_data()
    texts[TRUTH] = json.dumps(truth, indent=1, sort_keys=True)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def write_inventories(folder: Path, count: int, seed: int) -> Truth:
    """Write the inventories; give the truth of the first, of which two others are parts or copies.

    Parquet is written where pyarrow is installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    truth = Truth()
    rng = random.Random(seed)
    rows = inventory.rows(count, rng, INVENTORY, truth, standard.SPOILT)
    inventory.write_lines(folder / INVENTORY, rows)
    with (folder / INVENTORY).open("rb") as whole, (folder / TENTH_OF_INVENTORY).open("wb") as part:
        part.writelines(islice(whole, count // 10))
    failing = inventory.rows(count, rng, FAILING_INVENTORY, Truth(), inventory.FAILING)
    inventory.write_lines(folder / FAILING_INVENTORY, failing)
    if find_spec("pyarrow") is not None:
        inventory.write_parquet(folder / PARQUET_INVENTORY, folder / INVENTORY)
    return truth


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description="write the benchmark's inputs")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write(asked.folder, SIZES[asked.size], asked.seed)


if __name__ == "__main__":
    main()
