"""Resources that others wrote: each fits the published schema, and no shipped policy crashes."""

from __future__ import annotations

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator

from tagguard.errors import InputError
from tagguard.model import Owned, PolicyContext, Problem, Resource
from tagguard.policies import resolve
from tagguard.python_policies import load as load_python
from tagguard.rego.inputs import resource_schema, to_input
from tagguard.rego.policies import load as load_rego
from tagguard.shipped import shipped
from tagguard.sources import Document, ReadOptions
from tagguard.sources.cloudformation import CloudFormation
from tagguard.sources.terraform_plan import TerraformPlan

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def inventory(corpus):
    found: list[Owned] = []
    for folder, source in (
        ("tfplan", TerraformPlan(ReadOptions())),
        ("cfn", CloudFormation(ReadOptions())),
    ):
        for path in sorted(one for one in (corpus / folder).rglob("*") if one.is_file()):
            document = Document(path.relative_to(corpus).as_posix(), path.read_bytes())
            try:
                if source.recognises(document):
                    read = source.resources(document)
                    found += [Owned(one) for one in read if isinstance(one, Resource)]
            except InputError:
                continue  # the sources' own corpus tests judge what cannot be read
    assert len(found) > 1000
    return found


def test_real_inputs_fit_the_published_schema(inventory):
    validator = Draft202012Validator(resource_schema())
    for owned in inventory:
        encoded = msgspec.json.encode(to_input(owned, attributes=True))
        validator.validate(json.loads(encoded)["resource"])


def test_no_shipped_policy_crashes_on_real_inputs(inventory):
    for runner in (
        load_rego([shipped("rego")], PolicyContext()),
        load_python([resolve("tagguard:hygiene")], PolicyContext(), entry_points=False),
    ):
        first = [*runner.judge(inventory), *runner.judge_whole(inventory)]
        assert [one for one in first if isinstance(one, Problem)] == []
        assert first == [*runner.judge(inventory), *runner.judge_whole(inventory)]


def test_raw_attributes_of_real_inputs_reach_rego(inventory, policy):
    runner = policy('violation contains "has" if count(input.resource.attributes) > 0')
    said = list(runner.judge(inventory))
    assert [one for one in said if isinstance(one, Problem)] == []
    assert len(said) > len(inventory) / 2
