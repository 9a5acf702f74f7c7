"""The parts of expressions: constants, references, collections, conditionals, calls.

Each evaluates itself in a `Frame`. They know nothing of how they are written: `native_terms` and
`json_terms` make them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from tagguard.hcl import functions
from tagguard.hcl.evaluation import MAX_ITEMS, Frame, Scope, Term
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
    kind_of,
    marked,
    to_bool,
    to_text,
)
from tagguard.model import Location


class Literal(Struct, frozen=True):
    """A constant."""

    value: Value

    def evaluate(self, _frame: Frame) -> Value:
        """Give it."""
        return self.value


class Unreadable(Struct, frozen=True):
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


class Binding(Struct, frozen=True):
    """A name alone: what a `for` binds, `self`, or the head of a longer reference."""

    name: str

    def evaluate(self, frame: Frame) -> Value:
        """Give its value; raises Failure for a name that means nothing alone."""
        if self.name in frame.bindings:
            return frame.bindings[self.name]
        if self.name == "self":
            return frame.scope.itself()
        raise Failure(f"`{self.name}` alone refers to nothing")


class Reference(Struct, frozen=True):
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


class GetAttribute(Struct, frozen=True):
    """`a.name` of what is no plain reference."""

    value: Term
    name: str

    def evaluate(self, frame: Frame) -> Value:
        """Give the attribute."""
        return attribute(self.value.evaluate(frame), self.name)


class Index(Struct, frozen=True):
    """`a[key]`."""

    value: Term
    key: Term

    def evaluate(self, frame: Frame) -> Value:
        """Give the element."""
        return index(self.value.evaluate(frame), self.key.evaluate(frame))


class Splat(Struct, frozen=True):
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


class MakeTuple(Struct, frozen=True):
    """`[a, b]`."""

    items: tuple[Term, ...]

    def evaluate(self, frame: Frame) -> Value:
        """Give the tuple."""
        return Tuple(tuple(item.evaluate(frame) for item in self.items), kind="tuple")


class Member(Struct, frozen=True):
    """`key = value` between braces."""

    key: Term
    value: Term
    location: Location


class MakeObject(Struct, frozen=True):
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


class Conditional(Struct, frozen=True):
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
            chosen = unified(chosen, other)
        return marked(chosen, given)

    def _either(self, frame: Frame, reason: str) -> Value:
        yes, no = _attempt(self.yes, frame), _attempt(self.no, frame)
        return common(unified(yes, no), unified(no, yes), reason)


def _attempt(term: Term, frame: Frame) -> Value:
    """Evaluate what may turn out not to be wanted: its faults do not count."""
    try:
        return term.evaluate(frame)
    except Failure as exc:
        return Unknown(exc.message)


_OPEN_ENDED = {"merge", "concat"}
"""Functions to which one more unknown argument says what any number of them would say."""


class Call(Struct, frozen=True):
    """`name(a, b...)`."""

    name: str
    arguments: tuple[Term, ...]
    expands: bool
    """Whether the last argument is a list of arguments."""

    def evaluate(self, frame: Frame) -> Value:
        """Give the result; `try` and `can` look at one argument after the other."""
        if self.name in {"try", "can"} and not self.expands:
            return _try(self.arguments, frame) if self.name == "try" else _can(self, frame)
        values = [argument.evaluate(frame) for argument in self.arguments]
        if not self.expands:
            return self._call(values, frame)
        last = bare(values[-1])
        if isinstance(last, Unknown) or (isinstance(last, Tuple) and not last.complete):
            result = self._open(values[:-1], last, frame)
        elif isinstance(last, Tuple):
            result = self._call([*values[:-1], *last.items], frame)
        else:
            raise Failure(f"`...` needs a list, not {kind_of(last)}")
        return marked(result, values[-1])

    def _open(self, values: list[Value], last: Tuple | Unknown, frame: Frame) -> Value:
        """Call with arguments of which more may follow."""
        if self.name not in _OPEN_ENDED:
            return Unknown(last.reason)
        items = last.items if isinstance(last, Tuple) else ()
        return self._call([*values, *items, Unknown(last.reason)], frame)

    def _call(self, values: list[Value], frame: Frame) -> Value:
        if len(values) > MAX_ITEMS:
            return frame.budget.refuse(f"{self.name}() has more than {MAX_ITEMS:,} arguments")
        if (spent := frame.budget.spend(len(values))) is not None:
            return spent
        return functions.call(self.name, values, frame.context)


def _try(arguments: tuple[Term, ...], frame: Frame) -> Value:
    """Give the first argument that is right; what is unknown may yet turn out wrong."""
    for argument in arguments:
        try:
            return argument.evaluate(frame)
        except Failure:
            continue
    raise Failure("no argument of try() can be evaluated")


def _can(call: Call, frame: Frame) -> Value:
    if len(call.arguments) != 1:
        raise Failure("can() takes one argument")
    try:
        value = call.arguments[0].evaluate(frame)
    except Failure:
        return False
    return Unknown(value.reason) if isinstance(value, Unknown) else True
