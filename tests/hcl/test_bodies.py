from __future__ import annotations

import json

import pytest

from tagguard.hcl.bodies import MAX_BLOCKS, is_written, member
from tagguard.hcl.evaluate import Budget, evaluate
from tagguard.hcl.syntax import read
from tagguard.hcl.values import Failure, Sensitive, Unknown
from tests.hcl.evaluating import CaseScope, plain

NAMES = {
    "var": {"u": "<unknown>", "secret": {"<sensitive>": ["a"]}},
    "local": {"tags": {"A": "a", "B": "b"}},
}


def body(text, path="main.tf"):
    return read(path, f"{text}\n".encode()).body


def value(text, name="tag", *, path="main.tf", as_blocks=False):
    scope, budget = CaseScope(NAMES), Budget()

    def one(expression, bindings):
        try:
            return evaluate(expression, scope, budget, bindings)
        except Failure as exc:
            return Unknown(exc.message)

    return member(body(text, path), name, one, as_blocks=as_blocks)


def dynamic(for_each, content="k = tag.key\nv = tag.value", more=""):
    return f'dynamic "tag" {{\nfor_each = {for_each}\n{more}\ncontent {{\n{content}\n}}\n}}'


def test_an_argument_is_its_value_and_what_is_not_written_null():
    assert value("tag = { a = 1 }") != value("tags = {}")
    assert plain(value("tag = { a = 1 }")) == {"a": 1}
    assert value("other = 1") is None


def test_blocks_are_a_tuple_of_objects_that_say_where_they_were_written():
    found = value('tag {\n  k = "a"\n  inner {\n    x = 1\n  }\n}\ntag {\n  k = "b"\n}')
    assert plain(found) == [{"k": "a", "inner": [{"x": 1}]}, {"k": "b"}]
    assert [item.origins["k"].line for item in found.items] == [2, 8]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (dynamic("local.tags"), [{"k": "A", "v": "a"}, {"k": "B", "v": "b"}]),
        (dynamic('["x", "y"]'), [{"k": 0, "v": "x"}, {"k": 1, "v": "y"}]),
        (dynamic('toset(["x"])'), [{"k": "x", "v": "x"}]),
        (dynamic("local.tags", "k = it.key", "iterator = it"), [{"k": "A"}, {"k": "B"}]),
        (dynamic("[]"), []),
        (dynamic("var.u"), ["…"]),
        (dynamic("null"), ["…"]),
        (dynamic("7"), ["…"]),
        ('dynamic "tag" {\ncontent {}\n}', ["…"]),
        ('dynamic "tag" {\nfor_each = []\n}', ["…"]),
        ("tag {\nk = 0\n}\n" + dynamic("[5]"), [{"k": 0}, {"k": 0, "v": 5}]),
        (
            dynamic(
                "[1, 2]", 'dynamic "in" {\nfor_each = [tag.value]\ncontent {\nx = in.value\n}\n}'
            ),
            [{"in": [{"x": 1}]}, {"in": [{"x": 2}]}],
        ),
    ],
)
def test_what_dynamic_makes(text, expected):
    assert plain(value(text)) == expected


def test_what_dynamic_makes_was_written_where_its_item_was():
    found = value('dynamic "tag" {\nfor_each = {\n  A = "a"\n}\ncontent {\n  k = tag.key\n}\n}')
    assert found.items[0].origins["k"].line == 3


def test_what_is_made_of_a_secret_is_one():
    assert isinstance(value(dynamic("var.secret")), Sensitive)


def test_dynamic_blocks_in_each_other_cannot_explode():
    text = "x = 1"
    for _ in range(6):
        text = dynamic("range(1000)", text)
    found = value(text)
    assert len(found.items) < MAX_BLOCKS
    assert not found.complete
    assert found.reason == f"there are more than {MAX_BLOCKS:,} blocks"


def test_blocks_too_deep_are_unknown():
    assert "Unknown" not in repr(value("tag {\n" * 20 + "}\n" * 20))
    deep = value("tag {\n" * 22 + "}\n" * 22)
    assert "blocks are nested more than 20 deep" in repr(deep)


def as_json(**members):
    return json.dumps(members)


def test_json_writes_blocks_as_objects():
    one = as_json(tag={"k": "a"})
    assert plain(value(one, path="a.tf.json")) == {"k": "a"}
    assert plain(value(one, path="a.tf.json", as_blocks=True)) == [{"k": "a"}]
    several = as_json(tag=[{"k": "a"}, {"k": "b"}])
    for as_blocks in (True, False):
        found = value(several, path="a.tf.json", as_blocks=as_blocks)
        assert plain(found) == [{"k": "a"}, {"k": "b"}]
    assert plain(value(as_json(tag="${local.tags}"), path="a.tf.json", as_blocks=True)) == {
        "A": "a",
        "B": "b",
    }
    assert plain(value("tag = local.tags", as_blocks=True)) == {"A": "a", "B": "b"}


def test_json_writes_dynamic_blocks_beside_others():
    made = {"for_each": ["x"], "content": {"k": "${tag.value}"}}
    text = as_json(tag={"k": "a"}, dynamic={"tag": [made, {**made, "for_each": ["y"]}]})
    assert plain(value(text, path="a.tf.json")) == [{"k": "a"}, {"k": "x"}, {"k": "y"}]
    inner = as_json(outer={"tag": [{"k": "a"}], "dynamic": {"tag": made}})
    found = value(inner, "outer", path="a.tf.json", as_blocks=True)
    assert plain(found) == [{"tag": [{"k": "a"}, {"k": "x"}]}]


def test_what_is_written():
    text = body("a = 1\nb {}\n" + dynamic("[]"))
    assert [is_written(text, name) for name in ("a", "b", "tag", "c")] == [True, True, True, False]
