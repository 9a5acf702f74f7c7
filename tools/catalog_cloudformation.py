"""Derives the catalog's facts of CloudFormation and SAM from the schemas that cfn-lint carries.

A type's `tagging` block names the property that holds its tags, but says so of too few types: one
that accepts `Tags` in a tag's shape takes tags whatever the block says. The property's name alone
proves nothing either (`LFTags`, `ResourceGroupTags` are about other things), so only the property
that the schema declares, `Tags` and `TagSpecifications` are looked at. The wheel is read as a zip
file; nothing of it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
from msgspec.structs import replace

from tagguard.catalog.entry import Entry, StackTags
from tagguard.model import Limits
from tools.catalog_places import is_about_others

SCHEMAS = "cfnlint/data/schemas/"

NOT_REACHED = {"AWS::IoT::Policy": 1939, "AWS::Location::Map": 1940}
"""Types that stack tags do not reach, unless their schema has come to say so since: type -> open
issue of aws-cloudformation/cloudformation-coverage-roadmap.
"""

SAM = {
    "AWS::Serverless::Api": "AWS::ApiGateway::Stage",
    "AWS::Serverless::Application": "AWS::CloudFormation::Stack",
    "AWS::Serverless::CapacityProvider": "AWS::Lambda::CapacityProvider",
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::GraphQLApi": "AWS::AppSync::GraphQLApi",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::MicrovmImage": "AWS::Lambda::MicrovmImage",
    "AWS::Serverless::NetworkConnector": "AWS::Lambda::NetworkConnector",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
    "AWS::Serverless::WebFunction": "AWS::Lambda::WebFunction",
    "AWS::Serverless::WebSocketApi": "AWS::ApiGatewayV2::Api",
}
"""The resource that carries the tags once the SAM transform has run; stack tags reach that."""

GENERAL = (50, 128, 256)
"""What AWS allows in general: tags on a resource, characters of a key and of a value."""

OWN = (
    "/properties/Tags",
    "/properties/TagSpecifications/*/Tags",
    "/properties/Replicas/*/Tags",  # a global table is tagged Region by Region
)
"""Where a type may keep its own tags."""

PLACES = {"Tags", "TagList", "Labels"}
"""Names of the nested properties that carry tags of something else."""


def schema_date(wheel: Path) -> str:
    """Give the day on which the schemas were published."""
    with ZipFile(wheel) as archive:
        stamp: dict[str, str] = msgspec.json.decode(archive.read(f"{SCHEMAS}version.json"))
    return stamp["schema_date"].partition("T")[0]


def schemas(wheel: Path) -> dict[str, dict[str, Any]]:
    """Give the schema of every type of every Region."""
    hashes: dict[str, str] = {}
    with ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith(f"{SCHEMAS}providers/"):
                hashes.update(msgspec.json.decode(archive.read(name), type=dict[str, str]))
        return {
            type_: msgspec.json.decode(archive.read(f"{SCHEMAS}resources/{digest}.json"))
            for type_, digest in hashes.items()
        }


def permissions(schema: dict[str, Any]) -> list[str]:
    """Give what creating and tagging a resource of the type asks for."""
    create = schema.get("handlers", {}).get("create", {})
    return [*create.get("permissions", ()), *(schema.get("tagging", {}).get("permissions") or ())]


def entries(types: Mapping[str, dict[str, Any]]) -> dict[str, Entry | None]:
    """Give every type's entry, or None where it takes no tags."""
    found = {type_: entry(schema) for type_, schema in types.items()}
    for type_, made in SAM.items():
        sam, target = found[type_], found[made]
        if sam and target:
            found[type_] = replace(sam, stack_tags=target.stack_tags)
    return found


def entry(schema: dict[str, Any]) -> Entry | None:
    """Give the entry of the type that a schema describes, or None where it takes no tags."""
    tagging = schema.get("tagging", {})
    declared = tagging.get("tagProperty") if tagging.get("taggable") else None
    reach: StackTags = "no" if schema.get("typeName") in NOT_REACHED else "maybe"
    if tagging.get("cloudFormationSystemTags"):
        reach = "yes"
    for path in (declared, *OWN):
        steps = [step for step in (path or "").split("/")[2:] if step != "*"]
        found = _described(schema, ".".join(steps), _walk(schema, steps))
        if found:
            also = tuple(sorted(_places(schema) - {found.attribute}))
            return replace(found, stack_tags=reach, also=also)
    return None


def _places(schema: dict[str, Any]) -> set[str]:
    """Find the nested properties that are named and shaped like tags."""
    places: set[str] = set()
    read_only = {
        pointer.removeprefix("/properties/").replace("/*", "").replace("/", ".")
        for pointer in schema.get("readOnlyProperties", ())
    }

    def descend(node: dict[str, Any], path: str, through: frozenset[str]) -> None:
        if (reference := node.get("$ref")) in through:
            return  # a definition that holds itself
        if reference:
            through |= {reference}
            node = _target(schema, node) or {}
        if "items" in node:
            descend(node["items"], path, through)
        for option in _options(node):
            for name, member in option.get("properties", {}).items():
                inner = f"{path}.{name}" if path else name
                if inner in read_only:
                    continue
                if path and name in PLACES and not is_about_others(inner):
                    found = _described(schema, inner, _target(schema, member))
                    places.update([found.attribute] if found else [])
                descend(member, inner, through)

    descend({"properties": schema.get("properties", {})}, "", frozenset())
    return places


def _walk(schema: dict[str, Any], steps: list[str]) -> dict[str, Any] | None:
    """Go down the properties, through the items of lists."""
    node = schema if steps else None
    for step in steps:
        node = _target(schema, (node or {}).get("properties", {}).get(step))
        if node and step != steps[-1]:
            node = _target(schema, node.get("items")) or node
    return node


def _target(schema: dict[str, Any], node: dict[str, Any] | None) -> dict[str, Any] | None:
    """Follow a reference into the schema's definitions."""
    while node and "$ref" in node:
        kind, name = node["$ref"].removeprefix("#/").split("/", 1)
        node = schema[kind][name]
    return node


def _described(schema: dict[str, Any], path: str, node: dict[str, Any] | None) -> Entry | None:
    """Recognise the shape of a property: a list of keys and values, or a map."""
    if node is None:
        return None
    if items := _target(schema, node.get("items")):
        members = {
            name: member
            for option in _options(items)
            for name, member in option.get("properties", {}).items()
        }
        if not members.keys() >= {"Key", "Value"}:
            return None
        key, value = (_target(schema, members[name]) or {} for name in ("Key", "Value"))
        limits = _limits(node.get("maxItems"), key.get("maxLength"), value.get("maxLength"))
        return Entry(path, "list", "Key", "Value", limits=limits)
    properties = node.get("properties", {})
    if "Items" in properties:
        return _described(schema, f"{path}.Items", _target(schema, properties["Items"]))
    if "object" not in node.get("type", "object") or properties:
        return None
    value = next(iter(node.get("patternProperties", {}).values()), {})
    return Entry(path, "map", limits=_limits(node.get("maxProperties"), 0, value.get("maxLength")))


def _limits(tags: int | None, key: int | None, value: int | None) -> Limits:
    """Keep what is stricter than AWS is in general."""
    stated = zip((tags, key, value), GENERAL, strict=True)
    return Limits(*(limit if limit and limit < general else 0 for limit, general in stated))


def _options(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *node.get("anyOf", ()), *node.get("oneOf", ())]
