from __future__ import annotations

import pytest

from tests.terraform.source_trees import all_tags, queue, resources, tags


def provider(owner, alias="", name="aws"):
    head = f'  alias = "{alias}"\n' if alias else ""
    default = f'  default_tags {{\n    tags = {{ Owner = "{owner}" }}\n  }}\n'
    return f'provider "{name}" {{\n{head}{default}}}\n'


def required(aliases="", name="aws"):
    more = f"configuration_aliases = [{aliases}]" if aliases else ""
    return (
        "terraform {\n  required_providers {\n"
        f'    {name} = {{\n      source = "hashicorp/aws"\n      {more}\n    }}\n  }}\n}}\n'
    )


def test_providers_are_passed_through_two_levels_under_other_names(tmp_path):
    files = {
        "main.tf": provider("root") + provider("west", "west") + 'module "a" {\n'
        '  source    = "./a"\n  providers = { aws = aws.west, aws.other = aws }\n}\n',
        "a/a.tf": required("aws.other") + 'module "b" {\n  source    = "./b"\n'
        '  providers = { aws.x = aws.other, aws.y = aws }\n}\nmodule "c" { source = "./c" }\n',
        "a/b/b.tf": required("aws.x, aws.y")
        + queue("x", "provider = aws.x")
        + queue("y", "provider = aws.y"),
        "a/c/c.tf": queue("c"),
    }
    assert all_tags(tmp_path, files) == {
        "module.a.module.b.aws_sqs_queue.x": {"Owner": "root"},
        "module.a.module.b.aws_sqs_queue.y": {"Owner": "west"},
        "module.a.module.c.aws_sqs_queue.c": {"Owner": "west"},
    }


def test_a_provider_under_another_local_name(tmp_path):
    main = required(name="aws-eu") + provider("eu", name="aws-eu")
    (read,) = resources(tmp_path, main + queue("q", "provider = aws-eu")).values()
    assert (read.provider, read.dialect, tags(read)) == ("aws", "aws", {"Owner": "eu"})
    assert read.tags.get("Owner").provenance == "default_tags@aws-eu"


def test_a_module_has_what_it_configures_itself_even_if_that_is_nothing(tmp_path):
    files = {
        "main.tf": provider("root") + 'module "m" { source = "./m" }\n'
        'module "n" { source = "./n" }\n',
        "m/m.tf": provider("own") + queue("q"),
        "n/n.tf": 'provider "aws" {}\n' + queue("q"),
    }
    assert all_tags(tmp_path, files) == {
        "module.m.aws_sqs_queue.q": {"Owner": "own"},
        "module.n.aws_sqs_queue.q": {},
    }


def test_an_empty_block_stands_for_what_is_passed(tmp_path):
    files = {
        "main.tf": provider("west", "west") + 'module "m" {\n  source    = "./m"\n'
        "  providers = { aws.w = aws.west }\n}\n",
        "m/m.tf": 'provider "aws" {\n  alias = "w"\n}\n' + queue("q", "provider = aws.w"),
    }
    assert all_tags(tmp_path, files) == {"module.m.aws_sqs_queue.q": {"Owner": "west"}}


def test_a_library_gets_its_providers_from_a_caller_that_is_not_here(tmp_path):
    files = required("aws.x") + queue("d") + queue("x", "provider = aws.x\ntags = { A = null }")
    read = resources(tmp_path, files)
    assert [tags(each) for each in read.values()] == [{...: None}, {...: None}]
    assert "so a caller must pass it" in read["aws_sqs_queue.d"].tags.reason


INSTANCES = """
provider "aws" {
  alias    = "by"
  for_each = { eu = "a", us = "b" }
  default_tags { tags = { Place = each.key, Same = "s" } }
}
"""


def test_each_picks_its_instance_of_a_provider(tmp_path):
    chosen = 'provider = aws.by[each.key]\nfor_each = toset(["eu", "us"])'
    assert all_tags(tmp_path, INSTANCES + queue("q", chosen)) == {
        'aws_sqs_queue.q["eu"]': {"Place": "eu", "Same": "s"},
        'aws_sqs_queue.q["us"]': {"Place": "us", "Same": "s"},
    }


def test_an_unknown_instance_has_what_all_share(tmp_path):
    text = 'variable "v" {}\n' + INSTANCES + queue("q", "provider = aws.by[var.v]")
    assert all_tags(tmp_path, text) == {"aws_sqs_queue.q": {"Place": None, "Same": "s"}}


def test_json_writes_a_block_as_an_object(tmp_path):
    text = (
        '{"provider": {"aws": {"default_tags": {"tags": {"Owner": "j"}}}},'
        ' "resource": {"aws_sqs_queue": {"q": {}}}}'
    )
    read = all_tags(tmp_path, {"main.tf.json": text})
    assert read == {"aws_sqs_queue.q": {"Owner": "j"}}


def test_what_a_data_source_says_of_the_defaults(tmp_path):
    text = (
        provider("root")
        + provider("west", "west")
        + 'data "aws_default_tags" "d" {\n  provider = aws.west\n}\n'
        + queue(
            "q",
            "provider = aws.west\ntags = { for k, v in "
            'data.aws_default_tags.d.tags : "x${k}" => v }',
        )
    )
    assert all_tags(tmp_path, text) == {"aws_sqs_queue.q": {"Owner": "west", "xOwner": "west"}}


def test_ignored_tags_are_left_open(tmp_path):
    ignoring = 'provider "aws" {\n  ignore_tags {\n    keys = ["Skip"]\n  }\n}\n'
    (read,) = resources(tmp_path, ignoring + queue()).values()
    assert (read.tags.may_gain("Skip"), read.tags.may_gain("Owner")) == (True, False)
    assert read.elsewhere is None


def test_ignored_tags_that_are_written_are_managed_elsewhere(tmp_path):
    ignoring = 'provider "aws" {\n  ignore_tags {\n    key_prefixes = ["kube"]\n  }\n}\n'
    (read,) = resources(tmp_path, ignoring + queue("q", 'tags = { kubex = "1", A = "a" }')).values()
    assert read.elsewhere.keys == ("kubex",)


@pytest.mark.parametrize(
    ("version", "owner"),
    [("", "team"), ("~> 5.0", "team"), ("~> 6.0, != 6.2.0", "team"), (">= 4.0", "team"),
     ("= 5.39.0", "team"), ("< 5.39", None), ("~> 5.38.0", None), ("~> 4.0", None),
     ("5.38.9", None), ("what?", ...)],
)  # fmt: skip
def test_default_tags_reach_volumes_from_one_version_on(tmp_path, version, owner):
    main = (
        'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n'
        f'      version = "{version}"\n    }}\n  }}\n}}\n' + provider("team")
    )
    instance = 'resource "aws_instance" "i" {\n  root_block_device {}\n}\n'
    read = resources(tmp_path, main + instance)["aws_instance.i#root_block_device"]
    assert tags(read) == ({...: None} if owner is ... else {"Owner": owner} if owner else {})


def test_the_locked_version_wins(tmp_path):
    lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.1.0"\n}\n'
    instance = 'resource "aws_instance" "i" {\n  root_block_device {}\n}\n'
    files = {"main.tf": provider("team") + instance, ".terraform.lock.hcl": lock}
    assert all_tags(tmp_path, files)["aws_instance.i#root_block_device"] == {}
