"""Plans that Terraform made with AWS's provider, held against the tags that were there afterwards.

Each folder has the configuration, its plan as JSON without parts that tell nothing of tags, and
`truth.json`: the tags of each resource as the service gave them back once the plan was applied. The
service was a simulation, which is why cases that hang on what a cloud does by itself are not here.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.terraform.plans import read

FOLDERS = sorted(Path(__file__).with_name("real_plans").iterdir())


def test_there_are_plans():
    assert len(FOLDERS) > 10


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_told_is_what_came_about(folder):
    truth = json.loads((folder / "truth.json").read_text())
    told = {each.address: each for each in read(json.loads((folder / "plan.json").read_text()))}
    for address, tags in truth.items():
        found = told[address].tags
        known = {tag.key: tag.value for tag in found if tag.is_known}

        assert known.items() <= tags.items(), address
        assert set(found.tags) <= tags.keys(), address
        assert {key for key in tags if key not in found and not found.may_gain(key)} == set()
    if not folder.name.startswith("late_defaults"):
        assert any(tag.is_known for address in truth for tag in told[address].tags)
