from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.sources.inventories.tag_cells import tags_of, tags_of_text

OWNER = {"Owner": "a@b.c", "Env": "prod"}


@pytest.mark.parametrize(
    "cell",
    [
        OWNER,
        [{"Key": "Owner", "Value": "a@b.c"}, {"Key": "Env", "Value": "prod"}],
        [{"key": "Owner", "value": "a@b.c"}, {"TagKey": "Env", "TagValue": "prod"}],
        [("Owner", "a@b.c"), ("Env", "prod")],
        '{"Owner": "a@b.c", "Env": "prod"}',
        '[{"Key": "Owner", "Value": "a@b.c"}, {"Key": "Env", "Value": "prod"}]',
        '"Owner": "a@b.c","Env": "prod"',
        "Owner=a@b.c;Env=prod",
        " Owner = a@b.c ; Env=prod;",
        "Owner=a@b.c,Env=prod",
    ],
)
def test_every_spelling_is_read(cell):
    assert tags_of(cell) == OWNER


@pytest.mark.parametrize("cell", [None, "", " ", "NULL", "null", "None", "{}", "[]", {}, []])
def test_no_tags_are_no_tags(cell):
    assert tags_of(cell) == {}


def test_what_is_no_text_becomes_one_and_null_is_absent():
    cell = {"n": 1, "b": True, "list": [1], "none": None, "empty": ""}
    assert tags_of(cell) == {"n": "1", "b": "true", "list": "[1]", "empty": ""}
    assert tags_of([{"Key": "a", "Value": None}, {"Key": "b"}]) == {"b": ""}


def test_a_value_keeps_what_separates_keys():
    assert tags_of_text("a=b=c;url=x?y=1,2") == {"a": "b=c", "url": "x?y=1,2"}


@pytest.mark.parametrize(
    "cell",
    ["Owner", "a=1;b", "=x", "{", '{"a"', '"a": ', "[1]", "[[" * 9999, '["a"]', 7, [7], [[]]],
)
def test_what_is_not_understood_is_refused(cell):
    with pytest.raises(ValueError, match="tag"):
        tags_of(cell)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    with suppress(ValueError):
        assert all(isinstance(one, str) for pair in tags_of_text(text).items() for one in pair)
