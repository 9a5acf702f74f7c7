from __future__ import annotations

import json
import random

import pyarrow.parquet as pq
import pytest
import yaml

from benchmarks import workloads
from benchmarks.plan import Plan
from benchmarks.workloads import Size, write

SIZE = Size(
    plan_resources=400,
    template_resources=80,
    template_files=4,
    roots=2,
    inventory_resources=600,
)


class Loader(yaml.SafeLoader):
    """Reads short forms as their argument."""


Loader.add_multi_constructor(
    "!",
    lambda loader, _, node: (
        loader.construct_sequence(node)
        if isinstance(node, yaml.SequenceNode)
        else loader.construct_scalar(node)
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("workload")
    write(made, SIZE, seed=7)
    return made


@pytest.fixture(scope="module")
def plan(folder):
    return json.loads((folder / workloads.PLAN).read_bytes())


@pytest.fixture(scope="module")
def truth(folder):
    return json.loads((folder / workloads.TRUTH).read_bytes())


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def managed(plan):
    """Give the resources that will exist: address -> change."""
    return {
        entry["address"]: entry["change"]
        for entry in plan["resource_changes"]
        if entry["mode"] == "managed" and entry["change"]["actions"] != ["delete"]
    }


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path):
    write(tmp_path, SIZE, seed=7)
    assert contents(folder) == contents(tmp_path)


def test_another_seed_gives_another_plan(folder, tmp_path):
    write(tmp_path, SIZE, seed=8)
    assert contents(folder)[workloads.PLAN] != contents(tmp_path)[workloads.PLAN]


@pytest.mark.parametrize("resources", [1, 2, 81, 400])
def test_a_plan_has_as_many_resources_as_asked_each_in_one_bucket(resources):
    built = Plan(resources, random.Random(1), "plan.json")
    assert resources == len(built.document()["resource_changes"])
    assert resources == sum(built.truth.buckets.values())


def test_a_plan_shows_each_resource_in_every_section(plan):
    planned, configured = set(), set()
    for module in plan["planned_values"]["root_module"]["child_modules"]:
        for part in (module, *module["child_modules"]):
            planned |= {resource["address"] for resource in part["resources"]}
    for name, call in plan["configuration"]["root_module"]["module_calls"].items():
        calls = {"": call, ".module.storage": call["module"]["module_calls"]["storage"]}
        for suffix, inner in calls.items():
            for block in inner["module"]["resources"]:
                configured.add(f"module.{name}{suffix}.{block['address']}")
    assert planned == set(managed(plan))
    assert {address.partition("[")[0] for address in planned} <= configured


def test_unknown_tags_look_as_terraform_shows_them(plan, truth):
    changes = managed(plan)
    open_questions = {(address, key) for _, address, key in truth[workloads.PLAN]["undetermined"]}
    assert open_questions
    for address, key in open_questions:
        unknown = changes[address]["after_unknown"]
        assert unknown["tags"] is True or unknown["tags"][key] is True
        assert unknown["tags_all"] is True
        assert "tags_all" not in changes[address]["after"]


def test_the_truth_of_a_plan_is_what_a_naive_reader_finds(plan, truth):
    found = set()
    for address, change in managed(plan).items():
        tags = change["after"].get("tags_all")
        if tags is None:
            continue
        if "Owner" not in tags:
            found.add((workloads.PLAN, address, "missing-tag", "Owner"))
        if tags["Environment"] not in {"prod", "staging", "dev"}:
            found.add((workloads.PLAN, address, "invalid-value", "Environment"))
        if tags.get("CostCenter") == "":
            found.add((workloads.PLAN, address, "empty-tag", "CostCenter"))
        if tags.get("CostCenter") == "CC-12":
            found.add((workloads.PLAN, address, "invalid-value", "CostCenter"))
        if "costcenter" in tags:
            found.add((workloads.PLAN, address, "misnamed-key", "CostCenter"))
        if "password" in tags:
            found.add((workloads.PLAN, address, "forbidden-key", "password"))
    assert found == {tuple(entry) for entry in truth[workloads.PLAN]["findings"]}
    assert len({rule for _, _, rule, _ in found}) >= 5


def test_templates_come_in_both_languages_and_hold_what_was_asked(folder):
    paths = sorted((folder / workloads.TEMPLATES).iterdir())
    assert [path.suffix for path in paths] == [".yaml", ".json"] * 2
    documents = [
        json.loads(path.read_bytes())
        if path.suffix == ".json"
        else yaml.load(path.read_bytes(), Loader)
        for path in paths
    ]
    assert [len(document["Resources"]) for document in documents] == [20] * 4


def test_the_truth_of_templates_names_resources_that_are_there(folder, truth):
    known = truth[workloads.TEMPLATES]
    assert SIZE.template_resources == sum(known["buckets"].values())
    for path, logical_id, *_ in known["findings"] + known["undetermined"]:
        assert f"{logical_id}" in (folder / path).read_text(encoding="utf-8")


def test_inventories_hold_what_was_asked_and_the_truth_knows_their_rows(folder, truth):
    rows = [json.loads(line) for line in (folder / workloads.INVENTORY).read_bytes().splitlines()]
    assert len({row["arn"] for row in rows}) == SIZE.inventory_resources
    known = truth[workloads.INVENTORY]
    assert sum(known["buckets"].values()) == SIZE.inventory_resources
    missing = {row["arn"] for row in rows if "Owner" not in row["tags"]}
    rule = ("missing-tag", "Owner")
    assert missing == {arn for _, arn, *found in known["findings"] if tuple(found) == rule}
    tenth = (folder / workloads.TENTH_OF_INVENTORY).read_bytes().splitlines()
    assert len(tenth) == SIZE.inventory_resources // 10
    failing = [
        json.loads(line)
        for line in (folder / workloads.FAILING_INVENTORY).read_bytes().splitlines()
    ]
    assert sum("Owner" not in row["tags"] for row in failing) > 3 * len(missing)


def test_the_inventory_in_parquet_has_the_same_rows(folder):
    rows = pq.read_table(folder / workloads.PARQUET_INVENTORY).to_pylist()
    lines = [json.loads(line) for line in (folder / workloads.INVENTORY).read_bytes().splitlines()]
    assert [{**row, "tags": dict(row["tags"])} for row in rows] == lines
