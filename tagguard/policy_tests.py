"""Tests policies: runs Rego ``test_*`` rules, and the examples that stand beside a policy.

Examples are a file ``examples.yaml`` or ``<anything>.examples.yaml``:

.. code-block:: yaml

    policy: cost-center-open            # whose examples these are
    today: 2026-01-01                   # the policy's clock; 1970-01-01 when it is left out
    data: {closed: [CC-0001]}           # what the configuration's `data` would hold
    taxonomy: {keys: {}}                # what `data.taxonomy` holds
    examples:
      - name: a closed centre
        resource:                       # or `resources: […]` for a policy over the inventory
          type: aws_s3_bucket
          tags: {CostCenter: CC-0001, Owner: {unknown: var.owner}}
          tags_complete: true           # also: address, provider, source, account, region, team,
          attributes: {acl: private}    # taggable, change
        expect: fail                    # fail | pass | undetermined
        key: CostCenter                 # optional: the key that the policy must name
        message: closed                 # optional: a part of what it must say

``pass`` means that the policy says nothing, ``undetermined`` that nothing fails and something is
undetermined. A policy without an example that fails does not pass: a rule that is undefined yields
nothing, so only a bad example proves that it can fire at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard import python_policies
from tagguard.documents import DocumentError, locate, lookup, parse, to_data
from tagguard.errors import PolicyError, did_you_mean
from tagguard.model import (
    UNOWNED,
    Change,
    Judgement,
    Location,
    Outcome,
    Owned,
    PolicyContext,
    Problem,
    Resource,
    Tag,
    Taggable,
    TagSet,
)
from tagguard.policies import check_ids, files, shown
from tagguard.python_policies import PythonPolicies
from tagguard.rego import policies as rego_policies
from tagguard.rego.engine import RegoError
from tagguard.rego.policies import RegoPolicies
from tagguard.validation import read_record


class TestResult(Struct, frozen=True):
    """What became of one test."""

    __test__ = False  # pytest would take the name for a test class

    name: str
    """The file, and the test or example in it."""
    passed: bool
    detail: str = ""
    """Why it did not pass."""


class UnknownValue(Struct, frozen=True, forbid_unknown_fields=True):
    """A tag value that is not known."""

    unknown: str


class ExampleResource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A resource as an example describes it."""

    type: str
    tags: dict[str, str | UnknownValue] = field(default_factory=dict)
    tags_complete: bool = True
    address: str = ""
    provider: str = "aws"
    source: str = "example"
    account: str | None = None
    region: str | None = None
    team: str = UNOWNED
    taggable: Taggable = "yes"
    change: Change = "none"
    attributes: dict[str, Any] = field(default_factory=dict)


class Example(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One resource, or inventory, and what the policy must say of it."""

    name: str
    resource: ExampleResource | None = None
    resources: list[ExampleResource] = field(default_factory=list)
    expect: Literal["fail", "pass", "undetermined"]
    key: str | None = None
    message: str | None = None


class ExampleFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The examples of one policy."""

    policy: str
    today: date = date(1970, 1, 1)
    data: dict[str, Any] = field(default_factory=dict)
    taxonomy: dict[str, Any] = field(default_factory=dict)
    examples: list[Example]


def run(paths: Sequence[Path], *, engine: str = "regorus") -> list[TestResult]:
    """Run every test of the policies in `paths`: examples, Rego tests, proofs that rules can fire.

    The order is stable. Raises PolicyError for policies that cannot be loaded and for example files
    that are wrong.
    """
    known = _Policies(paths, engine)
    results: list[TestResult] = []
    proven: set[str] = set()
    for file in _example_files(paths):
        examples = _read(file, known.ids)
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
        self.ids = frozenset(self.origins)

    def policy(self, examples: ExampleFile) -> tuple[PythonPolicies, RegoPolicies]:
        """Give both runners with at most the one policy that the examples are for."""
        context = PolicyContext(
            taxonomy=examples.taxonomy, data=examples.data, today=examples.today
        )
        python, rego = self._load(context)
        return python.only(examples.policy), rego.only(examples.policy)

    def _load(self, context: PolicyContext) -> tuple[PythonPolicies, RegoPolicies]:
        key = msgspec.json.encode(context)
        if key not in self._loaded:
            self._loaded[key] = (
                python_policies.load(self._paths, context, entry_points=False),
                rego_policies.load(self._paths, context, engine=self._engine),
            )
        return self._loaded[key]


def _example_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Find example files beside the policies, each once."""
    seen: set[Path] = set()
    for path in paths:
        folder = path if path.is_dir() else path.parent
        for file in sorted([*folder.rglob("examples.yaml"), *folder.rglob("*.examples.yaml")]):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _read(file: Path, ids: frozenset[str]) -> ExampleFile:
    where = shown(file)
    try:
        node = parse(file.read_text(encoding="utf-8-sig"))
        record, faults = read_record(node, ExampleFile, where)
    except (OSError, UnicodeDecodeError) as exc:
        raise PolicyError(f"{where}: the examples cannot be read: {exc}") from exc
    except DocumentError as exc:
        raise PolicyError(f"{where}:{exc.line}:{exc.column}: {exc.message}") from exc
    if record is None:
        raise PolicyError(f"the examples {where} are wrong", faults=faults)
    if record.policy not in ids:
        line, column = locate(node, ("policy",))
        raise PolicyError(
            f"{where}:{line}:{column}: there is no policy called `{record.policy}` here"
            f"{did_you_mean(record.policy, ids)}"
        )
    for at, example in enumerate(record.examples):
        if (example.resource is None) == (not example.resources):
            line, column = locate(node, ("examples", at))
            raise PolicyError(
                f"{where}:{line}:{column}: an example needs either `resource` or `resources`"
            )
    return _with_typed_values(record, node)


def _with_typed_values(record: ExampleFile, node: Node | None) -> ExampleFile:
    """Give `data`, `taxonomy` and `attributes` the numbers and booleans that the file shows.

    Everywhere else, tags above all, a scalar stays the text that was written.
    """
    document = msgspec.to_builtins(record, builtin_types=(date,))
    for name in ("data", "taxonomy"):
        if (part := lookup(node, name)) is not None:
            document[name] = to_data(part, _typed)
    listed = lookup(node, "examples")
    examples = listed.value if isinstance(listed, SequenceNode) else []
    for example, its_node in zip(document["examples"], examples, strict=True):
        one, many = lookup(its_node, "resource"), lookup(its_node, "resources")
        pairs = [(example["resource"], one)] if one is not None else []
        if isinstance(many, SequenceNode):
            pairs += zip(example["resources"], many.value, strict=True)
        for resource, resource_node in pairs:
            if isinstance(part := lookup(resource_node, "attributes"), MappingNode):
                resource["attributes"] = to_data(part, _typed)
    return msgspec.convert(document, ExampleFile, builtin_types=(date,))


def _typed(node: ScalarNode) -> Any:  # noqa: ANN401 - a scalar of any type
    """Read a scalar as JSON would; what is not JSON is text."""
    if node.style in {'"', "'"}:
        return node.value
    try:
        return msgspec.json.decode(node.value)
    except msgspec.DecodeError:
        return node.value or None


def _missed(example: Example, policy: tuple[PythonPolicies, RegoPolicies]) -> str:
    """Say how the policy's words differ from what the example expects; empty if they do not."""
    described = [example.resource] if example.resource is not None else example.resources
    inventory = [_owned(one, at) for at, one in enumerate(described)]
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


def _owned(described: ExampleResource, at: int) -> Owned:
    tags = {
        key: Tag(key, value) if isinstance(value, str) else Tag(key, None, unknown=value.unknown)
        for key, value in described.tags.items()
    }
    resource = Resource(
        source=described.source,
        provider=described.provider,
        dialect="generic",
        type=described.type,
        address=described.address or f"{described.type}.example{at or ''}",
        scope="examples",
        account=described.account,
        region=described.region,
        tags=TagSet(tags, described.tags_complete, "" if described.tags_complete else "example"),
        taggable=described.taggable,
        change=described.change,
        location=Location("examples"),
        load_attributes=lambda: described.attributes,
    )
    return Owned(resource, described.team)


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
