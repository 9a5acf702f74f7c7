"""What is said of a tree in which one constant is not known must be true of the whole tree."""

from __future__ import annotations

import re

import pytest

from tagguard.hcl.parsing import parse
from tagguard.hcl.values import to_text
from tests.hcl.evaluating import SENSITIVE, UNKNOWN, cases
from tests.hcl.trees import inputs, root_of

CASES = cases("module-trees.yaml")
HOLE = "var.hole"
FIXED = {"source", "type", "iterator", "nullable", "sensitive"}
"""Arguments that Terraform wants to be constant."""
_KEY = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')


def constants(text):
    """Give where constants stand in a file, in bytes; those that must be constant are left out."""
    data = text.encode()
    waiting, found = list(parse(data)[0]), []
    while waiting:
        node = waiting.pop()
        first = node.children[0] if node.type == "attribute" else node
        name = data[first.start_byte : first.end_byte].decode()
        if node.type == "literal_value" and node.named_children[0].type != "null_lit":
            found.append((node.start_byte, node.end_byte))
        elif name not in FIXED:
            is_block = node.type == "block"
            waiting += [each for each in node.children if not is_block or each.type == "body"]
    return found


def holed(case):
    for name, text in case["files"].items():
        if name.endswith(".tf"):
            data = text.encode()
            for start, end in constants(text):
                hole = data[:start] + HOLE.encode() + data[end:]
                yield {**case["files"], name: hole.decode()}, f"{name}: {data[start:end].decode()}"


def contradicts(said, true):
    """Tell whether something that is said to be known is not so."""
    if isinstance(said, dict) and set(said) == {SENSITIVE}:
        return contradicts(said[SENSITIVE], true)
    if UNKNOWN in (said if isinstance(said, str) else "", true if isinstance(true, str) else ""):
        return False
    if isinstance(said, dict):
        is_open = "…" in said
        known = {key: item for key, item in said.items() if key != "…"}
        return (
            not isinstance(true, dict)
            or not known.keys() <= true.keys()
            or (not is_open and known.keys() != true.keys())
            or any(contradicts(item, true[key]) for key, item in known.items())
        )
    if isinstance(said, list):
        return "…" not in said and (
            not isinstance(true, list)
            or len(said) != len(true)
            or any(map(contradicts, said, true))
        )
    return plain_text(said) != plain_text(true)


def plain_text(value):
    """Give a number or bool as its text: an unknown neighbour may decide that it becomes that."""
    return to_text(value) if isinstance(value, bool | int) else value


def covers(address, other):
    """Tell whether an address stands for another: `a[*]` for `a[0]`."""
    parts = map(re.escape, address.split("[*]"))
    return re.fullmatch(_KEY.pattern.join(parts), other) is not None


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_nothing_is_lost_and_nothing_is_false(case, tmp_path):
    lost, false, true = [], [], case["inputs"]
    for at, (files, hole) in enumerate(holed(case)):
        (tmp_path / str(at)).mkdir()
        said = inputs(root_of(tmp_path / str(at), files))
        lost += [(hole, one) for one in true if not any(covers(each, one) for each in said)]
        false += [
            (hole, one, value)
            for one, value in said.items()
            if "[*]" not in one and (one not in true or contradicts(value, true[one]))
        ]
    assert (lost, false) == ([], [])


def test_the_check_can_fail():
    assert constants('a = "x"\nsource = "y"\nresource "t" "r" {\n  b = [1, null]\n}\n') == [
        (47, 48),
        (4, 7),
    ]
    assert contradicts({"a": 1}, {"a": 2})
    assert contradicts({"a": 1}, {"a": 1, "b": 2})
    assert contradicts([1], [1, 2])
    assert not contradicts({"a": UNKNOWN, "…": True}, {"a": 2, "b": 2})
    assert covers("m[*].r[*]", 'm["a"].r[0]')
    assert not covers("m[*]", "m[0].r")
