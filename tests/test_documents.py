from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaml.nodes import MappingNode, ScalarNode

from tagguard.documents import (
    entries,
    locate,
    lookup,
    named,
    parse,
    repeated_keys,
    to_data,
    to_text_data,
)
from tagguard.errors import DocumentError
from tagguard.json_nodes import MAX_DEPTH


def error(text: str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        parse(text)
    return caught.value


def bomb(start: str, step: str, levels: int) -> str:
    """Ten aliases a level: `levels` 9 unfold to a billion."""
    lines = [f"a0: &a0 {start}"]
    lines += [f"a{n}: &a{n} {step % ', '.join([f'*a{n - 1}'] * 10)}" for n in range(1, levels + 1)]
    return "\n".join(lines) + "\n"


def test_scalars_stay_as_written():
    text = "a: 0123\nb: yes\nc: 2024-01-01\nd: 1e3\ne: .inf\nf: on\ng:\nh: ''\ni: null\n"
    expected = {
        "a": "0123",
        "b": "yes",
        "c": "2024-01-01",
        "d": "1e3",
        "e": ".inf",
        "f": "on",
        "g": None,
        "h": "",
        "i": "null",
    }
    assert expected == to_text_data(parse(text))


def test_json_and_yaml_have_the_same_positions():
    text = '{\n  "a": {"b": [1,\n    {"c": "x"}]}\n}\n'
    flow = "---\n" + text
    assert locate(parse(text), ("a", "b", 1, "c")) == (3, 6)
    assert locate(parse(flow), ("a", "b", 1, "c")) == (4, 6)


def test_locate_stops_where_the_path_ends():
    assert locate(parse("a: 1\n"), ("b", "c")) == (1, 1)
    assert locate(None, ("a",)) == (1, 1)


def test_locate_gives_the_key_that_wins():
    assert locate(parse("a: &a {k: 1}\nb: {<<: *a}\n"), ("b", "k")) == (1, 8)
    assert locate(parse("a: &a {k: 1}\nb: {<<: *a, k: 2}\n"), ("b", "k")) == (2, 13)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def plain(node: ScalarNode) -> object:
    if node.style == '"':
        return node.value
    return None if node.tag.endswith(":null") else json.loads(node.value)


@given(st.dictionaries(st.text(), JSON) | st.lists(JSON), st.sampled_from([None, 2, "\t"]))
def test_json_is_read_as_json(data, indent):
    assert data == to_data(parse(json.dumps(data, indent=indent)), plain)
    assert data == to_data(parse(json.dumps(data, ensure_ascii=False)), plain)


def test_a_lone_surrogate_becomes_text():
    assert to_text_data(parse(r'{"a": "\ud800", "b": "\ud83d\ude00"}')) == {
        "a": "\N{REPLACEMENT CHARACTER}",
        "b": "\N{GRINNING FACE}",
    }


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"a": 1,\n "b" 2}', 2, "`2` where JSON expects something else"),
        ('{"a": [1, 2}', 1, "`}` where JSON expects something else"),
        ('{"a":\n', 2, "the end of the text where JSON expects something else"),
        ('{"a": 1}\n{"b": 2}', 2, "`{` where JSON expects something else"),
        ('{"a": 01}', 1, "`1` where JSON expects something else"),
        ('{"a": nan}', 1, "not JSON"),
        ('{"a": "\\x"}', 1, "a broken string: Invalid \\escape"),
        ('{"a": "b', 1, "a broken string: Unterminated string starting at"),
        ("a: 1\n\tb: 2\n", 2, "found a tab character that violates indentation"),
        ("a:\n\t- b\n", 2, "a tab where YAML allows only spaces"),
        ("a: 1\n---\nb: 2\n", 2, "a second YAML document begins here; give each its own file"),
        ("a: 'x\n", 2, "found unexpected end of stream"),
        ("a: \x00\n", 1, "a character that YAML does not allow (U+0000)"),
        ("a: *b\n", 1, "found undefined alias"),
    ],
)
def test_broken_text_is_an_error_with_its_line(text, line, message):
    found = error(text)
    assert (line, message) == (found.line, found.message)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '["]",' * 100_000,
        '{"a":' * 100_000,
        '{"a":[' * 100_000,
        "a: " + "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "\n".join(" " * n + "a:" for n in range(MAX_DEPTH + 10)),
        "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 3000))]),
    ],
    ids=["list", "closer in a text", "object", "mixed", "flow", "block", "keys", "indent", "alias"],
)
def test_deep_nesting_is_refused(text):
    assert f"nested deeper than {MAX_DEPTH} levels" == error(text).message


def test_deep_nesting_within_the_bound_is_read():
    depth = MAX_DEPTH - 1
    text = '{"a":[' * (depth // 2) + "1" + "]}" * (depth // 2)
    assert to_text_data(parse(text)) == to_text_data(parse("---\n" + text))


@pytest.mark.parametrize(
    ("start", "step"),
    [("x", "[%s]"), ("{k: x}", "{a: [%s]}"), ("{k: x}", "{<<: [%s]}")],
    ids=["lists", "maps", "merges"],
)
def test_a_billion_laughs_are_refused(start, step):
    assert error(bomb(start, step, 9)).message == "aliases unfold to more than 1,000,000 nodes"


def test_modest_aliases_are_unfolded():
    data = to_text_data(parse(bomb("x", "[%s]", 2)))
    assert data["a2"] == [["x"] * 10] * 10


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "a: &a {b: {c: *a}}\n", "a: &a {<<: {<<: *a}}\n"])
def test_a_cycle_is_refused(text):
    assert error(text).message == "an alias refers to a node that contains it"


def test_merged_keys_give_way_to_own_ones_and_to_earlier_bases():
    text = "p: &p {a: p, b: p, c: p}\nq: &q {<<: *p, b: q}\nr: {a: r, <<: [*q, *p]}\n"
    assert to_text_data(parse(text))["r"] == {"a": "r", "b": "q", "c": "p"}


def test_a_repeated_key_is_refused_and_listed():
    node = parse("a: 1\nb: 2\na: 3\n")
    assert isinstance(node, MappingNode)
    assert [key.start_mark.line + 1 for key in repeated_keys(node)] == [3]
    with pytest.raises(DocumentError) as caught:
        to_text_data(node)
    assert (caught.value.line, caught.value.message) == (3, "the key `a` stands here twice")


def test_a_key_that_is_no_text_is_refused_only_where_keys_matter():
    node = parse("? [a]\n: 1\n")
    assert to_data(node, lambda leaf: leaf.value) == {"['a']": "1"}
    with pytest.raises(DocumentError, match="a key must be plain text"):
        to_text_data(node)


def test_tagged_nodes_are_handed_on():
    node = parse("a: !Sub x\nb: !Join ['', [y]]\n")
    data = to_data(node, lambda leaf: leaf.value, lambda tag, inner: {tag: inner})
    assert data == {"a": {"!Sub": "x"}, "b": {"!Join": ["", ["y"]]}}


def test_lookup_follows_keys_only_through_mappings():
    node = parse("a:\n  b: x\n  c: [d]\n")
    found = lookup(node, "a", "b")
    assert isinstance(found, ScalarNode)
    assert found.value == "x"
    assert lookup(node, "a", "c", "d") is None
    assert lookup(None, "a") is None


def test_empty_text_is_no_document():
    assert parse("") is None
    assert parse("# only a comment\n") is None


def test_entries_of_a_plain_mapping_are_its_pairs():
    node = parse("a: 1\nb: 2\n")
    assert isinstance(node, MappingNode)
    assert [key.value for key, _ in entries(node)] == ["a", "b"]


def test_a_mapping_by_its_plain_keys():
    node = parse("base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\n  y: 4\n  ? [k]\n  : 5\n")
    assert {key: value.value for key, value in named(lookup(node, "own")).items()} == {
        "x": "1",
        "y": "4",
    }
    assert named(lookup(node, "own", "x")) == {}
    assert named(None) == {}
