from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import hcl2
import pytest

from benchmarks.standard import SPOILT
from benchmarks.terraform_blocks import Raw, arguments, block
from benchmarks.terraform_source import RESOURCES_IN_ROOT, Repository, codes

PLANNED = Path(__file__).with_name("planned_tags.json")


@pytest.fixture(scope="module")
def repository():
    return Repository(codes(60), seed=1)


def test_the_same_seed_gives_the_same_files(repository):
    assert Repository(codes(60), seed=1).files == repository.files
    assert Repository(codes(60), seed=2).files != repository.files


def test_a_root_does_not_depend_on_the_others(repository):
    alone = Repository(["r007"], seed=1)
    assert alone.files.items() <= repository.files.items()
    assert alone.effective.items() <= repository.effective.items()


def test_every_resource_ends_in_one_bucket(repository):
    assert len(repository.effective) == sum(repository.truth.buckets.values())
    roots = Counter(re.findall(r"\br\d{3}", address)[0] for address in repository.effective)
    assert set(roots.values()) == {RESOURCES_IN_ROOT}
    assert len(roots) == 60


def test_every_fault_and_every_doubt_comes(repository):
    rules = {rule for _, _, rule, _ in repository.truth.findings}
    assert {rule for fate in SPOILT for rule, _ in fate.findings} == rules
    assert {("Owner", True), ("Owner", False), ("Environment", True)} <= {
        (key, "module." in address) for _, address, key in repository.truth.undetermined
    }


def test_the_truth_follows_from_the_effective_tags(repository):
    expected = {
        (address, key)
        for address, tags in repository.effective.items()
        for key in ("Owner", "Environment")
        if tags and key not in tags
    }
    told = {
        (address, key)
        for _, address, rule, key in repository.truth.findings
        if rule == "missing-tag" and not address.endswith("#instance")
    }
    assert expected == told
    assert {key for _, key in told} == {"Owner", "Environment"}


def test_terraform_plans_the_same_tags():
    # `tags_all`, or the tag blocks of a group, of a real plan; null: known after the apply.
    planned = json.loads(PLANNED.read_bytes())
    effective = Repository([planned["root"]], planned["seed"]).effective
    assert planned["tags"].keys() == effective.keys()
    for address, tags in effective.items():
        if tags is None:  # all of it is left to a variable, which the plan was given
            continue
        shown = planned["tags"][address]
        assert shown is not None or None in tags.values()
        if shown is not None:
            assert shown == {key: value or shown[key] for key, value in tags.items()}


def test_an_independent_parser_reads_the_files():
    kinds: Counter[str] = Counter()
    for text in Repository(["r000"], seed=1).files.values():
        kinds.update(hcl2.loads(text).keys())
    assert {"resource", "module", "provider", "variable", "locals", "data", "stage"} <= kinds.keys()


def test_runs_of_short_arguments_are_aligned():
    text = arguments({"a": 1, "long": "x", "m": Raw("{\n}"), "b": Raw("var.b")})
    assert text == 'a    = 1\nlong = "x"\nm = {\n}\nb = var.b\n'


def test_the_parts_of_a_block_are_set_apart():
    assert block("a", "b = 1\n", "", "c = 2\n") == "a {\n  b = 1\n\n  c = 2\n}\n"
