from __future__ import annotations

import re
from collections import Counter

import pytest

from tagguard.catalog import DATA, PROVIDERS, UNTAGGED_PROVIDERS, Catalog, Entry, _load, version
from tagguard.model import NO_LIMITS, Limits
from tagguard.terraform.tag_places import NESTED

COUNTS = {
    "alicloud": (235, 949),
    "aws": (872, 883),
    "awscc": (1181, 492),
    "azapi": (1, 3),
    "azurerm": (441, 786),
    "cloudformation": (1312, 586),
    "google": (319, 1079),
    "google-beta": (340, 1176),
    "kubernetes": (77, 6),
    "oci": (558, 440),
}
"""Types that take tags, types that take none, those of older versions included."""

SHAPES = {
    "alicloud": {"map": 235},
    "aws": {"blocks": 1, "map": 871},
    "awscc": {"list": 1068, "map": 113},
    "azapi": {"map": 1},
    "azurerm": {"map": 441},
    "cloudformation": {"list": 1144, "map": 168},
    "google": {"blocks": 1, "map": 318},
    "google-beta": {"blocks": 1, "map": 339},
    "kubernetes": {"map": 77},
    "oci": {"map": 558},
}


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_the_data_holds_as_many_types_as_were_reviewed(provider):
    sides = Counter(entry is not None for entry in _load(provider).values())

    assert (sides[True], sides[False]) == COUNTS[provider]


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_the_data_holds_as_many_of_each_shape(provider):
    assert Counter(entry.shape for entry in _load(provider).values() if entry) == SHAPES[provider]


@pytest.mark.parametrize(
    ("provider", "limited", "nested", "beside"),
    [
        ("alicloud", 0, 1, 0),
        ("aws", 5, 24, 0),
        ("awscc", 64, 31, 0),
        ("azurerm", 15, 6, 0),
        ("cloudformation", 66, 36, 0),
        ("google", 0, 28, 0),
        ("kubernetes", 0, 30, 0),
        ("oci", 0, 56, 557),
    ],
)
def test_the_data_holds_as_many_limits_and_further_places(provider, limited, nested, beside):
    entries = [entry for entry in _load(provider).values() if entry]

    assert sum(entry.limits != NO_LIMITS for entry in entries) == limited
    assert sum(len(entry.also) for entry in entries) == nested
    assert sum(len(entry.beside) for entry in entries) == beside


def test_the_places_that_bring_resources_about_are_those_of_the_schemas():
    read = {
        (type_, f"{one.path}.{one.tags}".lstrip("."))
        for type_, places in NESTED.items()
        for one in places
    }
    catalog = Catalog()
    known = {
        (type_, place)
        for type_ in NESTED
        if (entry := catalog.lookup(type_.partition("_")[0], type_))
        for place in entry.also
    }

    assert {type_ for type_, _ in read - known} == {
        "aws_imagebuilder_distribution_configuration",  # its map is not called `tags`
        "azurerm_netapp_volume_group_oracle",  # the rest take no tags themselves
        "azurerm_netapp_volume_group_sap_hana",
        "google_compute_resource_policy",
    }


def test_every_provider_has_its_file_and_every_file_its_provider():
    assert {path.stem for path in DATA.glob("*.json")} - {"types"} == PROVIDERS


@pytest.mark.parametrize(
    ("provider", "type_", "entry"),
    [
        (
            "aws",
            "aws_s3_bucket",
            Entry("tags", "map", computed=("tags_all",), defaults=True),
        ),
        ("aws", "aws_autoscaling_group", Entry("tag", "blocks", "key", "value")),
        ("awscc", "awscc_s3_bucket", Entry("tags", "list", "key", "value")),
        ("awscc", "awscc_ssm_parameter", Entry("tags", "map")),
        (
            "awscc",
            "awscc_route53_hosted_zone",
            Entry("hosted_zone_tags", "list", "key", "value"),
        ),
        (
            "awscc",
            "awscc_autoscaling_auto_scaling_group",
            Entry("tags", "list", "key", "value"),
        ),
        ("azurerm", "azurerm_resource_group", Entry("tags", "map")),
        (
            "google",
            "google_storage_bucket",
            Entry(
                "labels", "map", computed=("effective_labels", "terraform_labels"), defaults=True
            ),
        ),
        (
            "google",
            "google_container_cluster",
            Entry(
                "resource_labels",
                "map",
                computed=("effective_labels", "terraform_labels"),
                defaults=True,
                also=(
                    "node_config.labels",
                    "node_config.resource_labels",
                    "node_pool.node_config.labels",
                    "node_pool.node_config.resource_labels",
                ),
            ),
        ),
        (
            "google",
            "google_container_node_pool",
            Entry("node_config.resource_labels", "map", also=("node_config.labels",)),
        ),
        ("google", "google_sql_database_instance", Entry("settings.user_labels", "map")),
        (
            "google",
            "google_deployment_manager_deployment",
            Entry("labels", "blocks", "key", "value"),
        ),
        ("google", "google_monitoring_notification_channel", Entry("user_labels", "map")),
        (
            "google-beta",
            "google_cloud_run_service",
            Entry(
                "metadata.labels",
                "map",
                computed=("metadata.effective_labels", "metadata.terraform_labels"),
                defaults=True,
                also=("template.metadata.labels",),
            ),
        ),
        ("kubernetes", "kubernetes_namespace_v1", Entry("metadata.labels", "map")),
        ("kubernetes", "kubernetes_manifest", Entry("manifest.metadata.labels", "map")),
        (
            "cloudformation",
            "AWS::S3::Bucket",
            Entry("Tags", "list", "Key", "Value", stack_tags="yes"),
        ),
        ("cloudformation", "AWS::SSM::Parameter", Entry("Tags", "map", stack_tags="yes")),
        (
            "cloudformation",
            "AWS::Cognito::UserPool",
            Entry("UserPoolTags", "map", stack_tags="yes"),
        ),
        (
            "cloudformation",
            "AWS::EC2::LaunchTemplate",
            Entry(
                "TagSpecifications.Tags",
                "list",
                "Key",
                "Value",
                stack_tags="maybe",
                also=("LaunchTemplateData.TagSpecifications.Tags",),
            ),
        ),
        (
            "cloudformation",
            "AWS::DynamoDB::GlobalTable",
            Entry("Replicas.Tags", "list", "Key", "Value", stack_tags="maybe"),
        ),
        (
            "cloudformation",
            "AWS::Glue::Schema",
            Entry("Tags", "list", "Key", "Value", stack_tags="yes", limits=Limits(tags=10)),
        ),
        (
            "aws",
            "aws_instance",
            Entry(
                "tags",
                "map",
                computed=("tags_all",),
                defaults=True,
                also=("ebs_block_device.tags", "root_block_device.tags", "volume_tags"),
            ),
        ),
        (
            "aws",
            "aws_s3_object",
            Entry("tags", "map", computed=("tags_all",), defaults=True, limits=Limits(tags=10)),
        ),
        ("azurerm", "azurerm_postgresql_server", Entry("tags", "map")),  # last seen in azurerm 4
        ("azurerm", "azurerm_storage_account", Entry("tags", "map", limits=Limits(key=128))),
        (
            "azurerm",
            "azurerm_dns_zone",
            Entry("tags", "map", also=("soa_record.tags",), limits=Limits(tags=15)),
        ),
        ("azapi", "azapi_resource", Entry("tags", "map")),
        ("alicloud", "alicloud_instance", Entry("tags", "map", also=("volume_tags",))),
        ("alicloud", "alicloud_oss_bucket", Entry("tags", "map")),
        (
            "oci",
            "oci_objectstorage_bucket",
            Entry("freeform_tags", "map", beside=("defined_tags",)),
        ),
        (
            "oci",
            "oci_core_default_route_table",
            Entry("freeform_tags", "map", beside=("defined_tags",)),
        ),
        (
            "oci",
            "oci_jms_java_downloads_java_license_acceptance_record",
            Entry("defined_tags", "map"),
        ),
        (
            "cloudformation",
            "AWS::CloudFront::AnycastIpList",
            Entry("Tags.Items", "list", "Key", "Value", stack_tags="maybe"),
        ),
        (
            "cloudformation",
            "AWS::DynamoDB::Table",
            Entry("Tags", "list", "Key", "Value", stack_tags="maybe"),
        ),
        ("cloudformation", "AWS::IoT::Policy", Entry("Tags", "list", "Key", "Value")),
        ("cloudformation", "AWS::Serverless::Function", Entry("Tags", "map", stack_tags="yes")),
        (
            "cloudformation",
            "AWS::Serverless::CapacityProvider",
            Entry("Tags", "map", stack_tags="yes"),
        ),
        (
            "cloudformation",
            "AWS::Serverless::SimpleTable",
            Entry("Tags", "map", stack_tags="maybe"),
        ),
    ],
)
def test_where_tags_are(provider, type_, entry):
    catalog = Catalog()

    assert catalog.lookup(provider, type_) == entry
    assert catalog.taggable(provider, type_) == "yes"


@pytest.mark.parametrize(
    ("provider", "type_"),
    [
        ("aws", "aws_inspector_resource_group"),  # `tags` without `tags_all` is a filter
        ("aws", "aws_devopsguru_resource_collection"),
        ("aws", "aws_autoscaling_group_tag"),  # tags another resource
        ("azapi", "azapi_update_resource"),  # patches another resource
        ("alicloud", "alicloud_security_group_rule"),
        ("azuread", "azuread_application"),
        ("azurerm", "azurerm_monitor_log_profile"),  # last seen in azurerm 3
        ("azurerm", "azurerm_subnet"),
        ("azurerm", "azurerm_storage_blob_inventory_policy"),
        ("google", "google_compute_firewall"),
        ("google", "google_cloud_identity_group"),  # `labels` choose the kind of group
        ("google", "google_monitoring_metric_descriptor"),  # `labels` are dimensions
        ("google", "google_folder"),  # `tags` bind resource manager tags
        ("kubernetes", "kubernetes_labels"),  # labels another object
        ("kubernetes", "kubernetes_config_map_v1_data"),
        ("cloudformation", "AWS::IAM::Policy"),
        ("cloudformation", "AWS::LakeFormation::TagAssociation"),  # `LFTags`
        ("cloudformation", "AWS::Inspector::ResourceGroup"),  # `ResourceGroupTags`
        ("cloudformation", "AWS::Cognito::IdentityPoolPrincipalTag"),  # `PrincipalTags`
        ("cloudformation", "AWS::Serverless::LayerVersion"),
        ("cloudformation", "AWS::CloudFormation::CustomResource"),
        ("cloudformation", "Custom::AnyName"),
        ("oci", "oci_identity_tag_default"),
        ("oci", "oci_redis_redis_cluster_create_identity_token"),  # its tags are never sent
        ("random", "random_id"),
        ("terraform", "terraform_data"),
    ],
)
def test_what_takes_no_tags(provider, type_):
    catalog = Catalog()

    assert catalog.lookup(provider, type_) is None
    assert catalog.taggable(provider, type_) == "no"


@pytest.mark.parametrize(
    ("provider", "type_"),
    [
        ("aws", "aws_not_yet_invented"),
        ("awscc", "awscc_glue_job"),  # its tags are a JSON text
        ("cloudformation", "Acme::Storage::Box"),
        ("aws", "Custom::AnyName"),
        ("datadog", "datadog_monitor"),
        ("../../pyproject", "x"),
        ("", ""),
    ],
)
def test_what_is_unknown(provider, type_):
    catalog = Catalog()

    assert catalog.lookup(provider, type_) is None
    assert catalog.taggable(provider, type_) == "unknown"


def test_only_the_provider_in_use_is_loaded():
    catalog = Catalog()

    catalog.lookup("kubernetes", "kubernetes_namespace")
    catalog.taggable("random", "random_id")

    assert {name for name, types in catalog._loaded.items() if types} == {"kubernetes"}


def test_types_that_accept_tags_without_the_schema_saying_so_are_known():
    unflagged = ("AWS::CodeBuild::Project", "AWS::EMR::Cluster", "AWS::DAX::Cluster")

    assert [Catalog().taggable("cloudformation", type_) for type_ in unflagged] == ["yes"] * 3


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_lists_name_their_members_and_maps_do_not(provider):
    entries = {entry for entry in _load(provider).values() if entry}

    assert all((entry.shape == "map") == (entry.key == entry.value == "") for entry in entries)


def test_untagged_providers_have_no_data():
    assert not UNTAGGED_PROVIDERS & PROVIDERS


def test_the_version_names_the_date_and_every_source():
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \(alicloud [\d.]+, aws [\d.]+, awscc [\d.]+, azapi [\d.]+, "
        r"azurerm [\d.]+, google [\d.]+, google-beta [\d.]+, kubernetes [\d.]+, oci [\d.]+, "
        r"cfn-lint [\d.]+\)",
        version(),
    )
