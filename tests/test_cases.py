"""Runs every folder of tests/cases and compares what it prints with what is written there.

A case is a folder with `case.yaml` (`arguments`, `exit`), its inputs, and `expected/` with the
console report, the JSON report and the SARIF report. `pytest tests/test_cases.py --rewrite` writes
`expected/` anew; review the difference.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

CASES = Path(__file__).parent / "cases"
REPORTS = {"json": "report.json", "sarif": "report.sarif"}


@pytest.mark.parametrize("name", sorted(path.parent.name for path in CASES.glob("*/case.yaml")))
def test_case(name, tmp_path, request):
    folder = CASES / name
    case = yaml.safe_load((folder / "case.yaml").read_text("utf-8"))
    reports = [
        text for kind, file in REPORTS.items() for text in ("--report", f"{kind}={tmp_path / file}")
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "tagguard", "check", *case["arguments"], *reports],
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    got = {"stdout.txt": ran.stdout, "stderr.txt": ran.stderr}
    got |= {
        file: (tmp_path / file).read_bytes()
        for file in REPORTS.values()
        if (tmp_path / file).exists()
    }
    expected = folder / "expected"
    if request.config.getoption("--rewrite"):
        expected.mkdir(exist_ok=True)
        for old in expected.iterdir():
            old.unlink()
        for file, content in got.items():
            if content:
                (expected / file).write_bytes(content)
    wanted = {file.name: file.read_bytes() for file in expected.iterdir()}
    assert ran.returncode == case["exit"], ran.stderr.decode()
    assert {file: content for file, content in got.items() if content} == wanted
