"""What can be wrong with a taxonomy that its schema cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from tagguard.dialects import GENERIC
from tagguard.errors import did_you_mean
from tagguard.model import BUILTIN_RULES
from tagguard.taxonomy import clouds
from tagguard.taxonomy.document import KeyRecord, TaxonomyRecord
from tagguard.taxonomy.values import Constraint, compile_re2
from tagguard.validation import Fault, convert_record


def what_is_sound(written: object, faults: Iterable[Fault]) -> TaxonomyRecord | None:
    """Give what is left of a faulty document without its faulty fields, to look for more faults.

    A key whose field is wrong keeps its other fields, and its name in any case.
    """
    if not isinstance(written, dict) or not isinstance(written.get("keys"), dict):
        return None
    keys = {
        name: dict(key) if isinstance(key, dict) else {} for name, key in written["keys"].items()
    }
    left: dict[str, Any] = {**_ANY, **written}
    for path, _ in faults:
        match path:
            case ("keys", str(name), field, *_):
                keys[name].pop(field, None)
            case (field, *_):
                left.pop(str(field), None)
    return convert_record({**_ANY, **left, "keys": keys}, TaxonomyRecord)[0]


_ANY = {"schema": "tagguard/taxonomy/1", "name": "-", "version": "0.0.0"}
"""Stands for the fields that every taxonomy must have."""


def faults_of(record: TaxonomyRecord, value_lists: Mapping[str, Sequence[str]]) -> list[Fault]:
    """Find every fault, in no particular order; `value_lists` are the keys' allowed values."""
    faults = [*_rule_faults(record), *_day_fault(("effective",), record.effective)]
    for name, key in record.keys.items():
        if key is not None:
            faults += [
                (("keys", name, *path), text) for path, text in _key_faults(name, key, record)
            ]
    faults += _alias_faults(record)
    faults += clouds.faults(record, value_lists)
    return faults


def _rule_faults(record: TaxonomyRecord) -> Iterator[Fault]:
    for rule in record.severities:
        near = did_you_mean(rule, BUILTIN_RULES)
        if rule not in BUILTIN_RULES and near:
            yield ("severities", rule), f"there is no such rule{near}"


def _key_faults(name: str, key: KeyRecord, record: TaxonomyRecord) -> Iterator[Fault]:
    if not name.strip():
        yield (), "a key needs a name"
    if key.pattern:
        try:
            compile_re2(key.pattern)
        except ValueError as exc:
            yield ("pattern",), f"`{key.pattern}` is not an RE2 pattern: {exc}"
    yield from _day_fault(("required_from",), key.required_from)
    if key.required_from and key.required is False:
        yield ("required_from",), "it has no meaning for a key that is not required"
    if key.forbidden and (key.required or key.deprecated):
        yield ("forbidden",), "a forbidden key cannot be required or deprecated as well"
    if key.deprecated is not None and key.deprecated.use:
        yield from _successor_faults(name, key.deprecated.use, record)
    if isinstance(key.values, list):
        yield from _impossible_values(key, key.values)
        listed = frozenset(key.values)
        for value, meant in key.value_aliases.items():
            if meant not in listed:
                near = did_you_mean(meant, key.values)
                yield ("value_aliases", value), f"`{meant}` is not one of the values{near}"


def _impossible_values(key: KeyRecord, values: Sequence[str]) -> Iterator[Fault]:
    """Find listed values that the key's own pattern or format refuses."""
    constraint = Constraint(
        values=None, aliases={}, pattern=key.pattern, format_=key.format, dialect=GENERIC
    )
    try:
        refused = [value for value in values if not constraint.judge(value).valid]
    except ValueError:  # the pattern itself is wrong, which is told elsewhere
        return
    for value in refused:
        yield ("values", values.index(value)), f"`{value}` is not {constraint.expected}"


def _successor_faults(name: str, use: str, record: TaxonomyRecord) -> Iterator[Fault]:
    if use == name:
        yield ("deprecated", "use"), "a key cannot take its own place"
    elif name in clouds.successors(use, record):
        yield ("deprecated", "use"), f"`{name}` and `{use}` take each other's place"
    elif use not in record.keys:
        near = did_you_mean(use, record.keys)
        yield ("deprecated", "use"), f"`{use}` is no key of this taxonomy{near}"


def _alias_faults(record: TaxonomyRecord) -> Iterator[Fault]:
    """Find aliases that mean two things."""
    taken: dict[str, str] = {}
    for name, key in record.keys.items():
        for index, alias in enumerate(() if key is None else key.aliases):
            path = ("keys", name, "aliases", index)
            if alias == name:
                yield path, f"`{alias}` is the key itself"
            elif alias in record.keys:
                yield path, f"`{alias}` is a key of its own"
            elif taken.setdefault(alias, name) != name:
                yield path, f"`{alias}` is an alias of `{taken[alias]}` as well"


def _day_fault(path: tuple[str, ...], text: str | None) -> Iterator[Fault]:
    try:
        date.fromisoformat(text or "2000-01-01")
    except ValueError:
        yield path, f"`{text}` is not a day of the calendar"
