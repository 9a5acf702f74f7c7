"""Source held against the plans that Terraform made of it, and against the tags that came about.

The folders are those of `real_plans` and more of the same kind. Before a plan less is known, so the
source may leave open what the plan decides; what it says for sure must be so.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from tagguard.hcl.folder import Folders
from tagguard.model import Resource
from tagguard.terraform.source_root import RootOptions, read_root
from tagguard.tree import Tree
from tests.terraform.plans import read

HERE = Path(__file__).parent
FOLDERS = sorted([*(HERE / "real_plans").iterdir(), *(HERE / "real_sources").iterdir()])
MARK = "$not_the_clouds"
"""In `truth.json`: keys that the simulated service set as the real one does not."""
OPEN = {
    "defaults_by_variable",
    "defaults_by_workspace",
    "late_defaults",
    "late_defaults_framework",
}
"""Folders in which the source may leave all tags open: the defaults are not known before a plan."""

each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@cache
def source(folder):
    tree = Tree([folder], cwd=folder)
    items = read_root(".", ".", RootOptions(), tree, Folders(tree)).items
    resources = [item for item in items if isinstance(item, Resource)]
    assert len(resources) == len(items)
    return {each.address: each for each in resources if not each.excluded}


@cache
def plan(folder):
    planned = read(json.loads((folder / "plan.json").read_text()))
    return {each.address: each for each in planned if not each.excluded}


@cache
def truth(folder):
    """Give address -> tags of what is planned; None is a value that the service only pretended."""
    told = json.loads((folder / "truth.json").read_text())
    pretended = {address: tags.pop(MARK, {"keys": []})["keys"] for address, tags in told.items()}
    return {
        address: tags | dict.fromkeys(pretended[address])
        for address, tags in told.items()
        if address in plan(folder)
    }


def in_source(folder, address):
    """Give the source's resource of a planned address: `a["x"]` may be `a[*]`."""
    found = source(folder)
    return found.get(address) or found[re.sub(r"\[[^\]]*\]", "[*]", address)]


def test_there_are_many_folders():
    assert len(FOLDERS) >= 20


def sure(resource):
    """Give known values, but for keys that the provider leaves to others once they are there."""
    left = re.compile(resource.tags.open_keys) if resource.tags.open_keys else None
    return {
        tag.key: tag.value
        for tag in resource.tags
        if tag.is_known and not (left and left.fullmatch(tag.key))
    }


@each_folder
def test_source_and_plan_tell_of_the_same_resources(folder):
    starred = {re.sub(r"\[[^\]]*\]", "[*]", address) for address in plan(folder)}
    found = {in_source(folder, address).address for address in plan(folder)}
    assert found == source(folder).keys()
    assert found <= plan(folder).keys() | starred


@each_folder
def test_what_the_source_tells_is_what_came_about(folder):
    known = 0
    for address, tags in truth(folder).items():
        resource = in_source(folder, address)
        if resource.elsewhere is not None and not resource.tags.open_keys:
            continue
        known += len(sure(resource))

        certain = {
            key: value for key, value in sure(resource).items() if tags.get(key, "") is not None
        }
        assert certain.items() <= tags.items(), address
        assert set(resource.tags.tags) <= tags.keys(), address
        lacks = tags.keys() - set(resource.tags.tags)
        assert [key for key in lacks if not resource.tags.may_gain(key)] == [], address
    assert known or folder.name in OPEN


@each_folder
def test_source_and_plan_do_not_contradict_each_other(folder):
    for address, planned in plan(folder).items():
        resource, came = in_source(folder, address), truth(folder).get(address)
        if resource.elsewhere is not None:
            continue
        for key in {*resource.tags.tags, *planned.tags.tags}:
            own, other = resource.tags.get(key), planned.tags.get(key)
            if came is not None and own is not None and own.value == came.get(key):
                continue  # the source sees more than the plan
            assert own is not None or resource.tags.may_gain(key), (address, key)
            assert other is not None or planned.tags.may_gain(key), (address, key)
            if own and other and own.is_known and other.is_known:
                assert own.value == other.value, (address, key)
