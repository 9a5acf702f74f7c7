"""Python policies: functions marked with `policy`, loaded from named files and run safely.

Policies are trusted code, but no crash of theirs may end the scan: it becomes a `Problem`. The
decorator registers nothing anywhere; a policy exists only inside the `PythonPolicies` that loaded
it. This module finds no policies on its own: only named paths and installed entry points count.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar, get_args

from msgspec import Struct

from tagguard.errors import PolicyError
from tagguard.model import (
    Crash,
    Judgement,
    Outcome,
    Owned,
    PolicyContext,
    PolicyInfo,
    Resource,
    Severity,
)
from tagguard.policies import Mask, check_ids, crash, files, outcome, shown
from tagguard.policy_modules import described, load_module, place

ENTRY_POINTS = "tagguard.policies"
"""Installed packages name policy modules or functions under this entry point group."""

_F = TypeVar("_F", bound=Callable[..., object])
_MARK = "__tagguard_policy__"


class _Declaration(Struct, frozen=True):
    """What the decorator was given."""

    id: str
    severity: Severity
    summary: str
    whole: bool
    confidential: bool


class Verdict(Struct, frozen=True):
    """What a policy yields; made by `Context.fail` and `Context.undetermined`."""

    kind: Literal["fail", "undetermined"]
    key: str | None
    message: str
    expected: str | None = None
    actual: str | None = None
    hint: str = ""
    severity: Severity | None = None
    resource: Resource | None = None


def policy(
    id: str,  # noqa: A002 - the word that authors know from reports
    *,
    severity: Severity = "error",
    summary: str = "",
    whole: bool = False,
    confidential: bool = False,
) -> Callable[[_F], _F]:
    """Mark a function as a policy called `id`.

    The function takes ``(resource, ctx)``, or ``(resources, ctx)`` with `whole`, and yields what
    `ctx.fail` and `ctx.undetermined` give; nothing yielded means that the resource passes. The
    function itself stays as it is. `summary` defaults to the first line of the docstring. Say
    `confidential` where findings are about values that must not be shown: no report will quote
    the line that such a value stands on.
    """
    _check_declaration(str, "text", id=id, summary=summary)
    _check_declaration(bool, "True or False", whole=whole, confidential=confidential)
    _check_severity(severity)

    def mark(function: _F) -> _F:
        told = summary or (function.__doc__ or "").strip().partition("\n")[0]
        setattr(function, _MARK, _Declaration(id, severity, told, whole, confidential))
        return function

    return mark


class Context:
    """What a policy knows beside the resource, and how it speaks."""

    __slots__ = ("data", "taxonomy", "today")

    def __init__(self, context: PolicyContext) -> None:
        self.data: Mapping[str, Any] = context.data
        """The files that the configuration names under `data`."""
        self.taxonomy: Mapping[str, Any] = context.taxonomy
        """The taxonomy document as plain data."""
        self.today: date = context.today
        """The day of the run; there is no other clock."""

    def fail(
        self,
        key: str | None,
        message: str,
        *,
        expected: str | None = None,
        actual: str | None = None,
        hint: str = "",
        severity: Severity | None = None,
        resource: Resource | None = None,
    ) -> Verdict:
        """Say that the tag `key` is wrong; `resource` names the culprit in a `whole` policy."""
        _check_texts(message, hint)
        _check_texts(*(text for text in (key, expected, actual) if text is not None))
        if severity is not None:
            _check_severity(severity)
        return Verdict("fail", key, message, expected, actual, hint, severity, resource)

    def undetermined(
        self, key: str | None, reason: str, *, resource: Resource | None = None
    ) -> Verdict:
        """Say that the policy cannot decide about `key`, and why."""
        _check_texts(reason, *(() if key is None else (key,)))
        return Verdict("undetermined", key, reason, resource=resource)


def _check_declaration(kind: type, noun: str, **given: object) -> None:
    for name, value in given.items():
        if not isinstance(value, kind):
            raise TypeError(f"a policy's `{name}` must be {noun}, not {type(value).__name__}")


def _check_severity(severity: object) -> None:
    if severity not in get_args(Severity):
        raise ValueError(f"severity {severity!r} is not one of {', '.join(get_args(Severity))}")


def _check_texts(*texts: object) -> None:
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"expected text, got {type(text).__name__} {text!r}")


class _Rule(Struct, frozen=True):
    """One loaded policy."""

    info: PolicyInfo
    function: Callable[..., object]


class PythonPolicies:
    """Loaded Python policies: a `PolicyRunner`."""

    def __init__(self, rules: Iterable[_Rule], context: Context) -> None:
        rules = tuple(rules)
        self.policies: tuple[PolicyInfo, ...] = tuple(rule.info for rule in rules)
        self._each = tuple(rule for rule in rules if not rule.info.whole)
        self._whole = tuple(rule for rule in rules if rule.info.whole)
        self._context = context

    def only(self, ids: Container[str]) -> PythonPolicies:
        """Give a runner with just the policies called by one of `ids`."""
        rules = (rule for rule in (*self._each, *self._whole) if rule.info.id in ids)
        return PythonPolicies(rules, self._context)

    def judge(self, batch: Sequence[Owned]) -> Iterator[Judgement | Crash]:
        """Run the per-resource policies; a crash names policy and resource."""
        said: list[Judgement | Crash] = []
        context = self._context
        with redirect_stdout(sys.stderr):
            for index, owned in enumerate(batch):
                resource = owned.resource
                mask = Mask([resource])
                for rule in self._each:
                    try:
                        result = rule.function(resource, context)
                        if result is not None:
                            said.extend(
                                _judgement(rule, verdict, resource, index, mask)
                                for verdict in _verdicts(result)
                            )
                    except KeyboardInterrupt:
                        raise
                    except BaseException as exc:  # noqa: BLE001 - a rule runner
                        said.append(_crash(rule, index, resource, exc, mask))
        yield from said

    def judge_whole(self, inventory: Sequence[Owned]) -> Iterator[Judgement | Crash]:
        """Run the policies with `whole`, each once over all resources."""
        if not self._whole:
            return
        resources = [owned.resource for owned in inventory]
        index = {id(resource): at for at, resource in enumerate(resources)}
        mask = Mask(resources)
        for rule in self._whole:
            said: list[Judgement | Crash] = []
            with redirect_stdout(sys.stderr):
                try:
                    said.extend(
                        _judgement_of_whole(rule, verdict, index, mask)
                        for verdict in _verdicts(rule.function(resources, self._context))
                    )
                except KeyboardInterrupt:
                    raise
                except BaseException as exc:  # noqa: BLE001 - a rule runner
                    said.append(_crash(rule, None, None, exc, mask))
            yield from said


def _verdicts(result: object) -> Iterator[Verdict]:
    """Check what a policy gave; one verdict may stand alone. Raises TypeError for nonsense."""
    if result is None:
        return
    if isinstance(result, Verdict):
        yield result
        return
    if isinstance(result, (str, bytes, Mapping)) or not isinstance(result, Iterable):
        raise TypeError(f"the policy returned {type(result).__name__}, not verdicts")
    for item in result:
        if not isinstance(item, Verdict):
            raise TypeError(
                f"the policy yielded {type(item).__name__}; yield what `ctx.fail` gives"
            )
        yield item


def _judgement(
    rule: _Rule, verdict: Verdict, resource: Resource, index: int, mask: Mask
) -> Judgement:
    if verdict.resource is not None and verdict.resource is not resource:
        raise ValueError("the policy named another resource than the one it was given")
    return Judgement(index, _outcome(rule, verdict, resource, mask))


def _judgement_of_whole(
    rule: _Rule, verdict: Verdict, index: Mapping[int, int], mask: Mask
) -> Judgement:
    named = verdict.resource
    if named is not None and id(named) not in index:
        raise ValueError("the policy named a resource that is not in the inventory")
    at = None if named is None else index[id(named)]
    return Judgement(at, _outcome(rule, verdict, named, mask))


def _outcome(rule: _Rule, verdict: Verdict, resource: Resource | None, mask: Mask) -> Outcome:
    texts = {
        "message": verdict.message,
        "key": verdict.key,
        "expected": verdict.expected,
        "actual": verdict.actual,
        "hint": verdict.hint,
    }
    return outcome(rule.info, verdict.kind, resource, texts, mask=mask, severity=verdict.severity)


def _crash(
    rule: _Rule, at: int | None, resource: Resource | None, exc: BaseException, mask: Mask
) -> Crash:
    file = getattr(getattr(rule.function, "__code__", None), "co_filename", "")
    where = place(exc, file) or rule.info.origin
    return crash(rule.info, at, resource, described(exc), where, mask=mask)


def load(
    paths: Sequence[Path], context: PolicyContext, *, entry_points: bool = True
) -> PythonPolicies:
    """Load the policies of the ``.py`` files in `paths`, and of installed packages.

    Files count as `tagguard.policies.files` says. While a file is loaded its folder can be imported
    from, so policies may share a private module (``_shared.py``); import it at the top of the file.
    Raises PolicyError for a module that fails to import or has no policy, and for bad or repeated
    ids.
    """
    rules: list[_Rule] = []
    for file in files(paths, ".py"):
        found = _rules(load_module(file), shown(file))
        if not found:
            raise PolicyError(
                f"{shown(file)}: no function here is marked with `@policy`",
                hint=f"a module that only helps others begins with an underscore: `_{file.name}`",
            )
        rules += found
    if entry_points:
        rules += _installed()
    check_ids(rule.info for rule in rules)
    return PythonPolicies(rules, Context(context))


def _rules(module: ModuleType, origin: str) -> list[_Rule]:
    """Collect the policies that `module` itself defines, in the order of their definition."""
    own = {
        id(value): value
        for value in vars(module).values()
        if hasattr(value, _MARK) and getattr(value, "__module__", None) == module.__name__
    }
    return [_rule(function, origin) for function in own.values()]


def _rule(function: Any, origin: str) -> _Rule:  # noqa: ANN401 - any marked callable
    declared: _Declaration = getattr(function, _MARK)
    info = PolicyInfo(
        id=declared.id,
        kind="python",
        severity=declared.severity,
        summary=declared.summary,
        origin=origin,
        whole=declared.whole,
        confidential=declared.confidential,
    )
    return _Rule(info, function)


def _installed() -> list[_Rule]:
    """Load what installed packages provide, in the order of the entry points' names."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow, and not always wanted

    rules: list[_Rule] = []
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        origin = f"entry point {point.name} ({point.value})"
        try:
            with redirect_stdout(sys.stderr):
                loaded = point.load()
        except KeyboardInterrupt:
            raise
        except BaseException as exc:  # whatever the package raises while it is imported
            raise PolicyError(f"{origin}: cannot be loaded: {described(exc)}") from exc
        found = _rules(loaded, origin) if isinstance(loaded, ModuleType) else []
        if hasattr(loaded, _MARK):
            found = [_rule(loaded, origin)]
        if not found:
            raise PolicyError(f"{origin}: provides no function marked with `@policy`")
        rules += found
    return rules
