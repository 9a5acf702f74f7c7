from __future__ import annotations

import pytest

from tagguard.hcl.knowledge import common, same
from tagguard.hcl.values import Object, Tuple, Unknown
from tagguard.model import Location

HERE, THERE = Location("main.tf", 1, 1), Location("main.tf", 2, 1)


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (Tuple((1,), kind="list"), Tuple((1,), kind="list"), True),
        (Tuple((1,), kind="list"), Tuple((1,), kind="tuple"), False),
        (Tuple((1,)), Tuple((1,), kind="tuple"), None),
        (Tuple((1,)), Tuple((2,), kind="tuple"), False),
        (Tuple((1,)), Tuple((1, 2)), False),
        (Object({"a": 1}, kind="map"), Object({"a": 1}, kind="object"), False),
        (Object({"a": 1}), Object({"a": 1}, kind="object"), None),
        (Object({"a": 1}), Object({"a": 2}, kind="object"), False),
        (Object({"a": 1}), Object({"b": 1}), False),
        (True, 1, False),
    ],
)
def test_values_of_kinds_that_are_not_known_may_be_equal(left, right, answer):
    for outcome in (same(left, right), same(right, left)):
        assert outcome is answer if answer is not None else isinstance(outcome, Unknown)


def test_a_key_has_an_origin_only_if_it_is_the_same_in_both():
    left = Object({"a": 1, "b": 1}, kind="object", origins={"a": HERE, "b": HERE})
    right = Object({"a": 1, "b": 2}, kind="object", origins={"a": HERE, "b": THERE})
    both = common(left, right, "why")
    either = Unknown("why", choices=(1, 2))
    assert both == Object({"a": 1, "b": either}, kind="object", origins={"a": HERE})
