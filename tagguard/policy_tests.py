"""Tests policies: runs their examples (`tagguard.policy_examples`) and Rego ``test_*`` rules.

``pass`` means that the policy says nothing, ``undetermined`` that nothing fails and something is
undetermined. A policy without an example that fails does not pass: a rule that is undefined yields
nothing, so only a bad example proves that it can fire at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from tagguard import python_policies
from tagguard.errors import PolicyError, did_you_mean
from tagguard.model import Judgement, Outcome, PolicyContext, Problem
from tagguard.policies import check_ids, files, shown
from tagguard.policy_examples import (
    Example,
    ExampleFile,
    example_files,
    read_examples,
    to_owned,
)
from tagguard.python_policies import PythonPolicies
from tagguard.rego import policies as rego_policies
from tagguard.rego.engine import RegoError
from tagguard.rego.policies import RegoPolicies


class TestResult(Struct, frozen=True):
    """What became of one test."""

    __test__ = False  # pytest would take the name for a test class

    name: str
    """The file, and the test or example in it."""
    passed: bool
    detail: str = ""
    """Why it did not pass."""


def run(paths: Sequence[Path], *, engine: str = "regorus") -> list[TestResult]:
    """Run every test of the policies in `paths`: examples, Rego tests, proofs that rules can fire.

    The order is stable. Raises PolicyError for policies that cannot be loaded and for example files
    that are wrong.
    """
    known = _Policies(paths, engine)
    results: list[TestResult] = []
    proven: set[str] = set()
    for file, named in example_files(paths).items():
        examples = read_examples(file)
        if examples.policy not in known.origins:
            if not named:
                continue
            raise PolicyError(
                f"{shown(file)}: there is no policy called `{examples.policy}` here"
                f"{did_you_mean(examples.policy, known.origins)}"
            )
        if any(example.expect == "fail" for example in examples.examples):
            proven.add(examples.policy)
        policy = known.policy(examples)
        for example in examples.examples:
            detail = _missed(example, policy)
            name = f"{shown(file)}: {example.name}"
            results.append(TestResult(name, not detail, detail))
    results.extend(_rego_tests(paths, engine))
    for id_, origin in known.origins.items():
        if id_ not in proven:
            detail = "no example expects `fail`, so nothing proves that it can fire"
            results.append(TestResult(f"{origin}: {id_}", passed=False, detail=detail))
    return results


class _Policies:
    """The policies under test, loaded once for each context that examples ask for."""

    def __init__(self, paths: Sequence[Path], engine: str) -> None:
        self._paths = paths
        self._engine = engine
        self._loaded: dict[bytes, tuple[PythonPolicies, RegoPolicies]] = {}
        infos = [info for runner in self._load(PolicyContext()) for info in runner.policies]
        check_ids(infos)
        self.origins = {info.id: info.origin for info in infos}

    def policy(self, examples: ExampleFile) -> tuple[PythonPolicies, RegoPolicies]:
        """Give both runners with at most the one policy that the examples are for."""
        context = PolicyContext(
            taxonomy=examples.taxonomy, data=examples.data, today=examples.today
        )
        python, rego = self._load(context)
        return python.only({examples.policy}), rego.only({examples.policy})

    def _load(self, context: PolicyContext) -> tuple[PythonPolicies, RegoPolicies]:
        key = msgspec.json.encode(context)
        if key not in self._loaded:
            self._loaded[key] = (
                python_policies.load(self._paths, context, entry_points=False),
                rego_policies.load(self._paths, context, engine=self._engine),
            )
        return self._loaded[key]


def _missed(example: Example, policy: tuple[PythonPolicies, RegoPolicies]) -> str:
    """Say how the policy's words differ from what the example expects; empty if they do not."""
    described = [example.resource] if example.resource is not None else example.resources
    inventory = [to_owned(one, at) for at, one in enumerate(described)]
    said = [
        one
        for runner in policy
        for one in (*runner.judge(inventory), *runner.judge_whole(inventory))
    ]
    if problems := [one for one in said if isinstance(one, Problem)]:
        return f"the policy crashed: {problems[0].message}"
    outcomes = [one.outcome for one in said if isinstance(one, Judgement)]
    fails = [one for one in outcomes if one.verdict == "fail"]
    verdict = "fail" if fails else "undetermined" if outcomes else "pass"
    if verdict != example.expect:
        return f"expected {example.expect}, got {_told(verdict, fails or outcomes)}"
    candidates = fails or outcomes
    if example.expect != "pass" and not any(_fits(example, one) for one in candidates):
        wanted = [f"key `{example.key}`"] if example.key is not None else []
        wanted += [f"message with `{example.message}`"] if example.message is not None else []
        return f"expected {' and '.join(wanted)}, got {_told(verdict, candidates)}"
    return ""


def _fits(example: Example, outcome: Outcome) -> bool:
    key_fits = example.key is None or outcome.key == example.key
    return key_fits and (example.message is None or example.message in outcome.message)


def _told(verdict: str, outcomes: list[Outcome]) -> str:
    words = "; ".join(f"`{one.key}`: {one.message}" for one in outcomes)
    return f"{verdict} ({words})" if words else verdict


def _rego_tests(paths: Sequence[Path], engine: str) -> Iterator[TestResult]:
    """Evaluate each ``test_*`` rule; it passes if it is true."""
    tests = files(paths, ".rego", tests=True)
    if not tests:
        return
    modules = rego_policies.read_modules([*files(paths, ".rego"), *tests])
    test_paths = {shown(file) for file in tests}
    try:
        parsed = rego_policies.parse(modules)
        started = rego_policies.start(engine, modules, parsed, PolicyContext())
    except RegoError as exc:
        raise PolicyError(str(exc)) from exc
    for module in parsed:
        if module.module.path not in test_paths:
            continue
        for path in dict.fromkeys(rule.path for rule in module.rules):
            if path[-1].startswith("test_"):
                detail = ""
                try:
                    value = started.value(f"data.{'.'.join(path)}")
                    if value is not True:
                        detail = "undefined" if value is None else f"{value!r} is not true"
                except RegoError as exc:
                    detail = str(exc)
                yield TestResult(f"{module.module.path}: {path[-1]}", not detail, detail)
