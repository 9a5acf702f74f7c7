"""The functions on numbers: https://developer.hashicorp.com/terraform/language/functions.

Terraform computes `log` and `pow` in 64-bit floats, whose last digits depend on the machine, and
prints whole results beyond 2^53 otherwise than they are: only exact results are given.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from tagguard.hcl.functions.parameters import any_value, integer, number
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.values import Failure, Unknown, Value, kind_of
from tagguard.hcl.values import number as in_one_form

_Number = int | Decimal
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FOLDED = 36
"""Up to this base, letters of both cases are the same digits."""
_EXACT = 2**53
_FARTHEST = 1_100
"""No float but 0 and 1 has a finite power beyond this one."""
_ROUNDED = "a result that is rounded to the digits of a float"


@function(number("num"))
def abs_(value: _Number) -> Value:
    """Leave out the sign."""
    return abs(value) if isinstance(value, int) else value.copy_abs()


@function(number("num"))
def ceil(value: _Number) -> Value:
    """Round up."""
    return value if isinstance(value, int) else int(value.to_integral_value(ROUND_CEILING))


@function(number("num"))
def floor(value: _Number) -> Value:
    """Round down."""
    return value if isinstance(value, int) else int(value.to_integral_value(ROUND_FLOOR))


@function(integer("num"))
def signum(value: int) -> Value:
    """Give -1, 0 or 1."""
    return (value > 0) - (value < 0)


@function(number("number"), rest=number("numbers"))
def max_(*values: _Number) -> Value:
    """Give the greatest."""
    return max(values)


@function(number("number"), rest=number("numbers"))
def min_(*values: _Number) -> Value:
    """Give the least."""
    return min(values)


@function(number("num"), number("base"))
def log(value: _Number, base: _Number) -> Value:
    """Give the logarithm to a base, where that is a whole number for the bases 2 and 10."""
    if base <= 0:
        return Unknown("a logarithm to a base that is not positive")
    result = _in_floats(lambda: math.log(float(value)) / math.log(float(base)))
    if not math.isfinite(result):
        return Unknown(_ROUNDED)
    whole = round(result)
    return whole if base in {2, 10} and whole >= 0 and base**whole == value else Unknown(_ROUNDED)


@function(number("num"), number("power"))
def pow_(value: _Number, power: _Number) -> Value:
    """Give a power, where that is exact, or a square root."""
    result = _in_floats(lambda: math.pow(float(value), float(power)))
    if not abs(result) <= _EXACT:
        return Unknown("a number beyond the precision of floats")
    exact = isinstance(value, int) and isinstance(power, int) and abs(power) <= _FARTHEST
    if exact and Fraction(value) ** int(power) == Fraction(result):
        return in_one_form(Decimal(result))
    return in_one_form(Decimal(repr(result))) if power == Decimal("0.5") else Unknown(_ROUNDED)


def _in_floats(compute: Callable[[], float]) -> float:
    """Compute in floats; what has no finite result there is infinite."""
    try:
        return compute()
    except (ArithmeticError, ValueError):
        return math.inf


@function(any_value("number"), integer("base"))
def parseint(value: Value, base: int) -> Value:
    """Read a whole number in a base from 2 to 62."""
    if not isinstance(value, str):
        raise Failure(f"`number`: a string is required, not {kind_of(value)}")
    if not 2 <= base <= len(_DIGITS):  # noqa: PLR2004 - Terraform's bound
        raise Failure(f"the base must lie between 2 and {len(_DIGITS)}")
    digits = value[1:] if value[:1] in {"+", "-"} else value
    if len(digits) > 1_000:  # noqa: PLR2004 - as values.MAX_DIGITS
        return Unknown("a number with too many digits")
    result = 0
    for char in digits.lower() if base <= _FOLDED else digits:
        digit = _DIGITS.find(char)
        if not 0 <= digit < base:
            raise Failure(f"`{value}` is no whole number in base {base}")
        result = result * base + digit
    if not digits:
        raise Failure("an empty string is no number")
    return in_one_form(-result if value[0] == "-" else result)
