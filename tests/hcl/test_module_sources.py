from __future__ import annotations

import json

import pytest

from tagguard.hcl.module_sources import ModuleSources, is_installed
from tagguard.tree import Tree
from tests.hcl.trees import write

MANIFEST = ".terraform/modules/modules.json"


@pytest.fixture
def sources(tmp_path):
    def sources(manifest=None, root="env"):
        if manifest is not None:
            text = manifest if isinstance(manifest, str) else json.dumps({"Modules": manifest})
            write(tmp_path, {f"{root}/{MANIFEST}": text})
        return ModuleSources(Tree([tmp_path], cwd=tmp_path), root)

    return sources


@pytest.mark.parametrize(
    ("source", "folder"),
    [
        ("./app", "env/app"),
        ("../mods/app/", "mods/app"),
        ("./x/../app", "env/app"),
        ("..\\mods\\app", "mods/app"),
        ("../../out", "../out"),
    ],
)
def test_local_modules_are_relative_to_the_file_that_calls_them(source, folder, sources):
    assert sources().folder(source, "env/main.tf", "module.app") == folder


@pytest.mark.parametrize(
    "source", ["terraform-aws-modules/vpc/aws", "git::https://x/y", "", "/abs"]
)
def test_code_that_was_not_fetched_is_not_at_hand(source, sources):
    assert sources().folder(source, "env/main.tf", "module.app") is None


def test_installed_modules_are_found_by_their_address(sources):
    found = sources(
        [
            {"Key": "", "Source": "", "Dir": "."},
            {"Key": "vpc", "Dir": ".terraform/modules/vpc"},
            {"Key": "app.vpc", "Dir": ".terraform\\modules\\app.vpc"},
            {"Key": "abs", "Dir": "/etc"},
            {"Key": "drive", "Dir": "C:/etc"},
        ]
    )
    folders = {
        address: found.folder("x/vpc/aws", "env/main.tf", address)
        for address in ("module.vpc", "module.app.module.vpc", "module.abs", "module.drive")
    }
    assert folders == {
        "module.vpc": "env/.terraform/modules/vpc",
        "module.app.module.vpc": "env/.terraform/modules/app.vpc",
        "module.abs": None,
        "module.drive": None,
    }


@pytest.mark.parametrize(
    "manifest", ["", "{", "[]", '{"Modules": 7}', '{"Modules": [{"Key": 1}]}', "\xff", '{"M": 1}']
)
def test_a_broken_manifest_counts_as_none(manifest, sources):
    assert sources(manifest).folder("x/vpc/aws", "env/main.tf", "module.vpc") is None


def test_what_nobody_edits():
    assert is_installed("env/.terraform/modules/vpc")
    assert not is_installed("env/terraform/modules")
