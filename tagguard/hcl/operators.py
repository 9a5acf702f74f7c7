"""Terraform's operators, on values of which not everything may be known.

https://developer.hashicorp.com/terraform/language/expressions/operators. `&&` and `||` answer from
one operand where that decides, as whatever the other turns out to be cannot change it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal, DecimalException

from msgspec import Struct

from tagguard.hcl.evaluation import Frame, Term
from tagguard.hcl.knowledge import same
from tagguard.hcl.values import (
    DIGITS,
    Failure,
    Unknown,
    Value,
    bare,
    marked,
    number,
    to_bool,
    to_number,
    yes_or_no,
)


class Unary(Struct, frozen=True, gc=False):
    """`-a` or `!a`."""

    sign: str
    operand: Term

    def evaluate(self, frame: Frame) -> Value:
        """Give the negation."""
        given = self.operand.evaluate(frame)
        value = bare(to_bool(given) if self.sign == "!" else to_number(given))
        if isinstance(value, Unknown):
            return marked(yes_or_no(value.reason) if self.sign == "!" else value.alone, given)
        if value is None:
            raise Failure(f"the operand of `{self.sign}` is null")
        return marked(not value if self.sign == "!" else -value, given)  # type: ignore[operator] # converted


class Binary(Struct, frozen=True, gc=False):
    """A chain of operators of one precedence, `a + b - c`, from left to right."""

    first: Term
    rest: tuple[tuple[str, Term], ...]

    def evaluate(self, frame: Frame) -> Value:
        """Give the result; a chain of any length takes one level of nesting."""
        value = self.first.evaluate(frame)
        for sign, term in self.rest:
            if sign not in _DECISIVE:
                other = term.evaluate(frame)
                too_much = frame.budget.weigh(value, other)
                value = apply(sign, value, other) if too_much is None else too_much
            else:
                value = _joined(sign, to_bool(value), term, frame)
        return value


def _joined(sign: str, left: Value, term: Term, frame: Frame) -> Value:
    """Evaluate a second operand; since Terraform 1.12 it may be wrong where the first decides."""
    first = bare(left)
    if first is _DECISIVE[sign]:
        return left
    if not isinstance(first, Unknown):
        return apply(sign, left, term.evaluate(frame))
    try:
        return apply(sign, left, term.evaluate(frame))
    except Failure:
        return marked(Unknown(first.reason), left)


_DECISIVE = {"&&": False, "||": True}
"""The operand that decides what the result is."""


def apply(sign: str, left: Value, right: Value) -> Value:
    """Give `left sign right`; raises Failure where Terraform would refuse."""
    if sign in _ARITHMETIC:
        result = _numeric(sign, left, right)
    elif sign in {"==", "!="}:
        equal = same(left, right)
        result = equal if isinstance(equal, Unknown) else equal is (sign == "==")
    else:
        result = _logic(sign, left, right)
    return marked(result, left, right)


def _logic(sign: str, left: Value, right: Value) -> Value:
    operands = bare(to_bool(left)), bare(to_bool(right))
    if None in operands:
        raise Failure(f"an operand of `{sign}` is null")
    decisive = _DECISIVE[sign]
    if any(operand is decisive for operand in operands):
        return decisive
    unknown = [operand for operand in operands if isinstance(operand, Unknown)]
    return yes_or_no(unknown[0].reason) if unknown else not decisive


def _numeric(sign: str, left: Value, right: Value) -> Value:
    a, b = bare(to_number(left)), bare(to_number(right))
    if a is None or b is None:
        raise Failure(f"an operand of `{sign}` is null")
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        unknown = a if isinstance(a, Unknown) else b
        assert isinstance(unknown, Unknown)
        return yes_or_no(unknown.reason) if sign in _COMPARISONS else unknown.alone
    assert isinstance(a, int | Decimal)
    assert isinstance(b, int | Decimal)
    try:
        return _ARITHMETIC[sign](a, b)
    except DecimalException as exc:
        raise Failure(f"`{sign}` has no result for these numbers") from exc


Number = int | Decimal


def _exact(method: Callable[[Context, Number, Number], Decimal]) -> Callable[..., Value]:
    return lambda a, b: number(method(DIGITS, Decimal(a), Decimal(b)))


def _quotient(a: Number, b: Number) -> Value:
    if b:
        return number(DIGITS.divide(Decimal(a), Decimal(b)))
    if a:
        return Unknown("a division by zero is infinite")
    raise Failure("zero cannot be divided by zero")


def _remainder(a: Number, b: Number) -> Value:
    """Give what has the sign of the dividend, or the dividend itself where there is no divisor."""
    return number(DIGITS.remainder(Decimal(a), Decimal(b))) if b else a


_ARITHMETIC: dict[str, Callable[[Number, Number], Value]] = {
    "+": _exact(Context.add),
    "-": _exact(Context.subtract),
    "*": _exact(Context.multiply),
    "/": _quotient,
    "%": _remainder,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_COMPARISONS = {"<", "<=", ">", ">="}
OPERATORS = frozenset({*_ARITHMETIC, *_DECISIVE, "==", "!="})
"""All with two operands."""
