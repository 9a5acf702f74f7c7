from __future__ import annotations

import pytest
from yaml.nodes import MappingNode

from tagguard.cloudformation.template import load_root
from tagguard.cloudformation.yaml_comments import remarks
from tagguard.documents import lookup


def lines(text):
    """Give for each resource the lines of its comments."""
    root = load_root(text)
    found = remarks(text, root)
    section = lookup(root, "Resources")
    assert isinstance(section, MappingNode)
    if found is None:
        return {}
    told = {
        key.value: [one.place[0] + 1 for one in found.of(key, body)] for key, body in section.value
    }
    return {key: numbers for key, numbers in told.items() if numbers}


MARK = "# tagguard:ignore x"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Resources:\n  {MARK}\n  A:\n    Type: T\n", {"A": [2]}),
        (f"Resources:\n{MARK}\n  # more\n  A:\n    Type: T\n", {"A": [2]}),
        (f"Resources:\n  {MARK}\n\n  A:\n    Type: T\n", {}),
        (f"Resources:\n  A: {MARK}\n    Type: T\n", {"A": [2]}),
        (f"Resources:\n  A:\n    {MARK}\n    Type: T\n", {"A": [3]}),
        (f"Resources:\n  A:\n{MARK}\n    Type: T\n", {"A": [3]}),
        (f"Resources:\n  A:\n    Type: T {MARK}\n  B:\n    Type: T\n", {"A": [3]}),
        (f"Resources:\n  A:\n    Type: T\n    {MARK}\n  B:\n    Type: T\n", {"A": [4]}),
        (f"Resources:\n  A:\n    Type: T\n  {MARK}\n  B:\n    Type: T\n", {"B": [4]}),
        (f"Resources:\n  A:\n    Type: T\n  {MARK}\n\n  B:\n    Type: T\n", {}),
        (f"Resources:\n  A:\n    P:\n      Q: r\n      {MARK}\nOutputs: {MARK}\n", {"A": [5]}),
        (f"Resources:\n  A:\n    Type: T\nOutputs: {MARK}\n  X: 1\n", {}),
        (f"Resources:\n  A: {{Type: T}} {MARK}\n  B: {{Type: T}}\n", {"A": [2]}),
        (f"Resources:\n  A:\n    Type: T {MARK}", {"A": [3]}),
        (f"Resources:\n  A:\n    Type: '{MARK}'\n", {}),
        (f"Resources:\n  A:\n    Type: |\n      {MARK}\n    P: q\n", {}),
        (f"Resources:\n  A:\n    Type: |\n      t\n    P: q {MARK}\n", {"A": [5]}),
        (f"Resources:\n  A:\n    Type: |\n      t\n    {MARK}\n  B:\n    Type: T\n", {"A": [5]}),
        (f"Resources:\n  A:\n    Type: 'a # b' {MARK}\n", {"A": [3]}),
        (f"Resources:\n  A:\n    Type: a#b {MARK}\n", {"A": [3]}),
        (f"Resources:\n  A:\n    Type: a#{MARK[2:]}\n", {}),
        (f"Resources:\n  A: &a\n    Type: T {MARK}\n  B: *a\n", {"A": [3]}),
        (f"Resources:\n  A: &a\n    Type: T\n  {MARK}\n  B: *a\n", {"B": [4]}),
        (f"Resources:\r\n  {MARK}\r\n  A:\r\n    Type: T\r\n", {"A": [2]}),
        (f"Resources:\n  A:\n    Type: 'x\u2028  y'\n    P: q {MARK}\n", {"A": [5]}),
        ('{"Resources": {"A": {"Type": "# tagguard:ignore x"}}}', {}),
        ("Resources: {A: {Type: T}}", {}),
    ],
)
def test_where_a_comment_belongs(text, found):
    assert lines(text) == found


def test_thousands_of_comments_are_found_in_time_with_their_number():
    text = "Resources:\n" + f"  {MARK}\n" * 20_000 + "  A:\n    Type: T\n"
    assert len(lines(text)["A"]) == 20_000
