from __future__ import annotations

from tests.terraform.source_trees import AWS, all_tags, items, queue, resources, tags


def test_each_tag_says_which_layer_wrote_it_and_where(tmp_path):
    files = {
        "main.tf": AWS + 'locals {\n  common = {\n    Team = "t"\n  }\n}\nmodule "app" {\n'
        '  source = "./app"\n  tags = merge(local.common, {\n    Call = "c"\n  })\n}\n',
        "app/app.tf": 'variable "tags" {}\n'
        + queue("q", 'tags = merge(var.tags, { Name = "n", Env = "dev" })'),
    }
    read = resources(tmp_path, files)["module.app.aws_sqs_queue.q"].tags
    told = {t.key: (t.value, t.provenance, t.location.path, t.location.line) for t in read}
    assert told == {
        "Owner": ("team", "default_tags@aws", "main.tf", 2),
        "Env": ("dev", "resource", "app/app.tf", 3),
        "Team": ("t", "module:app", "main.tf", 6),
        "Call": ("c", "module:app", "main.tf", 12),
        "Name": ("n", "resource", "app/app.tf", 3),
    }
    assert read.get("Env").overrides == "default_tags@aws"


def test_null_is_absent_except_where_the_provider_keeps_it(tmp_path):
    rule = 'resource "aws_vpc_security_group_ingress_rule" "r" {\n  tags = { Owner = null }\n}\n'
    assert all_tags(tmp_path, AWS + queue("q", "tags = { Owner = null }") + rule) == {
        "aws_sqs_queue.q": {"Owner": "team", "Env": "prod"},
        "aws_vpc_security_group_ingress_rule.r": {"Owner": "", "Env": "prod"},
    }


SWITCH = 'dynamic "override_provider" {\n    for_each = %s\n    content {}\n  }'


def test_an_object_may_switch_the_defaults_off(tmp_path):
    blocks = {
        "off": "override_provider {}",
        "on": SWITCH % "[]",
        "open": SWITCH % "var.some ? [1] : []",
    }
    text = "".join(
        f'resource "aws_s3_object" "{name}" {{\n  tags = {{ A = "a" }}\n  {block}\n}}\n'
        for name, block in blocks.items()
    )
    read = resources(tmp_path, AWS + 'variable "some" {}\n' + text)
    assert tags(read["aws_s3_object.off"]) == {"A": "a"}
    assert tags(read["aws_s3_object.on"]) == {"A": "a", "Owner": "team", "Env": "prod"}
    assert tags(read["aws_s3_object.open"]) == {"A": "a", ...: None}
    assert "var.some has no value" in read["aws_s3_object.open"].tags.reason


def test_tags_of_another_resource(tmp_path):
    text = (
        'provider "aws" {\n  alias = "none"\n}\n'
        + AWS
        + queue("a", 'tags = { Name = "a" }')
        + queue("all", "provider = aws.none\ntags = aws_sqs_queue.a.tags_all")
        + queue("own", "provider = aws.none\ntags = aws_sqs_queue.a.tags")
        + queue("unset", "provider = aws.none\ntags = aws_sqs_queue.all_unset.tags")
        + queue("all_unset")
    )
    read = all_tags(tmp_path, text)
    assert read["aws_sqs_queue.all"] == {"Name": "a", "Owner": "team", "Env": "prod"}
    assert read["aws_sqs_queue.own"] == {"Name": "a"}
    assert read["aws_sqs_queue.unset"] == {}


GROUP = """
resource "aws_launch_template" "t" {
  tag_specifications {
    resource_type = "instance"
    tags          = { From = "template" }
  }
}
resource "aws_autoscaling_group" "g" {
  launch_template {
    id      = aws_launch_template.t.id
    version = %s
  }
  tag {
    key                 = "Name"
    value               = "g"
    propagate_at_launch = true
  }
}
"""
INSTANCE = "aws_autoscaling_group.g#instance"


def test_the_newest_version_of_a_launch_template_is_what_the_source_says(tmp_path):
    newest = {"Name": "g", "From": "template"}
    for version in ("aws_launch_template.t.latest_version", '"$Latest"'):
        assert all_tags(tmp_path, GROUP % version, with_attributes=False)[INSTANCE] == newest


def test_any_other_version_may_say_something_else(tmp_path):
    for version in ("aws_launch_template.t.default_version", '"3"', "null"):
        assert all_tags(tmp_path, GROUP % version)[INSTANCE] == {"Name": "g", ...: None}


def test_ignored_changes_speak_for_the_place_that_they_name(tmp_path):
    lifecycle = "lifecycle {\n    ignore_changes = [volume_tags]\n  }"
    text = f'resource "aws_instance" "i" {{\n  volume_tags = {{ V = "v" }}\n  {lifecycle}\n}}\n'
    read = resources(tmp_path, text)
    assert read["aws_instance.i"].elsewhere is None
    assert read["aws_instance.i#volume"].elsewhere.keys == ()


def test_attributes_are_as_in_a_plan(tmp_path):
    text = (
        'variable "s" {\n  default   = "secret"\n  sensitive = true\n}\nvariable "u" {}\n'
        'resource "aws_instance" "i" {\n  tags = { N = 1, S = var.s, U = var.u }\n  ami = var.u\n'
        "  ebs_optimized = true\n  root_block_device {\n    volume_size = 8\n  }\n}\n"
    )
    assert resources(tmp_path, text)["aws_instance.i"].attributes == {
        "tags": {"N": "1", "S": "(sensitive)"},
        "ebs_optimized": True,
        "root_block_device": [{"volume_size": 8}],
    }


def test_an_implied_resource_without_tags_stands_at_its_block(tmp_path):
    text = 'resource "aws_instance" "i" {\n  ami = "a"\n  root_block_device {\n  }\n}\n'
    read = resources(tmp_path, text)["aws_instance.i#root_block_device"]
    assert (read.location.line, read.location.column) == (3, 3)


def test_a_module_that_is_not_at_hand_shows_its_tags(tmp_path):
    text = 'module "v" {\n  source = "acme/vpc/aws"\n  tags   = { Owner = "o" }\n}\n'
    (read,) = resources(tmp_path, text).values()
    assert (read.address, read.type, read.provider, read.taggable) == (
        "module.v", "module", "aws", "unknown",
    )  # fmt: skip
    assert read.tags.reason == (
        "the code of module.v (acme/vpc/aws) is not here: `terraform init` fetches it; "
        "it is given `tags` with Owner"
    )


def test_a_module_that_is_not_at_hand_has_instances(tmp_path):
    text = (
        'variable "u" {}\n'
        'module "none" {\n  source = "acme/vpc/aws"\n  count = 0\n}\n'
        'module "open" {\n  source = "acme/vpc/aws"\n  count = var.u\n}\n'
        'module "each" {\n  source = "acme/vpc/aws"\n  for_each = { a = { Owner = "o" } }\n'
        "  tags = each.value\n}\n"
        + queue("q", "tags = { Many = length(module.none[*].id), One = keys(module.each)[0] }")
    )
    read = resources(tmp_path, text)
    assert list(read) == ["aws_sqs_queue.q", "module.open[*]", 'module.each["a"]']
    assert read['module.each["a"]'].tags.reason.endswith("it is given `tags` with Owner")
    assert tags(read["aws_sqs_queue.q"]) == {"Many": "0", "One": "a"}


def test_installed_code_is_edited_at_its_call(tmp_path):
    manifest = '{"Modules": [{"Key": "m", "Dir": ".terraform/modules/m"}]}'
    files = {
        "main.tf": 'module "m" {\n  # tagguard:ignore missing-tag reason="r"\n'
        '  source = "acme/m/aws"\n}\n',
        ".terraform/modules/modules.json": manifest,
        ".terraform/modules/m/m.tf": queue("q", 'tags = { A = "a" }'),
    }
    read = resources(tmp_path, files)["module.m.aws_sqs_queue.q"]
    assert [read.location.path, read.tags.get("A").location.path] == ["main.tf", "main.tf"]
    assert [each.rule for each in read.ignores] == ["missing-tag"]
    assert read.places[0] == "the arguments of `module.m`"


def test_a_module_that_is_missing_is_a_problem_and_undetermined(tmp_path):
    problem, call = sorted(
        items(tmp_path, 'module "m" { source = "./gone" }\n'),
        key=lambda each: hasattr(each, "type"),
    )
    assert problem.message == "module.m has its code in `gone`, where there are no Terraform files"
    assert tags(call) == {...: None}
