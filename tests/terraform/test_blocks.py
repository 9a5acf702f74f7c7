from __future__ import annotations

from tagguard.terraform.blocks import block_cells, child
from tagguard.terraform.plan_attributes import Cell


def paths(cells, path):
    return [(at, cell.known) for at, cell in block_cells(cells, path)]


def test_one_block_has_a_plain_path_and_several_have_indexes():
    cells = {"one": Cell([{"a": 1}]), "two": Cell([{"a": 1}, {"a": 2}])}

    assert paths(cells, "one") == [("one", {"a": 1})]
    assert paths(cells, "two") == [("two.0", {"a": 1}), ("two.1", {"a": 2})]


def test_nested_blocks_keep_the_indexes_of_all_levels():
    cells = {"pool": Cell([{"node": [{"a": 1}]}, {"node": [{"a": 2}, {"a": 3}]}])}

    assert paths(cells, "pool.node") == [
        ("pool.0.node", {"a": 1}),
        ("pool.1.node.0", {"a": 2}),
        ("pool.1.node.1", {"a": 3}),
    ]


def test_a_hidden_block_is_one_hidden_cell_and_so_is_what_is_in_it():
    (path, cell), *rest = block_cells({"a": Cell(None, True)}, "a.b")

    assert (path, cell.is_hidden, rest) == ("a.b", True, [])
    assert child(cell, "tags").is_hidden


def test_flags_stay_with_their_block():
    cells = {"a": Cell([{}, {"t": 1}], [{"t": True}, {}], [{}, {"t": True}])}
    first, second = (child(cell, "t") for _, cell in block_cells(cells, "a"))

    assert (first.is_hidden, second.known, second.sensitive) == (True, 1, True)


def test_what_is_not_there_has_no_blocks():
    assert block_cells({"a": Cell([])}, "a") == []
    assert block_cells({}, "a.b") == []
