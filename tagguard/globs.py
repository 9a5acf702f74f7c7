"""Globs that match whole strings, with case, in linear time.

Everywhere `*` matches any text and `?` one character; in paths `*` stays inside one folder and `**`
does not. A pattern from a taxonomy meets values from a stranger, so wildcards run on RE2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Test = Callable[[str], bool]


def compile_globs(globs: Iterable[str], *, paths: bool = False) -> Test:
    """Give a function that tells whether a text matches any of the globs."""
    literals: set[str] = set()
    wild: list[str] = []
    for glob in globs:
        if not paths and glob == "*":
            return lambda _text: True
        (wild.append if _is_wild(glob) else literals.add)(glob)
    if not wild:
        return literals.__contains__
    tests = tuple(_compile(glob, paths=paths) for glob in wild)

    def matches(text: str) -> bool:
        return text in literals or any(test(text) for test in tests)

    return matches


def _is_wild(glob: str) -> bool:
    return "*" in glob or "?" in glob


def _compile(glob: str, *, paths: bool) -> Test:
    if not paths and glob.endswith("*") and not _is_wild(head := glob[:-1]):
        return lambda text: text.startswith(head)
    import re2  # noqa: PLC0415 - most runs need no real wildcard

    pattern = "".join(
        _PATH_PIECES.get(piece, re.escape(piece)) if paths else _PIECES.get(piece, re.escape(piece))
        for piece in re.findall(r"\*\*/|\*+|\?|[^*?]+", glob)
    )
    fullmatch = re2.compile(f"(?s){pattern}").fullmatch
    return lambda text: fullmatch(text) is not None


_PIECES = {"*": ".*", "**": ".*", "**/": ".*/", "?": "."}
_PATH_PIECES = {"*": "[^/]*", "**": ".*", "**/": "(?:.*/)?", "?": "[^/]"}
