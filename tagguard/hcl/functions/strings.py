"""The functions on strings: https://developer.hashicorp.com/terraform/language/functions.

Terraform counts what a reader sees as one character (grapheme clusters). Where a string has
characters that may join with others, their number is left unknown rather than guessed.
"""

from __future__ import annotations

import re
import unicodedata

from tagguard.hcl.functions.conversion import gap
from tagguard.hcl.functions.limits import MAX_ITEMS, MAX_TEXT
from tagguard.hcl.functions.parameters import integer, text, texts
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.values import Failure, Tuple, Unknown, Value

_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's `unicode.IsSpace` takes for a space."""
_JOINING = {"Mn", "Mc", "Me", "Cf", "Cn"}
"""Categories that hold joiners and marks."""
_ALSO_JOINING = re.compile(
    "[\u0e33\u0eb3\uff9e\uff9f\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]"
)
"""Vowel signs, parts of Hangul syllables, letters of flags, colours of skin."""


def characters(value: str) -> list[str] | Unknown:
    """Split a string into what a reader sees as characters."""
    if value.isascii():
        return list(value) if "\r\n" not in value else _with_line_breaks(value)
    if any(not char.isascii() and _may_join(char) for char in value):
        return Unknown("a string of composed characters")
    return _with_line_breaks(value)


def _may_join(char: str) -> bool:
    return unicodedata.category(char) in _JOINING or bool(_ALSO_JOINING.match(char))


def _with_line_breaks(value: str) -> list[str]:
    result: list[str] = []
    for char in value:
        if char == "\n" and result and result[-1] == "\r":
            result[-1] = "\r\n"
        else:
            result.append(char)
    return result


@function(text("str"))
def upper(value: str) -> Value:
    """Convert letters to upper case, one for one."""
    return value.upper() if value.isascii() else "".join(map(_upper, value))


def _upper(char: str) -> str:
    return char.upper() if len(char.upper()) == 1 else char


@function(text("str"))
def lower(value: str) -> Value:
    """Convert letters to lower case, one for one."""
    return value.lower() if value.isascii() else "".join(char.lower()[0] for char in value)


@function(text("str"))
def title(value: str) -> Value:
    """Convert the first letter of each word to upper case."""
    result = []
    before = " "
    for char in value:
        titled = char.title() if len(char.title()) == 1 else char
        result.append(titled if _separates(before) else char)
        before = char
    return "".join(result)


def _separates(char: str) -> bool:
    if char.isascii():
        return not (char.isalnum() or char == "_")
    return char in _SPACES


@function(text("str"))
def strrev(value: str) -> Value:
    """Turn the characters round."""
    found = characters(value)
    return found if isinstance(found, Unknown) else "".join(reversed(found))


@function(text("str"), integer("offset"), integer("length"))
def substr(value: str, offset: int, length: int) -> Value:
    """Give so many characters from an offset, which counts from the end where negative."""
    found = characters(value)
    if isinstance(found, Unknown):
        return found
    if offset < 0:
        offset = max(offset + len(found), 0)
        length = length or -1  # as Terraform has it: then 0 is all
    return "".join(found[offset:] if length < 0 else found[offset : offset + length])


@function(text("separator"), rest=texts("lists"), knows="parts")
def join(separator: str, *lists: Tuple) -> Value:
    """Join strings."""
    if not lists:
        raise Failure("takes at least 2 arguments, not 1")
    items = [item for each in lists for item in each.items]
    if None in items:
        raise Failure("a null cannot be joined")
    if (reason := next(filter(None, map(gap, lists)), None)) is not None:
        return Unknown(reason)
    if sum(len(str(item)) + len(separator) for item in items) > MAX_TEXT:
        return Unknown(f"a string longer than {MAX_TEXT:,} characters")
    return separator.join(map(str, items))


@function(text("separator"), text("str"))
def split(separator: str, value: str) -> Value:
    """Split a string at every separator, or into its code points where that is empty."""
    if (value.count(separator) if separator else len(value)) > MAX_ITEMS:
        return Unknown(f"a collection of more than {MAX_ITEMS:,} items")
    return Tuple(tuple(value.split(separator) if separator else value), kind="list")


@function(text("str"), text("cutset"))
def trim(value: str, cutset: str) -> Value:
    """Remove the given characters from both ends."""
    return value.strip(cutset) if cutset else value


@function(text("str"), text("prefix"))
def trimprefix(value: str, prefix: str) -> Value:
    """Remove a prefix, once."""
    return value.removeprefix(prefix)


@function(text("str"), text("suffix"))
def trimsuffix(value: str, suffix: str) -> Value:
    """Remove a suffix, once."""
    return value.removesuffix(suffix)


@function(text("str"))
def trimspace(value: str) -> Value:
    """Remove white space from both ends."""
    return value.strip(_SPACES)


@function(text("str"))
def chomp(value: str) -> Value:
    """Remove line breaks from the end."""
    return value.rstrip("\r\n")


@function(integer("spaces"), text("str"))
def indent(spaces: int, value: str) -> Value:
    """Put spaces in front of all lines but the first."""
    if spaces < 0:
        raise Failure("the number of spaces must not be negative")
    if spaces * value.count("\n") > MAX_TEXT:
        return Unknown(f"a string longer than {MAX_TEXT:,} characters")
    return value.replace("\n", "\n" + " " * spaces) if "\n" in value else value


@function(text("str"), text("prefix"))
def startswith(value: str, prefix: str) -> Value:
    """Tell whether a string begins so."""
    return value.startswith(prefix)


@function(text("str"), text("suffix"))
def endswith(value: str, suffix: str) -> Value:
    """Tell whether a string ends so."""
    return value.endswith(suffix)


@function(text("str"), text("substr"))
def strcontains(value: str, part: str) -> Value:
    """Tell whether a string contains another."""
    return part in value
