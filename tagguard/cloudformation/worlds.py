"""Worlds: how open conditions and parameters are tried out while tags are read.

A world answers what its facts decide. Where they do not, it raises `Open` with the ways that it
could be, and `explore` repeats the reading once for each of them that is no contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tagguard.cloudformation.facts import Assumption, Facts
from tagguard.cloudformation.intrinsics import Text, Undecided, spend, substituted
from tagguard.cloudformation.template import Template
from tagguard.model import SENSITIVE

MAX_WORLDS = 16
"""Most combinations of open conditions that are tried; beyond them values are unknown."""

T = TypeVar("T")


class Open(Exception):  # noqa: N818 - a question to `explore`, not an error
    """Something open was asked for; ``ways`` are its sides."""

    def __init__(self, *ways: Assumption) -> None:
        super().__init__(ways)
        self.ways = ways


class World(Struct, frozen=True, eq=False):
    """What holds while one set of tags is read."""

    facts: Facts
    bindings: Mapping[str, str] = {}
    """Values of `Fn::ForEach` identifiers."""
    forks: bool = True
    """Raise Open where something is open; otherwise it is Undecided."""

    @property
    def template(self) -> Template:
        """The template that everything stands in."""
        return self.facts.template

    @property
    def branch(self) -> str:
        """Say what is assumed."""
        return " and ".join(way.branch for way in self.facts.assumed if way.branch)

    def assuming(self, way: Assumption) -> World:
        """Give the world in which more is assumed."""
        return replace(self, facts=self.facts.assuming(way))

    def settled(self) -> World:
        """Give the same world without questions: what is open is Undecided."""
        return replace(self, forks=False)

    def substituted(self, text: str) -> str:
        """Put the values of `Fn::ForEach` identifiers into a text; raises Undecided."""
        if not self.bindings:
            return text
        result = substituted(text, self.bindings)
        if result is not text:
            spend(self.template, len(result))
        return result

    def bound(self, name: str) -> str | None:
        """Give the value of a `Fn::ForEach` identifier; None where there is none."""
        return self.bindings.get(name)

    def parameter(self, name: str) -> Text:
        """Give a parameter's value: given, else its default, else what it may be.

        Raises Undecided where that is not known, and Open where it is one of several.
        """
        parameter = self.template.parameters[name]
        if parameter.is_stored:
            raise Undecided(f"depends on parameter `{name}`, which is read at deployment")
        values = [value for value in self.facts.values(name) if value is not None]
        whole = len(values) == len(self.facts.values(name))
        if len(values) == 1 and whole:
            return Text(values[0], parameter.secret)
        if parameter.default is not None and parameter.default in values:
            return Text(parameter.default, parameter.secret)
        if not whole or not values:
            what = "no value" if parameter.default is None else "another value than its default"
            why = f", which has {what}"
        elif self.forks and len(values) <= MAX_WORLDS:
            shown = [SENSITIVE if parameter.secret else value for value in values]
            branches = [f"parameter `{name}` is `{value}`" for value in shown]
            raise Open(*map(Assumption, [name] * len(values), values, branches))
        else:
            why = f", which may have {len(values)} values"
        raise Undecided(parameter.cause or f"depends on parameter `{name}`{why}")

    def pseudo(self, name: str) -> str | None:
        """Give a pseudo parameter's value where the caller gives it, or it is assumed."""
        return self.facts.pseudo(name)

    def holds(self, condition: str) -> bool:
        """Tell whether a condition is true; raises Undecided or Open where it is open."""
        if condition not in self.template.conditions:
            raise Undecided(f"condition `{condition}` is not defined in the template")
        if (value := self.facts.truth(condition)) is not None:
            return value
        if not self.forks:
            raise Undecided(f"depends on condition `{condition}`")
        raise Open(
            Assumption(condition, True, f"condition `{condition}` is true"),
            Assumption(condition, False, f"condition `{condition}` is false"),
        )

    def further(self, question: Open) -> list[World]:
        """Give the worlds that a question leads to, without those that contradict themselves."""
        ways = [way for way in question.ways if self.facts.assuming(way).consistent]
        if len(ways) == 1:
            ways = [replace(ways[0], branch="")]
        return [self.assuming(way) for way in ways]


def explore(world: World, read: Callable[[World], T]) -> list[tuple[World, T]]:
    """Read in every world that the open questions of `read` lead to.

    Gives nothing when there are more than `MAX_WORLDS`, or when no world is free of contradiction.
    """
    waiting, done = [world], []
    while waiting:
        current = waiting.pop()
        try:
            done.append((current, read(current)))
        except Open as question:
            waiting.extend(reversed(current.further(question)))
        if len(waiting) + len(done) > MAX_WORLDS:
            return []
    return done
