from __future__ import annotations

import re
from collections import Counter

import pytest

from tagguard.catalog import DATA, PROVIDERS, UNTAGGED_PROVIDERS, Catalog, Entry, _load, version

COUNTS = {
    "aws": (860, 875),
    "awscc": (1180, 493),
    "azurerm": (387, 719),
    "cloudformation": (1311, 587),
    "google": (311, 1064),
    "google-beta": (332, 1161),
    "kubernetes": (75, 6),
}
"""Types that take tags, types that take none."""


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_the_data_holds_as_many_types_as_were_reviewed(provider):
    sides = Counter(entry is not None for entry in _load(provider).values())

    assert (sides[True], sides[False]) == COUNTS[provider]


def test_every_provider_has_its_file_and_every_file_its_provider():
    assert {path.stem for path in DATA.glob("*.json")} == PROVIDERS


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
            ),
        ),
        ("google", "google_container_node_pool", Entry("node_config.resource_labels", "map")),
        ("google", "google_sql_database_instance", Entry("settings.user_labels", "map")),
        ("google", "google_monitoring_notification_channel", Entry("user_labels", "map")),
        (
            "google-beta",
            "google_cloud_run_service",
            Entry(
                "metadata.labels",
                "map",
                computed=("metadata.effective_labels", "metadata.terraform_labels"),
                defaults=True,
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
            Entry("TagSpecifications.Tags", "list", "Key", "Value", stack_tags="maybe"),
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
        r"\d{4}-\d\d-\d\d \(aws [\d.]+, awscc [\d.]+, azurerm [\d.]+, google [\d.]+, "
        r"google-beta [\d.]+, kubernetes [\d.]+, cfn-lint [\d.]+\)",
        version(),
    )
