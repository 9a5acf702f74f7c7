from __future__ import annotations

import pytest

from tagguard.hcl.syntax import read
from tagguard.terraform.written_keys import WrittenKeys


def lines(text, path, *keys):
    """Give the line on which each key is found, None where it is not."""
    body = read("main.tf", text.encode()).body
    found = [WrittenKeys([body]).find(path, key) for key in keys]
    return [place and place.line for place in found]


INSTANCE = """\
tags = merge(
  local.common,
  { Owner = "a" },
  var.extra ? { Extra = 1 } : { "Other" = 2 },
  { Owner = "b" },
)
root_block_device {
  tags = { Root = 1 }
}
ebs_block_device {
  size = 1
}
ebs_block_device {
  tags = { Data = 1 }
}
"""


@pytest.mark.parametrize(
    ("path", "key", "line"),
    [
        ("tags", "Owner", 5),
        ("tags", "Extra", 4),
        ("tags", "Other", 4),
        ("tags", "Absent", 1),
        ("tags", "", 1),
        ("labels", "Owner", None),
        ("root_block_device.tags", "Root", 8),
        ("root_block_device.0.tags", "Root", 8),
        ("root_block_device.tags", "Absent", 8),
        ("root_block_device.labels", "Root", None),
        ("root_block_device", "", 7),
        ("root_block_device.1.tags", "Root", None),
        ("ebs_block_device.0.tags", "Data", None),
        ("ebs_block_device.1.tags", "Data", 14),
        ("ebs_block_device.tags", "Data", 14),
        ("ebs_block_device.1", "", 13),
        ("ebs_block_device.999999999999999999999", "", None),
        ("", "Owner", None),
    ],
)
def test_keys_of_attributes_and_nested_blocks(path, key, line):
    assert lines(INSTANCE, path, key) == [line]


def test_the_place_is_that_of_the_key():
    body = read("main.tf", b'tags = { A = 1, "B" = 2 }').body
    place = WrittenKeys([body]).find("tags", "B")
    assert place is not None
    assert (place.path, place.line, place.column) == ("main.tf", 1, 17)


def test_a_value_that_looks_like_a_key_is_none():
    text = 'tags = {\n  Owner = lookup({ Env = 1 }, "Env")\n  A = { B = 1 }\n}\n'
    assert lines(text, "tags", "Env", "B", "Owner") == [1, 1, 2]


def test_other_functions_and_loops_end_the_search():
    text = 'tags = merge({ for k, v in { A = 1 } : k => v },\n lookup({\n B = 1 }, "x"))\n'
    assert lines(text, "tags", "A", "B") == [1, 1]


GROUP = """\
tag {
  key   = "Owner"
  value = "a"
}
dynamic "tag" {
  for_each = merge(var.tags, {
    Env = "x"
  })
  content {
    key = tag.key
  }
}
dynamic "tag" {
  for_each = [
    { key = "Cost", value = 1 },
  ]
  content {
    key = tag.value.key
  }
}
"""


def test_tag_blocks_are_found_by_the_key_they_name():
    assert lines(GROUP, "tag", "Owner", "Env", "Cost") == [2, 7, 15]


def test_a_key_that_no_block_names_may_come_from_a_dynamic_one():
    assert lines(GROUP, "tag", "Other") == [5]
    assert lines('tag {\n key = "A"\n}\ntag {\n key = var.k\n}\n', "tag", "B") == [4]
    assert lines('tag {\n key = "A"\n}\n', "tag", "B") == [None]


def test_lists_of_objects_name_their_keys():
    text = 'tags = [\n  { key = "A", value = 1 },\n  { Key = "B" },\n  { key = var.k },\n]\n'
    assert lines(text, "tags", "A", "B", "C") == [2, 3, 1]


def test_a_dynamic_block_may_be_any_from_its_place_on():
    text = """\
tag_specifications {
  tags = { A = 1 }
}
dynamic "tag_specifications" {
  for_each = x
  content {
    tags = { A = 1 }
  }
}
tag_specifications {
  tags = { A = 1 }
}
"""
    paths = [f"tag_specifications.{index}.tags" for index in (0, 1, 5)]
    assert [lines(text, path, "A") for path in paths] == [[2], [7], [7]]


def test_blocks_given_as_values():
    text = "device = {\n tags = {\n A = 1 }\n}\ndevices = [{},\n{ tags = {\n B = 1 } }]\n"
    assert lines(text, "device.tags", "A", "X") == [3, 2]
    assert lines(text, "devices.1.tags", "B", "X") == [7, 6]
    assert lines(text, "devices.tags", "B") == [7]
    assert lines(text, "devices.0.tags", "B") == [5]
    assert lines(text, "devices.7.tags", "B") == [5]


def test_json_is_searched_alike():
    text = b'{"a": [{"tags": {"x": 1}},\n {"tags": {"y": 1}}],\n "tag": [{"key": "k"}]}'
    body = read("main.tf.json", text).body
    found = [
        WrittenKeys([body]).find(path, key)
        for path, key in [("a.1.tags", "y"), ("a.tags", "y"), ("tag", "k")]
    ]
    assert [place and place.line for place in found] == [2, 2, 3]


def test_the_first_body_with_the_attribute_decides():
    bodies = [read("main.tf", text).body for text in (b"a = 1\n", b"\ntags = {}\n", b"tags = {}\n")]
    place = WrittenKeys(bodies).find("tags", "x")
    assert place is not None
    assert place.line == 2


@pytest.mark.parametrize(
    "text", ["tags = " + "merge(" * 20_000 + ")" * 20_000, "tags = " + "[" * 20_000 + "]" * 20_000]
)
def test_deep_values_are_survived(text):
    assert lines(text, "tags", "x") == [1]


def test_a_path_is_searched_once_for_all_its_keys():
    body = read("main.tf", b"tags = { A = 1 }").body
    written = WrittenKeys([body])

    assert written.at(("tags",)) is written.at(("tags",))


def test_many_keys_and_many_blocks_cost_no_more_than_reading_them():
    entries = "\n".join(f'K{at} = "v"' for at in range(4000))
    blocks = "\n".join(f"disk {{\n tags = {{ D{at} = 1 }}\n}}" for at in range(4000))
    body = read("main.tf", f"tags = {{\n{entries}\n}}\n{blocks}".encode()).body
    written = WrittenKeys([body])
    keys = [written.find("tags", f"K{at}") for at in range(4000)]
    disks = [written.find(f"disk.{at}.tags", f"D{at}") for at in range(4000)]

    assert [place and place.line for place in keys] == list(range(2, 4002))
    assert [place and place.line for place in disks] == list(range(4004, 16003, 3))
