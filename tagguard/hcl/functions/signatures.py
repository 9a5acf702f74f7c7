"""How a function takes its arguments: counted, converted, looked at for what is unknown.

Every function is written for what it computes only; `function` puts in front of it what Terraform
does before any call (https://developer.hashicorp.com/terraform/language/functions): the number of
arguments, null, conversion of types, unknown values, sensitive marks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from tagguard.hcl.functions.context import Context
from tagguard.hcl.functions.conversion import excess, gap, unmarked
from tagguard.hcl.functions.limits import MAX_ITEMS, MAX_TEXT
from tagguard.hcl.values import Failure, Sensitive, Tuple, Unknown, Value, bare

Implementation: TypeAlias = Callable[[Sequence[Value], Context], Value]
Knowledge: TypeAlias = Literal["whole", "parts", "any"]
"""What arguments must be known: to the last item, outermost only (their parts may be unknown), or
nothing at all."""
Marks: TypeAlias = Literal["spread", "keep"]
"""Whether a sensitive item makes the result sensitive, or stays where it is."""


class Parameter(Struct, frozen=True):
    """One parameter: how its argument is converted, and whether that may be null."""

    name: str
    convert: Callable[[Value], Value]
    nullable: bool = False


def function(
    *parameters: Parameter,
    rest: Parameter | None = None,
    optional: int = 0,
    knows: Knowledge = "whole",
    marks: Marks = "spread",
    context: bool = False,
) -> Callable[[Callable[..., Any]], Implementation]:
    """Make a callable on converted arguments from a plain function of what they hold.

    `rest` is the type of any further arguments; the last `optional` parameters may be left out;
    `context` hands in the surroundings first.
    """

    def decorate(body: Callable[..., Any]) -> Implementation:
        @wraps(body)
        def call(args: Sequence[Value], surroundings: Context) -> Value:
            _count(len(args), len(parameters), optional, rest)
            if (reason := excess(args)) is not None:
                return Unknown(reason)
            sensitive = any(isinstance(arg, Sensitive) for arg in args)
            values = [bare(arg) for arg in args]
            if marks == "spread":
                values, inner = unmarked(values)
                sensitive = sensitive or inner

            def compute(args: Sequence[Value]) -> Value:
                values = [_converted(arg, parameters, rest, at) for at, arg in enumerate(args)]
                if (found := _gap(values, knows)) is not None:
                    return Unknown(found)
                return _bounded(body(surroundings, *values) if context else body(*values))

            return (_secret if sensitive else _computed)(values, compute, knows)

        return call

    return decorate


_Compute = Callable[[Sequence[Value]], Value]


def _secret(values: Sequence[Value], compute: _Compute, knows: Knowledge) -> Value:
    """Compute without a message or a reason that quotes the arguments."""
    try:
        result = _computed(values, compute, knows)
    except Failure as failure:
        raise Failure("a sensitive argument is not as it must be") from failure
    if knows == "whole" and type(result) is Unknown and _gap(values, knows) is None:
        result = Unknown("what comes of a sensitive argument")
    return result if isinstance(result, Sensitive) else Sensitive(result)


def _computed(values: Sequence[Value], compute: _Compute, _knows: Knowledge) -> Value:
    """Compute once, or for each of the few values that an argument may have."""
    if any(type(value) is Unknown and value.choices for value in values):
        from tagguard.hcl.functions.choices import for_each  # noqa: PLC0415 - needs `hcl.knowledge`, which needs this package

        return for_each(values, compute)
    return compute(values)


def _count(given: int, known: int, optional: int, rest: Parameter | None) -> None:
    if given < known - optional:
        raise Failure(f"takes at least {known - optional} arguments, not {given}")
    if given > known and rest is None:
        raise Failure(f"takes at most {known} arguments, not {given}")


def _converted(
    value: Value, parameters: Sequence[Parameter], rest: Parameter | None, at: int
) -> Value:
    parameter = parameters[at] if at < len(parameters) else rest
    assert parameter is not None  # `_count` saw to it
    if value is None:
        if parameter.nullable:
            return None
        raise Failure(f"`{parameter.name}` must not be null")
    if isinstance(value, Unknown):
        return value
    try:
        return parameter.convert(value)
    except Failure as failure:
        raise Failure(f"`{parameter.name}`: {failure.message}") from failure


def _gap(values: Sequence[Value], knows: Knowledge) -> str | None:
    """Say why something is unknown that must be known; None where nothing is."""
    if knows == "any":
        return None
    for value in values:
        if isinstance(value, Unknown):
            return value.reason
        if knows == "whole" and (reason := gap(value)) is not None:
            return reason
    return None


def _bounded(result: Value) -> Value:
    """Refuse monstrous results, and compose characters as all of Terraform's strings are."""
    if isinstance(result, str):
        if len(result) > MAX_TEXT:
            return Unknown(f"a string longer than {MAX_TEXT:,} characters")
        return result if result.isascii() else unicodedata.normalize("NFC", result)
    if isinstance(result, Tuple) and len(result.items) > MAX_ITEMS:
        return Unknown(f"a collection of more than {MAX_ITEMS:,} items")
    return result
