from __future__ import annotations

import pytest

from tagguard.model import Judgement, Owned, PolicyContext, Problem, Tag, TagSet
from tagguard.policies import resolve, shipped_policies
from tagguard.policy_tests import run
from tagguard.python_policies import load as load_python
from tagguard.rego.policies import load as load_rego
from tagguard.shipped import shipped
from tests.factories import make_resource

BUNDLE = shipped("rego") / "tagguard" / "policies"


@pytest.mark.parametrize("name", shipped_policies())
def test_shipped_policies_pass_their_own_tests(name):
    results = run([resolve(f"tagguard:{name}")])
    assert results
    assert [one for one in results if not one.passed] == []


@pytest.mark.parametrize("folder", sorted(BUNDLE.iterdir()), ids=lambda folder: folder.name)
def test_each_rego_policy_has_its_three_files(folder):
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        [f"{folder.name}.rego", f"{folder.name}_test.rego", "examples.yaml"]
    )


@pytest.mark.parametrize("value", ["x" * 2_000_000, "\0", "💥", "\ufeff", "\r\n", "{{", "(", "%s"])
def test_hostile_values_crash_no_shipped_policy(value):
    tags = {key: Tag(key, value) for key in ("Name", "Environment", "ExpiresOn", "Temporary", "K")}
    temporary = {**tags, "Environment": Tag("Environment", "sandbox")}
    batch = [Owned(make_resource(tags=TagSet(one))) for one in (tags, temporary)]
    for runner in (
        load_rego([BUNDLE], PolicyContext()),
        load_python([resolve("tagguard:hygiene")], PolicyContext(), entry_points=False),
    ):
        said = [*runner.judge(batch), *runner.judge_whole(batch)]
        assert [one for one in said if isinstance(one, Problem)] == []


def test_summaries_and_severities_are_given():
    infos = [
        *load_rego([BUNDLE], PolicyContext()).policies,
        *load_python([resolve("tagguard:hygiene")], PolicyContext(), entry_points=False).policies,
    ]
    assert all(info.summary for info in infos)
    assert {info.id: info.severity for info in infos} == {
        "consistent-environment": "warning",
        "expiry-on-temporary": "error",
        "no-placeholder-values": "error",
        "no-secrets-in-tags": "error",
        "stray-space": "warning",
        "unique-names": "warning",
    }


def test_secret_is_not_repeated_in_what_is_said():
    secret = "AKIAIOSFODNN7EXAMPLE"
    tags = TagSet({"K": Tag("K", secret)})
    (said,) = load_rego([resolve("tagguard:no-secrets-in-tags")], PolicyContext()).judge(
        [Owned(make_resource(tags=tags))]
    )
    assert isinstance(said, Judgement)
    texts = (said.outcome.message, said.outcome.actual, said.outcome.expected, said.outcome.hint)
    assert not any(secret in (text or "") for text in texts)
