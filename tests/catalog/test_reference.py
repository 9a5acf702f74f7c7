"""Holds the data against facts that somebody else derived; `differences.json` explains the rest."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tagguard.catalog import PROVIDERS, _load

DIFFERENCES = json.loads(Path(__file__).with_name("differences.json").read_text())
AGREED = {
    "aws": 860,
    "awscc": 1175,
    "azurerm": 387,
    "cloudformation": 1303,
    "google": 311,
    "google-beta": 332,
    "kubernetes": 74,
}
"""Types on which both sides agree in attribute, shape and what else reaches the tags."""


@pytest.fixture(scope="session")
def reference():
    project = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("TAGGUARD_REFERENCE", project.parent / "shared" / "reference"))
    if not folder.is_dir():
        pytest.skip("no reference: set TAGGUARD_REFERENCE to a folder with taggable_*.json")
    facts = json.loads((folder / "taggable_terraform.json").read_text())["_detail"]
    templates = json.loads((folder / "taggable_cloudformation.json").read_text())
    return {**facts, "cloudformation": templates["types"]}


def theirs(provider, fact):
    """Give attribute, whether it is a map, and what else reaches the tags."""
    if provider == "cloudformation":
        attribute = fact["property"].replace("/*/", ".")
        return attribute, fact["shape"] == "map", bool(fact["stack_tags_propagate"])
    return fact["attr"], fact["shape"].startswith("map"), bool(fact.get("provider_defaults"))


def ours(provider, entry):
    reached = entry.stack_tags == "yes" if provider == "cloudformation" else entry.defaults
    return entry.attribute, entry.shape == "map", reached


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_every_difference_is_explained(provider, reference):
    here = {type_: entry for type_, entry in _load(provider).items() if entry}
    there = reference[provider]
    differ = {
        type_
        for type_ in here.keys() & there.keys()
        if ours(provider, here[type_]) != theirs(provider, there[type_])
    }
    explained: dict[str, set[str]] = {"only_here": set(), "only_there": set(), "differ": set()}
    for difference in DIFFERENCES.get(provider, ()):
        assert difference["why"]
        explained[difference["kind"]].update(difference["types"])

    assert here.keys() - there.keys() == explained["only_here"]
    assert there.keys() - here.keys() == explained["only_there"]
    assert differ == explained["differ"]
    assert len(here.keys() & there.keys() - differ) == AGREED[provider]
