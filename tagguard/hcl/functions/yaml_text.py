"""YAML as Terraform reads and writes it (github.com/zclconf/go-cty-yaml).

What it reads differs from YAML 1.1 and 1.2 alike: `yes` is a bool, `017` is seventeen, dates become
timestamps. What it writes is libyaml's; texts that libyaml would fold or escape in its own ways
are left unknown.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.documents import MERGE, parse
from tagguard.errors import DocumentError
from tagguard.hcl.functions.json_text import clean
from tagguard.hcl.functions.limits import MAX_ITEMS
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

_TAGS = "tag:yaml.org,2002:"
_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUE = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"}
_FALSE = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}
_NUMBER = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?", re.ASCII)
_OTHER_BASE = re.compile(r"0(?:x[\da-fA-F]+|o[0-7]+)", re.ASCII)
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DATE = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:(?:[Tt]|[ \t]+)(\d\d:\d\d:\d\d)(?:\.\d*)?(Z|[-+]\d\d:\d\d)?)?", re.ASCII
)
_LIKE_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt \t])", re.ASCII)
_WIDTH = 80
_LONGEST_KEY = 120


@function(text("src"))
def yamldecode(value: str) -> Value:
    """Read a value from one YAML document."""
    try:
        node = parse(value)
    except DocumentError as exc:
        raise Failure(f"this is no YAML: {exc}") from exc
    if node is None:
        raise Failure("there is no YAML document")
    return _Reader().value(node)


class _Reader:
    """Turns nodes into values; the items that aliases unfold to are counted."""

    def __init__(self) -> None:
        self._items = 0

    def value(self, node: Node) -> Value:
        self._items += 1
        if self._items > MAX_ITEMS:
            return Unknown(f"a document of more than {MAX_ITEMS:,} items")
        if isinstance(node, ScalarNode):
            return _scalar(node)
        if isinstance(node, SequenceNode) and node.tag == _TAGS + "seq":
            return Tuple(tuple(map(self.value, node.value)), kind="tuple")
        if isinstance(node, MappingNode) and node.tag == _TAGS + "map":
            return Object(dict(sorted(self._entries(node).items())), kind="object")
        raise Failure(f"the YAML tag `{node.tag}` is not supported")

    def _entries(self, node: MappingNode) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        for key, held in node.value:
            if key.tag == MERGE:
                if not isinstance(held, MappingNode):
                    raise Failure("`<<` takes a mapping")
                entries.update(self._entries(held))
                continue
            name = to_text(self.value(key)) if isinstance(key, ScalarNode) else None
            if not isinstance(name, str):
                raise Failure("a key must be a string, number or bool")
            entries[name] = self.value(held)
        return entries


def _scalar(node: ScalarNode) -> Value:
    written = str(node.value)
    tag = node.tag.removeprefix(_TAGS)
    if node.style in {"'", '"', "|", ">"}:
        if tag in {"str", "binary", "int", "float"}:
            return clean(written)
        raise Failure(f"the YAML tag `{node.tag}` is not supported")
    if node.tag == tag and tag != "!":
        raise Failure(f"the YAML tag `{tag}` is not supported")
    resolved = _plain(written)
    if tag == "str" and _resolves_in_pyyaml(written):
        return clean(written)
    if tag == "null":
        return None
    return resolved


def _plain(written: str) -> Value:
    """Give what an unquoted text stands for."""
    if written in _NULLS:
        return None
    if written in _TRUE or written in _FALSE:
        return written in _TRUE
    if _NUMBER.fullmatch(written):
        return parse_number(written)
    if _OTHER_BASE.fullmatch(written):
        return int(written, 0)
    if _INFINITE.fullmatch(written):
        raise Failure(f"`{written}` is no number that Terraform can hold")
    if _LIKE_DATE.match(written):
        return _timestamp(written)
    return clean(written)


def _timestamp(written: str) -> Value:
    found = _DATE.fullmatch(written)
    if found is None:
        return Unknown("a date in YAML that is written in an unusual way")
    day, time, zone = found.groups()
    try:
        datetime.fromisoformat(f"{day}T{time or '00:00:00'}+00:00")
    except ValueError:
        return written
    return f"{day}T{time or '00:00:00'}{zone or 'Z'}"


def _resolves_in_pyyaml(written: str) -> bool:
    """Tell whether a plain text has the tag of a string only because that tag was written."""
    from yaml.resolver import Resolver  # noqa: PLC0415 - rare documents need it

    resolver: Any = Resolver()
    return bool(resolver.resolve(ScalarNode, written, (True, False)) != _TAGS + "str")


class _Unusual(Exception):  # noqa: N818 - it is no error
    """A text that libyaml writes in a way of its own."""


@function(any_value("value", nullable=True))
def yamlencode(value: Value) -> Value:
    """Write a value as YAML."""
    try:
        lines = _lines(value, 0)
    except _Unusual:
        return Unknown("yamlencode() of a text that is folded or escaped")
    if not isinstance(value, str | Tuple | Object):
        lines.append("...")
    return "\n".join(lines) + "\n"


def _lines(value: Value, column: int) -> list[str]:  # noqa: PLR0911 - one return a type
    """Write a value's lines; all but the first are indented from where the value's parent is."""
    match value:
        case Tuple(items=items) if items:
            lines = []
            for item in items:
                first, *others = _lines(item, column + 2)
                deeper = "" if isinstance(item, str) else "  "
                lines += [f"- {first}", *(deeper + line for line in others)]
            return lines
        case Object(items=entries) if entries:
            return [line for key in sorted(entries) for line in _entry(key, entries[key], column)]
        case Tuple():
            return ["[]"]
        case Object():
            return ["{}"]
        case str() if "\n" in value:
            return _literal(value)
        case str():
            return [_quoted(value, column)]
        case _:
            return ["null" if value is None else str(to_text(value))]


def _entry(key: str, value: Value, column: int) -> list[str]:
    if len(key) > _LONGEST_KEY or "\n" in key:
        raise _Unusual
    name = _quoted(key, 0)
    if isinstance(value, Object) and value.items:
        return [f"{name}:", *("  " + line for line in _lines(value, column + 2))]
    if isinstance(value, Tuple) and value.items:
        return [f"{name}:", *_lines(value, column)]
    first, *others = _lines(value, column + 2 + len(name))
    return [f"{name}: {first}", *others]


def _quoted(value: str, column: int) -> str:
    if not value.isprintable() or any(char > "\uffff" or char == "\ufeff" for char in value):
        raise _Unusual
    shown = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if " " in value and column + len(shown) > _WIDTH:
        raise _Unusual
    return shown


def _literal(value: str) -> list[str]:
    lines = value.removesuffix("\n").split("\n")
    for line in lines:
        if line[-1:] == " " or not line.isprintable() or any(char > "\uffff" for char in line):
            raise _Unusual
    if not lines[0] or lines[0][0] == " " or not lines[-1]:
        raise _Unusual
    return ["|" if value[-1] == "\n" else "|-", *("  " + line if line else "" for line in lines)]
