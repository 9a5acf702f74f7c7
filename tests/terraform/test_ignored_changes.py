from __future__ import annotations

import pytest

from tagguard.hcl.native_syntax import read_native
from tagguard.terraform.ignored_changes import elsewhere


@pytest.mark.parametrize(
    ("written", "keys"),
    [("all", ()), ('["all"]', ()), ("[tags]", ()), ("[tags_all]", ()), ('["tags"]', ()),
     ('[name, tags["A"], tags.B]', ("A", "B")), ("[name, tags_x]", None), ("[]", None)],
)  # fmt: skip
def test_which_tags_are_left_to_others(written, keys):
    text = f"lifecycle {{\n  ignore_changes = {written}\n}}\n"
    found = elsewhere(read_native("a.tf", text.encode()).body, ("tags", "tags_all"))
    assert (found and found.keys) == keys
