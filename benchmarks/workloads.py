"""Writes the generated organisation to a folder: ``python -m benchmarks.workloads FOLDER``.

The same size and seed give the same bytes. The runner calls this in a process of its own: a child
inherits the peak memory of the process that starts it, so the runner must stay small.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass
from pathlib import Path

from benchmarks import standard
from benchmarks.plan import Plan
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
POLICY = "policies/no_legacy_service.rego"
TRUTH = "truth.json"


@dataclass(frozen=True)
class Size:
    """How much is generated."""

    plan_resources: int
    template_resources: int
    template_files: int
    roots: int

    @property
    def source_resources(self) -> int:
        """Resources of all roots."""
        return self.roots * RESOURCES_IN_ROOT


SIZES = {"small": Size(1_000, 200, 10, 20), "full": Size(10_000, 2_000, 40, 200)}


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
    texts[TRUTH] = json.dumps(truth, indent=1, sort_keys=True)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


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
