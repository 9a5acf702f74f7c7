"""Turns a parsed document into a typed record, or into every fault it has, with positions.

The record types are the single source: their JSON Schema (published in the package) is generated
from them. A sound document never pays for a schema validator; a faulty one is explained by
`jsonschema`, which finds all faults where a decoder stops at the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from yaml.nodes import Node

from tagguard.documents import locate, to_text_data
from tagguard.errors import did_you_mean

T = TypeVar("T")


Fault = tuple[tuple[str | int, ...], str]
"""Where in the document (a path of keys), and what is wrong."""


MOST_TOLD = 200
"""Faults that are listed one by one."""


def read_record(node: Node | None, kind: type[T]) -> tuple[T | None, list[Fault]]:
    """Give the record, or None and all its faults.

    Every scalar of the document is text; booleans and numbers are made only where the record's
    type asks for them. Raises DocumentError for repeated keys and exploding aliases.
    """
    return convert_record(to_text_data(node), kind)


def convert_record(data: object, kind: type[T]) -> tuple[T | None, list[Fault]]:
    """Do the same for a document that is already data, all scalars text."""
    try:
        return msgspec.convert({} if data is None else data, kind, strict=False), []
    except msgspec.ValidationError as exc:
        return None, list(dict.fromkeys(_explain(data, kind))) or [((), str(exc))]


def positioned(faults: Iterable[Fault], node: Node | None, where: str) -> list[str]:
    """Write faults in file order as `path:line:column: field: what is wrong`."""
    told = list(faults)
    placed = sorted(
        {(*locate(node, path), ".".join(map(str, path)), text) for path, text in told[:MOST_TOLD]}
    )
    more = [f"{where}: … and {len(told) - MOST_TOLD:,} more"] if len(told) > MOST_TOLD else []
    return [
        f"{where}:{line}:{column}: {f'{path}: ' if path else ''}{text}"
        for line, column, path, text in placed
    ] + more


def schema_of(kind: type) -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a record type."""
    schema: dict[str, Any] = msgspec.json.schema(kind)
    return schema


def _explain(data: object, kind: type) -> Iterator[Fault]:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only a faulty document needs it

    schema = schema_of(kind)
    definitions = schema.get("$defs", {})
    typed = _coerced({} if data is None else data, schema, definitions)
    for error in Draft202012Validator(schema).iter_errors(typed):
        for leaf in _leaves(error):
            yield from _messages(leaf)


def _leaves(error: Any) -> Iterator[Any]:  # noqa: ANN401 - jsonschema's error type, imported late
    """Of a failed union, take the faults of the branch that fits the value's shape."""
    branches: dict[int, list[Any]] = {}
    for one in error.context:
        branches.setdefault(one.schema_path[0], []).append(one)
    for faults in branches.values():
        if not any(one.validator == "type" and not one.path for one in faults):
            for one in faults:
                yield from _leaves(one)
            return
    yield error


_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer"}
_NOUNS = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "empty",
}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _messages(error: Any) -> Iterator[Fault]:  # noqa: ANN401
    path = tuple(error.absolute_path)
    value, rule = error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            known = error.schema.get("properties", {})
            for name in value:
                if name not in known:
                    yield (
                        (*path, name),
                        f"unknown field{did_you_mean(name, known)}; known: {', '.join(known)}",
                    )
        case "required":
            missing = [name for name in rule if name not in value]
            yield path, f"{' and '.join(f'`{name}`' for name in missing)} must be given"
        case "enum":
            choices = ", ".join(f"`{one}`" for one in rule)
            yield (
                path,
                f"`{value}` is not one of {choices}{did_you_mean(str(value), map(str, rule))}",
            )
        case "type" | "anyOf" | "oneOf":
            yield path, f"must be {_expected(error)}, not {_found(value)}"
        case "pattern":
            noun = error.schema.get("title", f"text that matches {rule}")
            yield path, f"`{value}` is not {noun}"
        case _:
            yield path, str(error.message)


def _expected(error: Any) -> str:  # noqa: ANN401
    if error.validator == "type":
        kinds = _listed(error.validator_value)
    else:
        kinds = [kind for one in error.validator_value for kind in _kinds(one)]
    return " or ".join(dict.fromkeys(_NOUNS.get(kind, str(kind)) for kind in kinds))


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    return ["object"] if "$ref" in schema else _listed(schema.get("type", "object"))


def _found(value: object) -> str:
    if isinstance(value, str):
        return f"`{value}`"
    return "empty" if value is None else _NOUNS[_JSON_TYPES[type(value)]]


def _coerced(value: Any, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Make booleans and integers of texts where the schema has them, as `msgspec.convert` does."""
    branches = list(_branches(schema, definitions))
    kinds = {kind for branch in branches for kind in _listed(branch.get("type"))}
    if isinstance(value, str):
        if "boolean" in kinds and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        if "integer" in kinds and re.fullmatch("-?[0-9]{1,18}", value):
            return int(value)
        return value
    if isinstance(value, list):
        items: Mapping[str, Any] = next(
            (one["items"] for one in branches if isinstance(one.get("items"), dict)), {}
        )
        return [_coerced(item, items, definitions) for item in value]
    if isinstance(value, dict):
        objects = [one for one in branches if "properties" in one or "additionalProperties" in one]
        return {
            name: _coerced(item, _member(objects, name), definitions)
            for name, item in value.items()
        }
    return value


def _branches(
    schema: Mapping[str, Any], definitions: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        for branch in schema["anyOf"]:
            yield from _branches(branch, definitions)
    else:
        yield schema


def _member(objects: list[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    for schema in objects:
        if name in schema.get("properties", {}):
            found: Mapping[str, Any] = schema["properties"][name]
            return found
        if isinstance(schema.get("additionalProperties"), dict):
            rest: Mapping[str, Any] = schema["additionalProperties"]
            return rest
    return {}
