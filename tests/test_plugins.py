from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import tagguard.formats
import tagguard.sources
from tagguard import plugins
from tagguard.errors import UsageError
from tagguard.formats import FORMATS
from tagguard.sources import SOURCES
from tests.conftest import PROJECT

PLUGIN = """
from tagguard.model import Location, Resource

class Toy:
    kind = "toy"
    def __init__(self, options): pass
    def recognises(self, document): return document.data.startswith(b"toy ")
    def resources(self, document):
        yield Resource(source="toy", provider="toy", dialect="generic", type="toy", address="t",
                       scope=".", location=Location(document.path))

def render(report, options):
    return f"toy: {report.summary.resources}\\n"
"""
ENTRY_POINTS = (
    "[tagguard.sources]\ntoy = toy_plugin:Toy\n[tagguard.formats]\ntoy = toy_plugin:render\n"
)


@pytest.mark.parametrize(
    ("table", "package", "inner"),
    [
        (
            SOURCES,
            tagguard.sources,
            {
                "contents",
                "files",
                "packing",
                "reading",
                "root_reader",
                "root_readings",
                "root_workers",
            },
        ),
        (FORMATS, tagguard.formats, {"gathering", "scans", "terminal", "wording"}),
    ],
    ids=["sources", "formats"],
)
def test_the_table_and_the_folder_agree(table, package, inner):
    folder = Path(package.__file__).parent
    modules = {file.stem for file in folder.glob("*.py")} - {"__init__"} - inner
    assert {reference.split(":")[0].rpartition(".")[2] for reference in table.values()} == modules
    for name in table:
        assert plugins.load(table, name, group="none", noun="x")


def test_an_unknown_name_is_refused_with_a_suggestion():
    with pytest.raises(UsageError, match="no format called `jsonn`"):
        plugins.load(FORMATS, "jsonn", group="tagguard.formats", noun="format")


def test_installed_packages_may_bring_sources_and_formats(tmp_path):
    (tmp_path / "toy_plugin.py").write_text(PLUGIN)
    info = tmp_path / "toy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    (tmp_path / "input.txt").write_text("toy story")
    (tmp_path / "taxonomy.yaml").write_text(
        "schema: tagguard/taxonomy/1\nname: a\nversion: 1.0.0\nkeys: {}\n"
    )
    arguments = ["check", "input.txt", "--taxonomy", "taxonomy.yaml"]
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "tagguard",
            *arguments,
            "--format",
            "toy",
            "--report",
            "json=r.json",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{tmp_path}:{PROJECT}"},
    )
    assert (ran.stdout, ran.stderr) == ("toy: 1\n", "")
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["inputs"] == [
        {"path": "input.txt", "kind": "toy", "resources": 1, "completeness": None}
    ]
