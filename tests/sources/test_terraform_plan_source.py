"""Plans whose source is at hand: findings point at the code."""

from __future__ import annotations

import pytest

from tagguard.model import Location
from tagguard.sources import Document, ReadOptions
from tagguard.sources.terraform_plan import TerraformPlan
from tagguard.tree import Tree
from tests.terraform.plans import block, change, document, plan, with_defaults

MAIN = """\
provider "aws" {
  default_tags {
    tags = {
      Team = "core"
    }
  }
}

resource "aws_s3_bucket" "logs" {
  tags = {
    Env = "prod"
  }
}

resource "aws_instance" "web" {
  tags = {}
  root_block_device {
    tags = { Env = "prod" }
  }
}

module "app" {
  source = "./app"
}
"""
APP = """\
resource "aws_sqs_queue" "q" {}
"""
TAGS = {"tags": {"Env": "prod"}, "tags_all": {"Env": "prod", "Team": "core"}}


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "stacks" / "net"
    (root / "app").mkdir(parents=True)
    (root / "main.tf").write_text(MAIN)
    (root / "app" / "main.tf").write_text(APP)
    return tmp_path


def read(folder, *items, path="stacks/net/plan.json", source=None):
    options = ReadOptions(tree=Tree([folder], cwd=folder), source=source)
    content = plan(*items, configuration=with_defaults({"Team": "core"}, block()))
    given = Document(path, document(content).data)
    return list(TerraformPlan(options).resources(given))


def at(line, column=1, path="stacks/net/main.tf"):
    return Location(path, line, column)


def test_a_resource_and_each_of_its_tags_point_at_the_code(folder):
    (bucket,) = read(folder, change(TAGS))

    assert bucket.location == at(9)
    assert {tag.key: tag.location for tag in bucket.tags} == {"Env": at(11, 5), "Team": at(4, 7)}
    assert bucket.scope == "stacks/net"


def test_an_implied_one_points_at_its_block(folder):
    after = {"tags": {}, "root_block_device": [{"tags": {"Env": "prod"}}]}
    _, volume = read(folder, change(after, address="aws_instance.web"))

    assert volume.location == at(17, 3)
    assert volume.tags.tags["Env"].location == at(18, 14)


def test_a_resource_of_a_local_module_points_there(folder):
    address = "module.app.aws_sqs_queue.q"
    (queue,) = read(folder, change({"tags": {}}, address=address, module_address="module.app"))

    assert queue.location == at(1, path="stacks/net/app/main.tf")


def test_what_is_not_in_the_source_stays_in_the_plan(folder):
    (gone,) = read(folder, change({"tags": {"A": "b"}}, address="aws_s3_bucket.gone"))

    assert gone.location == Location("stacks/net/plan.json")
    assert gone.tags.tags["A"].location is None


@pytest.mark.parametrize("path", ["elsewhere/plan.json", "-"])
def test_the_caller_may_name_the_folder(folder, path):
    (named,) = read(folder, change(TAGS), path=path, source="stacks/net")
    (bare,) = read(folder, change(TAGS), path=path)

    assert named.location == at(9)
    assert bare.location == Location(path)


def test_the_same_verdict_with_and_without_source(folder):
    (mapped,) = read(folder, change(TAGS))
    (bare,) = read(folder, change(TAGS), path="elsewhere/plan.json")

    assert [(t.key, t.value, t.provenance) for t in mapped.tags] == [
        (t.key, t.value, t.provenance) for t in bare.tags
    ]
