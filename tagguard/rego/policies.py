"""Rego policies: packages under ``tagguard.policies``, loaded, checked and run over resources.

A policy is a package with a set rule ``violation``; a set rule ``undetermined`` may stand beside it
for what cannot be decided. Every other package is a library. Which engine evaluates is not known
here, and no crash of a policy ends the scan.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tagguard import plugins
from tagguard.errors import PolicyError
from tagguard.model import Crash, Judgement, Owned, PolicyContext, PolicyInfo, Severity
from tagguard.policies import Mask, check_ids, crash, files, outcome, shown
from tagguard.rego import ENGINES, metadata, syntax
from tagguard.rego.engine import Module, RegoEngine, RegoError
from tagguard.rego.inputs import to_input
from tagguard.shipped import shipped

ROOT = ("tagguard", "policies")
"""Packages below this one are policies."""

BATCH = 500
"""Resources handed to the engine at once."""

_TEXTS = ("key", "expected", "actual", "hint")
_FIELDS = frozenset({*_TEXTS, "msg", "severity"})


class _Rule(Struct, frozen=True):
    """One set rule of a policy."""

    info: PolicyInfo
    verdict: Literal["fail", "undetermined"]
    name: str
    """In full: ``data.tagguard.policies.<name>.violation``."""


class _Judged(Struct, frozen=True):
    """One resource of a batch, and what goes with it."""

    index: int
    owned: Owned
    mask: Mask
    encoded: bytes = b""


class RegoPolicies:
    """Loaded Rego policies: a `PolicyRunner`."""

    def __init__(
        self, engine: RegoEngine | None, rules: Iterable[_Rule], *, attributes: bool
    ) -> None:
        self._engine = engine
        self._rules = tuple(rules)
        self._attributes = attributes
        self.policies = tuple(rule.info for rule in self._rules if rule.verdict == "fail")

    def only(self, ids: Container[str]) -> RegoPolicies:
        """Give a runner with just the policies called by one of `ids`."""
        rules = (rule for rule in self._rules if rule.info.id in ids)
        return RegoPolicies(self._engine, rules, attributes=self._attributes)

    def judge(self, batch: Sequence[Owned]) -> Iterator[Judgement | Crash]:
        """Run every policy; a crash names policy and resource."""
        if self._engine is None or not self._rules:
            return
        for start in range(0, len(batch), BATCH):
            yield from self._judge(self._engine, start, batch[start : start + BATCH])

    def judge_whole(self, _inventory: Sequence[Owned]) -> Iterator[Judgement | Crash]:
        """Yield nothing: a Rego policy judges one resource at a time."""
        return iter(())

    def _judge(
        self, engine: RegoEngine, start: int, batch: Sequence[Owned]
    ) -> Iterator[Judgement | Crash]:
        ready: list[_Judged] = []
        for index, owned in enumerate(batch, start):
            one = _Judged(index, owned, Mask([owned.resource]))
            try:
                encoded = msgspec.json.encode(to_input(owned, attributes=self._attributes))
            except Exception as exc:  # noqa: BLE001 - a rule runner; attributes are decoded here
                reason = f"the resource cannot be handed to Rego policies: {exc}"
                for info in self.policies:
                    yield _crash(info, one, RegoError(reason))
            else:
                ready.append(replace(one, encoded=encoded))
        if ready:
            yield from _evaluate(engine, self._rules, ready)


def _evaluate(
    engine: RegoEngine, rules: Sequence[_Rule], part: Sequence[_Judged]
) -> Iterator[Judgement | Crash]:
    """Evaluate `rules`; a part in which one fails is halved until only the culprit is left."""
    encoded = b"[" + b",".join(one.encoded for one in part) + b"]"
    answers = engine.evaluate([rule.name for rule in rules], encoded)
    for rule, answer in zip(rules, answers, strict=True):
        if not isinstance(answer, RegoError):
            for at, items in answer:
                for item in items:
                    yield _judgement(rule, item, part[at])
        elif len(part) == 1:
            yield _crash(rule.info, part[0], answer)
        else:
            middle = len(part) // 2
            yield from _evaluate(engine, [rule], part[:middle])
            yield from _evaluate(engine, [rule], part[middle:])


def _judgement(rule: _Rule, item: object, judged: _Judged) -> Judgement | Crash:
    if isinstance(item, str):
        item = {"msg": item}
    if (fault := _fault(item)) is not None or not isinstance(item, dict):
        return _crash(rule.info, judged, RegoError(f"{fault} in {rule.name}"))
    texts = {"message": item["msg"], **{name: item.get(name) for name in _TEXTS}}
    said = outcome(
        rule.info,
        rule.verdict,
        judged.owned.resource,
        texts,
        mask=judged.mask,
        severity=item.get("severity"),
    )
    return Judgement(judged.index, said)


def _fault(item: object) -> str | None:
    """Say what is wrong with an item of a policy's set; None if it is sound."""
    if not isinstance(item, dict):
        return f"an item is neither text nor an object, but {msgspec.json.encode(item)[:60]!r}"
    if unknown := sorted(set(item) - _FIELDS):
        return f"an item has the unknown field `{unknown[0]}`"
    for name in ("msg", *_TEXTS):
        if not isinstance(item.get(name), str if name == "msg" else str | None):
            return f"an item's `{name}` is not text"
    if item.get("severity", "error") not in get_args(Severity):
        return f"an item's severity is not one of {', '.join(get_args(Severity))}"
    return None


def _crash(info: PolicyInfo, judged: _Judged, error: RegoError) -> Crash:
    resource = judged.owned.resource
    return crash(info, judged.index, resource, error.reason, error.place, mask=judged.mask)


def load(paths: Sequence[Path], context: PolicyContext, *, engine: str = "regorus") -> RegoPolicies:
    """Load the policies of the ``.rego`` files in `paths`, and the shipped library with them.

    Raises PolicyError for whatever is wrong with them: syntax, a forbidden built-in, a policy
    without ``violation``, bad or repeated ids.
    """
    found = files(paths, ".rego")
    if not found:
        return RegoPolicies(None, (), attributes=False)
    modules = read_modules(found)
    try:
        parsed = parse(modules)
        rules = _rules(parsed)
        if not rules:
            raise PolicyError(
                f"{modules[0].path}: no Rego policy here",
                hint="a policy is a package under `tagguard.policies` with a `violation` rule",
            )
        check_ids(rule.info for rule in rules if rule.verdict == "fail")
        started = start(engine, modules, parsed, context, rules=[rule.name for rule in rules])
    except RegoError as exc:
        raise PolicyError(str(exc)) from exc
    return RegoPolicies(started, rules, attributes=syntax.needs_attributes(parsed))


def read_modules(found: Iterable[Path]) -> list[Module]:
    """Read Rego files, and the shipped library after them."""
    library = files([shipped("rego") / "tagguard" / "lib"], ".rego")
    unique = {file.resolve(): file for file in (*found, *library)}
    modules = []
    for file in unique.values():
        try:
            modules.append(Module(shown(file), file.read_text(encoding="utf-8-sig")))
        except (OSError, UnicodeDecodeError) as exc:
            raise PolicyError(f"{shown(file)}: the policy cannot be read: {exc}") from exc
    return modules


def parse(modules: Sequence[Module]) -> list[syntax.ModuleSyntax]:
    """Parse and check modules. Raises RegoError."""
    from tagguard.rego import regorus  # noqa: PLC0415 - loads the native library

    trees = regorus.syntax_trees(modules)
    parsed = [syntax.read(module, tree) for module, tree in zip(modules, trees, strict=True)]
    syntax.check(parsed, regorus.built_ins())
    return parsed


def start(
    engine: str,
    modules: Sequence[Module],
    parsed: Iterable[syntax.ModuleSyntax],
    context: PolicyContext,
    *,
    rules: Sequence[str] = (),
) -> RegoEngine:
    """Start an engine with modules and the context's data. Raises RegoError."""
    taken = {"taxonomy", *(one.package[0] for one in parsed)}
    for name in context.data:
        if name in taken:
            raise PolicyError(
                f"the data file `{name}` would hide `data.{name}`",
                hint="give it another name under `data` in the configuration",
            )
    data = {**context.data, "taxonomy": context.taxonomy}
    made: RegoEngine = plugins.load(
        ENGINES, engine, group="tagguard.rego_engines", noun="Rego engine"
    )(modules, data, today=context.today, rules=rules)
    return made


def _rules(parsed: Iterable[syntax.ModuleSyntax]) -> list[_Rule]:
    packages: dict[tuple[str, ...], list[syntax.ModuleSyntax]] = {}
    for module in parsed:
        if module.package[: len(ROOT)] == ROOT:
            packages.setdefault(module.package, []).append(module)
    return [rule for package, parts in packages.items() for rule in _policy(package, parts)]


def _policy(package: tuple[str, ...], parts: list[syntax.ModuleSyntax]) -> Iterator[_Rule]:
    """Make the rules of one package, which several files may share."""
    name = ".".join(package)
    violations = _set_rules(package, "violation", parts)
    if not violations:
        raise PolicyError(
            f"{parts[0].at(parts[0].line)}: `{name}` defines no `violation`, so it can never fire",
            hint="write `violation contains …  if { … }`, or name the package of a library "
            "something else than `tagguard.policies.…`",
        )
    info = _info(package, violations)
    yield _Rule(info, "fail", _full_name((*package, "violation")))
    if _set_rules(package, "undetermined", parts):
        yield _Rule(info, "undetermined", _full_name((*package, "undetermined")))


def _set_rules(
    package: tuple[str, ...], name: str, parts: list[syntax.ModuleSyntax]
) -> list[tuple[syntax.ModuleSyntax, syntax.Rule]]:
    found = [(part, rule) for part in parts for rule in part.rules if rule.path[:-1] == package]
    found = [(part, rule) for part, rule in found if rule.path[-1] == name]
    for part, rule in found:
        if not rule.is_set:
            raise PolicyError(
                f"{part.at(rule.line)}: `{name}` is not a set",
                hint=f"write `{name} contains … if {{ … }}`",
            )
    if len({id(part) for part, _ in found}) > 1:
        raise PolicyError(
            f"two files define `{name}` of `{'.'.join(package)}`: "
            f"{found[0][0].module.path} and {found[-1][0].module.path}",
            hint="give each policy a package of its own",
        )
    return found


def _info(
    package: tuple[str, ...], violations: list[tuple[syntax.ModuleSyntax, syntax.Rule]]
) -> PolicyInfo:
    part, first = violations[0]
    blocks = metadata.blocks(part.module)
    of_package = blocks.get(part.line, metadata.Metadata())
    of_rule = blocks.get(first.line, metadata.Metadata())
    described = (of_package.title, of_rule.title, of_package.description, of_rule.description)
    return PolicyInfo(
        id=of_package.id or of_rule.id or package[-1].replace("_", "-"),
        kind="rego",
        severity=of_package.severity or of_rule.severity or "error",
        summary=next(filter(None, described), ""),
        origin=part.module.path,
        confidential=of_package.confidential or of_rule.confidential,
    )


def _full_name(path: Sequence[str]) -> str:
    return "data" + "".join(f"[{msgspec.json.encode(step).decode()}]" for step in path)
