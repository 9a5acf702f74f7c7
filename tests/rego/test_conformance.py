from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from tagguard.model import Judgement, PolicyContext
from tagguard.rego import ENGINES
from tagguard.rego.policies import load

CASES = yaml.safe_load(Path(__file__).with_name("conformance.yaml").read_text(encoding="utf-8"))
CONTEXT = PolicyContext(
    taxonomy={"name": "acme"}, data={"closed": ["CC-1"]}, today=date(2026, 1, 1)
)


def told(item, batch):
    if isinstance(item, Judgement):
        return [item.index, item.outcome.message]
    at = [one.resource.address for one in batch].index(item.where.removeprefix("x on "))
    return [at, {"error": item.message.split()[0]}]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_engine_answers_alike(case, engine, tmp_path, owned):
    lines = case["rego"].splitlines()
    imports = [line for line in lines if line.startswith("import ")]
    rules = [line for line in lines if line not in imports]
    head = ["package tagguard.policies.x", "import rego.v1"]
    (tmp_path / "x.rego").write_text("\n".join([*head, *imports, *rules, ""]), encoding="utf-8")
    batch = [owned(f"r{at}", **tags) for at, tags in enumerate(case["resources"])]
    runner = load([tmp_path], CONTEXT, engine=engine)
    actual = sorted((told(item, batch) for item in runner.judge(batch)), key=repr)
    assert actual == sorted(case["expect"], key=repr)
