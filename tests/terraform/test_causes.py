from __future__ import annotations

import json

import pytest

from tagguard.terraform.causes import name_causes
from tagguard.terraform.configuration import Configuration
from tagguard.terraform.plan_model import ConfigurationBody, ConfiguredResource, decode


def refer(*names):
    return {"references": list(names)}


def call(expressions=None, outputs=None, loop=None, **calls):
    module = {"module_calls": calls, "outputs": outputs or {}}
    shown = {"module": module, "expressions": expressions or {}}
    return {**shown, **({"for_each_expression": loop} if loop else {})}


def causes(*names, module="", loop=None, **calls):
    body = {"root_module": {"module_calls": calls}}
    block = {"address": "a.b", **({"for_each_expression": loop} if loop else {})}
    return name_causes(
        Configuration(decode(json.dumps(body).encode(), ConfigurationBody)),
        module,
        decode(json.dumps(block).encode(), ConfiguredResource),
        refer(*names),
    )


def test_data_sources_and_resources_are_named_as_they_are():
    assert causes("data.aws_x.y.id", "data.aws_x.y", "aws_z.w") == "data.aws_x.y.id, aws_z.w"


def test_what_is_always_known_hides_nothing():
    assert causes("var.tags", "each.key", "aws_x.y", "terraform.workspace") == "aws_x.y"


def test_where_nothing_hides_it_all_are_named():
    assert causes("var.tags", "count.index") == "var.tags, count.index"


def test_a_variable_is_followed_through_the_call():
    app = call({"tags": refer("data.aws_x.y", "var.z")})

    assert causes("var.tags.a", "var.tags", module="module.app", app=app) == (
        "var.tags of module.app, given data.aws_x.y"
    )


def test_up_to_the_root():
    inner = call({"tags": refer("var.tags", "local.more")})
    app = call({"tags": refer("aws_x.y.id")}, inner=inner)

    assert causes("var.tags", module="module.app.module.inner", app=app) == (
        "var.tags of module.app.module.inner, given aws_x.y.id, local.more of module.app"
    )


def test_a_variable_that_is_constant_or_left_out_hides_nothing():
    app = call({"tags": {"constant_value": {"a": "b"}}})

    assert causes("var.tags", "aws_x.y", module="module.app", app=app) == "aws_x.y"
    assert causes("var.other", "aws_x.y", module="module.app", app=app) == "aws_x.y"


def test_a_function_without_names_is_named_by_its_variable():
    assert causes("var.tags", module="module.app", app=call({"tags": {}})) == ("var.tags")


def test_an_output_is_followed_into_its_module():
    net = call(outputs={"tags": {"expression": refer("data.aws_x.y")}})

    assert causes("module.net.tags", "module.net", net=net) == (
        "module.net.tags, given data.aws_x.y of module.net"
    )
    assert causes('module.net["a.b"].tags', net=net) == (
        'module.net["a.b"].tags, given data.aws_x.y of module.net'
    )


def test_each_value_is_what_the_loop_is_over():
    assert causes("each.value", loop=refer("data.aws_x.y")) == "each.value, given data.aws_x.y"


def test_a_module_that_is_looped_hands_its_elements_down():
    app = call({"tags": refer("each.value.tags", "each.value")}, loop=refer("data.aws_x.y"))

    assert causes("var.tags", module="module.app", app=app) == (
        "var.tags of module.app, given data.aws_x.y"
    )


@pytest.mark.parametrize("name", ["module.a.o", "var.v"])
def test_circles_end(name):
    a = call({"v": refer("module.a.o")}, {"o": {"expression": refer("var.v")}})

    assert causes(name, module="module.a" if name == "var.v" else "", a=a)


@pytest.mark.parametrize("junk", [1, "x", [], ["x"], None, True, {"a": 1}])
def test_junk_in_the_configuration_is_borne(junk):
    app = {"module": {"outputs": junk}, "expressions": {"v": junk}, "for_each_expression": junk}

    assert causes("var.v", "module.app.o", "each.value", module="module.app", app=app, loop=junk)
