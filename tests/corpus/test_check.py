"""The whole way through on real inputs: every file read or reported, sums hold, bytes repeat."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tagguard.coverage import BUCKETS
from tests.conftest import PROJECT

pytestmark = pytest.mark.corpus
EXAMPLE = PROJECT / "examples" / "acme" / "tagguard.yaml"


def check(files, folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "tagguard", "check", *arguments, *files],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=300,
        env={"PATH": "/usr/bin:/bin", "TAGGUARD_CONFIG": str(EXAMPLE), **coverage_variables()},
    )


def coverage_variables():
    return {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}


@pytest.mark.parametrize("kind", ["tfplan", "cfn"])
def test_every_file_is_read_or_reported(corpus, kind):
    files = sorted(
        str(file.relative_to(corpus)) for file in (corpus / kind).rglob("*") if file.is_file()
    )
    ran = check(files, corpus, "--format", "json", "--list-resources")
    assert (ran.returncode, ran.stderr) in {(3, b""), (1, b"")}
    report = json.loads(ran.stdout)
    read = {one["path"] for one in report["inputs"]}
    reported = {one["where"].rpartition(":")[0] or one["where"] for one in report["problems"]}
    reported |= {one["where"] for one in report["problems"]}
    assert [file for file in files if file not in read | reported] == []
    summary = report["summary"]
    for row in (summary, summary["implied"], *report["teams"]):
        assert row["resources"] == sum(row[bucket] for bucket in BUCKETS)
    assert summary["resources"] == sum(one["resources"] for one in report["inputs"])
    assert len(report["resources"]) == summary["resources"] + summary["implied"]["resources"]
    assert check(files, corpus, "--format", "json", "--list-resources").stdout == ran.stdout


@pytest.mark.parametrize("kind", ["tfplan", "cfn"])
@pytest.mark.parametrize("format_", ["console", "markdown", "sarif", "junit", "github", "csv"])
def test_every_format_renders_what_is_really_there(corpus, kind, format_):
    ran = check([kind], corpus, "--format", format_, "-v")
    assert ran.returncode in {1, 3}
    assert (ran.stderr, bool(ran.stdout)) == (b"", True)
