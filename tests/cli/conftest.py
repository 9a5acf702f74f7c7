"""A project in a temporary folder, and the command line run in it as users do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TAXONOMY = """schema: tagguard/taxonomy/1
name: acme
version: 2.1.0
keys:
  Owner: {required: true}
  Env: {required: true, values: [prod, dev]}
"""
TEMPLATE = """AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      Tags:
        - {Key: Owner, Value: OWNER}
        - {Key: Env, Value: ENV}
"""


class Ran:
    """What a finished command gave."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Project:
    """A folder with a taxonomy, and `tagguard` run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("taxonomy.yaml", TAXONOMY)
        self.write("tagguard.yaml", "taxonomy: taxonomy.yaml\n")

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def template(self, name: str = "app.yaml", *, owner: str = "a", env: str = "prod") -> Path:
        return self.write(name, TEMPLATE.replace("OWNER", owner).replace("ENV", env))

    def run(
        self, *args: str, stdin: bytes = b"", env: dict[str, str] | None = None, cwd: str = "."
    ) -> Ran:
        environ = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), **(env or {})}
        return Ran(
            subprocess.run(
                [sys.executable, "-m", "tagguard", *args],
                cwd=self.folder / cwd,
                input=stdin,
                env=environ,
                capture_output=True,
                timeout=60,
                check=False,
            )
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project with a taxonomy of two keys."""
    return Project(tmp_path)
