"""What the documentation shows is true: its examples load, run and print what they say."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tagguard import policy_tests
from tagguard.catalog.overrides import FIELDS
from tagguard.config import load_config
from tagguard.exemptions import ExemptionsFile
from tagguard.model import PolicyContext
from tagguard.owners import TeamsFile, load_accounts
from tagguard.python_policies import load as load_python
from tagguard.records import load_record
from tagguard.rego.policies import load as load_rego
from tagguard.taxonomy.loading import load_taxonomy
from tests.conftest import PROJECT

PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(*languages: str) -> list[Any]:
    found = []
    for page in PAGES:
        for number, match in enumerate(BLOCK.finditer(page.read_text("utf-8"))):
            if match[1] in languages:
                shown = f"{page.relative_to(PROJECT)}-{number}"
                found.append(pytest.param(match[2], id=shown))
    return found


def load(name: str, file: Path) -> object:
    """Load a YAML example by the file name in its first line."""
    match name.rpartition("/")[2]:
        case "taxonomy.yaml":
            return load_taxonomy(file, where=name, today=date(2026, 1, 1))
        case "tagguard.yaml":
            return load_config(file, where=name)
        case "teams.yaml":
            return load_record(file, TeamsFile, noun="teams file", where=name)
        case "exemptions.yaml":
            return load_record(file, ExemptionsFile, noun="exemptions file", where=name)
        case "accounts.yaml":
            return load_accounts(file, where=name)
    return None


@pytest.mark.parametrize("text", blocks("yaml"))
def test_yaml_examples_load(text, tmp_path):
    first = text.splitlines()[0]
    assert first.startswith("# "), "a YAML example begins with its file's name"
    name = first.removeprefix("# ")
    file = tmp_path / "example.yaml"
    file.write_text(text)
    known = {"taxonomy.yaml", "tagguard.yaml", "teams.yaml", "exemptions.yaml", "accounts.yaml"}
    loaded = load(name, file)
    assert (loaded is not None) == (name in known)


CONTEXT = PolicyContext(data={"closed_cost_centers": ["CC-0999"]})


@pytest.mark.parametrize("text", blocks("python"))
def test_python_examples_load(text, tmp_path):
    file = tmp_path / "example.py"
    file.write_text(text)
    assert len(load_python([file], CONTEXT).policies) == 1


@pytest.mark.parametrize("text", blocks("rego"))
def test_rego_examples_load(text, tmp_path):
    file = tmp_path / "example.rego"
    file.write_text(text)
    assert len(load_rego([file], CONTEXT).policies) == 1


@pytest.mark.parametrize("text", blocks("console"))
def test_console_examples_print_what_they_show(text):
    command, _, shown = text.partition("\n")
    assert command.startswith("$ tagguard ")
    words = shlex.split(command.removeprefix("$ tagguard "))
    ran = subprocess.run(
        [sys.executable, "-m", "tagguard", *words],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert ran.stderr == ""
    for part in shown.split("…\n"):
        assert part in ran.stdout


def test_the_examples_policies_pass_their_own_tests():
    results = policy_tests.run([PROJECT / "examples" / "acme" / "policies"])
    assert [one for one in results if not one.passed] == []
    assert len(results) >= 6


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_lead_somewhere(page):
    for target, heading in re.findall(
        r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text("utf-8")
    ):
        file = page.parent / target if target else page
        assert file.exists(), target
        assert heading in {"", *anchors(file)}, heading


def anchors(page: Path) -> list[str]:
    """Give the anchors of a page's headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", one).lower().replace(" ", "-") for one in headings]


def test_the_catalog_page_names_every_field_of_a_correction():
    page = (PROJECT / "docs" / "catalog.md").read_text("utf-8")
    cells = re.findall(r"^\| (`.+?) \|", page.partition("## Corrections")[2], re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(cells))) == sorted(FIELDS)


@pytest.mark.parametrize("tool", ["docs", "schemas"])
def test_generated_files_are_up_to_date(tool):
    ran = subprocess.run(
        [sys.executable, f"tools/{tool}.py", "--check"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")
