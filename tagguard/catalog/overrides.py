"""Reads the user's own catalog entries: `catalog: {TYPE: {…}}` in tagguard.yaml.

An override replaces what the catalog says of its type; it is never merged with it. It only checks
and converts: finding the file and its lines is the configuration's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import get_args

import msgspec

from tagguard.catalog import types as names
from tagguard.catalog.entry import Entry, Shape, StackTags
from tagguard.errors import ConfigError, did_you_mean
from tagguard.model import Limits
from tagguard.validation import Fault

FIELDS = ("taggable", *Entry.__struct_fields__)
CHOICES: dict[str, tuple[str, ...]] = {"shape": get_args(Shape), "stack_tags": get_args(StackTags)}
HINT = "write `taggable: false`, or `attribute: tags` with `shape: map`"

Overrides = Mapping[str, Mapping[str, object]]


class _WrongError(Exception):
    """One field of an entry is wrong."""

    def __init__(self, text: str, *path: str | int) -> None:
        super().__init__(text)
        self.text = text
        self.path = path


def entries(overrides: Overrides) -> dict[str, Entry | None]:
    """Turn overrides into entries by native type; None for a type that takes no tags.

    Scalars may be text (`"false"`). Raises ConfigError that tells of every wrong type.
    """
    found: dict[str, Entry | None] = {}
    wrong = list(faults(overrides))
    if wrong:
        told = [f"{'.'.join(map(str, path))}: {text}" for path, text in wrong]
        raise ConfigError("the catalog of the configuration is wrong", hint=HINT, faults=told)
    for type_, fields in overrides.items():
        for native in _natives(type_):
            if native == type_ or native not in overrides:
                found[native] = _entry(native, fields)
    return found


def faults(overrides: Overrides) -> Iterator[Fault]:
    """Give the first fault of every wrong type, and where in the configuration it stands."""
    for type_, fields in overrides.items():
        try:
            _one_language(type_, _entry(type_, fields))
        except _WrongError as exc:
            yield ("catalog", type_, *exc.path), exc.text


def _natives(type_: str) -> tuple[str, ...]:
    """Give the types that a name stands for: a canonical or live one for all its native ones."""
    if ":" not in type_ or "::" in type_:
        return (type_,)
    natives = names.native_names().get(names.canonical(type_), ())
    if not natives:
        raise _WrongError(f"no type has the canonical name `{type_}`{names.suggestion(type_)}")
    return natives


def _one_language(type_: str, entry: Entry | None) -> None:
    natives = _natives(type_)
    if entry is not None and natives != (type_,):
        raise _WrongError(
            f"`{type_}` stands for types that carry tags in different attributes; name them one "
            f"by one: {', '.join(natives)}"
        )


def _entry(type_: str, fields: object) -> Entry | None:
    if not isinstance(fields, Mapping):
        raise _WrongError("must be a mapping")
    _known(fields, FIELDS)
    rest = {name: value for name, value in fields.items() if name != "taggable"}
    if not _taggable(fields.get("taggable", True)):
        if rest:
            raise _WrongError("contradicts `taggable: false`", min(rest))
        return None
    return _described(type_, rest)


def _known(fields: Mapping[str, object], known: tuple[str, ...], *path: str) -> None:
    for name in fields:
        if name not in known:
            near = did_you_mean(str(name), known)
            raise _WrongError(f"unknown field{near}; known: {', '.join(known)}", *path, name)


def _taggable(value: object) -> bool:
    try:
        return msgspec.convert(value, bool, strict=False)
    except msgspec.ValidationError as exc:
        raise _WrongError("must be true or false", "taggable") from exc


def _described(type_: str, fields: Mapping[str, object]) -> Entry:
    if "attribute" not in fields:
        raise _WrongError("`attribute` must name the attribute that holds the tags")
    attribute = fields["attribute"]
    if not isinstance(attribute, str) or not all(attribute.split(".")):
        raise _WrongError("must name the attribute that holds the tags", "attribute")
    chosen: dict[str, object] = {"shape": "map", **fields}
    if isinstance(reach := chosen.get("stack_tags"), bool):  # YAML 1.1 reads `yes` as true
        chosen["stack_tags"] = "yes" if reach else "no"
    for name, allowed in CHOICES.items():
        if name in chosen and chosen[name] not in allowed:
            word = str(chosen[name])
            near = did_you_mean(word, allowed)
            raise _WrongError(f"`{word}` is not one of {', '.join(allowed)}{near}", name)
    if isinstance(limits := chosen.get("limits"), Mapping):
        _known(limits, Limits.__struct_fields__, "limits")
    if chosen["shape"] != "map":
        key, value = ("Key", "Value") if "::" in type_ else ("key", "value")
        chosen = {"key": key, "value": value, **chosen}
    try:
        return msgspec.convert(chosen, Entry, strict=False)
    except msgspec.ValidationError as exc:
        fault, _, path = str(exc).partition(" - at `$")
        steps = (int(one) if one.isdecimal() else one for one in re.findall(r"[^.\[\]`]+", path))
        raise _WrongError(f"{fault[:1].lower()}{fault[1:]}", *steps) from exc
