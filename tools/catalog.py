"""Regenerates ``tagguard/catalog/data``: which resource types take tags, and where.

    python tools/catalog.py [--check] [--cache DIR]

Wheels are pinned by version and digest in `PINS`, downloaded with pip into the cache folder and
read as zip files; nothing of them is installed or run. To move to newer providers, change `PINS`
and `DATE`, run this, and review the diff: a type that changed sides changes verdicts. The output
depends on the pins alone. Needs tagguard installed in editable mode and, for an empty cache, the
package index and some 400 MB.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import gettempdir

import msgspec
from msgspec import Struct

from tagguard.catalog.entry import Entry, Group, ProviderData
from tools import catalog_bindings, catalog_cloudformation, catalog_terraform

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tagguard" / "catalog" / "data"
CACHE = Path(gettempdir()) / "tagguard-catalog"
DATE = "2026-11-23"
"""When the versions below were pinned; not the day of the run."""


class Pin(Struct, frozen=True):
    """One package at one version."""

    package: str
    version: str
    sha256: str
    """Of its wheel."""
    licence: str = "MPL-2.0"

    @property
    def wheel(self) -> str:
        """The wheel's file name."""
        return f"{self.package.replace('-', '_')}-{self.version}-py3-none-any.whl"


PINS = {
    "aws": Pin(
        "cdktn-provider-aws",
        "25.8.1",
        "2ffa579cb88b063cb3a9937e43c519391e876845768f51638a848bdf2ce9f354",
    ),
    "awscc": Pin(
        "cdktn-provider-awscc",
        "1.8.0",
        "7662906caa51a9ffdb251fe6bf4094ae13cffdf4937561088d666dc262093e91",
    ),
    "azurerm": Pin(
        "cdktn-provider-azurerm",
        "18.9.0",
        "83dc7e7d1e8e0dcc62d0ceeb8aff741bf70f5132548d9b47169f619425a6b4e1",
    ),
    "google": Pin(
        "cdktn-provider-google",
        "21.1.0",
        "157dead5025d5db5abe48e40cc49f0b6a4d8088fd0498eb17ad5a36bca811b2a",
    ),
    "google-beta": Pin(
        "cdktn-provider-google-beta",
        "21.1.0",
        "335670a6abb9f779ee113bc07c9402e12431aa877444039080d224599a436e84",
    ),
    "kubernetes": Pin(
        "cdktn-provider-kubernetes",
        "17.1.0",
        "4475622575f2baff8dd1b5008787c3096cbde7e2ea614fab6743c5d1ab6040cf",
    ),
    "cloudformation": Pin(
        "cfn-lint",
        "1.58.0",
        "9d9f06043160756a6158f5c3f92a44ce38254b1c578127461608305bc8262987",
        licence="MIT-0",
    ),
}
"""Catalog provider -> where its facts come from."""


def main() -> int:
    """Write the data; with `--check`, only tell whether it differs (exit code 1)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 on a difference"
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of the wheels")
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
    wheels = {provider: download(pin, cache) for provider, pin in PINS.items()}
    schemas = wheels.pop("cloudformation")
    cloudformation = catalog_cloudformation.entries(schemas)
    date = catalog_cloudformation.schema_date(schemas)
    yield data_file("cloudformation", date, cloudformation)
    labels = []
    for provider, wheel in wheels.items():
        version = catalog_bindings.provider_version(wheel)
        labels.append(f"{provider} {version}")
        types = catalog_terraform.entries(provider, wheel, cloudformation)
        yield data_file(provider, version, types)
    labels.append(f"cfn-lint {PINS['cloudformation'].version}")
    yield "VERSION", f"{DATE} ({', '.join(labels)})\n".encode()


def data_file(provider: str, version: str, types: Mapping[str, Entry | None]) -> tuple[str, bytes]:
    """Lay one provider's facts out: one line a type, grouped by what they share."""
    pin = PINS[provider]
    groups: dict[Entry, list[str]] = defaultdict(list)
    for type_, entry in sorted(types.items()):
        if entry:
            groups[entry].append(type_)
    data = ProviderData(
        provider=provider,
        source=f"{pin.package} {pin.version} ({pin.licence})",
        version=version,
        date=DATE,
        groups=tuple(
            Group(entry, tuple(members))
            for entry, members in sorted(groups.items(), key=lambda group: group[1])
        ),
        untaggable=tuple(sorted(type_ for type_, entry in types.items() if entry is None)),
    )
    text = msgspec.json.format(msgspec.json.encode(data), indent=1)
    return f"{provider}.json", text + b"\n"


def download(pin: Pin, cache: Path) -> Path:
    """Give the pinned wheel, from the cache or through pip; a wrong digest ends the run."""
    wheel = cache / pin.wheel
    if not wheel.is_file():
        command = ["download", "--no-deps", "--only-binary=:all:", f"--dest={cache}"]
        subprocess.run(
            [sys.executable, "-m", "pip", *command, f"{pin.package}=={pin.version}"], check=True
        )
    with wheel.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != pin.sha256:
        sys.exit(f"{wheel.name} is not the pinned wheel: its sha256 is {digest}")
    return wheel


if __name__ == "__main__":
    sys.exit(main())
