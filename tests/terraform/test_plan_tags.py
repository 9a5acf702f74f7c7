from __future__ import annotations

from typing import ClassVar

import pytest

from tagguard.catalog import why_unknown
from tagguard.model import SENSITIVE
from tests.terraform.plans import (
    BUCKET,
    block,
    change,
    configuration,
    plan,
    read,
    read_one,
    values,
    with_defaults,
)


def test_tags_all_is_the_truth_and_says_who_set_what():
    config = with_defaults({"Team": "core", "Env": "dev"}, block())
    after = {"tags": {"Env": "prod"}, "tags_all": {"Env": "prod", "Team": "core"}}
    resource = read_one(change(after), configuration=config)

    assert values(resource) == {"Env": "prod", "Team": "core"}
    assert [tag.provenance for tag in resource.tags] == ["resource", "default_tags@aws"]


def test_a_key_that_replaces_a_default_names_both():
    config = with_defaults({"Team": "core", "Env": "dev"}, block())
    shown = {"tags": {"Env": "prod"}, "tags_all": {"Env": "prod", "Team": "core"}}
    known = read_one(change(shown), configuration=config)
    rebuilt = read_one(
        change({"tags": {"Env": "prod"}}, {"tags": {"N": True}, "tags_all": True}),
        configuration=config,
    )

    for resource in (known, rebuilt):
        assert {tag.key: tag.overrides for tag in resource.tags if tag.overrides} == {
            "Env": "default_tags@aws"
        }
        assert resource.tags.tags["Env"].provenance == "resource"


def test_defaults_that_do_not_reach_a_type_are_not_replaced():
    tag = [{"key": "Team", "value": "x", "propagate_at_launch": True}]
    config = with_defaults({"Team": "core"}, block("aws_autoscaling_group.a"))
    item = change({"tag": tag}, address="aws_autoscaling_group.a")

    assert read_one(item, configuration=config).tags.tags["Team"].overrides == ""


OCI = {"address": "oci_core_vcn.v", "provider": "oracle/oci"}


def test_oracle_resources_carry_the_union_of_their_maps():
    after = {
        "freeform_tags": {"Owner": "a"},
        "defined_tags": {"Ops.CostCenter": "42"},
        "system_tags": {"orcl-cloud.free-tier-retained": "true"},
    }
    resource = read_one(change(after, **OCI))

    assert values(resource) == {
        "Owner": "a",
        "Ops.CostCenter": "42",
        "orcl-cloud.free-tier-retained": "true",
    }
    assert [tag.key for tag in resource.tags if tag.platform] == ["orcl-cloud.free-tier-retained"]
    assert (resource.tags.complete, resource.dialect) == (True, "oci")


def test_defined_tags_that_nobody_writes_come_from_tag_defaults():
    unknown = {"defined_tags": True, "freeform_tags": True, "system_tags": True}
    config = configuration(block("oci_core_vcn.v", key="oci"))
    resource = read_one(change({}, unknown, **OCI), configuration=config)

    assert (values(resource), resource.tags.complete) == ({}, False)
    assert resource.tags.reason == "the compartment's tag defaults may add to `defined_tags`"


def test_freeform_tags_that_nobody_writes_are_none():
    unknown = {"freeform_tags": True}
    config = configuration(block("oci_core_vcn.v", key="oci"))
    item = change({"defined_tags": {"A.B": "c"}}, unknown, **OCI)

    assert read_one(item, configuration=config).tags.complete
    written = configuration(block("oci_core_vcn.v", key="oci", freeform_tags={"references": []}))
    assert not read_one(item, configuration=written).tags.complete


def test_defined_tags_that_the_provider_ignores_are_set_by_others():
    ignored = {"ignore_defined_tags": {"constant_value": ["Ops.Team", "A.B", 1]}}
    config = configuration(
        block("oci_core_vcn.v", key="oci"), providers={"oci": {"expressions": ignored}}
    )
    after = {"defined_tags": {"A.B": "c"}, "freeform_tags": {}}
    resource = read_one(change(after, **OCI), configuration=config)

    assert values(resource) == {"A.B": "c", "Ops.Team": None}
    assert resource.tags.tags["Ops.Team"].provenance == "outside Terraform"
    assert resource.tags.complete


@pytest.mark.parametrize("address", ["alicloud_instance.i", "azapi_resource.r"])
def test_other_clouds_are_read_by_the_catalog(address):
    provider = f"x/{address.partition('_')[0]}"
    resource = read_one(change({"tags": {"A": "b"}}, address=address, provider=provider))

    assert (resource.taggable, values(resource)) == ("yes", {"A": "b"})
    assert resource.dialect == ("azure" if provider == "x/azapi" else "generic")


@pytest.mark.parametrize("effective", ["known", "unknown", "absent"])
@pytest.mark.parametrize("terraform", ["known", "unknown", "absent"])
def test_google_labels_in_every_combination(effective, terraform):
    """Whichever attribute is known, the same labels come out."""
    config = with_defaults({"team": "core"}, attribute="default_labels", name="google")
    after, unknown = {"labels": {"a": "b"}}, {}
    states = {"terraform_labels": terraform, "effective_labels": effective}
    for name, state in states.items():
        if state == "known":
            after[name] = {"a": "b", "team": "core"}
        elif state == "unknown":
            unknown[name] = True
    item = change(after, unknown, address="google_storage_bucket.b", provider="google")
    resource = read_one(item, configuration=config)

    assert values(resource) == {"a": "b", "team": "core"}
    assert resource.tags.tags["team"].provenance == "default_labels@google"
    assert resource.tags.complete


def test_one_unknown_value_does_not_blank_the_rest():
    config = with_defaults({"Team": "core"}, block(tags={"references": ["aws_x.y.id"]}))
    unknown = {"tags": {"Name": True}, "tags_all": True}
    resource = read_one(change({"tags": {"Env": "prod"}}, unknown), configuration=config)

    assert values(resource) == {"Env": "prod", "Name": None, "Team": "core"}
    assert resource.tags.complete
    assert resource.tags.tags["Name"].unknown == (
        "value known after apply (tags depend on aws_x.y.id)"
    )
    assert resource.tags.tags["Team"].provenance == "default_tags@aws"


def test_wholly_unknown_tags_keep_the_defaults_keys():
    config = with_defaults({"Team": "core"}, block(tags={"references": ["var.extra"]}))
    resource = read_one(change({}, {"tags": True, "tags_all": True}), configuration=config)

    assert values(resource) == {"Team": None}
    assert (resource.tags.complete, resource.tags.reason) == (
        False,
        "tags depend on var.extra",
    )


def test_an_unknown_default_set_is_named():
    hidden = {"default_tags": [{"tags": {"references": ["var.d"]}}]}
    config = configuration(block(), providers={"aws": {"expressions": hidden}})
    unknown = {"tags": {"Name": True}, "tags_all": True}
    resource = read_one(change({"tags": {}}, unknown), configuration=config)

    assert values(resource) == {"Name": None}
    assert not resource.tags.complete
    assert "var.d" in resource.tags.reason


def test_null_is_absent_and_lets_the_default_through():
    config = with_defaults({"Team": "core"}, block())
    after = {"tags": {"Team": None, "Owner": None}}
    resource = read_one(change(after, {"tags_all": True}), configuration=config)

    assert values(resource) == {"Team": "core"}


def test_an_empty_value_is_kept():
    assert values(read_one(change({"tags": {"Owner": ""}}))) == {"Owner": ""}


def test_the_provider_of_the_module_instance_is_used():
    tags = {"constant_value": {"Team": "west"}}
    providers = {"aws": {}, "aws.west": {"expressions": {"default_tags": [{"tags": tags}]}}}
    calls = {"x": {"module": {"resources": [block(key="aws.west")]}}}
    config = configuration(providers=providers, calls=calls)
    item = change(
        {"tags": None},
        {"tags_all": True},
        address=f'module.x["a.b"].{BUCKET}',
        module_address='module.x["a.b"]',
    )
    resource = read_one(item, configuration=config)

    assert resource.tags.tags["Team"].provenance == "default_tags@aws.west"


def test_of_several_providers_only_the_shared_defaults_are_sure():
    def entry(owner):
        tags = {"Org": "acme", "Owner": owner}
        return {"expressions": {"default_tags": [{"tags": {"constant_value": tags}}]}}

    config = configuration(
        block(keys=["aws.by_region", "aws.other"]),
        providers={"aws": entry("x"), "aws.by_region": entry("a"), "aws.other": entry("b")},
    )
    resource = read_one(change({"tags": {}}, {"tags_all": True}), configuration=config)

    assert values(resource) == {"Org": "acme", "Owner": None}
    assert resource.places[-1] == "the `default_tags` of provider `aws.by_region or aws.other`"


def test_without_configuration_hidden_defaults_stay_open():
    item = change({"tags": {"A": "b"}}, {"tags_all": True})

    assert not read_one(item, configuration=None).tags.complete


def test_without_configuration_and_tags_all_no_defaults_are_supposed():
    assert read_one(change({"tags": {"A": "b"}}), configuration=None).tags.complete


def test_numbers_and_booleans_become_text():
    assert values(read_one(change({"tags": {"n": 1, "b": True}}))) == {"n": "1", "b": "true"}


def test_autoscaling_blocks_get_no_defaults():
    config = with_defaults({"Team": "core"}, block("aws_autoscaling_group.a"))
    tag = [
        {"key": "Env", "value": "prod", "propagate_at_launch": True},
        {"key": "Late", "propagate_at_launch": True},
        {"value": "x"},
    ]
    unknown = {"tag": [{}, {"value": True}, {"key": True}]}
    item = change({"tag": tag}, unknown, address="aws_autoscaling_group.a")
    resource = read_one(item, configuration=config)

    assert values(resource) == {"Env": "prod", "Late": None}
    assert not resource.tags.complete


def test_old_autoscaling_tags_are_a_list_of_maps():
    tags = [{"key": "Env", "value": "prod", "propagate_at_launch": "true"}]
    item = change({"tag": [], "tags": tags}, address="aws_autoscaling_group.a")

    assert values(read_one(item)) == {"Env": "prod"}


def test_awscc_lists():
    item = change(
        {"tags": [{"key": "Env", "value": "prod"}]},
        address="awscc_s3_bucket.b",
        provider="registry.terraform.io/hashicorp/awscc",
    )

    assert values(read_one(item)) == {"Env": "prod"}


def test_several_tag_specifications_count_all():
    specifications = [{"tags": [{"key": "A", "value": "1"}]}, {"tags": [{"key": "B"}]}]
    item = change(
        {"tag_specifications": specifications},
        {"tag_specifications": [{}, {"tags": [{"value": True}]}]},
        address="awscc_ec2_capacity_reservation.c",
        provider="awscc",
    )
    resource = read_one(item)

    assert values(resource) == {"A": "1"}
    assert not resource.tags.complete


def test_kubernetes_labels_lie_in_the_metadata_block():
    item = change(
        {"metadata": [{"name": "x", "labels": {"team": "core"}}]},
        {"metadata": [{"uid": True, "labels": {"rev": True}}]},
        {"metadata": [{"labels": {"team": True}}]},
        address="kubernetes_namespace.n",
        provider="registry.terraform.io/hashicorp/kubernetes",
    )
    resource = read_one(item)

    assert values(resource) == {"team": "core", "rev": None}
    assert resource.tags.tags["team"].sensitive


def test_a_missing_block_holds_no_labels():
    item = change(
        {"settings": []}, address="google_sql_database_instance.d", provider="hashicorp/google"
    )
    resource = read_one(item)

    assert (values(resource), resource.tags.complete) == ({}, True)


def test_google_shows_effective_labels():
    provenances = {
        "env": "resource",
        "goog-terraform-provisioned": "platform",
        "seen": "outside Terraform",
        "team": "default_labels@google",
    }
    merged = {key: "x" for key in provenances if key != "seen"}
    after = {
        "labels": {"env": "x"},
        "terraform_labels": merged,
        "effective_labels": dict.fromkeys(provenances, "x"),
    }
    config = with_defaults({"team": "x"}, attribute="default_labels", name="google")
    item = change(after, address="google_storage_bucket.b", provider="hashicorp/google")
    resource = read_one(item, configuration=config)

    assert {tag.key: tag.provenance for tag in resource.tags} == provenances
    assert [t.key for t in resource.tags if t.platform] == ["goog-terraform-provisioned"]


def test_google_defaults_are_rebuilt_when_hidden():
    config = with_defaults(
        {"team": "core"},
        block("google_storage_bucket.b", key="google"),
        attribute="default_labels",
        name="google",
    )
    item = change(
        {"labels": {"env": "prod"}},
        {"labels": {"id": True}, "effective_labels": True, "terraform_labels": True},
        address="google_storage_bucket.b",
        provider="hashicorp/google",
    )

    assert values(read_one(item, configuration=config)) == {
        "env": "prod",
        "id": None,
        "team": "core",
    }


def test_an_unknown_type_is_judged_by_a_visible_attribute():
    item = change({"tags": {"A": "b"}}, address="initech_thing.t", provider="initech/initech")
    resource = read_one(item)

    assert (resource.taggable, values(resource)) == ("unknown", {"A": "b"})
    assert resource.tags.complete


@pytest.mark.parametrize("name", ["tags", "tags_all", "labels", "effective_labels"])
def test_an_empty_map_shows_that_an_unknown_type_has_no_tags(name):
    item = change({name: {}}, address="initech_thing.t", provider="initech/initech")
    resource = read_one(item)

    assert (resource.taggable, values(resource)) == ("unknown", {})
    assert resource.tags.complete


@pytest.mark.parametrize("tags", [None, ["a", "b"]])
def test_an_unknown_type_without_one_is_left_open(tags):
    item = change({"tags": tags}, address="initech_thing.t", provider="initech/initech")
    resource = read_one(item)

    assert (resource.taggable, resource.tags.complete) == ("unknown", False)
    assert resource.tags.reason == why_unknown("initech_thing")


def test_tags_in_another_shape_are_not_taken_for_none():
    resource = read_one(change({"tags": ["a"]}))

    assert (resource.tags.complete, resource.tags.reason) == (
        False,
        "tags are not written as a map",
    )


def google(after, sensitive=None):
    address = "google_storage_bucket.b"
    return change(after, None, sensitive, address=address, provider="hashicorp/google")


def shown(resource):
    return {tag.key: tag.shown for tag in resource.tags}


@pytest.mark.parametrize(
    ("own", "computed"),
    [
        ({"tags": {"Owner": True}}, {"tags_all": {}}),
        ({"tags": {"Owner": True}}, {}),
        ({"tags": True}, {"tags_all": {}}),
        ({}, {"tags_all": {"Owner": True}}),
    ],
)
def test_a_secret_stays_one_where_the_provider_copies_it(own, computed):
    tags = {"Owner": "s3cr3t"}
    after = {"tags": tags, "tags_all": {**tags, "Env": "dev"}}
    resource = read_one(change(after, None, {**own, **computed}))

    assert shown(resource) == {"Owner": SENSITIVE, "Env": "dev"}
    assert resource.attributes == {
        "tags": SENSITIVE if own.get("tags") is True else {"Owner": SENSITIVE},
        "tags_all": {"Owner": SENSITIVE, "Env": "dev"},
    }


def test_a_secret_label_stays_one_in_all_computed_labels():
    labels = {"owner": "abc", "env": "dev"}
    after = dict.fromkeys(("labels", "effective_labels", "terraform_labels"), labels)
    resource = read_one(google(after, {"labels": {"owner": True}, "effective_labels": {}}))

    assert shown(resource) == {"owner": SENSITIVE, "env": "dev"}
    assert all(v == {"owner": SENSITIVE, "env": "dev"} for v in resource.attributes.values())


def test_a_secret_stays_one_on_a_type_that_the_catalog_does_not_know():
    after = {"tags": {"Owner": "abc"}, "tags_all": {"Owner": "abc"}}
    item = change(
        after, None, {"tags": True}, address="initech_thing.t", provider="initech/initech"
    )
    resource = read_one(item)

    assert shown(resource) == {"Owner": SENSITIVE}
    assert resource.attributes == {"tags": SENSITIVE, "tags_all": {"Owner": SENSITIVE}}


class TestPlatformTags:
    AFTER: ClassVar = {"tags": {"A": "b"}, "tags_all": {"A": "b", "AWS:stack": "s"}}

    def test_aws_sets_tags_that_nobody_wrote(self):
        tag = read_one(change(self.AFTER)).tags.tags["AWS:stack"]

        assert (tag.platform, tag.provenance) == (True, "platform")

    def test_a_reserved_key_in_the_resource_is_the_users(self):
        after = {"tags": {"aws:x": "y"}, "tags_all": {"aws:x": "y"}}
        tag = read_one(change(after)).tags.tags["aws:x"]

        assert (tag.platform, tag.provenance) == (False, "resource")

    def test_a_reserved_key_in_the_defaults_is_the_users(self):
        config = with_defaults({"AWS:stack": "s"}, block())
        tag = read_one(change(self.AFTER), configuration=config).tags.tags["AWS:stack"]

        assert (tag.platform, tag.provenance) == (False, "default_tags@aws")

    def test_google_labels_are_told_apart_alike(self):
        labels = {"goog-own": "1", "goog-default": "2", "goog-seen": "3"}
        after = {"labels": {"goog-own": "1"}, "effective_labels": labels}
        config = with_defaults({"goog-default": "2"}, attribute="default_labels", name="google")
        resource = read_one(google(after), configuration=config)

        assert {tag.key: tag.platform for tag in resource.tags} == {
            "goog-own": False,
            "goog-default": False,
            "goog-seen": True,
        }


def test_a_provider_under_another_local_name_has_the_same_defaults():
    """`required_providers { gcp = { source = "hashicorp/google" } }`."""
    address = "google_storage_bucket.b"
    entry = {
        "full_name": "registry.terraform.io/hashicorp/google",
        "expressions": {"default_labels": {"constant_value": {"team": "core"}}},
    }
    config = configuration(block(address, key="gcp"), providers={"gcp": entry})
    hidden = {"labels": {"id": True}, "effective_labels": True, "terraform_labels": True}
    item = change({"labels": {}}, hidden, address=address, provider="hashicorp/google")
    tags = read_one(item, configuration=config).tags.tags

    assert tags["team"].provenance == "default_labels@gcp"


@pytest.mark.parametrize(
    ("address", "unknown"),
    [("awscc_s3_bucket.b", {"tags": True}), ("awscc_ssm_parameter.p", {"tags": True})],
)
def test_a_computed_argument_that_nobody_writes_sets_no_tags(address, unknown):
    """Every argument of awscc is optional and computed, so an unwritten one is unknown."""
    item = change({}, unknown, address=address, provider="hashicorp/awscc")
    written = block(address, key="awscc", tags={"references": ["var.tags"]})

    unset = read_one(item, configuration=configuration(block(address, key="awscc")))
    assert (values(unset), unset.tags.complete) == ({}, True)
    assert not read_one(item, configuration=configuration(written)).tags.complete
    assert not read_one(item).tags.complete
    kept = {**item, "change": {**item["change"], "actions": ["update"]}}
    config = configuration(block(address, key="awscc"))
    assert not read_one(kept, configuration=config).tags.complete


def test_an_object_may_refuse_the_defaults():
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_object."""
    address = "aws_s3_object.o"
    config = with_defaults({"Team": "core"}, block(address))
    after = {"tags": {"A": "b"}, "override_provider": [{"default_tags": [{"tags": None}]}]}
    hidden = {"tags": {"N": True}, "tags_all": True, "override_provider": [{"default_tags": [{}]}]}
    refuses = change(after, hidden, address=address)
    takes = change({**after, "override_provider": []}, hidden, address=address)

    assert values(read_one(refuses, configuration=config)) == {"A": "b", "N": None}
    assert values(read_one(takes, configuration=config)) == {"A": "b", "N": None, "Team": "core"}
    (resource,) = [read_one(refuses, configuration=config)]
    assert not any("default_tags" in place for place in resource.places)


def test_labels_from_outside_terraform_stay_when_the_others_are_hidden():
    """Google's provider keeps effective labels that it did not set."""
    address = "google_storage_bucket.b"
    config = with_defaults(
        {"team": "core"}, block(address, key="google"), attribute="default_labels", name="google"
    )
    item = change(
        {"labels": {}},
        {"labels": {"id": True}, "effective_labels": True, "terraform_labels": True},
        address=address,
        provider="hashicorp/google",
        actions=("update",),
    )
    item["change"]["before"] = {
        "labels": {"old": "x"},
        "terraform_labels": {"old": "x", "team": "core"},
        "effective_labels": {"old": "x", "team": "core", "seen": "y"},
    }
    resource = read_one(item, configuration=config)

    assert values(resource) == {"id": None, "team": "core", "seen": "y"}
    assert resource.tags.tags["seen"].provenance == "outside Terraform"


def test_what_azapi_takes_from_its_provider_is_said():
    """`default_tags` of azapi stand in for `tags` that nobody writes; they are not merged."""
    address = "azapi_resource.r"
    entry = {"expressions": {"default_tags": {"constant_value": {"Team": "core"}}}}
    item = change({"tags": {"Team": "core"}}, address=address, provider="azure/azapi")
    config = configuration(block(address, key="azapi"), providers={"azapi": entry})
    own = block(address, key="azapi", tags={"constant_value": {"Team": "core"}})
    written = configuration(own, providers={"azapi": entry})

    inherited = read_one(item, configuration=config)
    assert inherited.tags.tags["Team"].provenance == "default_tags@azapi"
    assert "the `default_tags` of provider `azapi`" in inherited.places
    assert read_one(item, configuration=written).tags.tags["Team"].provenance == "resource"


def late(*blocks, references=("aws_vpc.v.id", "aws_vpc.v")):
    tags = {"references": list(references)}
    providers = {"aws": {"name": "aws", "expressions": {"default_tags": [{"tags": tags}]}}}
    return configuration(*blocks, providers=providers)


def test_shown_tags_may_lack_defaults_that_are_known_only_after_apply():
    item = change({"tags": {"A": "b"}, "tags_all": {"A": "b"}})
    doubted = read_one(item, configuration=late())
    sure = read_one(item, configuration=late(references=["var.tags"]))

    assert (values(doubted), doubted.tags.complete) == ({"A": "b"}, False)
    assert doubted.tags.reason == "the `default_tags` of provider `aws` depend on aws_vpc.v.id"
    assert sure.tags.complete


def test_shown_defaults_are_known_although_they_refer_to_a_resource():
    item = change({"tags": {"A": "b"}, "tags_all": {"A": "b", "Team": "core"}})

    assert read_one(item, configuration=late()).tags.complete


def test_nobody_witnesses_that_late_defaults_are_none():
    shown = change({"tags": None, "tags_all": {}})
    hidden = change({"tags": None}, {"tags_all": True}, address="aws_s3_bucket.other")
    _, other = read(plan(shown, hidden, configuration=late()))

    assert not other.tags.complete


def ignoring(**block):
    shown = {name: {"constant_value": value} for name, value in block.items()}
    return configuration(
        providers={"aws": {"name": "aws", "expressions": {"ignore_tags": [shown]}}}
    )


def test_what_the_provider_ignores_may_be_set_by_others():
    item = change({"tags": {"A": "b"}, "tags_all": {"A": "b"}})
    config = ignoring(keys=["Env"], key_prefixes=["kube/"])
    tags = read_one(item, configuration=config).tags

    assert [tags.may_gain(key) for key in ("Env", "kube/x", "Team")] == [True, True, False]
    assert tags.reason == "provider `aws` leaves some tags to others (`ignore_tags`)"


def test_more_ignored_keys_than_a_pattern_holds_leave_any_open():
    item = change({"tags": {}, "tags_all": {}})
    config = ignoring(keys=[f"k{at}" for at in range(200)])

    assert read_one(item, configuration=config).tags.may_gain("Team")


@pytest.mark.parametrize("shown", [None, [], [1], {}, [{"keys": 1}], [{"keys": {}}]])
def test_an_unreadable_ignore_tags_opens_nothing(shown):
    expressions = {"ignore_tags": shown}
    providers = {"aws": {"name": "aws", "expressions": expressions}}
    item = change({"tags": {}, "tags_all": {}})

    assert read_one(item, configuration=configuration(providers=providers)).tags.complete


def test_ignored_keys_that_are_not_constant_leave_any_open():
    shown = {"keys": {"references": ["var.ignored"]}}
    providers = {"aws": {"name": "aws", "expressions": {"ignore_tags": [shown]}}}
    item = change({"tags": {}, "tags_all": {}})

    assert read_one(item, configuration=configuration(providers=providers)).tags.may_gain("Team")


@pytest.mark.parametrize(("named", "secret"), [("var.token", True), ("var.token_name", False)])
def test_defaults_of_a_sensitive_variable_are_secret(named, secret):
    shown = configuration(
        providers={
            "aws": {
                "name": "aws",
                "expressions": {"default_tags": [{"tags": {"references": [named]}}]},
            }
        }
    )
    shown["root_module"]["variables"] = {"token": {"sensitive": True}, "token_name": {}}
    item = change({"tags": {"A": "b"}, "tags_all": {"A": "b", "Token": "hush"}})
    tags = read_one(item, configuration=shown).tags

    assert [tags.get(key).sensitive for key in ("A", "Token")] == [False, secret]


@pytest.mark.parametrize(
    ("directive", "complete"), [(None, False), ("COPY", False), ("REPLACE", True)]
)
def test_a_copied_object_has_the_tags_of_its_source(directive, complete):
    item = change(
        {"tags": {"A": "b"}, "tags_all": {"A": "b"}, "tagging_directive": directive},
        address="aws_s3_object_copy.one",
    )
    tags = read_one(item).tags

    assert (tags.complete, len(tags)) == (complete, int(complete))


def test_what_the_plan_deletes_is_given_no_tags():
    item = change(None, actions=["delete"])
    deleted = read_one(item, configuration=with_defaults({"Team": "core"}))

    assert (deleted.excluded, len(deleted.tags)) == ("deleted by this plan", 0)
