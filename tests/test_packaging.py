"""The wheel: it holds what users need, and works where the project's folder is far away.

No network: dependencies are borrowed from the environment that runs the tests. That pip can install
the wheel by itself is shown by the session `wheel` of the noxfile.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import PROJECT

pytestmark = pytest.mark.slow

SHIPPED = {
    "tagguard": "tagguard",
    "policies": "tagguard/shipped/policies",
    "rego": "tagguard/shipped/rego",
}


def run(*command, folder, code=0):
    """Run a command away from the environment's influence; give its stdout."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if key != "PYTHONPATH" and not key.startswith(("TAGGUARD_", "PIP_"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert code == done.returncode, done.stderr
    return done.stdout


def build(source, target, kind):
    """Build a distribution of the project in `source`; give its path."""
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", target, folder=source)
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build(PROJECT, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def tagguard(wheel, tmp_path_factory):
    """Give the `tagguard` command of a fresh environment that has only the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=os.name != "nt")
    paths = {"base": str(folder), "platbase": str(folder)}
    scripts = Path(sysconfig.get_path("scripts", "venv", paths))
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "borrowed.pth").write_text("\n".join(sorted(borrowed)))
    pip = (sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--quiet")
    run(*pip, "--no-index", "--no-deps", wheel, folder=folder)
    where = run(
        scripts / "python", "-c", "import tagguard; print(tagguard.__file__)", folder=folder
    )
    assert Path(where).is_relative_to(site)
    return scripts / "tagguard"


def contents(wheel):
    """Give the names in a wheel, its metadata left out."""
    names = zipfile.ZipFile(wheel).namelist()
    return {name for name in names if ".dist-info/" not in name}


def test_the_wheel_holds_the_package_and_the_shipped_content_and_nothing_else(wheel):
    expected = {
        f"{target}/{path.relative_to(PROJECT / folder).as_posix()}"
        for folder, target in SHIPPED.items()
        for path in (PROJECT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert expected == contents(wheel)


@pytest.mark.parametrize(
    "name",
    [
        "tagguard/py.typed",
        "tagguard/formats/schema/report-1.json",
        "tagguard/shipped/policies/starter/taxonomy.yaml",
        "tagguard/shipped/rego/tagguard/policies/no_placeholder_values/no_placeholder_values.rego",
        "tagguard/shipped/rego/schema/resource.json",
    ],
)
def test_the_wheel_holds(wheel, name):
    assert name in contents(wheel)


def test_the_wheel_holds_catalog_data(wheel):
    assert any(name.startswith("tagguard/catalog/data/") for name in contents(wheel))


def test_the_wheel_carries_its_licence(wheel):
    licences = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if "licenses" in name}
    assert {"LICENSE", "NOTICE"} == licences


def test_the_source_distribution_gives_the_same_wheel(wheel, tmp_path):
    archive = build(PROJECT, tmp_path / "sdist", "sdist")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    assert contents(wheel) == contents(build(source, tmp_path / "wheel", "wheel"))


def test_the_installed_command_knows_its_version(tagguard, wheel, tmp_path):
    version = wheel.name.split("-")[1]
    assert version in run(tagguard, "--version", folder=tmp_path)


def test_the_installed_command_finds_what_ships_with_it(tagguard, tmp_path):
    template = {
        "Resources": {
            "Logs": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"Tags": [{"Key": "CostCenter", "Value": "changeme"}]},
            }
        }
    }
    (tmp_path / "template.json").write_text(json.dumps(template))
    run(tagguard, "init", folder=tmp_path)
    report = json.loads(
        run(tagguard, "check", "--format", "json", "template.json", folder=tmp_path, code=1)
    )
    found = {(finding["rule"], finding["key"]) for finding in report["findings"]}
    assert {("missing-tag", "Owner"), ("no-placeholder-values", "CostCenter")} <= found
