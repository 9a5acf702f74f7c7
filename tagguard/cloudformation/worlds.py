"""Worlds: what is known of parameters and conditions, and how open ones are tried out.

A world answers what the template and the caller decide. Where neither does, it raises `Open` with
the ways that it could be, and `explore` repeats the reading once for each of them. Assumptions stay
consistent: where `IsProd` is assumed, a parameter that it is drawn from only keeps the allowed
values that agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import Node

from tagguard.cloudformation import conditions
from tagguard.cloudformation.intrinsics import Evaluator, Text, Undecided, call
from tagguard.cloudformation.template import Parameter, Template, text
from tagguard.model import SENSITIVE

MAX_WORLDS = 16
"""Most combinations of open conditions that are tried; beyond them values are unknown."""
_MAX_ALLOWED = 200
"""Most allowed values that are held against what is assumed."""

T = TypeVar("T")


class Assumption(Struct, frozen=True):
    """One way that an open condition or parameter could be."""

    name: str
    value: bool | str
    """The truth of a condition, or the value of a parameter."""
    branch: str = ""
    """The same for people; empty when it goes without saying."""


class Open(Exception):  # noqa: N818 - a question to `explore`, not an error
    """Something open was asked for; ``ways`` are its sides."""

    def __init__(self, *ways: Assumption) -> None:
        super().__init__(ways)
        self.ways = ways


class World(Struct, frozen=True, eq=False, dict=True):
    """What holds while one set of tags is read."""

    template: Template
    given: Mapping[str, str]
    """Parameter values from the caller."""
    bindings: Mapping[str, str] = {}
    """Values of `Fn::ForEach` identifiers."""
    assumed: tuple[Assumption, ...] = ()
    forks: bool = True
    """Raise Open where something is open; otherwise it is Undecided."""
    defaults: bool = True
    """A default decides where other values are allowed: in tags, not in conditions."""

    @property
    def branch(self) -> str:
        """Say what is assumed."""
        return " and ".join(way.branch for way in self.assumed if way.branch)

    def assuming(self, way: Assumption) -> World:
        """Give the world in which more is assumed."""
        return replace(self, assumed=(*self.assumed, way))

    def settled(self) -> World:
        """Give the same world without questions: what is open is Undecided."""
        return replace(self, forks=False)

    def substituted(self, text: str) -> str:
        """Put the values of `Fn::ForEach` identifiers into a text."""
        for name, value in self.bindings.items():
            text = text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", value)
        return text

    def bound(self, name: str) -> str | None:
        """Give the value of a `Fn::ForEach` identifier; None where there is none."""
        return self.bindings.get(name)

    def parameter(self, name: str) -> Text:
        """Give a parameter's value: given, else its default, else what it allows.

        Raises Undecided where there is none, and Open where several are allowed.
        """
        parameter = self.template.parameters[name]
        if parameter.is_stored:
            raise Undecided(f"depends on parameter `{name}`, which is read at deployment")
        values = self._values(parameter)
        if not values:
            raise Undecided(f"depends on parameter `{name}`, which has no value")
        if len(values) == 1:
            return Text(values[0], parameter.secret)
        if self.defaults and parameter.default in values:
            return Text(parameter.default or "", parameter.secret)
        if self.forks and len(values) <= MAX_WORLDS:
            shown = [SENSITIVE if parameter.secret else value for value in values]
            branches = [f"parameter `{name}` is `{value}`" for value in shown]
            raise Open(*map(Assumption, [name] * len(values), values, branches))
        raise Undecided(f"depends on parameter `{name}`, which may have {len(values)} values")

    def holds(self, condition: str) -> bool:
        """Tell whether a condition is true; raises Undecided or Open where it is open."""
        if not self.defaults:
            raise Undecided("`Fn::If` has no place in a condition")
        if condition not in self.template.conditions:
            raise Undecided(f"condition `{condition}` is not defined in the template")
        if (value := self.truth(condition)) is not None:
            return value
        if not self.forks:
            raise Undecided(f"depends on condition `{condition}`")
        raise Open(
            Assumption(condition, True, f"condition `{condition}` is true"),
            Assumption(condition, False, f"condition `{condition}` is false"),
        )

    def truth(self, condition: str, depth: int = 0) -> bool | None:
        """Tell whether a named condition is true; None when it is open."""
        known = self._truths
        if condition not in known and condition in self.template.conditions:
            known[condition] = None  # a condition that refers to itself stays open
            body = self.template.conditions[condition]
            known[condition] = conditions.truth(body, self, depth + 1)
        return known.get(condition)

    def candidates(self, operand: Node) -> frozenset[str] | None:
        """Give the values that an operand of a condition may have; None: anything."""
        function = call(operand)
        if function and function.name == "Ref":
            parameter = self.template.parameters.get(text(function.argument) or "")
            if parameter is not None and not parameter.is_stored:
                return frozenset(self._values(parameter)) or None
        try:
            value = Evaluator(replace(self, forks=False, defaults=False)).text(operand)
        except Undecided:
            return None
        return None if value is None else frozenset([value.value])

    @cached_property
    def _truths(self) -> dict[str, bool | None]:
        return dict(self._assumed_truths)

    @cached_property
    def _assumed_truths(self) -> dict[str, bool]:
        return {way.name: way.value for way in self.assumed if isinstance(way.value, bool)}

    def _values(self, parameter: Parameter) -> tuple[str, ...]:
        """Give the values that a parameter may have here; none when it may be anything."""
        name = parameter.name
        if name in self.given:
            return (self.given[name],)
        for way in self.assumed:
            if way.name == name and isinstance(way.value, str):
                return (way.value,)
        if 1 < len(parameter.allowed) <= _MAX_ALLOWED:
            agreeing = tuple(value for value in parameter.allowed if self._agrees(name, value))
            return agreeing or parameter.allowed
        if len(parameter.allowed) > 1 or parameter.default is None:
            return parameter.allowed
        return (parameter.default,)

    def _agrees(self, name: str, value: str) -> bool:
        """Tell whether a parameter's value is at peace with the conditions that are assumed."""
        if not self._assumed_truths:
            return True
        alone = World(self.template, {**self.given, name: value})
        return all(
            alone.truth(condition) is not (not wanted)
            for condition, wanted in self._assumed_truths.items()
        )


def explore(world: World, read: Callable[[World], T]) -> list[tuple[World, T]]:
    """Read in every world that the open questions of `read` lead to.

    Gives nothing when there are more than `MAX_WORLDS`.
    """
    waiting, done = [world], []
    while waiting:
        current = waiting.pop()
        try:
            done.append((current, read(current)))
        except Open as question:
            waiting.extend(current.assuming(way) for way in reversed(question.ways))
        if len(waiting) + len(done) > MAX_WORLDS:
            return []
    return done
