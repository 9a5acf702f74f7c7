from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.measure import CommandFailedError, Usage, middle, run
from tests.conftest import PROJECT

ZERO = frozenset({0})


def test_a_run_says_what_the_command_used_and_keeps_its_output(tmp_path):
    output = tmp_path / "out"
    used = run([sys.executable, "-c", "print('x' * 10)"], tmp_path, output, ZERO)
    assert output.read_text().strip() == "x" * 10
    assert used.wall > 0
    assert used.cpu > 0
    assert used.peak > 1e6


RUN_LARGE = """
import sys
from pathlib import Path
from benchmarks.measure import run
command = [sys.executable, "-c", "bytearray(200_000_000)"]
print(run(command, Path(), Path(sys.argv[1]), frozenset({0})).peak)
"""


def test_the_peak_is_in_bytes(tmp_path):
    # A child inherits the peak of the process that starts it, and the suite's own may be larger.
    starter = [sys.executable, "-c", RUN_LARGE, str(tmp_path / "out")]
    peak = float(subprocess.check_output(starter, cwd=PROJECT))
    assert 200e6 < peak < 300e6


def test_settings_of_the_caller_do_not_reach_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("TAGGUARD_TAXONOMY", "elsewhere.yaml")
    show = "import os; print([name for name in os.environ if 'TAGGUARD' in name])"
    run([sys.executable, "-c", show], tmp_path, tmp_path / "out", ZERO)
    assert (tmp_path / "out").read_text().strip() == "[]"


def test_an_exit_code_that_must_not_be_is_an_error(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('no taxonomy')"]
    with pytest.raises(CommandFailedError, match="exit 1: no taxonomy"):
        run(command, tmp_path, tmp_path / "out", ZERO)
    assert run(command, tmp_path, tmp_path / "out", frozenset({1})).wall > 0


def test_medians_are_taken_each_by_itself():
    assert Usage(2, 5, 8) == middle([Usage(1, 9, 8), Usage(2, 5, 7), Usage(3, 4, 9)])
