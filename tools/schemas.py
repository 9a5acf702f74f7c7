"""Regenerates the JSON Schemas that tagguard publishes from the classes that they describe.

    python tools/schemas.py [--check]

With ``--check`` nothing is written, and the exit code is 1 when a committed file differs. To
publish one more schema, add a line to `SCHEMAS`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tagguard.config import Config
from tagguard.rego.inputs import resource_schema
from tagguard.report import Report
from tagguard.taxonomy.document import TaxonomyRecord

ROOT = Path(__file__).resolve().parent.parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def written_schema(kind: type, identity: str, title: str) -> Schema:
    """Describe what tagguard writes: a field with a default is always there, so it is required."""
    schema = read_schema(kind, identity, title)
    for definition in schema["$defs"].values():
        properties: Schema = definition.get("properties", {})
        defaulted = {name for name, field in properties.items() if "default" in field}
        required = defaulted.union(definition.get("required", ()))
        for name in defaulted:
            del properties[name]["default"]
        definition["required"] = [name for name in properties if name in required]
    return schema


def read_schema(kind: type, identity: str, title: str) -> Schema:
    """Describe what tagguard reads: only fields without a default are required."""
    return {"$schema": DIALECT, "$id": identity, "title": title, **msgspec.json.schema(kind)}


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "tagguard/formats/schema/report-1.json": lambda: written_schema(
        Report, "urn:tagguard:report:1", "tagguard report, version 1"
    ),
    "tagguard/taxonomy/schema.json": lambda: read_schema(
        TaxonomyRecord, "urn:tagguard:taxonomy:1", "tagguard taxonomy, version 1"
    ),
    "tagguard/config.schema.json": lambda: read_schema(
        Config, "urn:tagguard:config:1", "tagguard configuration"
    ),
    "rego/schema/resource.json": resource_schema,
}
"""Path of each published schema -> what builds it."""


def outdated(root: Path, schemas: Mapping[str, Callable[[], Schema]]) -> dict[Path, str]:
    """Give the files under `root` whose text is not what their builder gives, with that text."""
    texts = {root / path: to_text(build()) for path, build in schemas.items()}
    return {
        file: text
        for file, text in texts.items()
        if not file.is_file() or file.read_text("utf-8") != text
    }


def to_text(schema: Schema) -> str:
    """Give the schema as it is committed."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write what is outdated, or tell of it."""
    parser = argparse.ArgumentParser(description="regenerate the published JSON Schemas")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 on a difference"
    )
    check = parser.parse_args(arguments).check
    files = outdated(ROOT, SCHEMAS)
    for file, text in files.items():
        print(f"{'differs' if check else 'written'}: {file.relative_to(ROOT)}")
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    return 1 if check and files else 0


if __name__ == "__main__":
    sys.exit(main())
