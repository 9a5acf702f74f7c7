from __future__ import annotations

import json

import pytest

from tagguard.cloudformation.template import Parameter, is_template
from tagguard.errors import InputError
from tests.cloudformation.templates import load_template


def test_the_sections_of_a_template():
    template = load_template(
        """
Parameters:
  Env: {Type: String, AllowedValues: [prod, dev, prod], Default: dev}
  Password: {Type: String, NoEcho: true}
  Zones: {Type: "List<AWS::EC2::AvailabilityZone::Name>"}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /ami}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Transform: [AWS::LanguageExtensions, Mine, {Name: AWS::Include}, {Name: Other}]
Mappings: {M: {a: {b: c}}}
Resources: {Logs: {Type: "AWS::S3::Bucket"}}
"""
    )
    assert template.parameters["Env"] == Parameter(
        name="Env", default="dev", allowed=("prod", "dev")
    )
    assert template.parameters["Password"].secret
    assert template.parameters["Zones"].is_list
    assert template.parameters["Image"].is_stored
    assert list(template.conditions) == ["IsProd"]
    assert template.macros == ("Mine", "Other")
    assert template.defines("Logs")
    assert not template.defines("Nothing")
    assert template.mapping("M", "a", "b") is not None
    assert template.mapping("M", "a", "x") is None


def test_of_a_section_that_stands_twice_the_last_counts():
    template = load_template(
        "Mappings: {M: {a: {b: c}}, M: {a: {d: e}}, N: {a: {b: c}}, N: text}\nResources: [A]\n"
    )
    assert template.mapping("M", "a", "b") is None
    assert template.mapping("M", "a", "d") is not None
    assert template.mapping("N", "a", "b") is None
    assert not template.defines("A")


def test_every_one_of_many_names_is_found():
    names = [f"N{number}" for number in range(10_000)]
    sections = {
        "Mappings": {name: {"a": {"b": "c"}} for name in names},
        "Resources": {name: {"Type": "AWS::S3::Bucket"} for name in names},
    }
    template = load_template(json.dumps(sections))
    assert all(template.mapping(name, "a", "b") is not None for name in names)
    assert all(template.defines(name) for name in names)


def test_sam_globals_belong_to_serverless_types_only():
    template = load_template("Globals: {Function: {Tags: {a: b}}}\nResources: {}\n")
    assert template.global_property("AWS::Serverless::Function", "Tags") is not None
    assert template.global_property("AWS::Lambda::Function", "Tags") is None
    assert template.global_property("AWS::Serverless::Api", "Tags") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AWSTemplateFormatVersion: 2010-09-09\n", True),
        ("Transform: AWS::Serverless-2016-10-31\n", True),
        ("Resources: {A: {Type: 'AWS::S3::Bucket'}}\n", True),
        ("Resources: {A: {Type: 'Custom::Thing'}, B: 1}\n", True),
        ('{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}', True),
        ("Resources: {'Fn::ForEach::X': [A, [b], {}]}\n", True),
        ("Transform: [AWS::LanguageExtensions]\n", True),
        ("Transform: [Mine]\n", False),
        ("Resources: {A: {Type: Bucket}}\n", False),
        ("Resources: [a]\n", False),
        ("apiVersion: v1\nkind: Pod\nspec: {resources: {limits: {cpu: 1}}}\n", False),
        ("openapi: 3.0.0\npaths: {}\n", False),
        ("services: {web: {image: x}}\n", False),
    ],
)
def test_a_template_is_known_by_its_content(text, expected):
    assert expected is is_template(load_template(text))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 0, "the file is empty; a template is a mapping with `Resources`"),
        ("- a\n", 1, "the document is not a mapping; a template is a mapping with `Resources`"),
        (
            "\n'text'\n",
            2,
            "the document is not a mapping; a template is a mapping with `Resources`",
        ),
        ("a: 1\nb: [\n", 3, "not a readable template: did not find expected node content"),
    ],
)
def test_what_is_no_template_is_an_input_error(text, line, message):
    with pytest.raises(InputError) as caught:
        load_template(text)
    assert (line, message) == (caught.value.line, caught.value.message)
