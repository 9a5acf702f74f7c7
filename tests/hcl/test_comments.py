from __future__ import annotations

import pytest

from tagguard.hcl.comments import NOWHERE, ignores, strays
from tagguard.hcl.syntax import read


def rules(text, path="main.tf"):
    """Give for each resource, by name, the rules that its comments waive, with their lines."""
    body = read(path, text.encode()).body
    return {
        block.labels[1]: [(one.rule, one.location.line) for one in ignores([block])]
        for block in body.blocks("resource")
    }


def one(text):
    return rules(text)["a"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('# tagguard:ignore x\nresource "t" "a" {}', [("x", 1)]),
        ('// tagguard:ignore x\nresource "t" "a" {}', [("x", 1)]),
        ('/* tagguard:ignore x */\nresource "t" "a" {}', [("x", 1)]),
        (
            '/*\n tagguard:ignore x\n tagguard:ignore y\n*/\nresource "t" "a" {}',
            [("x", 2), ("y", 3)],
        ),
        ('# tagguard:ignore x\n\nresource "t" "a" {}', []),
        ('# tagguard:ignore x\n# more\n/* and\n more */\nresource "t" "a" {}', [("x", 1)]),
        ('# tagguard:ignore x\r\n// more\r\nresource "t" "a" {}\r\n', [("x", 1)]),
        ('resource "t" "a" { # tagguard:ignore x\n}', [("x", 1)]),
        ('resource "t" /* tagguard:ignore x */ "a" {}', [("x", 1)]),
        ('resource "t" "a" {\n  # tagguard:ignore x\n}', [("x", 2)]),
        ('resource "t" "a" {\n  b {\n    c = 1 # tagguard:ignore x\n  }\n}', [("x", 3)]),
        ('resource "t" "a" {\n  tags = {\n    # tagguard:ignore x\n    A = 1\n  }\n}', [("x", 3)]),
        ('resource "t" "a" {\n} # tagguard:ignore x', [("x", 2)]),
        ('resource "t" "a" {}\n# tagguard:ignore x', []),
        ('locals {} # tagguard:ignore x\nresource "t" "a" {}', []),
        ('resource "t" "a" {\n  b = "# tagguard:ignore x"\n}', []),
        ('resource "t" "a" {\n  b = <<E\n# tagguard:ignore x\nE\n}', []),
        ('resource "t" "a" {\n  b = "${1 /* tagguard:ignore x */}"\n}', [("x", 2)]),
        ('# ünï — tagguard:ignore x\nresource "t" "a" {}', [("x", 1)]),
        ("# tagguard:ignore x", None),
    ],
)
def test_where_a_comment_belongs(text, found):
    assert rules(text).get("a") == found


def test_a_comment_is_for_the_block_below_and_no_other():
    text = 'resource "t" "a" {\n}\n# tagguard:ignore x\nresource "t" "b" {\n}\nresource "t" "c" {}'
    assert rules(text) == {"a": [], "b": [("x", 3)], "c": []}


def test_columns_count_characters():
    text = '# ü\nresource "ü" "a" { # tagguard:ignore x\n}'
    (block,) = read("main.tf", text.encode()).body.blocks()
    (found,) = ignores([block])
    assert (found.location.line, found.location.column) == (2, 22)


def test_sound_blocks_of_broken_files_keep_their_comments():
    broken = 'resource "t" "z" {\n  = =\n}\n'
    text = (
        'resource "t" "a" {\n  # tagguard:ignore x\n}\n# tagguard:ignore y\nresource "t" "b" {}\n'
    )
    assert rules(broken + text) == {"z": [], "a": [("x", 5)], "b": [("y", 7)]}
    assert one('resource "t" "a" {\n  # tagguard:ignore x\n  b = [\n') == [("x", 2)]


def test_what_cannot_be_read_is_kept():
    (found,) = ignores(read("main.tf", b'# tagguard:ignore\nresource "t" "a" {}').body.blocks())
    assert (found.rule, found.reason) == ("", "no rule is named")


def test_blocks_that_make_one_resource_are_read_together():
    blocks = [
        *read("main.tf", b'# tagguard:ignore x\nresource "t" "a" {}').body.blocks(),
        *read("override.tf", b'resource "t" "a" {} # tagguard:ignore y').body.blocks(),
    ]
    assert [(found.rule, found.location.path) for found in ignores(blocks * 2)] == [
        ("x", "main.tf"),
        ("y", "override.tf"),
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('{"//": "tagguard:ignore x"}', [("x", 1)]),
        ('{"//": ["tagguard:ignore x", "more",\n"tagguard:ignore y"]}', [("x", 1), ("y", 2)]),
        ('{"//": "tagguard:ignore x\\ntagguard:ignore y"}', [("x", 1), ("y", 1)]),
        ('{"lifecycle": [{"//": "tagguard:ignore x"}]}', [("x", 1)]),
        ('{"b": "tagguard:ignore x"}', []),
        ('{"//": {"c": "tagguard:ignore x"}}', []),
        ('{"//": "tagguard:ignore x reason=\'r\'"}', [("x", 1)]),
    ],
)
def test_comments_in_json(body, found):
    text = f'{{"resource": {{"t": {{"a": {body}, "b": {{}}}}}}}}'
    assert rules(text, "main.tf.json") == {"a": found, "b": []}


def test_thousands_of_comments_are_found_in_time_with_their_number():
    text = "# tagguard:ignore x\n" * 20_000 + 'resource "t" "a" {}\n'
    body = read("main.tf", (text + "# tagguard:ignore y\n\n" * 20_000).encode()).body
    (block,) = body.blocks()
    assert len(body.comments()) == 40_000
    assert len(block.body.comments()) == 20_000
    assert len(ignores([block])) == 101


@pytest.mark.parametrize(
    "block",
    ['variable "a" {}', "locals {}", 'provider "aws" {}', 'data "t" "a" {}', "terraform {}"],
)
def test_a_comment_at_no_resource_is_told(block):
    text = (
        f'{block} # tagguard:ignore x\n# tagguard:ignore y\nresource "t" "a" {{}}\n'
        '# tagguard:ignore z\n\nmodule "m" { # tagguard:ignore u\n}\n'
    )
    found = strays(read("main.tf", text.encode()))
    assert [(one.rule, one.reason, one.location.line) for one in found] == [
        ("", NOWHERE, 1),
        ("", NOWHERE, 4),
    ]


def test_comments_at_no_resource_in_json():
    text = (
        '{"//": "tagguard:ignore x",\n "resource": {"t": {"a": {"//": "tagguard:ignore y"}}},\n'
        ' "provider": {"aws": {"//": "tagguard:ignore z"}}}'
    )
    found = strays(read("main.tf.json", text.encode()))
    assert [one.location.line for one in found] == [1, 3]


def test_comments_at_no_resource_are_bounded():
    found = strays(read("main.tf", b"# tagguard:ignore x\n" * 1_000))
    assert len(found) == 101
    assert found[-1].reason == "the file holds more than 100 exemptions"
