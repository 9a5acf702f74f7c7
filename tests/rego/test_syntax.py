from __future__ import annotations

import pytest

from tagguard.rego.engine import Module, RegoError
from tagguard.rego.regorus import built_ins, syntax_trees
from tagguard.rego.syntax import ANY, check, needs_attributes, read

BUILT_INS = built_ins()


def parsed(text):
    module = Module("m.rego", f"package a.b\n\nimport rego.v1\n{text}\n")
    return read(module, syntax_trees([module])[0])


def paths(text):
    return {one.path for rule in parsed(text).rules for one in rule.references}


def test_package_and_rules():
    syntax = parsed("import data.x\nviolation contains 1\nf(y) := y\ndefault z := 2\nq.r := 3")
    assert syntax.package == ("a", "b")
    assert [(rule.path[2:], rule.is_set) for rule in syntax.rules] == [
        (("violation",), True),
        (("f",), False),
        (("z",), False),
        (("q", "r"), False),
    ]


def test_references_with_dots_brackets_and_computed_steps():
    found = paths('x := input["a"].b[input.key][0]')
    assert {("input", "a", "b", ANY, ANY), ("input", "key")} <= found


def test_aliases_are_resolved():
    found = paths("import data.lib.tags as t\nimport input.resource\nx := [t.value, resource.tags]")
    assert {("data", "lib", "tags", "value"), ("input", "resource", "tags")} <= found


def test_target_of_with_is_not_a_use_but_its_value_is():
    found = paths("x if true with input as data.fake with data.real as 1")
    assert ("data", "fake") in found
    assert not {("input",), ("data", "real")} & found


@pytest.mark.parametrize(
    "text",
    ["f(x) := f(x)", "f(x) := g(x)\ng(x) := h(x)\nh(x) := f(x)", "f(x) := data.a.b.f(x)",
     "f(x) := [y | y := f(x)]", "import data.a.b as me\nf(x) := me.f(x)"],
)  # fmt: skip
def test_recursion_is_found(text):
    with pytest.raises(RegoError, match="calls itself"):
        check([parsed(text)], BUILT_INS)


def test_argument_with_the_name_of_a_rule_is_no_recursion():
    check([parsed('value(key) := input.tags[key]\nkey := value("Owner")')], BUILT_INS)


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("x := input.resource.tags", False),
        ("x := input.resource.tags[k] if some k in [1]", False),
        ("x := input.resource.attributes.acl", True),
        ("x := object.get(input.resource, k, 1) if some k in [1]", True),
        ("x := f(input)\nf(y) := 1", True),
        ('x := "attributes"', False),
    ],
)
def test_needs_attributes(text, needs):
    assert needs_attributes([parsed(text)]) is needs


def test_unknown_functions_are_found_and_known_ones_are_not():
    check([parsed("x := regex.match(`a`, lower(y)) if { y := f(1); set() }\nf(n) := n")], BUILT_INS)
    check([parsed("foo.bar(n) := n\nx := foo.bar(1)")], BUILT_INS)
    with pytest.raises(RegoError, match=r"m\.rego:4:6: there is no function `regex\.mach`"):
        check([parsed("x := regex.mach(`a`, 1)")], BUILT_INS)
