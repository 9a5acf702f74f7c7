"""Calls of functions: arguments expanded and weighed, and `try` and `can`, which catch failures."""

from __future__ import annotations

from msgspec import Struct

from tagguard.hcl import functions
from tagguard.hcl.evaluation import MAX_ITEMS, Frame, Term
from tagguard.hcl.functions.conversion import gap
from tagguard.hcl.knowledge import common
from tagguard.hcl.terms import Binding, GetAttribute, Index, Reference
from tagguard.hcl.values import Failure, Tuple, Unknown, Value, bare, kind_of, marked, yes_or_no

_OPEN_ENDED = {"merge", "concat"}
"""Functions to which one more unknown argument says what any number of them would say."""


class Call(Struct, frozen=True, gc=False):
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
        if (too_much := frame.budget.weigh(*values)) is not None:
            return too_much
        return functions.call(self.name, values, frame.context)


def _try(arguments: tuple[Term, ...], frame: Frame) -> Value:
    """Give the first argument that is right; one that may turn out wrong gives what all share."""
    for at, argument in enumerate(arguments):
        try:
            value = argument.evaluate(frame)
        except Failure:
            continue
        wholly = isinstance(value, Unknown) and not value.choices
        if wholly or (reason := _doubt(argument, value, frame)) is None:
            return value
        try:
            return common(value, _try(arguments[at + 1 :], frame), reason)
        except Failure:
            return value
    raise Failure("no argument of try() can be evaluated")


def _can(call: Call, frame: Frame) -> Value:
    if len(call.arguments) != 1:
        raise Failure("can() takes one argument")
    try:
        value = call.arguments[0].evaluate(frame)
    except Failure:
        return False
    reason = _doubt(call.arguments[0], value, frame)
    return True if reason is None else yes_or_no(reason)


def _doubt(term: Term, value: Value, frame: Frame) -> str | None:
    """Tell why an expression that has a value may turn out wrong; a path that leads there cannot.

    What is unknown of the value may be of a type that a function or an operator does not take.
    """
    if isinstance(inner := bare(value), Unknown) and not inner.choices:
        return inner.reason
    while isinstance(term, GetAttribute | Index):
        if isinstance(term, Index) and (reason := gap(term.key.evaluate(frame))) is not None:
            return reason
        term = term.value
    return None if isinstance(term, Reference | Binding) else gap(value)
