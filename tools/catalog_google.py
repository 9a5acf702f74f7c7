"""Decides which types of Google Cloud's asset inventory carry labels, and where.

Facts: the discovery documents of Google's interfaces, as the `google-api-python-client` ships them.
An asset's type is its service and the name of its schema (`compute.googleapis.com/Instance`), and
its data is what the service itself shows of it, so labels stand where the schema has them. Only
what some `get` method gives is a resource.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec

DOCUMENT = re.compile(r"/discovery_cache/documents/.+\..+\.json$")
CLOUD = "https://www.googleapis.com/auth/cloud-platform"
"""The scope that Google Cloud's own interfaces accept, and those for other products do not."""
VERSIONED = re.compile(r"^(?:Google\w*?)?V\d+(?:(?:p\d+)?(?:alpha|beta)\d*)?(?=[A-Z])")
"""What newer interfaces put before a schema's name: `GoogleCloudRunV2Service`."""

PLACES = ("userLabels", "resourceLabels", "settings.userLabels", "labels", "metadata.labels")
"""Where labels may stand, best first. A schema that has the first beside `labels` means something
else with the latter (the address of a notification channel)."""

OTHER_NAMES = {
    "cloudkms.googleapis.com/KeyRingImportJob": "cloudkms.googleapis.com/ImportJob",
    "compute.googleapis.com/GlobalAddress": "compute.googleapis.com/Address",
    "compute.googleapis.com/GlobalForwardingRule": "compute.googleapis.com/ForwardingRule",
    "compute.googleapis.com/RegionBackendService": "compute.googleapis.com/BackendService",
    "compute.googleapis.com/RegionDisk": "compute.googleapis.com/Disk",
    "sqladmin.googleapis.com/Instance": "sqladmin.googleapis.com/DatabaseInstance",
}
"""Asset types whose schema has another name
(https://cloud.google.com/asset-inventory/docs/asset-types)."""

BY_HAND: dict[str, tuple[str, ...]] = {
    "cloudbilling.googleapis.com/ProjectBillingInfo": (),
    "bigquery.googleapis.com/Job": ("configuration.labels",),
    "cloudidentity.googleapis.com/Group": (),
    "compute.googleapis.com/InstanceTemplate": ("properties.labels",),
    "container.googleapis.com/NodePool": ("config.resourceLabels",),
    "dialogflow.googleapis.com/Intent": (),
}
"""Asset types without a `get` method; those whose labels stand elsewhere (templates and node pools
are judged by the labels that they give their machines, as their Terraform types are); and those
whose `labels` choose among kinds of the service's own."""
UNREADABLE = {"deploymentmanager.googleapis.com/Deployment"}
"""Types with labels in another shape than a map: better not known than said to have none."""
SHARED = re.compile(r"(?:Location|Operation)$")
"""Schemas that every service has and that are nobody's resource."""

STABLE = re.compile(r"(?:\w+_)?v[\d.]+")
"""How the version of an interface is spelt that is neither a preview nor a test."""

Schemas = Mapping[str, Any]


def types(wheel: Path) -> dict[str, tuple[str, ...]]:
    """Give every type with the places of its labels; none for a type that takes none.

    What only a preview knows counts where the stable versions do not have the type.
    """
    stable: dict[str, set[str]] = defaultdict(set)
    preview: dict[str, set[str]] = defaultdict(set)
    with ZipFile(wheel) as archive:
        for name in filter(DOCUMENT.search, archive.namelist()):
            document = msgspec.json.decode(archive.read(name))
            found = stable if STABLE.fullmatch(document["version"]) else preview
            for type_, schema in _resources(document):
                found[type_].update(_places(schema, document["schemas"]))
    known = {**preview, **stable}
    known |= {name: known[schema] for name, schema in OTHER_NAMES.items()}
    ordered = {
        type_: tuple(place for place in PLACES if place in places)
        for type_, places in known.items()
    }
    return {type_: at for type_, at in (ordered | BY_HAND).items() if type_ not in UNREADABLE}


def _resources(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield type and schema of all that a service's `get` methods give."""
    if CLOUD not in document.get("auth", {}).get("oauth2", {}).get("scopes", {}):
        return
    service = document["rootUrl"].split("/")[2]
    given = {
        method["response"]["$ref"]
        for name, method in _methods(document)
        if name == "get" and "response" in method and not SHARED.search(method["response"]["$ref"])
    }
    for name in sorted(given):
        yield f"{service}/{VERSIONED.sub('', name)}", document["schemas"][name]


def _methods(resource: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from resource.get("methods", {}).items()
    for nested in resource.get("resources", {}).values():
        yield from _methods(nested)


def _places(schema: Mapping[str, Any], schemas: Schemas) -> set[str]:
    found = {place for place in PLACES if _is_labels(_at(schema, place, schemas))}
    return found - {"labels"} if "userLabels" in found else found


def _at(schema: Mapping[str, Any], place: str, schemas: Schemas) -> Mapping[str, Any]:
    """Follow a dotted path through a schema; empty where it ends early."""
    found = schema
    for step in place.split("."):
        found = schemas[found["$ref"]] if "$ref" in found else found
        found = found.get("properties", {}).get(step, {})
    return found


def _is_labels(schema: Mapping[str, Any]) -> bool:
    values = schema.get("additionalProperties", {})
    return values.get("type") == "string" and not schema.get("readOnly")
