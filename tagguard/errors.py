"""The exception tree: everything tagguard raises on purpose.

    TagguardError
    ├── UsageError        the command line or the environment asks for something that is not there
    ├── ConfigError       tagguard.yaml, teams, exemptions or a baseline is wrong
    ├── TaxonomyError     the tag standard itself is wrong
    ├── PolicyError       a Python or Rego policy cannot be loaded
    ├── IncompleteError   work stopped half-way, and what was done is kept
    ├── InputError        one input cannot be read; becomes a Problem and the scan goes on
    └── DocumentError     a text is not YAML or JSON; its reader makes one of the others of it

The first four mean that nothing was decided (exit code 2), the fifth that not all was (3). What
single parts of a live scan lack stands beside its collectors. Library code raises; only
``tagguard.cli`` prints and exits.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class TagguardError(Exception):
    """Base of every error that a user can mend.

    ``message`` says what is wrong and where, in one sentence; ``hint`` says what to do; ``faults``
    lists every single fault with its position, where there may be several.
    """

    def __init__(self, message: str, *, hint: str = "", faults: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.faults = tuple(faults)


class UsageError(TagguardError):
    """The command line or an environment variable names something that is not there."""


class ConfigError(TagguardError):
    """The configuration or a file that it names is wrong."""


class TaxonomyError(TagguardError):
    """The taxonomy is wrong."""


class PolicyError(TagguardError):
    """A policy cannot be loaded, or two of them claim one id."""


class IncompleteError(TagguardError):
    """Work stopped half-way: the disk is full, the network gone. What was done is kept."""


class InputError(TagguardError):
    """One input cannot be read; ``line`` counts from 1, 0 where there is none to name."""

    def __init__(self, message: str, *, hint: str = "", line: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.line = line


class DocumentError(TagguardError):
    """The text is not a document; ``line`` and ``column`` count from 1 (0: not known)."""

    def __init__(self, message: str, *, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give `` (did you mean `x`?)`` for the nearest known word, or an empty text."""
    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f" (did you mean `{by_folded[close[0]]}`?)" if close else ""
