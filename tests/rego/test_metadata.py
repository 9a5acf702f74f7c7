from __future__ import annotations

from tagguard.rego.engine import Module
from tagguard.rego.metadata import Metadata, blocks


def test_each_block_belongs_to_the_next_line_of_code():
    text = (
        "# a comment\n\n# METADATA\n# title: Package\n# description: >\n#   two\n#   lines\n\n"
        "package p\n\n# METADATA\n# custom:\n#   severity: warning\n#   id: own\n#   other: [1]\n"
        "x := 1\n"
    )
    assert blocks(Module("p.rego", text)) == {
        9: Metadata(title="Package", description="two lines"),
        16: Metadata(severity="warning", id="own"),
    }


def test_comments_that_are_not_metadata_are_left_alone():
    assert blocks(Module("p.rego", "# Metadata of [\n#METADATA\npackage p\n")) == {}


def test_block_at_the_end_of_the_file():
    assert blocks(Module("p.rego", "# METADATA\n# title: T")) == {3: Metadata(title="T")}
