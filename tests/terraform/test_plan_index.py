from __future__ import annotations

from tagguard.terraform.plan_index import PlanIndex
from tagguard.terraform.plan_model import Change, ResourceChange

TYPE = "aws_launch_template"


def item(address, module=None, type_=TYPE, name="t"):
    return ResourceChange(address, type_, Change(), name=name, module_address=module)


ALONE = item(f"{TYPE}.t")
LEFT, RIGHT = item(f'{TYPE}.t["a"]'), item(f'{TYPE}.t["b"]')
GROUP = item('aws_autoscaling_group.g["b"]', None, "aws_autoscaling_group", "g")


def named(items, *names, by=GROUP):
    return PlanIndex(items).named(by, {"references": list(names)}, TYPE)


def test_a_resource_is_found_by_its_name():
    assert named([ALONE, GROUP], f"{TYPE}.t.id", f"{TYPE}.t") == [ALONE]


def test_an_instance_is_found_by_its_key_or_by_that_of_the_asker():
    assert named([LEFT, RIGHT], f'{TYPE}.t["a"].id') == [LEFT]
    assert named([LEFT, RIGHT], f"{TYPE}.t", "each.key") == [RIGHT]


def test_otherwise_it_may_be_any_of_them():
    assert named([LEFT, RIGHT], f"{TYPE}.t") == [LEFT, RIGHT]


def test_another_name_in_the_expression_leaves_it_open():
    assert named([ALONE], f"{TYPE}.t.id", "var.other") == []
    assert named([ALONE], "local.template") == []


def test_only_the_askers_own_module_is_looked_at():
    inside = item(f"module.m.{TYPE}.t", "module.m")

    assert named([inside], f"{TYPE}.t.id") == []
    assert named([inside, ALONE], f"{TYPE}.t.id") == [ALONE]
