"""Holds the newest versions' data against facts that somebody else derived.

`differences.json` explains the rest.
"""

from __future__ import annotations

import fnmatch
import json
import os
from pathlib import Path

import pytest

from tagguard.catalog import PROVIDERS, _read
from tagguard.catalog.types import canonical

DIFFERENCES = json.loads(Path(__file__).with_name("differences.json").read_text())
AGREED = {
    "alicloud": 235,
    "aws": 860,
    "awscc": 1175,
    "azapi": 1,
    "azurerm": 387,
    "cloudformation": 1299,
    "google": 311,
    "google-beta": 332,
    "kubernetes": 74,
    "oci": 554,
}
"""Types on which both sides agree in attribute, shape and what else reaches the tags."""


NESTED = {
    "alicloud": 0,
    "aws": 24,
    "awscc": 10,
    "azapi": 0,
    "azurerm": 6,
    "google": 26,
    "google-beta": 26,
    "kubernetes": 18,
    "oci": 553,
}
"""Further places (`also` and `beside`) that both sides name."""


@pytest.fixture(scope="session")
def folder():
    project = Path(__file__).resolve().parents[2]
    found = Path(os.environ.get("TAGGUARD_REFERENCE", project.parent / "shared" / "reference"))
    if not found.is_dir():
        pytest.skip("no reference: set TAGGUARD_REFERENCE to a folder with taggable_*.json")
    return found


@pytest.fixture(scope="session")
def reference(folder):
    facts = json.loads((folder / "taggable_terraform.json").read_text())
    plain = {type_: {"attr": attribute} for type_, attribute in facts["alicloud"].items()}
    templates = json.loads((folder / "taggable_cloudformation.json").read_text())
    return {**facts["_detail"], "alicloud": plain, "cloudformation": templates["types"]}


def theirs(provider, fact):
    """Give attribute, whether it is a map, and what else reaches the tags."""
    if provider == "cloudformation":
        attribute = fact["property"].replace("/*/", ".")
        return attribute, fact["shape"] == "map", bool(fact["stack_tags_propagate"])
    shape = fact.get("shape", "map")  # one shape, so it is not told
    return fact["attr"], shape.startswith("map"), bool(fact.get("provider_defaults"))


def ours(provider, entry):
    reached = entry.stack_tags == "yes" if provider == "cloudformation" else entry.defaults
    return entry.attribute, entry.shape == "map", reached


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_every_difference_is_explained(provider, reference):
    here = {type_: entry for type_, entry in _read(provider).types().items() if entry}
    there = reference[provider]
    differ = {
        type_
        for type_ in here.keys() & there.keys()
        if ours(provider, here[type_]) != theirs(provider, there[type_])
    }
    explained: dict[str, set[str]] = {"only_here": set(), "only_there": set(), "differ": set()}
    for difference in DIFFERENCES.get(provider, ()):
        assert difference["why"]
        if "types" in difference:
            explained[difference["kind"]].update(difference["types"])

    assert here.keys() - there.keys() == explained["only_here"]
    assert there.keys() - here.keys() == explained["only_there"]
    assert differ == explained["differ"]
    assert len(here.keys() & there.keys() - differ) == AGREED[provider]


@pytest.mark.parametrize("provider", sorted(NESTED))
def test_nested_places_agree_where_they_are_not_explained(provider, reference):
    here = {
        f"{type_} {path}"
        for type_, entry in _read(provider).types().items()
        if entry
        for path in (*entry.also, *entry.beside)
    }
    there = {
        f"{type_} {path}"
        for type_, fact in reference[provider].items()
        for path in fact.get("also", ())
    }
    explained: dict[str, list[str]] = {"nested_only_here": [], "nested_only_there": []}
    for difference in DIFFERENCES.get(provider, ()):
        explained.get(difference["kind"], []).extend(difference.get("places", ()))

    for kind, only in ("nested_only_here", here - there), ("nested_only_there", there - here):
        unexplained = set(only)
        for pattern in explained[kind]:
            assert fnmatch.filter(only, pattern), f"{pattern} explains nothing"
            unexplained -= set(fnmatch.filter(only, pattern))
        assert unexplained == set()
    assert len(here & there) == NESTED[provider]


def test_every_twin_of_the_reference_has_one_canonical_name(folder):
    facts = json.loads((folder / "map_aws_cfn_terraform.json").read_text())
    twins = {type_: fact["cfn"] for type_, fact in facts["aws_to_cfn"].items()}

    assert len(twins) == 636
    assert {
        type_
        for type_, twin in twins.items()
        if not canonical(type_) or canonical(type_) != canonical(twin)
    } == set()
