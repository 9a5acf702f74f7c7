from __future__ import annotations

import pytest

from tagguard.catalog import Catalog, Description, Entry, live, version


def test_a_native_name_is_described_alone_with_its_twins():
    (bucket,) = Catalog().describe("aws_s3_bucket")

    assert bucket == Description(
        provider="aws",
        type="aws_s3_bucket",
        taggable="yes",
        entry=Entry("tags", "map", computed=("tags_all",), defaults=True),
        source="cdktn-provider-aws 25.8.1 (MPL-2.0)",
        canonical="aws:s3/bucket",
        twins=("AWS::S3::Bucket", "awscc_s3_bucket", "s3:bucket"),
    )


@pytest.mark.parametrize("name", ["aws:sqs/queue", "sqs:queue"])
def test_a_canonical_or_live_name_gives_every_side(name):
    found = Catalog().describe(name)

    assert [(one.provider, one.type) for one in found] == [
        ("cloudformation", "AWS::SQS::Queue"),
        ("aws", "aws_sqs_queue"),
        ("awscc", "awscc_sqs_queue"),
    ]


def test_a_type_of_two_providers_is_described_twice():
    found = Catalog().describe("google_storage_bucket")

    assert [(one.provider, one.canonical, one.twins) for one in found] == [
        ("google", "", ()),
        ("google-beta", "", ()),
    ]


@pytest.mark.parametrize(
    ("type_", "package", "seen"),
    [
        ("azurerm_app_service", "14.23.1", "4.55.0"),
        ("azurerm_mariadb_server", "12.27.0", "3.116.0"),
    ],
)
def test_a_dropped_type_says_where_it_was_last_seen(type_, package, seen):
    (found,) = Catalog().describe(type_)

    source = f"cdktf-cdktf-provider-azurerm {package} (MPL-2.0)"
    assert found.source == f"{source}, last seen in azurerm {seen}"


def test_what_takes_no_tags_is_described_too():
    (rule,) = Catalog().describe("aws_security_group_rule")

    assert (rule.taggable, rule.entry) == ("no", None)


def test_what_only_others_create_has_no_attribute():
    assert Catalog().describe("ecs:task") == (
        Description("aws", "aws:ecs/task", "yes", None, version(), "aws:ecs/task", ("ecs:task",)),
    )


def test_the_users_own_entry_wins():
    catalog = Catalog({"aws_s3_bucket": {"attribute": "labels"}, "acme_box": {"taggable": False}})

    assert catalog.describe("aws_s3_bucket") == (
        Description(
            "",
            "aws_s3_bucket",
            "yes",
            Entry("labels", "map"),
            "tagguard.yaml",
            "aws:s3/bucket",
            ("AWS::S3::Bucket", "awscc_s3_bucket", "s3:bucket"),
        ),
    )
    assert catalog.describe("acme_box") == (
        Description("", "acme_box", "no", None, "tagguard.yaml"),
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("aws_s3_buckets", "aws_s3_bucket"),
        ("AWS::S3::Bukcet", "AWS::S3::Bucket"),
        ("aws:s3/buckets", "aws:s3/bucket"),
        ("s3:bukket", "s3:bucket"),
        ("acme_bxo", "acme_box"),
        ("oci_core_instanc", "oci_core_instance"),
    ],
)
def test_unknown_names_get_the_nearest_known_one(written, meant):
    catalog = Catalog({"acme_box": {"taggable": False}})

    assert catalog.describe(written) == ()
    assert catalog.suggestion(written) == f" (did you mean `{meant}`?)"


@pytest.mark.parametrize("name", ["", "missing-tg", "nothing_like_it", "(", ":::", "*"])
def test_names_unlike_any_type_get_no_suggestion(name):
    assert Catalog().describe(name) == ()
    assert Catalog().suggestion(name) == ""


@pytest.mark.parametrize(
    ("name", "provider", "entry"),
    [
        ("Microsoft.Compute/virtualMachines", "azure", Entry("tags", "map")),
        ("microsoft.network/virtualnetworks/subnets", "azure", None),
        ("sqladmin.googleapis.com/Instance", "google", Entry("settings.userLabels", "map")),
        (
            "run.googleapis.com/Job",
            "google",
            Entry("labels", "map", beside=("metadata.labels",)),
        ),
    ],
)
def test_live_types_are_described(name, provider, entry):
    (found,) = Catalog().describe(name)

    assert (found.type, found.provider, found.entry) == (name, provider, entry)
    assert found.taggable == ("yes" if entry else "no")
    assert found.source == live.source(provider)


def test_live_types_that_nobody_knows_are_not_described():
    assert Catalog().describe("microsoft.compute/nothing") == ()
