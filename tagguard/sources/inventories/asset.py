"""One asset of Google Cloud's inventory: its project, place, labels, and who made it.

Nothing here knows documents; `cloud_assets` reads those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

from tagguard.sources.inventories.json_parts import part

PROJECT_TYPE = "cloudresourcemanager.googleapis.com/Project"
PROJECT = re.compile(r"(?:^|/)projects?/([^/]+)")
PLACE = re.compile(r"/(?:locations|regions|zones)/([^/]+)|/(global)/")
ZONE = re.compile(r"([a-z]+-[a-z]+\d+)-[a-z]")
GOING = "DELETE_REQUESTED"
"""State of a project or folder that is about to go."""

ANY_PLACE = ("labels", "userLabels", "resourceLabels", "settings.userLabels", "metadata.labels")
"""Where labels are looked for in data of a type that the catalog does not know."""
CONVERTED = {"spanner.googleapis.com/Instance": ("instance.labels",)}
"""Further places, in assets that were made from a Terraform plan."""

PLATFORM = "goog-"
MANAGED_BY = "goog-managed-by"
"""The label whose value names the service that made a resource."""
MACHINES = "compute.googleapis.com/"
MAKERS = {
    "goog-composer-": "composer",
    "goog-dataflow-": "dataflow",
    "goog-dataproc-": "dataproc",
    "goog-gke-": "gke",
    "goog-k8s-": "gke",
}
"""How services label the machines and disks that they make for themselves."""


class Held(Struct):
    """The resource of an asset."""

    data: Raw = Raw()
    """Its own data as JSON; as text that holds JSON in an export to BigQuery."""
    location: str | None = None


class Project(Struct):
    """The data of a project."""

    id: str | None = field(default=None, name="projectId")


class Asset(Struct):
    """The part of an asset that is read; a member may be spelt as either encoding has it."""

    name: str = ""
    camel_type: str = field(default="", name="assetType")
    snake_type: str = field(default="", name="asset_type")
    resource: Held | str | None = None
    """In a search for policies, the asset's name."""
    ancestors: list[str] | None = None
    ancestry: str | None = field(default=None, name="ancestry_path")
    project: str | None = None
    location: str | None = None
    labels: dict[str, str] | UnsetType | None = UNSET
    parent: str | None = field(default=None, name="parentFullResourceName")
    state: str | None = None

    def __post_init__(self) -> None:
        """Take the name from where a search for policies has it."""
        if isinstance(self.resource, str):
            self.name, self.resource = self.name or self.resource, Held()

    @property
    def type(self) -> str:
        """Its type, such as `compute.googleapis.com/Instance`."""
        return self.camel_type or self.snake_type

    @property
    def data(self) -> Raw | None:
        """The resource's own data; None where the asset shows none."""
        data = self.resource.data if isinstance(self.resource, Held) else Raw()
        return None if bytes(memoryview(data)[:5]) in {b"", b"null"} else data

    @property
    def is_search_result(self) -> bool:
        """Labels stand at the top, if anywhere."""
        told = self.labels is not UNSET or bool(self.project or self.parent)
        return told and self.resource is None

    @property
    def project_told(self) -> str | None:
        """Its project by number or id, as the asset tells it first."""
        for told in (self.project, *(self.ancestors or ())[:1], self.ancestry, self.name):
            if told and (found := PROJECT.search(told)):
                return found[1]
        return None

    @property
    def project_id(self) -> str | None:
        """The id of its project, where its name or its data tell it."""
        named = PROJECT.search(self.name)
        if named and not named[1].isdecimal():
            return named[1]
        if self.type == PROJECT_TYPE and self.data is not None:
            return part(plain(self.data), Project).id
        return None

    @property
    def region(self) -> str | None:
        """Its Region, that of its zone, or `global`."""
        held = self.resource.location if isinstance(self.resource, Held) else None
        place = held or self.location
        if not place and (found := PLACE.search(self.name)):
            place = found[1] or found[2]
        if not place:
            return None
        zone = ZONE.fullmatch(place)
        return zone[1] if zone else place.lower()


def labels_at(data: Raw, places: tuple[str, ...]) -> dict[str, str]:
    """Give the labels at the first place that has some; raises `msgspec.DecodeError`."""
    shown = part(plain(data), _shown(places))
    for place in places:
        first, *rest = place.split(".")
        found = getattr(shown, first)
        for step in rest:
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, dict) and found:
            return msgspec.convert(found, dict[str, str])
    return {}


@cache
def _shown(places: tuple[str, ...]) -> type[Struct]:
    """Make the type that has just those members of a resource's data where the places begin."""
    first = dict.fromkeys(place.partition(".")[0] for place in places)
    return msgspec.defstruct("Shown", [(name, Any, None) for name in first])


def plain(data: Raw) -> Raw | bytes:
    """Give data as JSON, also where it stands as a text in JSON."""
    return part(data, str).encode() if bytes(memoryview(data)[:1]) == b'"' else data


def managed_by(type_: str, labels: Mapping[str, str]) -> str:
    """Say who made a resource: the service, if it alone labelled it; else `user`."""
    if not labels or any(not key.startswith(PLATFORM) for key in labels):
        return "user"
    if service := labels.get(MANAGED_BY):
        return service
    if type_.startswith(MACHINES):
        for prefix, service in MAKERS.items():
            if any(key.startswith(prefix) for key in labels):
                return service
    return "user"
