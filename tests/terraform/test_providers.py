from __future__ import annotations

import pytest

from tagguard.terraform.configuration import Configuration
from tagguard.terraform.plan_model import ConfigurationBody, ProviderEntry
from tagguard.terraform.providers import Providers


def provider(team=None, region=None, **expressions):
    if team:
        tags = {"constant_value": {"Team": team}}
        expressions["default_tags"] = [{"tags": tags}]
    if region:
        expressions["region"] = {"constant_value": region}
    return ProviderEntry(expressions=expressions or None)


def configured(**entries):
    return Providers(Configuration(ConfigurationBody(provider_config=entries)))


def resolve(key, module="", **entries):
    return configured(**entries).resolve(key, module)


def values(config):
    return {tag.key: tag.value for tag in config.default_tags}


def test_an_alias_is_the_roots_own():
    entries = {"aws": provider("core"), "aws.west": provider("west", "us-west-2")}
    config = resolve("aws.west", "module.x", **entries)

    assert (config.key, values(config), config.region) == (
        "aws.west",
        {"Team": "west"},
        "us-west-2",
    )
    assert config.provenance == "default_tags@aws.west"


def test_a_provider_block_inside_the_module_is_its_own():
    entries = {"aws": provider("core"), "module.x:aws": provider("own")}

    assert values(resolve("module.x:aws", "module.x", **entries)) == {"Team": "own"}


@pytest.mark.parametrize(
    ("key", "module"),
    [
        ("x:aws", "module.x"),
        ("b:aws", "module.a.module.b"),
        ("module.a.module.b:aws", "module.a.module.b"),
        ("module.x:aws", "module.x"),
    ],
)
def test_an_inherited_provider_is_the_roots(key, module):
    config = resolve(key, module, aws=provider("core", "eu-west-1"))

    assert (config.key, values(config), config.region) == ("aws", {"Team": "core"}, "eu-west-1")


def test_the_roots_own_may_be_passed_to_a_module_that_has_another():
    entries = {"aws": provider("core"), "module.x:aws": provider("own")}

    assert values(resolve("aws", "module.x", **entries)) == {"Team": "core"}


def test_an_entry_of_requirements_only_is_inherited_by_name():
    entries = {
        "aws": provider("core"),
        "aws.west": provider("west"),
        "module.x:aws": ProviderEntry(full_name="registry.terraform.io/hashicorp/aws"),
    }

    assert values(resolve("module.x:aws", "module.x", **entries)) == {"Team": "core"}


def test_older_plans_list_requirements_also_where_another_provider_was_passed():
    entries = {"aws": provider("c"), "aws.west": provider("w"), "module.x:aws": ProviderEntry()}
    config = resolve("module.x:aws", "module.x", **entries)

    assert values(config) == {"Team": None}
    assert config.default_tags.tags["Team"].unknown == (
        "the plan does not say which `aws` provider `module.x` was given"
    )


@pytest.mark.parametrize("key", ["x:aws", "module.x:aws"])
def test_a_module_may_use_the_roots_provider_that_has_no_block(key):
    tags = resolve(key, "module.x", **{"aws.west": provider("west")}).default_tags

    assert (dict(tags.tags), tags.complete) == ({}, False)


def test_of_several_keys_only_what_all_share_is_sure():
    entries = {"aws.a": provider("core", "eu-west-1"), "aws.b": provider("core", "us-east-1")}
    providers = configured(**entries, **{"aws.c": provider("other")})
    same = providers.resolve_any(("aws.a", "aws.b"), "")
    mixed = providers.resolve_any(("aws.a", "aws.c"), "")

    assert (same.key, values(same), same.region) == ("aws.a or aws.b", {"Team": "core"}, None)
    assert values(mixed) == {"Team": None}
    assert mixed.default_tags.tags["Team"].unknown == (
        "the provider is one of `aws.a`, `aws.c`, chosen per instance"
    )


def test_one_key_of_a_list_is_as_good_as_the_key():
    providers = configured(**{"aws.a": provider("core", "eu-west-1")})

    for keys in (["aws.a"], ['aws.a["eu"]'], ['aws.a["eu"]', 'aws.a["us"]']):
        assert providers.resolve_any(keys, "") == providers.resolve("aws.a", "")


@pytest.mark.parametrize("owner", ["module.db_module", "db_module"])
def test_a_module_inherits_from_the_nearest_that_has_one(owner):
    entries = {f"{owner}:aws": provider("db")}

    assert values(resolve("one:aws", "module.db_module.module.one", **entries)) == {"Team": "db"}


def test_old_plans_do_not_say_which_of_several_was_passed():
    config = resolve("x:aws", "module.x", **{"aws": provider("c"), "aws.west": provider("w")})

    assert values(config) == {"Team": None}
    assert config.default_tags.complete
    assert config.default_tags.tags["Team"].unknown == (
        "the plan does not say which `aws` provider `module.x` was given"
    )


def test_the_only_candidate_is_the_one_under_its_own_name():
    config = resolve("x:aws.replica", "module.x", aws=provider("core"))

    assert (config.key, values(config)) == ("aws", {"Team": "core"})


def test_a_module_elsewhere_is_no_candidate():
    entries = {"aws": provider("core"), "module.y:aws": provider("other")}

    assert values(resolve("x:aws", "module.x", **entries)) == {"Team": "core"}


def test_defaults_behind_references_are_open_and_name_them():
    hidden = {"references": ["local.common.tags", "local.common", "var.env"]}
    tags = resolve("aws", aws=provider(default_tags=[{"tags": hidden}])).default_tags

    assert not tags.complete
    assert tags.reason == (
        "the `default_tags` of provider `aws` depend on local.common.tags, var.env"
    )


@pytest.mark.parametrize(
    "shown", [None, [], [{}], [{"tags": {"constant_value": None}}], {"tags": None}]
)
def test_no_defaults(shown):
    tags = resolve("aws", aws=provider(default_tags=shown)).default_tags

    assert (dict(tags.tags), tags.complete) == ({}, True)


def test_an_expression_without_constant_and_references_is_open():
    tags = resolve("aws", aws=provider(default_tags=[{"tags": {}}])).default_tags

    assert tags.reason == "the `default_tags` of provider `aws` are not shown in the plan"


def test_constants_become_text_and_nulls_are_absent():
    constant = {"constant_value": {"n": 1, "b": True, "gone": None}}
    config = resolve("aws", aws=provider(default_tags=[{"tags": constant}]))

    assert values(config) == {"n": "1", "b": "true"}


def test_google_has_default_labels():
    entry = provider(default_labels={"constant_value": {"team": "core"}})
    config = resolve("google-beta", **{"google-beta": entry})

    assert values(config) == {"team": "core"}
    assert config.provenance == "default_labels@google-beta"


def test_without_a_configuration_nothing_is_sure():
    config = Providers(Configuration(None)).resolve("aws", "")

    assert not config.is_known
    assert not config.default_tags.complete
