from __future__ import annotations

import pytest

from tests.terraform.plans import change, read_one


def update(before, after, unknown=None, **more):
    item = change(after, unknown, actions=["update"], **more)
    item["change"]["before"] = before
    return read_one(item).changes_tags


@pytest.mark.parametrize(
    ("actions", "changes"),
    [
        (["create"], True),
        (["delete", "create"], True),
        (["create", "delete"], True),
        (["no-op"], False),
        ([], True),
    ],
)
def test_what_is_made_changes_and_what_stays_does_not(actions, changes):
    assert read_one(change({"tags": {"A": "b"}}, actions=actions)).changes_tags is changes


def test_an_import_is_new_to_the_plan():
    item = change({"tags": {}}, actions=["no-op"])
    item["change"]["importing"] = {"id": "b"}

    assert read_one(item).changes_tags


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"tags": {"A": "b"}}, {"tags": {"A": "b"}}, False),
        ({"tags": {"A": "b"}}, {"tags": {"A": "c"}}, True),
        ({"tags": {"A": "b"}}, {"tags": {}}, True),
        ({"tags": None}, {"tags": {}}, False),
        ({"tags": {"A": "b", "N": None}}, {"tags": {"A": "b"}}, False),
        ({"tags_all": {"A": "b"}}, {"tags_all": {"A": "b", "C": "d"}}, True),
        ({"tags": {}, "acl": "x"}, {"tags": {}, "acl": "y"}, False),
    ],
)
def test_an_update_changes_tags_when_their_attributes_differ(before, after, changes):
    assert update(before, after) is changes


@pytest.mark.parametrize("unknown", [{"tags": {"A": True}}, {"tags_all": True}])
def test_what_is_unknown_may_change(unknown):
    assert update({"tags": {"B": "c"}}, {"tags": {"B": "c"}}, unknown)


def test_blocks_are_compared_whatever_else_changes():
    tags = [{"key": "A", "value": "b", "propagate_at_launch": True}]
    address = "aws_autoscaling_group.g"

    assert not update({"tag": tags, "max": 1}, {"tag": tags, "max": 2}, address=address)
    assert update({"tag": tags}, {"tag": []}, address=address)


def test_the_old_list_of_a_scaling_group_is_compared_too():
    tags = [{"key": "A", "value": "b", "propagate_at_launch": "true"}]
    address = "aws_autoscaling_group.g"

    assert update({"tag": [], "tags": tags}, {"tag": [], "tags": []}, address=address)
    assert not update({"tag": [], "tags": tags}, {"tag": [], "tags": tags}, address=address)


def test_a_type_without_tags_changes_none_and_one_that_is_not_known_may():
    assert not update({"x": 1}, {"x": 2}, address="aws_inspector_resource_group.g")
    assert update({"x": 1}, {"x": 2}, address="initech_thing.t", provider="initech/initech")


def test_a_state_before_that_cannot_be_read_may_differ():
    assert update(["junk"], {"tags": {}})
