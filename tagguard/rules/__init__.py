"""The built-in rules: what the taxonomy alone can judge.

A rule is a module with `ID`, `SUMMARY`, `SEVERITY` and `check(reading)`, a test module, and a line
in `RULES`. It yields an `Outcome` for each failure and for what cannot be decided; what it does not
mention passes, or does not apply. Its docstring is its documentation page.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from tagguard.model import Outcome, Severity
from tagguard.taxonomy.reading import Reading

RULES = {
    "missing-tag": "tagguard.rules.missing_tag",
    "empty-tag": "tagguard.rules.empty_tag",
    "invalid-value": "tagguard.rules.invalid_value",
    "misnamed-key": "tagguard.rules.misnamed_key",
    "forbidden-key": "tagguard.rules.forbidden_key",
    "deprecated-key": "tagguard.rules.deprecated_key",
    "unknown-key": "tagguard.rules.unknown_key",
    "tag-limit": "tagguard.rules.tag_limit",
}
"""Rule id -> its module."""


class Rule(Protocol):
    """What a rule's module provides."""

    __doc__: str
    ID: str
    SUMMARY: str
    SEVERITY: Severity

    def check(self, reading: Reading) -> Iterator[Outcome]:
        """Judge one resource."""


def load_rule(rule_id: str) -> Rule:
    """Import one built-in rule; raises KeyError for an id that is none."""
    return cast("Rule", import_module(RULES[rule_id]))
