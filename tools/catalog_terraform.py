"""Decides where the types of a Terraform provider carry their own tags or labels.

The schema alone does not tell a resource's tags from a filter, from what is handed to others, or
from another service's notion of a label: each rule below names the mark that does.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from tagguard.catalog.entry import Entry
from tools.catalog_bindings import ResourceType, resource_types, snake
from tools.catalog_places import is_about_others

GOOGLE_LABELS = (
    "user_labels",
    "resource_labels",
    "labels",
    "metadata.labels",
    "settings.user_labels",
    "node_config.resource_labels",
)
"""Where Google types keep their own labels, in the order in which the first that exists counts."""

PLACES = {"tags", "tag_list", "labels", "volume_tags", "resource_labels", "user_labels"}
"""Names of the nested arguments that carry tags of something else."""


def entries(
    provider: str, wheel: Path, cloudformation: Mapping[str, Entry | None]
) -> dict[str, Entry | None]:
    """Give every type of the provider: its entry, or None where it takes no tags.

    A type whose tags have a shape that `Entry` cannot describe is left out, so it is unknown.
    """
    properties = {
        type_.partition("::")[2].replace("::", "").lower(): entry.attribute
        for type_, entry in cloudformation.items()
        if entry
    }
    found: dict[str, Entry | None] = {}
    for resource in resource_types(wheel):
        match provider:
            case "aws":
                entry = _aws(resource)
            case "awscc":
                tags = resource.argument("tags")
                if tags and tags.primitive == "string":  # a JSON text
                    continue
                same = resource.name.removeprefix("awscc_").replace("_", "")
                entry = _awscc(resource, properties.get(same, "Tags"))
            case "azurerm" | "azapi":
                entry = Entry("tags", "map") if resource.is_map("tags") else None
            case "kubernetes":
                entry = _kubernetes(resource)
            case _:
                entry = _google(resource)
        found[resource.name] = entry and replace(entry, also=_also(resource, entry))
    return found


def _also(resource: ResourceType, entry: Entry) -> tuple[str, ...]:
    """Find the nested arguments that are named and shaped like tags."""
    return tuple(
        path
        for path in resource.places(PLACES)
        if path != entry.attribute
        and ("." in path or path == "volume_tags")
        and not is_about_others(path)
        and (resource.is_map(path) or resource.item_members(path) >= {"key", "value"})
    )


def _aws(resource: ResourceType) -> Entry | None:
    """`tags` without `tags_all` is a filter or a selector; default_tags reach no ASG block."""
    if resource.is_map("tags") and resource.shows("tags_all"):
        return Entry("tags", "map", computed=("tags_all",), defaults=True)
    if resource.item_members("tag") >= {"key", "value", "propagate_at_launch"}:
        return Entry("tag", "blocks", "key", "value")
    return None


def _awscc(resource: ResourceType, tag_property: str) -> Entry | None:
    """Named as CloudFormation names it, but shaped by this provider's own schema."""
    attribute = ".".join(snake(step) for step in tag_property.split("."))
    if resource.is_map(attribute):
        return Entry(attribute, "map")
    if resource.item_members(attribute) >= {"key", "value"}:
        return Entry(attribute, "list", "key", "value")
    return None


def _google(resource: ResourceType) -> Entry | None:
    """Take no map `labels` that shows no effective labels for its own, and never `tags`."""
    for path in GOOGLE_LABELS:
        if not resource.is_map(path):
            continue
        name = path.rpartition(".")[2]
        block = path.removesuffix(name)
        shown = (f"{block}effective_labels", f"{block}terraform_labels")
        computed = tuple(attribute for attribute in shown if resource.shows(attribute))
        if computed or name != "labels":
            return Entry(path, "map", computed=computed, defaults=bool(computed))
    if resource.item_members("labels") == {"key", "value"}:
        return Entry("labels", "blocks", "key", "value")
    return None


def _kubernetes(resource: ResourceType) -> Entry | None:
    """Objects with their own metadata; a manifest holds the same as free data."""
    if resource.name == "kubernetes_manifest":
        return Entry("manifest.metadata.labels", "map")
    return Entry("metadata.labels", "map") if resource.is_map("metadata.labels") else None
