"""Which cloud's tag syntax a Terraform provider has, and where its resources name their place."""

from __future__ import annotations

from tagguard.catalog import Entry

_DIALECTS = {
    "aws": "aws",
    "awscc": "aws",
    "azurerm": "azure",
    "azapi": "azure",
    "google": "gcp",
    "google-beta": "gcp",
    "kubernetes": "kubernetes",
    "oci": "oci",
}


def cloud_of(provider: str) -> str:
    """Name the dialect of a provider's tags; `generic` for one of no known cloud."""
    return _DIALECTS.get(provider, "generic")


def region_name(cloud: str) -> str:
    """Name the attribute that holds the region."""
    return "location" if cloud == "azure" else "region"


def namespace_path(entry: Entry | None) -> str:
    """Name the attribute that holds the namespace: it stands beside the labels."""
    if entry is None or not entry.attribute.endswith("metadata.labels"):
        return "metadata.namespace"
    return entry.attribute.removesuffix("labels") + "namespace"
