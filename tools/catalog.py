"""Regenerates ``tagguard/catalog/data``: which resource types take tags, and where.

    python tools/catalog.py [--check] [--cache DIR]

To move to newer providers, change `catalog_pins.py`, run this, and review the diff: a type that
changed sides changes verdicts. The output depends on the pins and on `type_map.yaml` alone. Needs
tagguard installed in editable mode and, for an empty cache, git, GitHub, the package index and
some 450 MB.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import gettempdir

import msgspec

from tagguard.catalog.entry import Entry, Group, ProviderData
from tagguard.catalog.types import TypeMap
from tools import (
    catalog_bindings,
    catalog_cloudformation,
    catalog_limits,
    catalog_source,
    catalog_terraform,
    catalog_types,
)
from tools.catalog_go import Source
from tools.catalog_pins import ARNS, BINDINGS, DATE, PINS, REPOSITORIES, SCHEMAS

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tagguard" / "catalog" / "data"
CACHE = Path(gettempdir()) / "tagguard-catalog"
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


def files(cache: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each data file's name and content."""
    schemas = catalog_cloudformation.schemas(SCHEMAS.fetched(cache))
    types = {"cloudformation": catalog_cloudformation.entries(schemas)}
    versions = {}
    for provider, pin in BINDINGS.items():
        wheel = pin.fetched(cache)
        versions[provider] = catalog_bindings.provider_version(wheel)
        types[provider] = catalog_terraform.entries(provider, wheel, types["cloudformation"])
    for provider, read in READERS.items():
        repository = REPOSITORIES[provider]
        source = Source.at(
            repository.fetched(cache), repository.commit, catalog_source.FOLDERS[provider]
        )
        versions[provider], types[provider] = read(source)
    natives, twins = catalog_types.type_map(
        catalog_types.arns(ARNS.fetched(cache)),
        {type_: catalog_cloudformation.permissions(schema) for type_, schema in schemas.items()},
        types["aws"],
        types["awscc"],
    )
    described = ", ".join(f"{provider} {version}" for provider, version in sorted(versions.items()))
    yield "VERSION", f"{DATE} ({described}, cfn-lint {SCHEMAS.version})\n".encode()
    origin = "; ".join(pin.source for pin in (BINDINGS["aws"], BINDINGS["awscc"], SCHEMAS, ARNS))
    yield "types.json", laid_out(TypeMap(origin, DATE, natives))
    versions["cloudformation"] = catalog_cloudformation.schema_date(SCHEMAS.fetched(cache))
    for provider, version in versions.items():
        facts = catalog_limits.limited(types[provider], twins, types["cloudformation"])
        yield data_file(provider, version, facts)


def data_file(provider: str, version: str, types: Mapping[str, Entry | None]) -> tuple[str, bytes]:
    """Lay one provider's facts out: one line a type, grouped by what they share."""
    groups: dict[Entry, list[str]] = defaultdict(list)
    for type_, entry in sorted(types.items()):
        if entry:
            groups[entry].append(type_)
    data = ProviderData(
        provider=provider,
        source=PINS[provider].source,
        version=version,
        date=DATE,
        groups=tuple(
            Group(entry, tuple(members))
            for entry, members in sorted(groups.items(), key=lambda group: group[1])
        ),
        untaggable=tuple(sorted(type_ for type_, entry in types.items() if entry is None)),
    )
    return f"{provider}.json", laid_out(data)


def laid_out(data: object) -> bytes:
    """Give JSON that a person can review line by line."""
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


if __name__ == "__main__":
    sys.exit(main())
