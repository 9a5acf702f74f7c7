from __future__ import annotations

import sys

import pytest

from benchmarks.memory import PROC, peak_together

LINUX = pytest.mark.skipif(not (PROC / "self" / "smaps_rollup").exists(), reason="needs /proc")
HOLD = "import time; held = bytearray(100_000_000); time.sleep(0.5)"
START_TWO = (
    "import subprocess, sys\n"
    "both = [subprocess.Popen([sys.executable, '-c', sys.argv[1]]) for _ in range(2)]\n"
    "[one.wait() for one in both]"
)


@LINUX
def test_memory_of_all_processes_counts_together(tmp_path):
    together = peak_together([sys.executable, "-c", START_TWO, HOLD], tmp_path, {})
    assert 200e6 < together < 300e6


@LINUX
def test_the_command_gets_its_variables_and_none_of_the_callers_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("TAGGUARD_TAXONOMY", "elsewhere.yaml")
    write = (
        "import os, time\n"
        "open('seen', 'w').write(' '.join(name for name in os.environ if 'GUARD' in name))\n"
        "time.sleep(0.1)"
    )
    assert peak_together([sys.executable, "-c", write], tmp_path, {"GUARDED": "1"}) > 1e6
    assert (tmp_path / "seen").read_text() == "GUARDED"
