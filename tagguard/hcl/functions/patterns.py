"""The functions with regular expressions, on RE2 as Go's are: time linear in the text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tagguard.hcl.functions.limits import MAX_ITEMS, MAX_NODES, MAX_TEXT
from tagguard.hcl.functions.parameters import text
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.values import Failure, Object, Tuple, Unknown, Value

_MIN_WRITTEN = 2
"""`//`: the shortest text that `replace` takes for a pattern."""


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:  # noqa: ANN401 - re2 has no stubs
    import re2  # noqa: PLC0415 - few expressions need it

    if "\\C" in pattern.replace("\\\\", ""):
        raise Failure("`\\C` is no part of Go's regular expressions")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as exc:
        reason = exc.args[0] if exc.args else "it cannot be read"
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise Failure(f"`{pattern}` is no regular expression: {said}") from exc


def _matches(pattern: Any, value: str) -> Iterator[Any]:  # noqa: ANN401 - re2 has no stubs
    """Find all as Go does: an empty match right behind another does not count."""
    end = -1
    for match in pattern.finditer(value):
        if match.start() == match.end() == end:
            continue
        end = match.end()
        yield match


def _captured(pattern: Any, match: Any) -> Value:  # noqa: ANN401 - re2 has no stubs
    """Give the whole match, its groups as a tuple, or its named groups as an object."""
    if not pattern.groups:
        return str(match.group())
    if not pattern.groupindex:
        return Tuple(match.groups(), kind="tuple")
    if len(pattern.groupindex) != pattern.groups:
        raise Failure("a pattern cannot have both named and unnamed groups")
    return Object({name: match.group(name) for name in sorted(pattern.groupindex)}, kind="object")


@function(text("pattern"), text("string"))
def regex(pattern: str, value: str) -> Value:
    """Give the first match."""
    compiled = _compiled(pattern)
    match = compiled.search(value)
    if match is None:
        raise Failure(f"`{pattern}` matches nothing")
    return _captured(compiled, match)


@function(text("pattern"), text("string"))
def regexall(pattern: str, value: str) -> Value:
    """Give all matches."""
    compiled = _compiled(pattern)
    found: list[Value] = []
    for match in _matches(compiled, value):
        if len(found) == MAX_ITEMS:
            return Unknown(f"more than {MAX_ITEMS:,} matches")
        found.append(_captured(compiled, match))
    return Tuple(tuple(found), kind="list")


@function(text("str"), text("substr"), text("replace"))
def replace(value: str, wanted: str, replacement: str) -> Value:
    """Replace every occurrence; `/…/` is a pattern, and `$1` in the replacement a group."""
    if len(wanted) < _MIN_WRITTEN or wanted[0] != "/" or wanted[-1] != "/":
        if (value.count(wanted) + 1) * len(replacement) > MAX_TEXT:
            return Unknown(f"a string longer than {MAX_TEXT:,} characters")
        return value.replace(wanted, replacement)
    compiled = _compiled(wanted[1:-1])
    parts = _template(replacement)
    result: list[str] = []
    end = size = 0
    for match in _matches(compiled, value):
        result.append(value[end : match.start()])
        result += [part if plain else _group(compiled, match, part) for plain, part in parts]
        end = match.end()
        size += sum(map(len, result[-len(parts) :]))
        if size > MAX_TEXT or len(result) > MAX_NODES:
            return Unknown(f"a string longer than {MAX_TEXT:,} characters")
    return "".join([*result, value[end:]])


def _template(written: str) -> list[tuple[bool, str]]:
    """Take a replacement apart as Go's `Regexp.Expand` does: texts (true) and groups (false)."""
    import re2  # noqa: PLC0415 - few expressions need it

    parts: list[tuple[bool, str]] = []
    end = 0
    for match in re2.finditer(r"\$(?:(\$)|([\pL\p{Nd}_]+)|\{([\pL\p{Nd}_]+)\})", written):
        parts.append((True, written[end : match.start()]))
        parts.append((True, "$") if match.group(1) else (False, match.group(2) or match.group(3)))
        end = match.end()
    return [*parts, (True, written[end:])]


def _group(pattern: Any, match: Any, name: str) -> str:  # noqa: ANN401 - re2 has no stubs
    if name.isdecimal() and (name[0] != "0" or name == "0"):
        return (match.group(int(name)) or "") if int(name) <= pattern.groups else ""
    return (match.group(name) or "") if name in pattern.groupindex else ""
