from __future__ import annotations

import json

import pytest

from tagguard.hcl.syntax import read

TEXT = """\
{
  "//": "generated",
  "resource": {
    "aws_instance": {
      "web": {
        "tags": {"Name": "web", "${var.k}": "x", "$${k}": "${var.v}"},
        "ebs_block_device": [{"size": 1}, {"size": true}],
        "root_block_device": {"tags": null}
      }
    }
  },
  "provider": {"aws": [{"region": "a"}, {"alias": "west"}]},
  "locals": [{"a": 1}, {"b": 2}]
}
"""


def body(text):
    file = read("main.tf.json", text.encode())
    assert file.faults == ()
    return file.body


def place(thing):
    return thing.location.line, thing.location.column


def test_blocks_come_out_of_their_labels():
    blocks = body(TEXT).blocks()
    assert "//" not in body(TEXT).attributes
    assert [(block.type, block.labels, place(block)) for block in blocks] == [
        ("resource", ("aws_instance", "web"), (5, 7)),
        ("provider", ("aws",), (12, 16)),
        ("provider", ("aws",), (12, 16)),
        ("locals", (), (13, 3)),
        ("locals", (), (13, 3)),
    ]


def test_members_are_attributes_and_blocks():
    [web] = body(TEXT).blocks("resource")
    assert list(web.body.attributes) == ["tags", "ebs_block_device", "root_block_device"]
    sizes = [block.body.attributes["size"] for block in web.body.blocks("ebs_block_device")]
    assert [size.expression.literal() for size in sizes] == ["1", "true"]
    assert [place(size) for size in sizes] == [(7, 31), (7, 44)]
    [root] = web.body.blocks("root_block_device")
    assert root.body.attributes["tags"].expression.literal() is None


def test_strings_with_templates_are_no_literals():
    [web] = body(TEXT).blocks("resource")
    entries = web.body.attributes["tags"].expression.entries()
    assert [(entry.key, entry.value.literal()) for entry in entries] == [
        ("Name", "web"),
        (None, "x"),
        ("${k}", None),
    ]
    assert place(entries[0]) == (6, 18)


def test_other_shapes_give_nothing():
    [web] = body(TEXT).blocks("resource")
    expression = web.body.attributes["ebs_block_device"].expression
    assert len(expression.elements()) == 2
    assert (
        expression.entries(),
        expression.branches(),
        expression.call(),
        expression.reference(),
        expression.literal(),
    ) == ([], (), ("", ()), "", None)
    assert web.body.attributes["tags"].expression.elements() == ()


def test_a_list_of_bodies_is_one_body():
    assert [block.type for block in body('[{"locals": {}}, {"output": {"x": {}}}]').blocks()] == [
        "locals",
        "output",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [("", 1), ("{", 1), ('{\n"a": }', 2), ("1", 1), ("[\n1]", 1), ("[" * 100_000, 1)],
)
def test_what_is_no_such_document_is_a_fault(text, line):
    file = read("main.tf.json", text.encode())
    assert [line] == [fault.location.line for fault in file.faults]
    assert file.body.blocks() == []


@pytest.mark.parametrize(
    "document",
    [
        {"resource": 1},
        {"resource": {"a": 1}},
        {"resource": {"a": {"b": "text"}}},
        {"resource": [[1], {"a": [None]}]},
        {"locals": None, "provider": ["aws"]},
    ],
)
def test_members_of_the_wrong_shape_are_no_blocks(document):
    assert body(json.dumps(document)).blocks() == []
