"""What is known of parameters and conditions: decided by template and caller, or assumed.

A condition is decided by what is given and by what a parameter allows; a default alone decides
nothing, because whoever creates the stack may set another value. Assumptions draw on each other:
where `IsProd` is assumed, a parameter that it compares keeps only the values that agree, and what
follows for other conditions is assumed with it. Facts are shared by all resources of a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache

from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import Node

from tagguard.cloudformation import conditions
from tagguard.cloudformation.conditions import Candidates
from tagguard.cloudformation.intrinsics import Evaluator, Text, Undecided, call
from tagguard.cloudformation.template import Template, is_dynamic, text

_MAX_ALLOWED = 64
"""Most values of one parameter that are held against what is assumed."""
_MAX_ASSUMED = 100
"""Most assumptions that are drawn from one; more of them stay open."""

Values = tuple[str | None, ...]
"""The values that a name may have; None is any that no condition compares it with."""
Compared = tuple[str, ...] | None
"""The texts that conditions compare a name with; None where not only with texts."""


class Assumption(Struct, frozen=True):
    """One way that an open condition or parameter could be."""

    name: str
    value: bool | str | None
    """The truth of a condition, or the value of a parameter."""
    branch: str = ""
    """The same for people; empty when it goes without saying."""


class Facts:
    """What holds in one template under some assumptions."""

    def __init__(
        self,
        template: Template,
        given: Mapping[str, str],
        assumed: tuple[Assumption, ...] = (),
        *,
        compared: Mapping[str, Compared] | None = None,
        narrows: bool = True,
    ) -> None:
        """`given` are parameter values from the caller; the rest is for facts made of facts.

        `narrows`: hold what parameters may be against what is assumed.
        """
        self.template = template
        self.assumed = assumed
        self._given = given
        self._compared = compared_texts(template) if compared is None else compared
        self._narrows = narrows
        self._truths: dict[str, bool | None] = {}
        self._values: dict[str, Values] = {}
        self._candidates: dict[str, Candidates] = {}
        self._further: dict[Assumption, Facts] = {}
        self._settled = {way.name: way.value for way in assumed if isinstance(way.value, bool)}
        self._fixed = {way.name: way.value for way in assumed if not isinstance(way.value, bool)}

    def assuming(self, way: Assumption) -> Facts:
        """Give the facts when more is assumed, with the conditions that follow from it."""
        if way not in self._further:
            facts, waiting = self._with(way), [way]
            while waiting and len(facts.assumed) < _MAX_ASSUMED:
                for name, value in facts.implied(waiting.pop()):
                    waiting.append(Assumption(name, value))
                    facts = facts._with(waiting[-1])  # noqa: SLF001 - its own kind
            self._further[way] = facts
        return self._further[way]

    def implied(self, way: Assumption) -> list[tuple[str, bool]]:
        """Give the conditions, open so far, that must be so where an assumed one is."""
        body = self.template.conditions.get(way.name)
        if body is None or not isinstance(way.value, bool):
            return []
        found = dict(conditions.implied(body, way.value, self))
        known = self.template.conditions.keys() - self._settled.keys()
        return [(name, value) for name, value in found.items() if name in known]

    @cached_property
    def consistent(self) -> bool:
        """Nothing that is assumed contradicts the rest of it, as far as can be told."""
        bodies = [self.template.conditions.get(condition) for condition in self._settled]
        sides = [side for body in bodies if body for side, _ in conditions.comparisons(body)]
        names = {_plain(side)[0] for side in sides}
        return self.at_peace and all(self.values(name) for name in names if name is not None)

    @property
    def at_peace(self) -> bool:
        """No assumed condition's body says the opposite."""
        return all(
            conditions.truth(self.template.conditions[condition], self) is not (not wanted)
            for condition, wanted in self._settled.items()
            if condition in self.template.conditions
        )

    def truth(self, condition: str, depth: int = 0) -> bool | None:
        """Tell whether a named condition is true; None when it is open."""
        if condition in self._settled:
            return self._settled[condition]
        if condition not in self._truths and condition in self.template.conditions:
            self._truths[condition] = None  # a condition that refers to itself stays open
            body = self.template.conditions[condition]
            self._truths[condition] = conditions.truth(body, self, depth + 1)
        return self._truths.get(condition)

    def candidates(self, operand: Node) -> Candidates:
        """Give the values that an operand of a condition may have."""
        name, literal = _plain(operand)
        if literal is not None:
            return literal
        if name is not None:
            if name not in self._candidates:
                values = self.values(name)
                limited = None not in values or self._compared.get(name) is not None
                self._candidates[name] = frozenset(values) if limited else None
            return self._candidates[name]
        try:
            value = Evaluator(_OperandScope(self)).text(operand)
        except Undecided:
            return None
        return None if value is None else frozenset([value.value])

    def values(self, name: str) -> Values:
        """Give the values that `Ref` of a name may have here; none in a contradiction."""
        if name not in self._values:
            values = (self._fixed[name],) if name in self._fixed else self._possible(name)
            if self._narrows and self._settled and 1 < len(values) <= _MAX_ALLOWED:
                values = tuple(value for value in values if self._agrees(name, value))
            self._values[name] = values
        return self._values[name]

    def pseudo(self, name: str) -> str | None:
        """Give the one value that a pseudo parameter has here; None where it is not known."""
        values = self.values(name)
        return values[0] if len(values) == 1 else None

    def _possible(self, name: str) -> Values:
        """Give what template and caller let a name be, whatever is assumed."""
        parameter = self.template.parameters.get(name)
        compared = self._compared.get(name) or ()
        stored = parameter is not None and parameter.is_stored
        if name in self._given and not stored:
            return (self._given[name],)
        if parameter is None or stored:
            return (*compared, None)
        if parameter.allowed and not parameter.is_list:
            return parameter.allowed
        default = () if parameter.default is None else (parameter.default,)
        return (*dict.fromkeys((*compared, *default)), None)

    def _agrees(self, name: str, value: str | None) -> bool:
        """Tell whether a value is at peace with the conditions that are assumed."""
        return self._with(Assumption(name, value), narrows=False).at_peace

    def _with(self, way: Assumption, *, narrows: bool = True) -> Facts:
        assumed = (*self.assumed, way)
        return Facts(self.template, self._given, assumed, compared=self._compared, narrows=narrows)


def stated(template: Template, values: Mapping[str, str | None]) -> Facts:
    """Give what holds for an outermost stack.

    `values` are its parameters; None is a value that the stack has already and keeps, so that it is
    not known and a default says nothing of it.
    """
    kept = {
        name: replace(
            parameter,
            default=None,
            cause=f"depends on parameter `{name}`, whose previous value is kept",
        )
        for name, parameter in template.parameters.items()
        if name in values and values[name] is None
    }
    if kept:
        template = replace(template, parameters={**template.parameters, **kept})
    return Facts(template, {name: value for name, value in values.items() if value is not None})


def compared_texts(template: Template) -> dict[str, Compared]:
    """Give the texts that conditions compare each name with."""
    compared: dict[str, dict[str, None]] = {}
    loose: set[str] = set()
    for body in template.conditions.values():
        for side, other in conditions.comparisons(body):
            name, literal = _plain(side)[0], _plain(other)[1]
            if name is not None:
                compared.setdefault(name, {}).update(dict.fromkeys(literal or ()))
                if literal is None:
                    loose.add(name)
    return {name: None if name in loose else tuple(found) for name, found in compared.items()}


class _OperandScope:
    """What functions inside a condition may ask: a value counts where there is no other."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.template = facts.template

    def substituted(self, text: str) -> str:
        return text

    def bound(self, _name: str) -> str | None:
        return None

    def parameter(self, name: str) -> Text:
        values = self._facts.values(name)
        if len(values) != 1 or values[0] is None:
            raise Undecided(f"depends on parameter `{name}`")
        return Text(values[0], self.template.parameters[name].secret)

    def pseudo(self, name: str) -> str | None:
        return self._facts.pseudo(name)

    def holds(self, _condition: str) -> bool:
        raise Undecided("`Fn::If` has no place in a condition")


@lru_cache(maxsize=10_000)
def _plain(node: Node) -> tuple[str | None, frozenset[str] | None]:
    """Give the name in a `Ref`, or the text that is written out; nothing for all else."""
    function = call(node)
    if function is None:
        written = text(node)
        return None, None if written is None or is_dynamic(written) else frozenset([written])
    name = text(function.argument) if function.name == "Ref" else None
    return None if name == "AWS::NoValue" else name, None
