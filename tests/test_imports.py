"""What a command loads: start-up time is a feature, so heavy modules come only with their use."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

RUN = """
import json, sys
from tagguard.cli import main
try:
    main(sys.argv[1:])
except SystemExit as exc:
    json.dump({"code": exc.code, "modules": list(sys.modules)}, sys.stderr)
"""
HEAVY = {
    "boto3",
    "botocore",
    "hypothesis",
    "jinja2",
    "jsonschema",
    "opa_client",
    "pyarrow",
    "regorus",
    "rich",
    "tree_sitter",
    "tree_sitter_hcl",
}
PLAN = {
    "format_version": "1.2",
    "resource_changes": [
        {
            "address": "aws_s3_bucket.logs",
            "mode": "managed",
            "type": "aws_s3_bucket",
            "name": "logs",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": ["create"], "before": None, "after": {}, "after_unknown": {}},
        }
    ],
}
TEMPLATE = {"Resources": {"Logs": {"Type": "AWS::S3::Bucket"}}}
REGO = """\
package tagguard.policies.never

violation contains "never" if input.resource.type == "never"
"""


@pytest.fixture
def project(tmp_path):
    """Give a folder with a taxonomy, a template, a plan and a Rego policy."""
    taxonomy = {
        "schema": "tagguard/taxonomy/1",
        "name": "acme",
        "version": "1.0.0",
        "keys": {"Owner": {"required": True, "pattern": "[a-z]+"}},
    }
    documents = {"taxonomy.yaml": taxonomy, "template.json": TEMPLATE, "plan.json": PLAN}
    for name, document in documents.items():
        (tmp_path / name).write_text(json.dumps(document))
    (tmp_path / "never.rego").write_text(REGO)
    return tmp_path


def loaded(folder, *arguments):
    """Run tagguard in a process of its own; give its exit code and the modules it had loaded."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stderr.splitlines()[-1])
    return answer["code"], set(answer["modules"])


@pytest.mark.parametrize("name", ["template.json", "plan.json"])
def test_a_plain_check_loads_nothing_heavy(project, name):
    code, modules = loaded(project, "check", "--taxonomy", "taxonomy.yaml", name)
    assert code == 1
    assert "yaml" in modules
    assert set() == modules & HEAVY


def test_the_rego_engine_comes_with_a_rego_policy(project):
    code, modules = loaded(
        project, "check", "--taxonomy", "taxonomy.yaml", "--policy", "never.rego", "plan.json"
    )
    assert code == 1
    assert {"regorus"} == modules & HEAVY


def test_only_the_source_in_use_is_loaded(project):
    _, modules = loaded(project, "check", "--taxonomy", "taxonomy.yaml", "plan.json")
    assert "tagguard.sources.terraform_plan" in modules
    assert "tagguard.formats.console" in modules
    assert set() == modules & {"tagguard.formats.sarif", "tagguard.formats.markdown"}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_version_and_help_load_next_to_nothing(tmp_path, arguments):
    code, modules = loaded(tmp_path, *arguments)
    assert code == 0
    assert "click" in modules
    assert set() == modules & (HEAVY | {"yaml", "msgspec", "re2"})
