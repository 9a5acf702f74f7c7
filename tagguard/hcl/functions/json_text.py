"""JSON as Terraform writes and reads it: keys sorted, `<`, `>` and `&` escaped, numbers exact."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, NoReturn

from tagguard.hcl.functions.limits import MAX_DEPTH, MAX_NODES
from tagguard.hcl.functions.parameters import any_value, text
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.values import (
    Failure,
    Object,
    Tuple,
    Unknown,
    Value,
    parse_number,
    to_text,
)

_ESCAPED = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = " \t\r\n"
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


@function(any_value("val", nullable=True))
def jsonencode(value: Value) -> Value:
    """Write a value as JSON."""
    return written(value)


def written(value: Value) -> str:
    """Write a known value as JSON."""
    match value:
        case None:
            return "null"
        case str():
            return quoted(value)
        case Tuple(items=items):
            return "[" + ",".join(map(written, items)) + "]"
        case Object(items=entries):
            pairs = (f"{quoted(key)}:{written(entries[key])}" for key in sorted(entries))
            return "{" + ",".join(pairs) + "}"
        case _:
            return str(to_text(value))


def quoted(value: str) -> str:
    """Write a string as JSON."""
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPED)


@function(text("str"))
def jsondecode(value: str) -> Value:
    """Read a value from JSON."""
    depth = 0
    for count, token in enumerate(_STRING_OR_BRACKET.finditer(value)):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token.group(), 0)
        if depth > MAX_DEPTH or count > MAX_NODES:
            return Unknown("JSON that is nested too deeply or too large")
    try:
        data, end = _DECODER.raw_decode(value.lstrip(_SPACE))
    except ValueError as exc:
        raise Failure(f"this is no JSON: {exc}") from exc
    rest = value.lstrip(_SPACE)[end:].lstrip(_SPACE)
    if rest and rest[0] not in "]}":  # a bracket too many ends the reading, as in Go
        raise Failure("this is no JSON: it goes on behind its end")
    return from_data(data)


class _Digits(str):
    """The text of a number."""

    __slots__ = ()


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"`{constant}` is no number")


_DECODER = json.JSONDecoder(parse_int=_Digits, parse_float=_Digits, parse_constant=_refused)


def from_data(data: Any) -> Value:  # noqa: ANN401 - what a decoder gave
    """Turn dicts, lists and scalars into values."""
    match data:
        case _Digits():
            return parse_number(data)
        case str():
            return clean(data)
        case list():
            return Tuple(tuple(map(from_data, data)), kind="tuple")
        case dict():
            items = {clean(key): from_data(data[key]) for key in data}
            return Object(items, kind="object")
        case _:
            return data  # type: ignore[no-any-return] # None or a bool


def clean(value: str) -> str:
    """Give a string as Terraform keeps all: composed, halves of surrogate pairs replaced."""
    if value.isascii():
        return value
    return unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", value))
