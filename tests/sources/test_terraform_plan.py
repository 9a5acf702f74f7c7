from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.errors import InputError
from tagguard.model import SENSITIVE, Problem
from tagguard.sources import ReadOptions
from tagguard.sources.terraform_plan import TerraformPlan
from tests.terraform.plans import (
    AWS,
    BUCKET,
    block,
    change,
    configuration,
    document,
    plan,
    read,
    read_one,
    refused,
    values,
)


class TestResource:
    def test_has_the_facts_of_the_plan(self):
        resource = read_one(
            change({"tags": {"Owner": "a@b.c"}, "region": "eu-west-1"}, actions=["update"])
        )

        assert resource.source == "terraform-plan"
        assert (resource.provider, resource.dialect) == ("aws", "aws")
        assert (resource.type, resource.address) == ("aws_s3_bucket", BUCKET)
        assert (resource.scope, resource.location.path) == ("stacks/net", "stacks/net/plan.json")
        assert (resource.region, resource.account) == ("eu-west-1", None)
        assert (resource.taggable, resource.change, resource.excluded) == ("yes", "update", "")
        assert values(resource) == {"Owner": "a@b.c"}

    def test_region_falls_back_to_the_provider(self):
        providers = {"aws": {"expressions": {"region": {"constant_value": "us-east-1"}}}}
        config = configuration(block(), providers=providers)

        assert read_one(change({"tags": {}}), configuration=config).region == "us-east-1"

    @pytest.mark.parametrize(
        ("named", "provider"),
        [("registry.opentofu.org/hashicorp/google-beta", "google-beta"), (None, "google")],
    )
    def test_the_provider_is_the_last_part_of_its_name(self, named, provider):
        item = change({"labels": {}}, address="google_storage_bucket.b", provider=named)
        resource = read_one(item)

        assert (resource.provider, resource.dialect) == (provider, "gcp")

    def test_azure_calls_its_region_location(self):
        address = "azurerm_resource_group.rg"
        resource = read_one(
            change({"location": "westeurope", "tags": None}, address=address, provider="x/azurerm")
        )

        assert (resource.region, resource.dialect) == ("westeurope", "azure")

    def test_an_untaggable_type_has_no_tags(self):
        address = "aws_inspector_resource_group.g"
        resource = read_one(change({"tags": {"Env": "prod"}}, address=address))

        assert (resource.taggable, values(resource), resource.places) == ("no", {}, ())

    def test_places_are_named_nearest_first(self):
        address = "module.x[0].aws_s3_bucket.logs"
        resource = read_one(change({"tags": {}}, address=address, module_address="module.x[0]"))

        assert resource.places == (
            "the `tags` of `module.x[0].aws_s3_bucket.logs`",
            "the arguments of `module.x[0]`",
            "the `default_tags` of provider `aws`",
        )

    @pytest.mark.parametrize(
        ("address", "nearest"),
        [
            ("module.a.module.b", "the `tags` of `module.a.module.b.aws_s3_bucket.logs`"),
            ("module.c", "the arguments of `module.c`"),
            ("module.c[0].module.d", "the arguments of `module.c`"),
            ("module.a.module.e", "the arguments of `module.a.module.e`"),
        ],
    )
    def test_code_that_is_fetched_is_changed_by_its_call(self, address, nearest):
        inner = {"b": {"source": "../b", "module": {}}, "e": {"source": "acme/e/aws", "module": {}}}
        calls = {
            "a": {"source": "./a", "module": {"module_calls": inner}},
            "c": {
                "source": "git::https://example.com/c.git",
                "module": {"module_calls": {"d": {"source": "./d", "module": {}}}},
            },
        }
        item = change({}, address=f"{address}.{BUCKET}", module_address=address)
        resource = read_one(item, configuration=configuration(calls=calls))

        assert resource.places[0] == nearest
        assert resource.places[-1] == "the `default_tags` of provider `aws`"

    @pytest.mark.parametrize(
        ("actions", "kind", "excluded"),
        [
            (["create"], "create", ""),
            (["update"], "update", ""),
            (["create", "delete"], "replace", ""),
            (["delete", "create"], "replace", ""),
            (["no-op"], "no-op", ""),
            (["delete"], "delete", "deleted by this plan"),
            (["read"], "none", "a data source"),
            (["forget"], "none", "removed from state, not destroyed"),
            ([], "none", ""),
        ],
    )
    def test_actions_say_what_is_judged(self, actions, kind, excluded):
        gone = actions in (["delete"], ["forget"])
        resource = read_one(change(None if gone else {"tags": {}}, actions=actions))

        assert (resource.change, resource.excluded) == (kind, excluded)

    def test_data_sources_and_deposed_objects_are_excluded_and_kept(self):
        data = change({"tags": {}}, address="data.aws_vpc.v", mode="data", actions=["no-op"])
        deposed = change(None, actions=["delete"], deposed="1a2b")
        first, second = read(plan(data, deposed))

        assert first.excluded == "a data source"
        assert (second.address, second.excluded) == (
            f"{BUCKET} (deposed 1a2b)",
            "a deposed object, deleted by this plan",
        )

    def test_what_never_exists_is_excluded(self):
        assert read_one(change(None, actions=["no-op"])).excluded

    def test_attributes_are_masked_where_sensitive(self):
        after = {"tags": {"A": "x", "B": "y"}, "list": [{"p": 1, "q": 2}, {"p": 3}], "n": None}
        sensitive = {"tags": {"A": True}, "list": [{"q": True}], "n": True}
        resource = read_one(change(after, sensitive=sensitive))

        assert resource.attributes == {
            "tags": {"A": SENSITIVE, "B": "y"},
            "list": [{"p": 1, "q": SENSITIVE}, {"p": 3}],
            "n": None,
        }
        assert [tag.shown for tag in resource.tags] == [SENSITIVE, "y"]
        assert resource.tags.tags["A"].value == "x"

    def test_a_copy_of_a_secret_is_masked_too(self):
        after = {"password": "s3cr3t", "url": ["s3cr3t"], "pin": "12", "n": "12", "on": "", "e": ""}
        sensitive = {"password": True, "pin": True, "on": True}

        assert read_one(change(after, sensitive=sensitive)).attributes == {
            "password": SENSITIVE,
            "url": [SENSITIVE],
            "pin": SENSITIVE,
            "n": "12",
            "on": SENSITIVE,
            "e": "",
        }

    def test_secrets_are_found_below_a_wholly_sensitive_attribute(self):
        after = {"tags": None, "login": [{"token": "abcd", "n": 1}], "copy": {"x": "abcd"}}
        resource = read_one(change(after, sensitive={"login": True}))

        assert resource.attributes == {"tags": None, "login": SENSITIVE, "copy": {"x": SENSITIVE}}

    def test_a_secret_region_is_not_told(self):
        providers = {"aws": {"expressions": {"region": {"constant_value": "us-east-1"}}}}
        item = change({"tags": {}, "region": "eu-west-1"}, None, {"region": True})

        assert (
            read_one(item, configuration=configuration(block(), providers=providers)).region is None
        )

    def test_equal_addresses_both_come_through(self):
        assert len(read(plan(change({"tags": {}}), change({"tags": {}})))) == 2


class TestNamespace:
    def namespace(self, after, address="kubernetes_deployment.d", sensitive=None):
        provider = "registry.terraform.io/hashicorp/kubernetes"
        item = change(after, None, sensitive, address=address, provider=provider)
        return read_one(item).namespace

    def test_stands_in_the_metadata(self):
        metadata = [{"name": "x", "namespace": "payments", "labels": {}}]

        assert self.namespace({"metadata": metadata}) == "payments"

    def test_of_a_manifest_stands_inside_it(self):
        manifest = {"metadata": {"namespace": "payments"}}

        assert self.namespace({"manifest": manifest}, "kubernetes_manifest.m") == "payments"

    @pytest.mark.parametrize("address", ["kubernetes_config_map_v1_data.d", "kubernetes_new.d"])
    def test_is_read_whatever_the_catalog_says_of_the_type(self, address):
        assert self.namespace({"metadata": [{"namespace": "payments"}]}, address) == "payments"

    @pytest.mark.parametrize("metadata", [None, [], [{}], [{"namespace": ""}], [{"namespace": 3}]])
    def test_may_be_missing(self, metadata):
        assert self.namespace({"metadata": metadata}) is None

    def test_that_is_secret_is_not_told(self):
        metadata = [{"namespace": "payments"}]

        assert self.namespace({"metadata": metadata}, sensitive={"metadata": True}) is None

    def test_is_of_kubernetes_only(self):
        assert read_one(change({"tags": {}, "metadata": [{"namespace": "x"}]})).namespace is None


class TestPlannedValues:
    def planned(self, **more):
        child = {
            "address": "module.x",
            "resources": [
                {
                    "address": f"module.x.{BUCKET}",
                    "mode": "managed",
                    "type": "aws_s3_bucket",
                    "name": "logs",
                    "provider_name": AWS,
                    "values": {"tags": {"Env": "prod"}},
                    "sensitive_values": {"tags": {"Env": True}},
                }
            ],
        }
        values = {"root_module": {"child_modules": [child]}}
        (resource,) = read({"planned_values": values, **more})
        return resource

    def test_unknown_values_are_left_out_without_a_word_so_the_set_is_open(self):
        resource = self.planned()

        assert resource.address == f"module.x.{BUCKET}"
        assert values(resource) == {"Env": "prod"}
        assert resource.tags.tags["Env"].sensitive
        assert (resource.change, resource.tags.complete) == ("none", False)
        assert resource.tags.reason == "`planned_values` do not show unknown tags"

    @pytest.mark.parametrize(
        ("expressions", "complete"),
        [
            ({"tags": {"constant_value": {"Env": "prod"}}}, True),
            ({}, True),
            ({"tags": {"references": ["var.t"]}}, False),
            ({"tags": {}}, False),
        ],
    )
    def test_the_configuration_may_show_that_nothing_is_hidden(self, expressions, complete):
        calls = {"x": {"module": {"resources": [block(**expressions)]}}}
        resource = self.planned(configuration=configuration(calls=calls))

        assert resource.tags.complete is complete

    def test_null_changes_are_no_changes(self):
        assert self.planned(resource_changes=None).address == f"module.x.{BUCKET}"


class TestShortcomings:
    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ({"errored": True, "complete": False}, "the plan ended in an error; it is not whole"),
            (
                {"complete": False},
                "the plan is not complete: it leaves out part of the resources",
            ),
            (
                {"complete": False, "deferred_changes": [{}]},
                "the plan is not complete: some changes are deferred",
            ),
        ],
    )
    def test_a_plan_that_is_not_whole_is_a_problem_and_is_read(self, more, message):
        problem, resource = read(plan(change({"tags": {}}), **more))

        assert (problem.message, problem.where) == (message, "stacks/net/plan.json")
        assert resource.address == BUCKET

    def test_one_bad_entry_does_not_hide_the_others(self):
        good = change({"tags": {"A": "b"}})
        bad = change({"tags": {}}, actions=[1])
        resources = read(plan(good, bad, {"address": "x"}, good))

        assert [type(one).__name__ for one in resources] == [
            "Resource",
            "Problem",
            "Problem",
            "Resource",
        ]
        assert [one.message for one in resources if isinstance(one, Problem)] == [
            "`resource_changes[1].change.actions[0]` must be text, found a number",
            "`resource_changes[2]` has no `type`",
        ]

    def test_a_change_whose_outcome_is_not_said_is_a_problem(self):
        (problem,) = read(plan(change(None)))

        assert problem.where == f"stacks/net/plan.json: {BUCKET}"
        assert problem.message == "the plan does not say what the resource will be"

    def test_an_after_that_is_no_object_is_a_problem(self):
        (problem,) = read(plan(change([1])))

        assert problem.message.startswith("`after` must be ")

    def test_a_broken_configuration_is_a_problem_and_its_defaults_are_open(self):
        problem, resource = read(
            plan(change({"tags": {}}, {"tags_all": True}), configuration={"provider_config": 3})
        )

        assert (
            problem.message
            == "`configuration.provider_config` must be an object or null, found a number"
        )
        assert not resource.tags.complete

    @pytest.mark.parametrize("version", ["2.0", "3", 2, "x"])
    def test_a_newer_format_is_refused(self, version):
        assert "is not supported" in refused(plan(format_version=version)).message

    def test_without_a_version_it_is_read(self):
        assert len(read({"resource_changes": [change({"tags": {}})]})) == 1

    def test_changes_of_the_wrong_type_are_refused(self):
        error = refused({"resource_changes": {}})

        assert error.message == "`resource_changes` must be a list, found an object"

    def test_a_plan_without_resources_is_whole(self):
        assert read(plan()) == []


class TestHostile:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b'{"resource_changes": [', "truncated"),
            (b'{"resource_changes": [\n01]}', "malformed JSON at line 2"),
            (b'{"resource_changes": "\\ud800"}', "half of a surrogate pair"),
            (b'{"resource_changes": "\x00"}', "malformed JSON at line 1"),
            (b'{"resource_changes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too deeply"),
        ],
    )
    def test_broken_json_is_said_in_words(self, data, message):
        assert message in refused(data).message

    @pytest.mark.parametrize(
        "tags",
        [
            b'{"A": "\xff"}',
            b'{"A": 1e999}',
            b'{"A": ' + b"[" * 900 + b"]" * 900 + b"}",
        ],
    )
    def test_a_bad_text_is_the_problem_of_its_resource(self, tags):
        bad = json.dumps(change({"tags": "HERE"})).encode().replace(b'"HERE"', tags)
        good = json.dumps(change({"tags": {}})).encode()
        first, second = read(b'{"resource_changes": [' + bad + b"," + good + b"]}")

        assert not isinstance(second, Problem)
        assert isinstance(first, Problem) or not first.tags.tags["A"].is_known

    def test_a_number_with_too_many_digits_is_no_value(self):
        data = json.dumps(plan(change({"tags": {"A": "HERE"}}))).encode()
        (resource,) = read(data.replace(b'"HERE"', b"9" * 6000))

        assert isinstance(resource, Problem) or not resource.tags.tags["A"].is_known

    def test_a_bad_attribute_that_tags_do_not_need_stops_only_policies(self):
        data = json.dumps(plan(change({"tags": {}, "x": "HERE"}))).encode()
        (resource,) = read(data.replace(b"HERE", b"\xff"))

        with pytest.raises(InputError, match="not valid UTF-8"):
            resource.attributes  # noqa: B018 - reading it is the act

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["tags", "tags_all", "after", "labels", "A", "change"]),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        )
    )
    def test_no_json_in_the_place_of_a_change_crashes(self, junk):
        items = [junk, {**change(), "change": junk}, change(junk, junk, junk)]
        google = change(junk, junk, junk, address="google_storage_bucket.b", provider="google")
        group = change(junk, junk, junk, address="aws_autoscaling_group.b")
        other = change(junk, junk, junk, address="initech_thing.b", provider="initech")
        result = read(plan(*items, google, group, other))
        creators = [one for one in result if isinstance(one, Problem) or one.creator is None]

        assert len(creators) == 6
        for one in result:
            with contextlib.suppress(InputError):
                assert isinstance(one, Problem) or isinstance(one.attributes, dict)

    @given(st.binary(max_size=200))
    def test_no_bytes_crash(self, data):
        source = TerraformPlan(ReadOptions())
        for content in (data, b'{"resource_changes":' + data, b'{"planned_values":' + data + b"}"):
            try:
                if source.recognises(document(content)):
                    list(source.resources(document(content)))
            except InputError:
                continue


@pytest.mark.parametrize(
    "seen",
    [
        {"resource_drift": [{"address": "aws_s3_bucket.logs"}]},
        {"prior_state": {"values": {"root_module": {"resources": [{"mode": "managed"}]}}}},
    ],
)
def test_a_refresh_only_plan_is_not_no_resources(seen):
    shown = {"format_version": "1.2", "planned_values": {"root_module": {}}, **seen}
    (problem,) = read(shown)

    assert problem.message.startswith("a refresh-only plan")


def test_a_plan_of_nothing_is_whole():
    state = {"values": {"root_module": {"resources": [{"mode": "data"}]}}}
    empty = {"prior_state": state, "planned_values": {"root_module": {}}}
    assert read({"format_version": "1.2", **empty}) == []
