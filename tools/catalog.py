"""Regenerates ``tagguard/catalog/data``: which resource types take tags, and where.

    python tools/catalog.py [--check] [--cache DIR]

To move to newer providers, change `catalog_pins.py`, run this, and review the diff: a type that
changed sides changes verdicts. The output depends on the pins and on `type_map.yaml` alone. Needs
tagguard installed in editable mode and, for an empty cache, git, GitHub, the package index and
some 1,100 MB.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from tagguard.catalog.entry import Entry, Group, ProviderData
from tagguard.catalog.live import LiveData
from tagguard.catalog.types import TypeMap
from tools import (
    catalog_azure,
    catalog_bindings,
    catalog_cloudformation,
    catalog_google,
    catalog_limits,
    catalog_source,
    catalog_terraform,
    catalog_types,
)
from tools.catalog_go import Source
from tools.catalog_pins import (
    ARNS,
    BINDINGS,
    BODIES,
    DATE,
    DISCOVERY,
    LIVE_DATE,
    REPOSITORIES,
    SCHEMAS,
    Commit,
    Wheel,
)

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tagguard" / "catalog" / "data"
CACHE = Path(gettempdir()) / "tagguard-catalog"
Types = Mapping[str, Entry | None]
"""Type -> its entry, or None where it takes no tags."""

READERS = {"alicloud": catalog_source.alicloud, "oci": catalog_source.oci}
"""Provider that is read from source -> what reads it."""


def main() -> int:
    """Write the data; with `--check`, only tell whether it differs (exit code 1)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 on a difference"
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of what is read")
    options = parser.parse_args()
    stale = 0
    for name, content in files(options.cache):
        path = DATA / name
        if path.is_file() and path.read_bytes() == content:
            continue
        stale += 1
        print(f"{name} differs" if options.check else f"{name} written")
        if not options.check:
            path.write_bytes(content)
    return 1 if options.check and stale else 0


class Reading(NamedTuple):
    """What one version of a provider says."""

    pin: Wheel | Commit
    version: str
    types: Types


def files(cache: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each data file's name and content."""
    wheel = SCHEMAS.fetched(cache)
    schemas = catalog_cloudformation.schemas(wheel)
    templates = catalog_cloudformation.entries(schemas)
    terraform = {**_bindings(cache, templates), **_repositories(cache)}
    natives, twins = catalog_types.type_map(
        catalog_types.arns(ARNS.fetched(cache)),
        {type_: catalog_cloudformation.permissions(schema) for type_, schema in schemas.items()},
        {type_ for reading in terraform["aws"] for type_ in reading.types},
        {type_ for reading in terraform["awscc"] for type_ in reading.types},
    )
    described = ", ".join(
        f"{provider} {newest.version}" for provider, (newest, *_) in sorted(terraform.items())
    )
    yield "VERSION", f"{DATE} ({described}, cfn-lint {SCHEMAS.version})\n".encode()
    pins = (*BINDINGS["aws"], *BINDINGS["awscc"], SCHEMAS, ARNS)
    origin = "; ".join(pin.source for pin in pins)
    yield "types.json", laid_out(TypeMap(origin, DATE, natives))
    published = Reading(SCHEMAS, catalog_cloudformation.schema_date(wheel), templates)
    for provider, readings in {**terraform, "cloudformation": [published]}.items():
        limited = [
            reading._replace(types=catalog_limits.limited(reading.types, twins, templates))
            for reading in readings
        ]
        yield f"{provider}.json", laid_out(data(provider, limited))
    for live in _live(cache):
        yield f"live/{live.provider}.json", laid_out(live)


def _live(cache: Path) -> Iterator[LiveData]:
    """Read the live types of the clouds that have names of their own for them."""
    azure = catalog_azure.types(BODIES.fetched(cache), BODIES.commit, BODIES.folder)
    tags = {type_: ("tags",) if taken else () for type_, taken in azure.items()}
    yield live_data("azure", BODIES, tags)
    yield live_data("google", DISCOVERY, catalog_google.types(DISCOVERY.fetched(cache)))


def live_data(provider: str, pin: Wheel | Commit, types: Mapping[str, tuple[str, ...]]) -> LiveData:
    """Lay one cloud's live types out, grouped by where they show their tags."""
    places: dict[str, list[str]] = defaultdict(list)
    for type_, found in sorted(types.items()):
        for place in found:
            places[place].append(type_)
    return LiveData(
        provider=provider,
        source=pin.source,
        date=LIVE_DATE,
        places={place: tuple(places[place]) for place in sorted(places)},
        untaggable=tuple(sorted(type_ for type_, found in types.items() if not found)),
    )


def _bindings(cache: Path, templates: Types) -> dict[str, list[Reading]]:
    """Read the providers that have bindings, newest version first."""
    found = defaultdict(list)
    for provider, pins in BINDINGS.items():
        for pin in pins:
            wheel = pin.fetched(cache)
            types = catalog_terraform.entries(provider, wheel, templates)
            version = catalog_bindings.provider_version(wheel)
            found[provider].append(Reading(pin, version, types))
    return found


def _repositories(cache: Path) -> dict[str, list[Reading]]:
    """Read the providers that have none from their source."""
    found = {}
    for provider, pin in REPOSITORIES.items():
        source = Source.at(pin.fetched(cache), pin.commit, pin.folder)
        found[provider] = [Reading(pin, *READERS[provider](source))]
    return found


def data(provider: str, readings: Sequence[Reading]) -> ProviderData:
    """Lay one provider's facts out, newest first, grouped by what the types share."""
    versions = []
    newer: set[str] = set()
    for pin, version, types in readings:
        groups: dict[Entry, list[str]] = defaultdict(list)
        untaggable: list[str] = []
        for type_, entry in sorted(types.items()):
            if type_ not in newer:
                (groups[entry] if entry else untaggable).append(type_)
        newer |= types.keys()
        shared = sorted(groups.items(), key=lambda group: group[1])
        versions.append(
            ProviderData(
                provider=provider,
                source=pin.source,
                version=version,
                date=DATE,
                groups=tuple(Group(entry, tuple(members)) for entry, members in shared),
                untaggable=tuple(untaggable),
            )
        )
    newest, *older = versions
    return replace(newest, older=tuple(older))


def laid_out(data: object) -> bytes:
    """Give JSON that a person can review line by line."""
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


if __name__ == "__main__":
    sys.exit(main())
