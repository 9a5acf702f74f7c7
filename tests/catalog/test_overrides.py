from __future__ import annotations

import pytest

from tagguard.catalog import Catalog, Entry
from tagguard.errors import ConfigError
from tagguard.model import Limits


def test_an_unknown_type_becomes_known():
    catalog = Catalog({"acme_box": {"attribute": "meta.tags"}})

    assert catalog.lookup("acme", "acme_box") == Entry("meta.tags", "map")
    assert catalog.taggable("acme", "acme_box") == "yes"


@pytest.mark.parametrize("no", [False, "false"])
def test_a_known_type_becomes_untaggable(no):
    catalog = Catalog({"aws_s3_bucket": {"taggable": no}})

    assert catalog.lookup("aws", "aws_s3_bucket") is None
    assert catalog.taggable("aws", "aws_s3_bucket") == "no"
    assert catalog.taggable("aws", "aws_sqs_queue") == "yes"


def test_an_override_replaces_the_whole_entry():
    catalog = Catalog({"aws_s3_bucket": {"taggable": True, "attribute": "labels"}})

    assert catalog.lookup("aws", "aws_s3_bucket") == Entry("labels", "map")


@pytest.mark.parametrize(
    ("type_", "members"), [("acme_box", ("key", "value")), ("Acme::A::Box", ("Key", "Value"))]
)
def test_a_list_has_the_usual_members_of_its_language(type_, members):
    entry = Catalog({type_: {"attribute": "tags", "shape": "list"}}).lookup("acme", type_)

    assert entry == Entry("tags", "list", *members)


def test_every_field_may_be_given_as_text():
    fields = {
        "attribute": "Tags",
        "shape": "list",
        "key": "TagKey",
        "value": "TagValue",
        "computed": ["AllTags"],
        "defaults": "true",
        "stack_tags": "yes",
        "beside": ["SystemTags"],
        "also": ["Volumes.Tags"],
        "limits": {"tags": "10", "value": 63},
    }

    assert Catalog({"Acme::A::Box": fields}).lookup("cloudformation", "Acme::A::Box") == Entry(
        attribute="Tags",
        shape="list",
        key="TagKey",
        value="TagValue",
        computed=("AllTags",),
        defaults=True,
        stack_tags="yes",
        beside=("SystemTags",),
        also=("Volumes.Tags",),
        limits=Limits(tags=10, value=63),
    )


@pytest.mark.parametrize(("written", "meant"), [(True, "yes"), (False, "no"), ("maybe", "maybe")])
def test_a_yaml_boolean_says_whether_stack_tags_reach_the_type(written, meant):
    entry = Catalog({"Acme::A::Box": {"attribute": "Tags", "stack_tags": written}}).lookup(
        "cloudformation", "Acme::A::Box"
    )

    assert entry == Entry("Tags", "map", stack_tags=meant)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"atribute": "tags"}, "`catalog.t` has no field `atribute` (did you mean `attribute`?)"),
        (
            {"attribute": "tags", "shape": "lists"},
            "`catalog.t.shape` is `lists` (did you mean `list`?)",
        ),
        ({"attribute": "tags", "stack_tags": "never"}, "`catalog.t.stack_tags` is `never`"),
        ({"attribute": "tags", "shape": []}, "`catalog.t.shape` is `[]`"),
        ({}, "`catalog.t.attribute` must name the attribute that holds the tags"),
        (
            {"attribute": "a..b"},
            "`catalog.t.attribute` must name the attribute that holds the tags",
        ),
        ({"attribute": 5}, "`catalog.t.attribute` must name the attribute that holds the tags"),
        ({"taggable": "perhaps"}, "`catalog.t.taggable` must be true or false"),
        (
            {"taggable": False, "attribute": "tags"},
            "`catalog.t.attribute` contradicts `taggable: false`",
        ),
        (
            {"attribute": "tags", "defaults": [1]},
            "`catalog.t.defaults` is wrong: expected `bool`, got `array`",
        ),
        (
            {"attribute": "tags", "computed": [1]},
            "`catalog.t.computed[0]` is wrong: expected `str`, got `int`",
        ),
        (
            {"attribute": "tags", "limits": {"tag": 10}},
            "`catalog.t.limits` has no field `tag` (did you mean `tags`?)",
        ),
        (
            {"attribute": "tags", "limits": {"tags": "many"}},
            "`catalog.t.limits.tags` is wrong: expected `int`, got `str`",
        ),
        (
            {"attribute": "tags", "limits": 10},
            "`catalog.t.limits` is wrong: expected `object`, got `int`",
        ),
        ("tags", "`catalog.t` must be a mapping"),
        (None, "`catalog.t` must be a mapping"),
    ],
)
def test_a_wrong_override_names_type_and_field(fields, message):
    with pytest.raises(ConfigError) as caught:
        Catalog({"t": fields})

    assert caught.value.message == message
