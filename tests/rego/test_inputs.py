from __future__ import annotations

import json

import msgspec
from jsonschema import Draft202012Validator

from tagguard.model import Owned, Tag
from tagguard.rego.inputs import resource_schema, to_input
from tagguard.shipped import shipped
from tests.factories import make_implied, make_resource


def told(owned, *, attributes=False):
    return json.loads(msgspec.json.encode(to_input(owned, attributes=attributes)))["resource"]


def test_three_states_of_a_tag(owned):
    resource = told(owned(Known="v", Unknown=None, complete=False))
    assert resource["tags"] == {"Known": "v"}
    assert resource["unknown_tags"] == ["Unknown"]
    assert resource["tags_complete"] is False
    assert resource["provenance"] == {"Known": "resource", "Unknown": "resource"}


def test_tags_of_the_platform_are_left_out(owned):
    resource = told(owned(A=Tag("aws:cloudformation:stack-name", "s", platform=True)))
    assert resource["tags"] == {}


def test_an_implied_resource_names_its_creator():
    implied = told(Owned(make_implied({})))
    assert implied["creator"] == "aws_instance.web"
    assert told(Owned(make_resource({})))["creator"] is None
    Draft202012Validator(resource_schema()).validate(implied)


def test_attributes_only_when_asked_for(owned):
    one = owned(load=lambda: {"acl": "private"})
    assert "attributes" not in told(one)
    assert told(one, attributes=True)["attributes"] == {"acl": "private"}


def test_published_schema_is_the_built_one():
    published = (shipped("rego") / "schema" / "resource.json").read_text(encoding="utf-8")
    assert json.loads(published) == resource_schema()


def test_inputs_fit_the_published_schema(owned):
    validator = Draft202012Validator(resource_schema())
    Draft202012Validator.check_schema(resource_schema())
    for attributes in (False, True):
        validator.validate(told(owned(A="1", B=None, team="payments"), attributes=attributes))
    assert not validator.is_valid({**told(owned()), "tags": {"A": None}})
