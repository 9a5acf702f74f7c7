"""Regenerates ``tests/aws/iam_actions.json``: what IAM says of the actions that a scan needs.

    python tools/iam_actions.py [--check] [--cache DIR]

To be run when a collector calls something new. The facts come from the same pinned package as the
catalog's; an action that it does not know is left out, and the test says so.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from zipfile import ZipFile

import msgspec

from tagguard.aws.collectors import COLLECTORS, Collector, CollectorOptions
from tagguard.aws.permissions import policy
from tools.catalog import CACHE, laid_out
from tools.catalog_pins import ARNS, DATE
from tools.catalog_types import REFERENCE

TARGET = Path(__file__).resolve().parent.parent / "tests" / "aws" / "iam_actions.json"
OPTIONS = CollectorOptions(types=["AWS::SSM::Parameter"])


def main() -> int:
    """Write the file, or with ``--check`` tell whether it would change."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail if the file would change")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of what is read")
    asked = parser.parse_args()
    asked.cache.mkdir(parents=True, exist_ok=True)
    content = facts(asked.cache)
    if asked.check:
        return int(TARGET.read_bytes() != content)
    TARGET.write_bytes(content)
    return 0


def facts(cache: Path) -> bytes:
    """Give the file: each action that some scan needs, with its access level."""
    with ZipFile(ARNS.fetched(cache)) as archive:
        reference = msgspec.json.decode(archive.read(REFERENCE))
    levels = {}
    for action in sorted(needed()):
        service, _, name = action.partition(":")
        if known := reference.get(service, {}).get("privileges", {}).get(name):
            levels[action] = known["access_level"]
    return laid_out({"source": ARNS.source, "date": DATE, "actions": levels})


def needed() -> set[str]:
    """Name the actions that a scan of everything needs."""
    collectors: list[Collector] = []
    for made in COLLECTORS.values():
        module, _, name = made.partition(":")
        collectors += getattr(import_module(module), name)(OPTIONS)
    statements = policy(collectors, organization=True)["Statement"]
    return {action for one in statements for action in one["Action"]}


if __name__ == "__main__":
    sys.exit(main())
