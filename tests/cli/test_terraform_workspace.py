"""`--workspace` gives `terraform.workspace` a value; without it nobody knows it."""

from __future__ import annotations

import pytest

SOURCE = 'resource "aws_sqs_queue" "this" { tags = { Owner = "a", Env = terraform.workspace } }'


@pytest.mark.parametrize(
    ("arguments", "bucket"),
    [
        ((), "undetermined"),
        (("--workspace", "prod"), "compliant"),
        (("--workspace", "other"), "noncompliant"),
    ],
)
def test_the_workspace_decides(project, arguments, bucket):
    project.write("envs/main.tf", SOURCE)
    ran = project.run("check", "--format", "json", "--no-cache", *arguments, "envs")
    assert ran.json["summary"][bucket] == 1, ran.out + ran.err
