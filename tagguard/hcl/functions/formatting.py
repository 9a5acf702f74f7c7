"""`format` and `formatlist`: the verbs of Go's `fmt` on Terraform's values.

The rules are those of go-cty's `stdlib/format.go`. Floats are rounded in the 512 binary digits
that Terraform has for them, so that 0.15 to one digit is what it is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction

from msgspec import Struct

from tagguard.hcl.functions.conversion import gap
from tagguard.hcl.functions.json_text import quoted, written
from tagguard.hcl.functions.limits import MAX_ITEMS, MAX_TEXT
from tagguard.hcl.functions.parameters import any_value, text
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.functions.strings import characters
from tagguard.hcl.values import (
    Failure,
    Object,
    Tuple,
    Unknown,
    Value,
    kind_of,
    to_bool,
    to_number,
    to_text,
)

MAX_WIDTH = 10_000
"""Greatest width or precision that is written."""

_VERB = re.compile(r"%(?:(%)|([ +#0-]*)([1-9]\d*)?(?:\.(\d*))?(?:\[(\d+)\])?([a-zA-Z]))", re.ASCII)
_INTEGERS = {"b": "b", "d": "d", "o": "o", "x": "x", "X": "X"}
_PREFIXES = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}
_BITS = 512
_DIGITS = 6
"""How many digits Go writes without being told; `%g` turns to exponents beyond them."""
_LEAST_EXPONENT = -4
_EXACT = Context(prec=1_500, Emax=10**6, Emin=-(10**6))
_TOO_LONG = Unknown(f"a string longer than {MAX_TEXT:,} characters")


class _Verb(Struct, frozen=True):
    """One `%…` in a form."""

    name: str
    flags: str
    width: int
    precision: int | None
    position: int | None
    """Which argument it takes, from 1; None: the next."""


def _parsed(form: str) -> list[str | _Verb]:
    parts: list[str | _Verb] = []
    end = 0
    while (at := form.find("%", end)) >= 0:
        found = _VERB.match(form, at)
        if found is None:
            raise Failure(f"the form has a `%` at {at} that begins no verb")
        parts.append(form[end:at])
        end = found.end()
        percent, flags, width, precision, position, name = found.groups()
        if percent:
            parts.append("%")
            continue
        parts.append(
            _Verb(
                name,
                flags,
                _bounded(width),
                None if precision is None else _bounded(precision),
                _bounded(position) if position else None,
            )
        )
    return [*parts, form[end:]]


def _bounded(digits: str | None) -> int:
    """Read a number of the form; one that is too large as the least of those."""
    return int(digits or 0) if len(digits or "") <= len(str(MAX_WIDTH)) else MAX_WIDTH + 1


def _formatted(parts: Sequence[str | _Verb], args: Sequence[Value]) -> Value:
    """Write arguments by a form; Unknown where one of them is."""
    result: list[str] = []
    following = most = size = 0
    unknown: Unknown | None = None
    for part in parts:
        if isinstance(part, str):
            result.append(part)
            continue
        following = part.position if part.position is not None else following + 1
        most = max(most, following)
        if not 1 <= following <= len(args):
            raise Failure(f"the form wants argument {following}, of {len(args)}")
        piece = _piece(part, args[following - 1])
        if isinstance(piece, Unknown):
            unknown = unknown or piece.alone
        else:
            result.append(piece)
            size += len(piece)
        if size > MAX_TEXT:
            return _TOO_LONG
    if most < len(args):
        raise Failure(f"the form leaves out argument {most + 1}")
    return unknown or "".join(result)


def _piece(verb: _Verb, value: Value) -> str | Unknown:  # noqa: PLR0911 - one return a verb
    if value is None:
        return Unknown("a null in format(), whose type is not known")
    if (reason := gap(value)) is not None:
        return Unknown(reason)
    if verb.width > MAX_WIDTH or (verb.precision or 0) > MAX_WIDTH:
        return Unknown(f"a width of more than {MAX_WIDTH:,}")
    match verb.name:
        case "v":
            return _padded(verb, _any(verb, value), zeros=isinstance(value, int | Decimal))
        case "t":
            return "true" if to_bool(value) else "false"
        case "s" | "q":
            return _text(verb, value)
        case "e" | "E" | "f" | "F" | "g" | "G":
            return _padded(verb, _signed(verb, _float(verb, _number(value))), zeros=True)
        case name if name in _INTEGERS:
            return _integer(verb, _number(value))
        case _:
            raise Failure(f"the form has `%{verb.name}`, which is no verb")


def _number(value: Value) -> int | Decimal:
    number = to_number(value)
    assert isinstance(number, int | Decimal)
    return number


def _any(verb: _Verb, value: Value) -> str:
    if "#" in verb.flags or isinstance(value, Tuple | Object):
        return written(value)
    return str(to_text(value))


def _text(verb: _Verb, value: Value) -> str | Unknown:
    if isinstance(value, Tuple | Object):
        raise Failure(f"`%{verb.name}` takes a string, not {kind_of(value)}")
    shown = str(to_text(value))
    if verb.precision:
        found = characters(shown)
        if isinstance(found, Unknown):
            return found
        shown = "".join(found[: verb.precision])
    return _padded(verb, quoted(shown) if verb.name == "q" else shown, zeros=True)


def _padded(verb: _Verb, shown: str, *, zeros: bool) -> str | Unknown:
    """Fill up to the width, with zeros behind a sign where wanted."""
    if not verb.width:
        return shown
    found = characters(shown)
    if isinstance(found, Unknown):
        return found
    fill = verb.width - len(found)
    if "-" in verb.flags:
        return shown + " " * fill
    if "0" not in verb.flags or not zeros:
        return " " * fill + shown
    sign = shown[:1] if shown[:1] in {"+", "-", " "} and shown[1:2].isdigit() else ""
    return sign + "0" * fill + shown[len(sign) :]


def _signed(verb: _Verb, shown: str) -> str:
    if shown.startswith("-"):
        return shown
    return ("+" if "+" in verb.flags else " " if " " in verb.flags else "") + shown


def _integer(verb: _Verb, number: int | Decimal) -> str | Unknown:
    if not isinstance(number, int):
        raise Failure(f"`%{verb.name}` takes a whole number")
    digits = format(abs(number), _INTEGERS[verb.name])
    if verb.precision is not None:
        digits = digits.rjust(verb.precision, "0") if number or verb.precision else ""
    prefix = _PREFIXES.get(verb.name, "") if "#" in verb.flags else ""
    shown = _signed(verb, ("-" if number < 0 else "") + prefix + digits)
    return _padded(verb, shown, zeros=verb.precision is None and not prefix)


def _float(verb: _Verb, number: int | Decimal) -> str:
    exact = _in_binary(number)
    precision = _DIGITS if verb.precision is None else verb.precision
    upper = verb.name in {"E", "G"}
    match verb.name.lower():
        case "f":
            shown = format(exact, f".{precision}f")
        case "e":
            shown = _exponent(format(exact or 0.0, f".{precision}e"))
        case _:
            shown = _general(Decimal(number), exact, verb.precision)
    return shown.upper() if upper else shown


def _in_binary(number: int | Decimal) -> Decimal:
    """Give the number that 512 binary digits hold, exactly."""
    fraction = Fraction(number)
    if not fraction:
        return Decimal(0)
    size = fraction.numerator.bit_length() - fraction.denominator.bit_length()
    scale = Fraction(2) ** (_BITS - size)
    if round(abs(fraction) * scale) >= 2**_BITS:
        scale /= 2
    held = round(fraction * scale) / scale
    return _EXACT.divide(Decimal(held.numerator), Decimal(held.denominator))


def _exponent(shown: str) -> str:
    """Write at least two digits of an exponent, as Go does."""
    mantissa, _, power = shown.partition("e")
    return f"{mantissa}e{power[0]}{power[1:].rjust(2, '0')}"


def _general(number: Decimal, exact: Decimal, precision: int | None) -> str:
    """Write with as few digits as tell the number, or at most so many."""
    if precision is None:
        digits, limit = number.normalize(_EXACT), _DIGITS
    else:
        digits = Decimal(format(exact, f".{max(precision, 1) - 1}e")).normalize(_EXACT)
        limit = max(precision, 1)
    if not digits:
        return "0"
    figures, exponent = len(digits.as_tuple().digits), digits.adjusted()
    if limit > figures > exponent and precision is not None:
        limit = figures
    if exponent < _LEAST_EXPONENT or exponent >= limit:
        return _exponent(format(digits, f".{figures - 1}e"))
    return format(digits, "f")


@function(text("format"), rest=any_value("args", nullable=True), knows="any")
def format_(form: str | Unknown, *args: Value) -> Value:
    """Write values by a form."""
    return form if isinstance(form, Unknown) else _formatted(_parsed(form), args)


@function(text("format"), rest=any_value("args", nullable=True), knows="any")
def formatlist(form: str | Unknown, *args: Value) -> Value:
    """Write the items of lists by a form, one after the other."""
    if isinstance(form, Unknown):
        return form
    parts = _parsed(form)
    lists = [arg for arg in args if isinstance(arg, Tuple)]
    if None in args:
        return Unknown("a null in formatlist(), whose type is not known")
    if not lists and (unknown := next((arg for arg in args if isinstance(arg, Unknown)), None)):
        return unknown
    lengths = {len(each.items) for each in lists if each.complete}
    if open_ := next((each for each in lists if not each.complete), None):
        return Unknown(open_.reason)
    if len(lengths) > 1:
        raise Failure("the lists must be equally long")
    count = lengths.pop() if lengths else 1
    if count * len(parts) > MAX_ITEMS:
        return Unknown(f"a collection of more than {MAX_ITEMS:,} items")
    return _rows(parts, args, count)


def _rows(parts: Sequence[str | _Verb], args: Sequence[Value], count: int) -> Value:
    items: list[Value] = []
    size = 0
    for at in range(count):
        row = [arg.items[at] if isinstance(arg, Tuple) else arg for arg in args]
        item = _formatted(parts, row)
        items.append(item)
        size += len(item) if isinstance(item, str) else 0
        if size > MAX_TEXT:
            return _TOO_LONG
    return Tuple(tuple(items), kind="list")
