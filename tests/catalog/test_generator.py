from __future__ import annotations

import io
import json
import tarfile
from zipfile import ZipFile

import msgspec
import pytest

from tagguard.catalog import DATA, PROVIDERS, Entry
from tagguard.catalog.entry import ProviderData
from tagguard.model import Limits
from tools import (
    catalog,
    catalog_bindings,
    catalog_cloudformation,
    catalog_limits,
    catalog_terraform,
)
from tools.catalog_pins import BINDINGS, PINS

TEXT = {"primitive": "string"}
MAP = {"collection": {"kind": "map", "elementtype": TEXT}}


def list_of(structure):
    items = {"collection": {"kind": "array", "elementtype": {"fqn": structure}}}
    return {"union": {"types": [{"fqn": "cdktn.IResolvable"}, items]}}


def structure(**members):
    return {"properties": [{"name": name, "type": type_} for name, type_ in members.items()]}


def resource(name, arguments, computed=(), **structures):
    """Build the classes of one resource type as the bindings have them."""
    config = {"name": "config", "type": {"fqn": f"{name}.Config"}}
    shown = structure(**arguments, **dict.fromkeys(computed, MAP))
    shown |= {
        "base": "cdktn.TerraformResource",
        "docs": {"summary": f"Represents a {{@link https://example.test/x {name}}}."},
        "initializer": {"parameters": [{"name": "id", "type": TEXT}, config]},
    }
    return {name: shown, f"{name}.Config": structure(**arguments), **structures}


@pytest.fixture
def derive(tmp_path):
    def derived(provider, *resources, cloudformation=None):
        assembly = {"types": {name: body for one in resources for name, body in one.items()}}
        data = json.dumps(assembly).encode()
        member = tarfile.TarInfo("package/.jsii")
        member.size = len(data)
        bundle = io.BytesIO()
        with tarfile.open(fileobj=bundle, mode="w:gz") as files:
            files.addfile(member, io.BytesIO(data))
        wheel = tmp_path / "bindings.whl"
        with ZipFile(wheel, "w") as archive:
            archive.writestr("x/_jsii/x.jsii.tgz", bundle.getvalue())
            archive.writestr("x-1.dist-info/METADATA", "bindings for x/x provider version 4.2.0\n")
        assert catalog_bindings.provider_version(wheel) == "4.2.0"
        return catalog_terraform.entries(provider, wheel, cloudformation or {})

    return derived


def test_aws_tags_are_marked_by_tags_all(derive):
    found = derive(
        "aws",
        resource("aws_real", {"tags": MAP}, ["tagsAll"]),
        resource("aws_filter", {"tags": MAP}),
        resource(
            "aws_group",
            {"tag": list_of("T")},
            T=structure(key=TEXT, value=TEXT, propagateAtLaunch=TEXT),
        ),
        resource("aws_tag", {"key": TEXT, "value": TEXT}),
    )

    assert found == {
        "aws_real": Entry("tags", "map", computed=("tags_all",), defaults=True),
        "aws_filter": None,
        "aws_group": Entry("tag", "blocks", "key", "value"),
        "aws_tag": None,
    }


def test_awscc_follows_the_names_of_cloudformation_and_its_own_shapes(derive):
    found = derive(
        "awscc",
        resource("awscc_a_map", {"tags": MAP}),
        resource("awscc_a_zone", {"zoneTags": list_of("L")}, L=structure(key=TEXT, value=TEXT)),
        resource("awscc_a_text", {"tags": TEXT}),
        resource("awscc_a_filter", {"tags": list_of("F")}, F=structure(tagKey=TEXT)),
        cloudformation={"AWS::A::Zone": Entry("ZoneTags", "list"), "AWS::A::Map": None},
    )

    assert found == {
        "awscc_a_map": Entry("tags", "map"),
        "awscc_a_zone": Entry("zone_tags", "list", "key", "value"),
        "awscc_a_filter": None,
    }


def test_google_labels_are_marked_by_effective_labels(derive):
    shown = structure(labels=MAP, effectiveLabels=MAP)
    found = derive(
        "google",
        resource("google_real", {"labels": MAP, "tags": MAP}, ["terraformLabels"]),
        resource("google_other", {"labels": MAP}),
        resource("google_channel", {"labels": MAP, "userLabels": MAP}),
        resource("google_deployment", {"labels": list_of("L")}, L=structure(key=TEXT, value=TEXT)),
        resource(
            "google_metric",
            {"labels": list_of("D")},
            D=structure(key=TEXT, valueType=TEXT, description=TEXT),
        ),
        resource(
            "google_run",
            {"metadata": {"fqn": "M"}},
            M=structure(labels=MAP),
            MOutputReference=shown,
        ),
    )

    assert found == {
        "google_real": Entry("labels", "map", computed=("terraform_labels",), defaults=True),
        "google_other": None,
        "google_channel": Entry("user_labels", "map"),
        "google_deployment": Entry("labels", "blocks", "key", "value"),
        "google_metric": None,
        "google_run": Entry(
            "metadata.labels", "map", computed=("metadata.effective_labels",), defaults=True
        ),
    }


def test_azurerm_lists_of_tags_are_not_the_resources(derive):
    many = {"collection": {"kind": "array", "elementtype": TEXT}}
    found = derive(
        "azurerm", resource("azurerm_a", {"tags": MAP}), resource("azurerm_b", {"tags": many})
    )

    assert found == {"azurerm_a": Entry("tags", "map"), "azurerm_b": None}


def test_kubernetes_metadata_may_be_one_block_or_a_list_of_them(derive):
    found = derive(
        "kubernetes",
        resource("kubernetes_a", {"metadata": {"fqn": "M"}}),
        resource("kubernetes_b", {"metadata": list_of("M")}, M=structure(labels=MAP)),
        resource("kubernetes_labels", {"labels": MAP, "metadata": {"fqn": "N"}}, N=structure()),
    )

    assert found == {
        "kubernetes_a": Entry("metadata.labels", "map"),
        "kubernetes_b": Entry("metadata.labels", "map"),
        "kubernetes_labels": None,
    }


def test_nested_tags_are_found_where_they_are_tags(derive):
    found = derive(
        "aws",
        resource(
            "aws_server",
            {"tags": MAP, "volumeTags": MAP, "disk": list_of("D"), "lifecycleRule": {"fqn": "R"}},
            ["tagsAll"],
            D=structure(tags=MAP, labels=TEXT, disk=list_of("D"), spec=list_of("S")),
            S=structure(tags=list_of("T")),
            T=structure(key=TEXT, value=TEXT),
            R=structure(tags=MAP),
        ),
    )

    entry = found["aws_server"]
    assert entry
    assert entry.also == ("disk.spec.tags", "disk.tags", "volume_tags")


def test_limits_are_documented_or_those_of_the_schema_in_use():
    plain = Entry("tags", "map")
    types = dict.fromkeys(
        ("aws_s3_object", "aws_a", "awscc_a", "azurerm_dns_zone", "azurerm_a"), plain
    )

    found = catalog_limits.limited(
        {**types, "aws_none": None},
        {"aws_a": "AWS::A", "awscc_a": "AWS::A"},
        {"AWS::A": Entry("Tags", "map", limits=Limits(key=127))},
    )

    assert {type_: entry and entry.limits for type_, entry in found.items()} == {
        "aws_s3_object": Limits(tags=10),
        "aws_a": Limits(),
        "awscc_a": Limits(key=127),
        "azurerm_dns_zone": Limits(tags=15),
        "azurerm_a": Limits(),
        "aws_none": None,
    }


TAG: dict[str, dict[str, dict]] = {"properties": {"Key": {}, "Value": {}}}
LIST = {"type": "array", "items": {"$ref": "#/definitions/Tag"}}


@pytest.mark.parametrize(
    ("schema", "entry"),
    [
        ({"properties": {"Tags": LIST}}, Entry("Tags", "list", "Key", "Value", stack_tags="maybe")),
        (
            {"properties": {"Tags": {"type": ["object", "string"]}}},
            Entry("Tags", "map", stack_tags="maybe"),
        ),
        (
            {
                "properties": {"PoolTags": {"patternProperties": {}}, "Tags": LIST},
                "tagging": {
                    "taggable": True,
                    "tagProperty": "/properties/PoolTags",
                    "cloudFormationSystemTags": True,
                },
            },
            Entry("PoolTags", "map", stack_tags="yes"),
        ),
        (
            {"properties": {"TagSpecifications": {"items": {"properties": {"Tags": LIST}}}}},
            Entry("TagSpecifications.Tags", "list", "Key", "Value", stack_tags="maybe"),
        ),
        (
            {"properties": {"Tags": {"type": "object", "properties": {"Items": LIST}}}},
            Entry("Tags.Items", "list", "Key", "Value", stack_tags="maybe"),
        ),
        (
            {"typeName": "AWS::IoT::Policy", "properties": {"Tags": LIST}},
            Entry("Tags", "list", "Key", "Value", stack_tags="no"),
        ),
        ({"properties": {"LFTags": LIST, "ResourceGroupTags": LIST}}, None),
        ({"properties": {"Tags": {"type": "array", "items": {"type": "string"}}}}, None),
        ({"properties": {}, "tagging": {"tagProperty": "/properties/Tags"}}, None),
    ],
)
def test_cloudformation_schemas_are_judged_by_shape(schema, entry):
    assert catalog_cloudformation.entry({**schema, "definitions": {"Tag": TAG}}) == entry


def test_cloudformation_schemas_state_limits_and_nested_places():
    short = {"properties": {"Key": {"maxLength": 127}, "Value": {"maxLength": 256}}}
    volume = {
        "properties": {
            "Tags": LIST,
            "Next": {"$ref": "#/definitions/Volume"},
            "Filter": {"properties": {"Tags": LIST}},
            "Made": {"properties": {"Tags": LIST}},
        }
    }
    schema = {
        "properties": {
            "Tags": {"items": short, "maxItems": 20},
            "Volumes": {"items": {"$ref": "#/definitions/Volume"}},
        },
        "readOnlyProperties": ["/properties/Volumes/*/Made"],
        "definitions": {"Tag": TAG, "Volume": volume},
    }

    assert catalog_cloudformation.entry(schema) == Entry(
        "Tags",
        "list",
        "Key",
        "Value",
        stack_tags="maybe",
        also=("Volumes.Tags",),
        limits=Limits(tags=20, key=127),
    )


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_the_files_are_written_from_these_pins(provider):
    content = (DATA / f"{provider}.json").read_bytes()
    newest = msgspec.json.decode(content, type=ProviderData)
    pins = PINS[provider]
    versions = [one.version for one in (newest, *newest.older)]
    types = [one.types() for one in (newest, *newest.older)]

    readings = [catalog.Reading(*one) for one in zip(pins, versions, types, strict=True)]

    assert catalog.laid_out(catalog.data(provider, readings)) == content


def test_an_older_version_adds_only_what_all_newer_ones_lack():
    (pin, *_), entry = BINDINGS["aws"], Entry("tags", "map")
    readings = [
        catalog.Reading(pin, "3.0.0", {"aws_kept": None}),
        catalog.Reading(pin, "2.0.0", {"aws_kept": entry, "aws_gone": entry}),
        catalog.Reading(pin, "1.0.0", {"aws_kept": entry, "aws_gone": None, "aws_lost": None}),
    ]

    newest = catalog.data("aws", readings)

    assert [(one.version, one.types()) for one in (newest, *newest.older)] == [
        ("3.0.0", {"aws_kept": None}),
        ("2.0.0", {"aws_gone": entry}),
        ("1.0.0", {"aws_lost": None}),
    ]


def test_older_bindings_are_read_like_newer_ones(derive):
    classes = resource("azurerm_old", {"tags": MAP})
    classes["azurerm_old"]["base"] = "cdktf.TerraformResource"

    assert derive("azurerm", classes) == {"azurerm_old": Entry("tags", "map")}


def test_a_wheel_that_is_not_the_pinned_one_ends_the_run(tmp_path):
    pin = BINDINGS["aws"][0]
    (tmp_path / pin.name).write_bytes(b"something else")

    with pytest.raises(SystemExit, match="is not the pinned wheel"):
        pin.fetched(tmp_path)
