"""The values of the Terraform language, and how much of them is known.

Knowledge has degrees: a value is known, one of a few (`Unknown` with `choices`), wholly unknown, or
a collection of which more may exist than is listed (`complete=False`), perhaps certain keys only.
Nothing here guesses: where an answer needs what is not known, it is `Unknown` with the reason.
Sensitivity is kept as a wrapper.

Numbers are `int` where whole and else `Decimal` with 155 digits, which is as much as Terraform's
512-bit floats hold; but decimal, so that `0.1` is a tenth and the last digits of a quotient can
differ. Numbers beyond `MAX_DIGITS` are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal, DivisionByZero, InvalidOperation
from types import MappingProxyType
from typing import Any, TypeAlias

from msgspec import Struct, field

from tagguard.model import Location

MAX_DIGITS = 1_000
"""Most digits of a number before its point, and most after it."""

MAX_CHOICES = 10
"""Most values that are kept apart, of what may be one of several."""

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
DIGITS = Context(prec=155, Emax=10**9, Emin=-(10**9), traps=[InvalidOperation, DivisionByZero])
"""How to compute with numbers; what is beyond all bounds becomes infinite, thus unknown."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Failure(Exception):  # noqa: N818 - the field's word; no error of ours, Terraform's answer
    """The expression is wrong: Terraform itself would refuse it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unknown(Struct, frozen=True):
    """Nobody knows; without choices it may even be null."""

    reason: str
    of: str = ""
    """The address whose attribute this is as it stands: `module.a.aws_vpc.main[0].id`."""
    choices: tuple[Value, ...] = ()
    """All that it can be, a few texts, numbers and booleans; empty: anything. A number or boolean
    may turn out to be its text."""

    @property
    def alone(self) -> Unknown:
        """What is left to say of another value that depends on this one."""
        return Unknown(self.reason) if self.of or self.choices else self


class Tuple(Struct, frozen=True):
    """A tuple, list or set."""

    items: tuple[Value, ...]
    complete: bool = True
    """False: more items may stand anywhere between, before and behind these."""
    reason: str = ""
    """Why it is not complete."""
    kind: str = ""
    """`tuple`, `list`, `set`; empty where that is not known (a tuple or a list)."""


class Object(Struct, frozen=True):
    """An object or map."""

    items: Mapping[str, Value]
    complete: bool = True
    """False: more keys may exist; where a value may be replaced too, it is `Unknown`."""
    reason: str = ""
    """Why it is not complete."""
    kind: str = ""
    """`object`, `map`; empty where that is not known."""
    origins: Mapping[str, Location] = field(default_factory=lambda: _NOTHING)
    """Where keys were written, as far as that is known."""
    further: Mapping[str, Value] | None = None
    """Of an incomplete object, all keys that may exist beside, with the value that each has then: a
    text, number, boolean or Unknown. None: any key may."""


class Sensitive(Struct, frozen=True):
    """A value that Terraform does not show; functions and operators carry the mark outward."""

    value: Value


Value: TypeAlias = bool | int | Decimal | str | Tuple | Object | Unknown | Sensitive | None


def bare(value: Value) -> Value:
    """Take the outermost mark off."""
    while isinstance(value, Sensitive):
        value = value.value
    return value


def marked(value: Value, *causes: Value) -> Value:
    """Give `value`, sensitive where one of `causes` is."""
    if any(isinstance(cause, Sensitive) for cause in causes) and not isinstance(value, Sensitive):
        return Sensitive(value)
    return value


def is_number(value: object) -> bool:
    """Tell numbers from all else, booleans too."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def number(value: int | Decimal) -> Value:
    """Give a number in its one form, rounded to the digits we keep; Unknown for monstrous ones."""
    if isinstance(value, int) and value.bit_length() <= 512:  # noqa: PLR2004 - as many as Terraform
        return value
    rounded = DIGITS.create_decimal(value)
    if not rounded:
        return 0
    if not rounded.is_finite() or abs(rounded.adjusted()) > MAX_DIGITS:
        return Unknown("a number with too many digits")
    whole = rounded.to_integral_value()
    return int(whole) if whole == rounded else rounded


def parse_number(text: str) -> Value:
    """Read a number as Terraform's `tonumber` does; raises Failure."""
    if not _NUMBER.fullmatch(text):
        raise Failure("a number is required")
    try:
        return number(DIGITS.create_decimal(text))
    except InvalidOperation as exc:
        raise Failure("a number is required") from exc


def choices_of(value: Value) -> tuple[Value, ...]:
    """Give all that a value can be; empty where that is not known, or is a collection or null."""
    if isinstance(value, Unknown):
        return value.choices
    return (value,) if isinstance(value, str | int | Decimal) else ()


def one_of(values: Iterable[Value], reason: str) -> Value:
    """Give what is one of some texts, numbers and booleans; anything where they are too many."""
    distinct = {(type(value) is bool, value): value for value in values}
    if len(distinct) == 1:
        return next(iter(distinct.values()))
    few = len(distinct) <= MAX_CHOICES
    return Unknown(reason, choices=tuple(distinct.values()) if few else ())


def yes_or_no(reason: str) -> Unknown:
    """Give the answer to a question that cannot be decided."""
    return Unknown(reason, choices=(True, False))


def _converted(value: Unknown, convert: Callable[[Value], Value]) -> Value:
    """Convert what a value can be; where one does not convert, nothing is left to say."""
    if not value.choices:
        return value
    try:
        return one_of(map(convert, value.choices), value.reason)
    except Failure:
        return value.alone


def to_number(value: Value) -> Value:
    """Convert as Terraform does where a number is wanted: null stays null; raises Failure."""
    match value:
        case None:
            return None
        case Unknown():
            return _converted(value, to_number)
        case Sensitive(inner):
            return marked(to_number(inner), value)
        case bool():
            raise Failure("a number is required, not a bool")
        case int() | Decimal():
            return value
        case str():
            return parse_number(value)
        case _:
            raise Failure(f"a number is required, not {kind_of(value)}")


def to_bool(value: Value) -> Value:
    """Convert as Terraform does where a bool is wanted: null stays null; raises Failure."""
    match value:
        case None | bool():
            return value
        case Unknown():
            return _converted(value, to_bool)
        case Sensitive(inner):
            return marked(to_bool(inner), value)
        case "true" | "1":
            return True
        case "false" | "0":
            return False
        case _:
            raise Failure(f"a bool is required, not {kind_of(value)}")


def to_text(value: Value) -> Value:
    """Convert as Terraform does where a string is wanted: null stays null; raises Failure."""
    match value:
        case None | str():
            return value
        case Unknown():
            return _converted(value, to_text)
        case Sensitive(inner):
            return marked(to_text(inner), value)
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case _:
            raise Failure(f"a string is required, not {kind_of(value)}")


def kind_of(value: Value) -> str:
    """Name a value's type for messages, with its article."""
    value = bare(value)
    if value is None:
        return "null"
    if isinstance(value, Object):
        return "a map" if value.kind == "map" else "an object"
    if isinstance(value, Tuple):
        return f"a {value.kind or 'tuple'}"
    if isinstance(value, Unknown):
        return "an unknown value"
    return {bool: "a bool", str: "a string"}.get(type(value), "a number")
