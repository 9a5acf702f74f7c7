"""The embedded engine, Microsoft's regorus: evaluates Rego inside the process.

Why its errors are rewritten: they carry a native backtrace. Why `BaseException` is caught: a few of
its built-ins can panic, and the panic's class derives from nothing else.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from tagguard.escapes import visible
from tagguard.rego.engine import Answer, Module, RegoError

_DRIVER = "tagguard_driver"
_PLACE = re.compile(r"--> (?P<place>.+:\d+:\d+)\n")
_REASON = re.compile(r"^error: (?P<reason>[^\n]*)", re.MULTILINE)
_UNDEFINED = "<undefined>"
_ANSWER = msgspec.json.Decoder(Answer)


class Regorus:
    """A `RegoEngine` in this process."""

    def __init__(
        self,
        modules: Sequence[Module],
        data: Mapping[str, Any],
        *,
        today: date,
        rules: Sequence[str],
    ) -> None:
        """Compile `modules`, and a driver module that loops over a batch for each rule."""
        self._names = {rule: f"data.{_DRIVER}.answer{at}" for at, rule in enumerate(rules)}
        self._compiled = _engine([*modules, Module(_DRIVER, _driver(rules))])
        midnight = int(datetime(today.year, today.month, today.day, tzinfo=UTC).timestamp())
        with _faults():
            self._compiled.add_extension("time.now_ns", 0, lambda: midnight * 1_000_000_000)
            self._compiled.add_data_json(msgspec.json.encode(data).decode())
        self._engine = self._compiled.clone()
        self._input: str | None = None
        for answer in self.evaluate(rules, b"[]"):
            if isinstance(answer, RegoError):
                raise answer

    def evaluate(self, rules: Sequence[str], batch: bytes) -> list[Answer | RegoError]:
        """Evaluate each rule over a JSON array of inputs; an error spoils only its own rule."""
        text = batch.decode()
        answers: list[Answer | RegoError] = []
        for rule in rules:
            try:
                if self._input is not text:
                    self._call(self._engine.set_input_json, text)
                    self._input = text
                answer = self._call(self._engine.eval_rule_as_json, self._names[rule])
                answers.append(_ANSWER.decode(answer))
            except RegoError as exc:
                answers.append(exc)
            except msgspec.DecodeError as exc:
                answers.append(RegoError(f"the policy's items cannot be read: {exc}"))
        return answers

    def value(self, rule: str) -> Any:  # noqa: ANN401 - any JSON value
        """Evaluate one rule without input; None when it is undefined. Raises RegoError."""
        value = json.loads(self._call(self._engine.eval_rule_as_json, rule))
        return None if value == _UNDEFINED else value

    def _call(self, method: Callable[[str], Any], text: str) -> str:
        try:
            with _faults():
                return str(method(text))
        except RegoError:  # a panic may have left the engine half-way
            self._engine, self._input = self._compiled.clone(), None
            raise
        finally:
            for line in self._engine.take_prints():
                sys.stderr.write(f"{visible(line)}\n")


def syntax_trees(modules: Sequence[Module]) -> list[dict[str, Any]]:
    """Parse `modules` into regorus's syntax trees, in the same order. Raises RegoError."""
    with _faults():
        trees = json.loads(_engine(modules).get_ast_as_json())
    return [tree["ast"] for tree in trees]


def built_ins() -> frozenset[str]:
    """Name the functions that the engine brings along."""
    engine = _engine([Module("built_ins", "package p\nnames := opa.runtime().builtins\n")])
    with _faults():
        names: list[str] = json.loads(engine.eval_rule_as_json("data.p.names"))
    return frozenset({*names, "print", "set"})


def _engine(modules: Sequence[Module]) -> Any:  # noqa: ANN401 - the binding has no types
    import regorus  # noqa: PLC0415 - only when there are Rego policies

    engine = regorus.Engine()
    engine.set_gather_prints(True)
    for module in modules:
        with _faults():
            engine.add_policy(module.path, module.text)
    return engine


def _driver(rules: Sequence[str]) -> str:
    """Write the module that evaluates each rule for every input of a batch at once.

    One call for a batch costs a few microseconds a resource where a call for each costs fifty.
    """
    answers = (
        f"answer{at} := [[i, items] | some i, one in input; "
        f"items := {rule} with input as one; count(items) > 0]"
        for at, rule in enumerate(rules)
    )
    return "\n".join((f"package {_DRIVER}", "import rego.v1", *answers, ""))


@contextmanager
def _faults() -> Iterator[None]:
    """Turn whatever the native library raises into a RegoError."""
    try:
        yield
    except BaseException as exc:  # a native panic is no Exception
        if not isinstance(exc, RuntimeError) and type(exc).__name__ != "PanicException":
            raise
        raise _error(exc) from None


def _error(exc: BaseException) -> RegoError:
    text = str(exc).partition("Stack backtrace:")[0].strip()
    if not isinstance(exc, RuntimeError):
        return RegoError(f"the Rego engine failed inside itself: {text}")
    place, reason = _PLACE.search(text), _REASON.search(text)
    if reason is None:
        return RegoError(" ".join(text.split()))
    cause = text.partition("Caused by:")[2].split()
    told = "; ".join(part for part in (reason["reason"], " ".join(cause)) if part)
    return RegoError(told, place["place"] if place else "")
