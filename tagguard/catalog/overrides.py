"""Reads the user's own catalog entries: `catalog: {TYPE: {…}}` in tagguard.yaml.

An override replaces what the catalog says of its type; it is never merged with it. It only checks
and converts: finding the file and its lines is the configuration's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import msgspec

from tagguard.catalog.entry import Entry, Shape, StackTags
from tagguard.errors import ConfigError, did_you_mean
from tagguard.model import Limits

FIELDS = ("taggable", *Entry.__struct_fields__)
CHOICES: dict[str, tuple[str, ...]] = {"shape": get_args(Shape), "stack_tags": get_args(StackTags)}
HINT = "write `taggable: false`, or `attribute: tags` with `shape: map`"


def entries(overrides: Mapping[str, Mapping[str, object]]) -> dict[str, Entry | None]:
    """Turn overrides into entries by type; None for a type that takes no tags.

    Scalars may be text (`"false"`). Raises ConfigError naming the type and the field.
    """
    return {type_: _entry(type_, fields) for type_, fields in overrides.items()}


def _entry(type_: str, fields: Mapping[str, object]) -> Entry | None:
    if not isinstance(fields, Mapping):
        raise ConfigError(f"`catalog.{type_}` must be a mapping", hint=HINT)
    _known(f"catalog.{type_}", fields, FIELDS)
    rest = {name: value for name, value in fields.items() if name != "taggable"}
    if not _taggable(type_, fields.get("taggable", True)):
        if rest:
            raise ConfigError(f"`catalog.{type_}.{min(rest)}` contradicts `taggable: false`")
        return None
    return _described(type_, rest)


def _known(where: str, fields: Mapping[str, object], known: tuple[str, ...]) -> None:
    for name in fields:
        if name not in known:
            raise ConfigError(
                f"`{where}` has no field `{name}`{did_you_mean(str(name), known)}",
                hint=f"the fields are: {', '.join(known)}",
            )


def _taggable(type_: str, value: object) -> bool:
    try:
        return msgspec.convert(value, bool, strict=False)
    except msgspec.ValidationError as exc:
        raise ConfigError(f"`catalog.{type_}.taggable` must be true or false", hint=HINT) from exc


def _described(type_: str, fields: Mapping[str, object]) -> Entry:
    attribute = fields.get("attribute")
    if not isinstance(attribute, str) or not all(attribute.split(".")):
        raise ConfigError(
            f"`catalog.{type_}.attribute` must name the attribute that holds the tags", hint=HINT
        )
    chosen: dict[str, object] = {"shape": "map", **fields}
    if isinstance(reach := chosen.get("stack_tags"), bool):  # YAML 1.1 reads `yes` as true
        chosen["stack_tags"] = "yes" if reach else "no"
    for name, allowed in CHOICES.items():
        if name in chosen and chosen[name] not in allowed:
            word = str(chosen[name])
            raise ConfigError(
                f"`catalog.{type_}.{name}` is `{word}`{did_you_mean(word, allowed)}",
                hint=f"choose one of: {', '.join(allowed)}",
            )
    if isinstance(limits := chosen.get("limits"), Mapping):
        _known(f"catalog.{type_}.limits", limits, Limits.__struct_fields__)
    if chosen["shape"] != "map":
        key, value = ("Key", "Value") if "::" in type_ else ("key", "value")
        chosen = {"key": key, "value": value, **chosen}
    try:
        return msgspec.convert(chosen, Entry, strict=False)
    except msgspec.ValidationError as exc:
        fault, _, path = str(exc).partition(" - at `$")
        where = f"catalog.{type_}{path.rstrip('`')}"
        raise ConfigError(f"`{where}` is wrong: {fault[:1].lower()}{fault[1:]}", hint=HINT) from exc
