from __future__ import annotations

import shutil
import subprocess
from importlib import import_module

import pytest

from tagguard.hcl import functions
from tagguard.hcl.evaluate import Budget, evaluate
from tagguard.hcl.values import Failure
from tests.hcl.evaluating import (
    CaseScope,
    ask_terraform,
    cases,
    expected,
    expression,
    is_for_terraform,
    plain,
)

ALL = cases("functions-*.yaml")
FILES = {
    "a.txt": "hello\n",
    "a.tftpl": "hi ${name}%{ for x in xs ~} <${x}>%{ endfor }",
    "main.tf": "",
    "texts/a.txt": "a",
    "texts/b.tftpl": "b",
    "texts/deep/c.txt": "c",
    "texts/deep/er/d.json": "{}",
}
needs_terraform = pytest.mark.skipif(
    not shutil.which("terraform"),
    reason="needs terraform: https://developer.hashicorp.com/terraform/install",
)


class Folder:
    """The files of a case, read as they lie."""

    def __init__(self, root):
        self.root = root

    def read(self, path):
        if not self.exists(path):
            raise Failure(f"there is no file {path}")
        return (self.root / path).read_bytes()

    def exists(self, path):
        if (self.root / path).is_dir():
            raise Failure(f"{path} is a folder")
        return (self.root / path).is_file()

    def files(self, folder):
        found = (self.root / folder).rglob("*")
        return [each.relative_to(self.root / folder).as_posix() for each in found if each.is_file()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def outcome(case, folder):
    scope = CaseScope({"path": {"module": "."}, **case.get("scope", {})}, Folder(folder))
    try:
        return {"value": plain(evaluate(expression(case["expression"]), scope, Budget()))}
    except Failure:
        return {"fails": True}


@pytest.mark.parametrize("case", ALL, ids=[case["expression"] for case in ALL])
def test_a_function_gives_its_value(case, folder):
    assert expected(case) == outcome(case, folder)


@needs_terraform
def test_terraform_agrees(folder):
    asked = [case for case in ALL if is_for_terraform(case)]
    answers = ask_terraform(asked, folder)
    told = [(case["expression"], expected(case)) for case in asked]
    assert told == [
        (case["expression"], answer) for case, answer in zip(asked, answers, strict=True)
    ]


@needs_terraform
def test_the_table_names_what_terraform_has():
    command = ["terraform", "metadata", "functions", "-json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    known = {*functions.FUNCTIONS, *functions.UNDECIDED, "try", "can"}
    missing = [name for name in known if f'"{name}":' not in done.stdout]
    assert missing == []


def test_the_table_leads_to_functions():
    for reference in functions.FUNCTIONS.values():
        module, _, attribute = reference.partition(":")
        assert callable(getattr(import_module(f"tagguard.hcl.functions.{module}"), attribute))


def test_every_function_has_three_cases():
    tested = " ".join(case["expression"] for case in ALL)
    assert [name for name in functions.FUNCTIONS if tested.count(f"{name}(") < 3] == []
