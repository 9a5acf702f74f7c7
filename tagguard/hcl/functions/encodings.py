"""Base64, URLs and tables as text."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import quote_plus

from tagguard.hcl.functions.json_text import clean
from tagguard.hcl.functions.limits import MAX_ITEMS
from tagguard.hcl.functions.parameters import text
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.values import Failure, Object, Tuple, Unknown, Value

_CODECS = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16le",
    "utf-16be": "utf-16be",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "us-ascii": "ascii",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
}
"""The names that the IANA has for encodings, lower-case -> Python's."""
_CELL = re.compile(r'"((?:[^"]|"")*)"(?=[,\n]|\Z)|([^",\n]*)(?=[,\n]|\Z)')


@function(text("str"))
def base64encode(value: str) -> Value:
    """Write a string's UTF-8 bytes in Base64."""
    return base64.b64encode(value.encode()).decode()


@function(text("str"))
def base64decode(value: str) -> Value:
    """Read a string from Base64."""
    try:
        return _from_base64(value).decode()
    except UnicodeDecodeError as exc:
        raise Failure("the decoded bytes are not UTF-8") from exc


def _from_base64(value: str) -> bytes:
    try:
        return base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise Failure("this is no Base64") from exc


@function(text("string"), text("encoding"))
def textencodebase64(value: str, encoding: str) -> Value:
    """Write a string in another encoding, and that in Base64."""
    codec = _codec(encoding)
    if isinstance(codec, Unknown):
        return codec
    try:
        data = value.encode(codec)
    except UnicodeEncodeError as exc:
        raise Failure(f"{encoding} lacks a character of the string") from exc
    return base64.b64encode(data).decode()


@function(text("source"), text("encoding"))
def textdecodebase64(value: str, encoding: str) -> Value:
    """Read a string in another encoding from Base64."""
    codec = _codec(encoding)
    if isinstance(codec, Unknown):
        return codec
    try:
        return _from_base64(value).decode(codec)
    except UnicodeDecodeError:
        return Unknown(f"bytes that are not all of {encoding}")


def _codec(encoding: str) -> str | Unknown:
    """Name the codec of an encoding; most that Terraform knows are left unknown."""
    return _CODECS.get(encoding.lower()) or Unknown(f"the encoding {encoding}")


@function(text("str"))
def urlencode(value: str) -> Value:
    """Escape a string for the query of a URL."""
    return quote_plus(value)


@function(text("str"))
def csvdecode(value: str) -> Value:
    """Read a table with a header line: a list of objects."""
    rows = _rows(value.replace("\r\n", "\n"))
    if not rows:
        raise Failure("the table has no header line")
    header = [clean(name) for name in rows[0]]
    if len(set(header)) < len(header):
        raise Failure("two columns of the table have one name")
    if len(rows) * len(header) > MAX_ITEMS:
        return Unknown(f"a table of more than {MAX_ITEMS:,} cells")
    objects: list[Value] = []
    for row in rows[1:]:
        if len(row) != len(header):
            raise Failure("a line of the table has more or fewer cells than its header")
        cells = dict(zip(header, map(clean, row), strict=True))
        objects.append(Object(dict(sorted(cells.items())), kind="object"))
    return Tuple(tuple(objects), kind="list")


def _rows(table: str) -> list[list[str]]:
    """Split a table as Go's `encoding/csv` does: empty lines do not count."""
    rows: list[list[str]] = []
    at = 0
    while at < len(table):
        if table[at] == "\n":
            at += 1
            continue
        row: list[str] = []
        while True:
            cell = _CELL.match(table, at)
            if cell is None:
                raise Failure("a quotation mark in the table stands where none may")
            row.append(cell.group(2) if cell.group(1) is None else cell.group(1).replace('""', '"'))
            at = cell.end() + 1
            if table[at - 1 : at] != ",":
                break
        rows.append(row)
    return rows
