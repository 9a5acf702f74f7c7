"""The pre-commit hooks: their file patterns, and a real pre-commit in a real repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests.conftest import PROJECT

MANIFEST = PROJECT / ".pre-commit-hooks.yaml"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}

TAXONOMY = """\
schema: tagguard/taxonomy/1
name: acme
version: 1.0.0
keys:
  Owner: {required: true}
"""
CALL = """\
module "logs" {
  source = "../../modules/bucket"
  tags   = { %s = "web@acme.example" }
}
"""
MODULE = """\
variable "tags" {}

resource "aws_s3_bucket" "this" {
  tags = var.tags
}
"""
TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      Tags: [{Key: %s, Value: web@acme.example}]
"""

needs_git = pytest.mark.skipif(
    shutil.which("git") is None and "TAGGUARD_CI" not in os.environ, reason="git is not installed"
)


def chosen(hook: str, name: str) -> bool:
    """Say whether pre-commit hands `name` to the hook."""
    entry = HOOKS[hook]
    excluded = entry.get("exclude", "^$")
    return bool(re.search(entry["files"], name)) and not re.search(excluded, name)


@pytest.mark.parametrize(
    "name",
    [
        "plan.json",
        "out/tfplan.json",
        "template.yaml",
        "stacks/web.yml",
        "cdk.out/Web.template.json",
        "legacy/web.template",
        "main.tf",
        "modules/net/main.tofu",
        "envs/prod/override.tf.json",
        "envs/prod/terraform.tfvars",
        "envs/prod/x.auto.tfvars.json",
    ],
)
def test_check_is_given_infrastructure_files(name):
    assert chosen("tagguard", name)


@pytest.mark.parametrize(
    "name",
    [
        "main.py",
        "README.md",
        "notes.tf.md",
        "terragrunt.hcl",
        "plan",
        "tf",
        "terraform.tfstate",
        "yaml/readme.txt",
        "main.tf.bak",
        "infra/.terraform/modules/net/main.tf",
        "node_modules/x/package.json",
    ],
)
def test_check_is_not_given_other_files(name):
    assert not chosen("tagguard", name)


@pytest.mark.parametrize(
    "name",
    [
        "taxonomy.yaml",
        "tags/taxonomy.yml",
        "tagguard-taxonomy.json",
        "policies/taxonomy-2.1.yaml",
        "a/taxonomy_next.json",
    ],
)
def test_taxonomy_check_is_given_taxonomies(name):
    assert chosen("tagguard-taxonomy", name)


@pytest.mark.parametrize(
    "name",
    ["taxonomy.md", "taxonomy/schema.json", "my-taxonomy.yaml", "taxonomy.yaml.bak", "tags.yaml"],
)
def test_taxonomy_check_is_not_given_other_files(name):
    assert not chosen("tagguard-taxonomy", name)


def test_both_hooks_run_once_for_all_files():
    assert {"tagguard", "tagguard-taxonomy"} == set(HOOKS)
    assert all(hook["require_serial"] for hook in HOOKS.values())
    assert all(hook["language"] == "python" for hook in HOOKS.values())


@pytest.mark.slow
def test_manifest_is_valid():
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout


class Repository:
    """A git repository whose commits run the hooks of the manifest with this `tagguard`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repository"
        self.folder.mkdir()
        inherited = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("GIT_", "PRE_COMMIT", "TAGGUARD_"))
        }
        scripts = sysconfig.get_path("scripts")
        self.environment = {
            **inherited,
            "PATH": os.pathsep.join([scripts, inherited["PATH"]]),
            "PRE_COMMIT_HOME": str(folder / "pre-commit"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        hooks = [{**hook, "language": "system"} for hook in HOOKS.values()]
        self.write(
            {
                ".pre-commit-config.yaml": yaml.safe_dump(
                    {"repos": [{"repo": "local", "hooks": hooks}]}
                ),
                "tagguard.yaml": "taxonomy: taxonomy.yaml\n",
                "taxonomy.yaml": TAXONOMY,
            }
        )
        for command in (
            ["git", "init", "--quiet"],
            ["git", "config", "user.name", "somebody"],
            ["git", "config", "user.email", "somebody@acme.example"],
            [sys.executable, "-m", "pre_commit", "install"],
        ):
            assert self.run(command).returncode == 0

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text, encoding="utf-8")

    def commit(self, **files: str) -> subprocess.CompletedProcess[str]:
        """Write files (`a_yaml` is ``a.yaml``) and commit everything."""
        self.write({name.replace("_", "."): text for name, text in files.items()})
        self.run(["git", "add", "--all"])
        return self.run(["git", "commit", "--message", "change"])


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


@needs_git
@pytest.mark.slow
def test_a_violation_blocks_the_commit(repository):
    done = repository.commit(template_yaml=TEMPLATE % "Name")
    assert done.returncode == 1
    assert "missing-tag" in done.stdout
    assert repository.run(["git", "rev-parse", "--verify", "HEAD"]).returncode != 0


@needs_git
@pytest.mark.slow
def test_good_files_are_committed(repository):
    done = repository.commit(template_yaml=TEMPLATE % "Owner")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == 2


@needs_git
@pytest.mark.slow
def test_unrelated_files_are_passed_over(repository):
    done = repository.commit(notes_yaml="a: [1, 2]\n", package_json="{}", broken_yaml="a: [\n")
    assert done.returncode == 0, done.stdout


@needs_git
@pytest.mark.slow
def test_a_template_that_cannot_be_read_blocks_the_commit(repository):
    done = repository.commit(template_yaml=(TEMPLATE % "Owner") + "  Broken: [\n")
    assert done.returncode == 1
    assert "template.yaml" in done.stdout


@needs_git
@pytest.mark.slow
def test_a_changed_module_is_judged_through_its_callers(repository):
    root, module = "envs/prod/main.tf", "modules/bucket/main.tf"
    repository.write({root: CALL % "Owner", module: MODULE})
    done = repository.commit()
    assert done.returncode == 0, done.stdout
    repository.write({module: MODULE.replace("var.tags", "{ Name = var.tags.Owner }")})
    done = repository.commit()
    assert done.returncode == 1
    assert "module.logs.aws_s3_bucket.this" in done.stdout
    assert "note: modules/bucket: judged through envs/prod" in done.stdout


@needs_git
@pytest.mark.slow
def test_changed_variables_are_judged_with_their_root(repository):
    root = (CALL % "Owner").replace('"web@acme.example"', "var.owner") + 'variable "owner" {}\n'
    repository.write({"envs/prod/main.tf": root, "modules/bucket/main.tf": MODULE})
    values = "envs/prod/terraform.tfvars"
    repository.write({values: 'owner = "web@acme.example"\n'})
    assert repository.commit().returncode == 0
    repository.write({values: 'owner = ""\n', "elsewhere/prod.tfvars": 'a = "b"\n'})
    done = repository.commit()
    assert done.returncode == 1
    assert "empty-tag" in done.stdout
    assert "1 file of other kinds passed over" in done.stdout


@needs_git
@pytest.mark.slow
def test_a_broken_taxonomy_blocks_the_commit(repository):
    broken = TAXONOMY.replace("required", "requird")
    done = repository.commit(**{"taxonomy-next_yaml": broken})
    assert done.returncode == 1
    assert "did you mean `required`?" in done.stdout
