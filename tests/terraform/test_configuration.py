from __future__ import annotations

from tagguard.terraform.configuration import Configuration, expression, name_references, references
from tagguard.terraform.plan_model import ConfigurationBody, ConfiguredResource, decode


def test_a_block_is_found_in_its_module():
    shown = b"""{"root_module": {"module_calls": {"a": {"module": {"module_calls": {"b": {"module":
        {"resources": [{"address": "x_y.z", "provider_config_key": "x.west"}]}}}}}}}}"""
    configuration = Configuration(decode(shown, ConfigurationBody))

    assert configuration.resource("module.a.module.b", "x_y", "z").provider_config_key == "x.west"
    assert configuration.resource("module.a", "x_y", "z").address == ""


def test_an_expression_lies_at_its_path():
    block = decode(
        b'{"address": "a.b", "expressions": {"metadata": [{"labels": {"references": ["var.x"]}}]}}',
        ConfiguredResource,
    )

    assert references(expression(block, "metadata.labels")) == ("var.x",)
    assert expression(block, "tags") is None


def test_references_keep_only_the_longest_form():
    names = ["module.a.out", "module.a", 'each.value["x"]', "each.value"]

    assert references([{"labels": {"references": names}}]) == ("module.a.out", 'each.value["x"]')


def test_a_module_address_loses_its_instance_keys():
    address = 'module.a["x].module.y"].module.b[0]'

    assert Configuration(None).module(address) == "module.a.module.b"


def test_a_sentence_names_only_a_few():
    names = [f"var.v{at}" for at in range(20_000)]

    assert name_references({"references": names[:5]}) == "var.v0, var.v1, var.v2, var.v3, var.v4"
    assert name_references([{"references": names}]) == (
        "var.v0, var.v1, var.v2, var.v3 and 19996 more"
    )
