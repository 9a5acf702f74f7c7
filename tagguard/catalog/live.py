"""Tells which live resource types of Azure, Google Cloud and Kubernetes take tags or labels.

Live types have names of their own: `microsoft.compute/virtualmachines` in Azure,
`compute.googleapis.com/Instance` in Google Cloud's asset inventory, `apps/Deployment` in a
cluster. The facts are generated data (`data/live`, written by ``tools/catalog.py``); a cloud's file
is read when one of its types is first asked for. A type that the data does not know is *unknown*,
never untaggable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from tagguard.model import Taggable

DATA = Path(__file__).resolve().parent / "data" / "live"

GENERATED = frozenset({"azure", "google"})
"""Providers with a data file."""
LABELLED = frozenset({"kubernetes"})
"""Providers all of whose objects take labels, those of custom resources too: they stand in the
metadata that every object has
(https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/)."""
PROVIDERS = GENERATED | LABELLED


class LiveData(Struct, frozen=True):
    """What a cloud's own interface says of its types."""

    provider: str
    source: str
    """What the facts were read from, with its version and licence."""
    date: str
    """When that was pinned."""
    places: dict[str, tuple[str, ...]]
    """Dotted path in the resource's own data -> types that carry tags or labels there."""
    untaggable: tuple[str, ...]
    """Types that take none. A type in neither is unknown."""


def taggable(provider: str, type_: str) -> Taggable:
    """Say whether a live type takes tags. Azure's names are compared without case."""
    if provider in LABELLED:
        return "yes"
    found = places(provider, type_) if provider in GENERATED else None
    return "unknown" if found is None else "yes" if found else "no"


def places(provider: str, type_: str) -> tuple[str, ...] | None:
    """Give the paths at which a live type shows its tags: none for a type without any.

    None, where the type is not known.
    """
    return _places(provider).get(type_.lower() if provider == "azure" else type_)


def source(provider: str) -> str:
    """Say what the facts of a cloud were read from."""
    return _read(provider).source


def _read(provider: str) -> LiveData:
    return msgspec.json.decode((DATA / f"{provider}.json").read_bytes(), type=LiveData)


@cache
def _places(provider: str) -> Mapping[str, tuple[str, ...]]:
    data = _read(provider)
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for place, types in data.places.items():
        for type_ in types:
            found[type_] += (place,)
    return {**dict.fromkeys(data.untaggable, ()), **found}
