"""The parts of expressions: constants, references, collections, conditionals.

Each evaluates itself in a `Frame`. They know nothing of how they are written: `native_terms` and
`json_terms` make them. Terms hold no cycles, so the garbage collector need not look at them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from tagguard.hcl.evaluation import Frame, Scope, Term
from tagguard.hcl.functions.conversion import gap
from tagguard.hcl.knowledge import common, unified
from tagguard.hcl.traversal import attribute, index, splat
from tagguard.hcl.values import (
    Failure,
    Object,
    Sensitive,
    Tuple,
    Unknown,
    Value,
    bare,
    marked,
    to_bool,
    to_text,
)
from tagguard.model import Location


class Literal(Struct, frozen=True, gc=False):
    """A constant."""

    value: Value

    def evaluate(self, _frame: Frame) -> Value:
        """Give it."""
        return self.value


class Unreadable(Struct, frozen=True, gc=False):
    """What the reader could make nothing of."""

    reason: str = "the expression cannot be read"

    def evaluate(self, _frame: Frame) -> Value:
        """Give Unknown."""
        return Unknown(self.reason)


_PAIRS: Mapping[str, Callable[[Scope, str, str], Value]] = {
    "data": lambda scope, type_, name: scope.data(type_, name),
    "resource": lambda scope, type_, name: scope.resource(type_, name),
}
_NAMED: Mapping[str, Callable[[Scope, str], Value]] = {
    "var": lambda scope, name: scope.variable(name),
    "local": lambda scope, name: scope.local(name),
    "module": lambda scope, name: scope.module(name),
    "each": lambda scope, name: scope.each(name),
    "path": lambda scope, name: scope.path(name),
    "terraform": lambda scope, name: scope.terraform(name),
    "count": lambda scope, _name: scope.count_index(),
}


class Binding(Struct, frozen=True, gc=False):
    """A name alone: what a `for` binds, `self`, or the head of a longer reference."""

    name: str

    def evaluate(self, frame: Frame) -> Value:
        """Give its value; raises Failure for a name that means nothing alone."""
        if self.name in frame.bindings:
            return frame.bindings[self.name]
        if self.name == "self":
            return frame.scope.itself()
        raise Failure(f"`{self.name}` alone refers to nothing")


class Reference(Struct, frozen=True, gc=False):
    """`var.a.b`, `aws_vpc.main.id`, or a bound name with attributes."""

    head: str
    names: tuple[str, ...]

    def evaluate(self, frame: Frame) -> Value:
        """Give what it leads to."""
        head, names, scope = self.head, self.names, frame.scope
        if head in frame.bindings:
            value, rest = frame.bindings[head], names
        elif head == "self":
            value, rest = scope.itself(), names
        elif head in _NAMED:
            value, rest = _NAMED[head](scope, names[0]), names[1:]
        elif head == "ephemeral":
            return Unknown(f"{'.'.join((head, *names))} is ephemeral")
        else:
            pair = names if head in _PAIRS else (head, *names)
            if len(pair) < 2:  # noqa: PLR2004 - a type and a name
                raise Failure(f"`{'.'.join((head, *names))}` names no object")
            value, rest = _PAIRS.get(head, _PAIRS["resource"])(scope, pair[0], pair[1]), pair[2:]
        for name in rest:
            value = attribute(value, name)
        return value


class GetAttribute(Struct, frozen=True, gc=False):
    """`a.name` of what is no plain reference."""

    value: Term
    name: str

    def evaluate(self, frame: Frame) -> Value:
        """Give the attribute."""
        return attribute(self.value.evaluate(frame), self.name)


class Index(Struct, frozen=True, gc=False):
    """`a[key]`."""

    value: Term
    key: Term

    def evaluate(self, frame: Frame) -> Value:
        """Give the element."""
        return index(self.value.evaluate(frame), self.key.evaluate(frame))


class Splat(Struct, frozen=True, gc=False):
    """`a[*]…`: `step` is what stands behind the star, applied to the binding `HOLE`."""

    value: Term
    step: Term

    def evaluate(self, frame: Frame) -> Value:
        """Give the tuple of what each element gives."""

        def step(item: Value) -> Value:
            frame.budget.spend(1)
            return self.step.evaluate(frame.bind({HOLE: item}))

        return splat(self.value.evaluate(frame), step)


HOLE = "*"
"""The name under which a splat's element is bound; no expression can write it."""


class MakeTuple(Struct, frozen=True, gc=False):
    """`[a, b]`."""

    items: tuple[Term, ...]

    def evaluate(self, frame: Frame) -> Value:
        """Give the tuple."""
        return Tuple(tuple(item.evaluate(frame) for item in self.items), kind="tuple")


class Member(Struct, frozen=True, gc=False):
    """`key = value` between braces."""

    key: Term
    value: Term
    location: Location


class MakeObject(Struct, frozen=True, gc=False):
    """`{ key = value }`."""

    members: tuple[Member, ...]

    def evaluate(self, frame: Frame) -> Value:
        """Give the object; a member whose key is unknown may be any of those before it."""
        items: dict[str, Value] = {}
        origins: dict[str, Location] = {}
        reason, is_sensitive = "", False
        for member in self.members:
            key, value = to_text(member.key.evaluate(frame)), member.value.evaluate(frame)
            if isinstance(key, Sensitive):
                key, is_sensitive = bare(key), True
            if isinstance(key, str):
                items[key] = value
                origins[key] = member.location
            elif isinstance(key, Unknown):
                reason = key.reason
                items = {name: common(old, value, reason) for name, old in items.items()}
            else:
                raise Failure("a key is null")
        made = Object(items, not reason, reason, "object", origins)
        return Sensitive(made) if is_sensitive else made


class Conditional(Struct, frozen=True, gc=False):
    """`condition ? yes : no`."""

    condition: Term
    yes: Term
    no: Term

    def evaluate(self, frame: Frame) -> Value:
        """Give the result, of the type that serves both; or what both results share."""
        given = self.condition.evaluate(frame)
        condition = bare(to_bool(given))
        if condition is None:
            raise Failure("the condition is null")
        if isinstance(condition, Unknown):
            return marked(self._either(frame, condition.reason), given)
        chosen = (self.yes if condition else self.no).evaluate(frame)
        if not isinstance(chosen, str | None | Unknown):
            other = _attempt(self.no if condition else self.yes, frame)
            too_much = frame.budget.weigh(chosen, other)
            chosen = _unified(chosen, other) if too_much is None else too_much
        return marked(chosen, given)

    def _either(self, frame: Frame, reason: str) -> Value:
        yes, no = _attempt(self.yes, frame), _attempt(self.no, frame)
        if (too_much := frame.budget.weigh(yes, no)) is not None:
            return too_much
        try:
            return common(unified(yes, no), unified(no, yes), reason)
        except Failure:
            return Unknown(reason)


def _unified(chosen: Value, other: Value) -> Value:
    try:
        return unified(chosen, other)
    except Failure:
        if gap(other) is None and gap(chosen) is None:
            raise
        return chosen


def _attempt(term: Term, frame: Frame) -> Value:
    """Evaluate what may turn out not to be wanted: its faults do not count."""
    try:
        return term.evaluate(frame)
    except Failure as exc:
        return Unknown(exc.message)
