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
    ("fields", "fault"),
    [
        ({"atribute": "tags"}, "t.atribute: unknown field (did you mean `attribute`?); known: "),
        (
            {"attribute": "tags", "shape": "lists"},
            "t.shape: `lists` is not one of map, list, blocks (did you mean `list`?)",
        ),
        (
            {"attribute": "tags", "stack_tags": "never"},
            "t.stack_tags: `never` is not one of yes, maybe, no",
        ),
        ({"attribute": "tags", "shape": []}, "t.shape: `[]` is not one of map, list, blocks"),
        ({}, "t: `attribute` must name the attribute that holds the tags"),
        ({"attribute": "a..b"}, "t.attribute: must name the attribute that holds the tags"),
        ({"attribute": 5}, "t.attribute: must name the attribute that holds the tags"),
        ({"taggable": "perhaps"}, "t.taggable: must be true or false"),
        (
            {"taggable": False, "attribute": "tags"},
            "t.attribute: contradicts `taggable: false`",
        ),
        (
            {"attribute": "tags", "defaults": [1]},
            "t.defaults: expected `bool`, got `array`",
        ),
        (
            {"attribute": "tags", "computed": [1]},
            "t.computed.0: expected `str`, got `int`",
        ),
        (
            {"attribute": "tags", "limits": {"tag": 10}},
            "t.limits.tag: unknown field (did you mean `tags`?); known: tags, ",
        ),
        (
            {"attribute": "tags", "limits": {"tags": "many"}},
            "t.limits.tags: expected `int`, got `str`",
        ),
        (
            {"attribute": "tags", "limits": 10},
            "t.limits: expected `object`, got `int`",
        ),
        ("tags", "t: must be a mapping"),
        (None, "t: must be a mapping"),
    ],
)
def test_a_wrong_override_names_type_and_field(fields, fault):
    with pytest.raises(ConfigError) as caught:
        Catalog({"t": fields})

    assert [one.startswith(f"catalog.{fault}") for one in caught.value.faults] == [True]


def test_every_wrong_type_is_told_of():
    with pytest.raises(ConfigError) as caught:
        Catalog({"a": {"taggable": "x"}, "b": {"taggable": False}, "c": {"shape": "map"}})

    assert caught.value.faults == (
        "catalog.a.taggable: must be true or false",
        "catalog.c: `attribute` must name the attribute that holds the tags",
    )


@pytest.mark.parametrize("name", ["aws:s3/bucket", "s3:bucket"])
def test_a_canonical_name_speaks_of_all_its_native_types(name):
    catalog = Catalog(
        {name: {"taggable": False}, "awscc_s3_bucket": {"attribute": "tags"}},
    )

    assert catalog.taggable("cloudformation", "AWS::S3::Bucket") == "no"
    assert catalog.taggable("aws", "aws_s3_bucket") == "no"
    assert catalog.taggable("awscc", "awscc_s3_bucket") == "yes"


@pytest.mark.parametrize(
    ("name", "fields", "fault"),
    [
        (
            "aws:s3/bucket",
            {"attribute": "tags"},
            (
                "catalog.aws:s3/bucket: `aws:s3/bucket` stands for types that carry tags in "
                "different attributes; name them one by one: AWS::S3::Bucket, aws_s3_bucket, "
                "awscc_s3_bucket"
            ),
        ),
        (
            "aws:s3/bukket",
            {"taggable": False},
            (
                "catalog.aws:s3/bukket: no type has the canonical name `aws:s3/bukket` "
                "(did you mean `aws:s3/bucket`?)"
            ),
        ),
    ],
)
def test_a_canonical_name_that_cannot_be_followed_is_an_error(name, fields, fault):
    with pytest.raises(ConfigError) as caught:
        Catalog({name: fields})

    assert caught.value.faults == (fault,)
