"""The patterns of `fileset`: those of github.com/bmatcuk/doublestar, as expressions of RE2.

Hostile patterns take time linear in the path, which is why they are not translated for `re`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tagguard.hcl.values import Failure

_TOKEN = re.compile(
    r"(?P<folders>(?:^|(?<=/))\*\*/)|(?P<below>(?:^|(?<=/))\*\*$)|(?P<any>\*)|(?P<one>\?)"
    r"|(?P<open>\{)|(?P<close>\})|(?P<comma>,)|\[(?P<not>\^?)(?P<class>[^]]+)\]"
    r"|\\(?P<escaped>.)|(?P<plain>.)",
    re.DOTALL,
)
_OBSCURE = re.compile(r"\{[^}]*\{|(?:^|/)\.\.(?:/|$)")
"""Braces in braces, and patterns that leave the folder."""
_MEANINGS = {
    "folders": "(?:[^/]+/)*",
    "below": ".*",
    "any": "[^/]*",
    "one": "[^/]",
    "open": "(?:",
    "close": ")",
    "comma": "|",
}


@lru_cache(maxsize=64)
def compiled(pattern: str) -> Any:  # noqa: ANN401 - re2 has no stubs
    """Give a compiled expression for `fullmatch` with paths; None where its meaning is obscure.

    Raises Failure for a wrong pattern.
    """
    import re2  # noqa: PLC0415 - few expressions need it

    translated = "".join(_translated(pattern))
    if _OBSCURE.search(pattern):
        return None
    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    try:
        return re2.compile(translated, options)
    except re2.error:  # such as a range from z to a, which matches nothing
        return None


def _translated(pattern: str) -> Iterator[str]:
    depth = 0
    for token in _TOKEN.finditer(pattern):
        kind, written = str(token.lastgroup), token.group()
        if kind == "class":
            yield f"[{'^/' if token.group('not') else ''}{_escaped(token.group('class'))}]"
            continue
        if (kind == "plain" and written == "[") or (depth and "/" in written):
            raise Failure(f"`{pattern}` is no pattern of files: what opens in it does not close")
        literal = kind in {"plain", "escaped"} or (kind in {"close", "comma"} and not depth)
        yield _escaped(token.group(kind)) if literal else _MEANINGS[kind]
        depth += (kind == "open") - (kind == "close" and not literal)
    if depth:
        raise Failure(f"`{pattern}` is no pattern of files: what opens in it does not close")


def _escaped(text: str) -> str:
    return re.sub(r"([\\^$.|?*+()\[\]{}])", r"\\\1", text)
