"""Small makers of the nouns that tests need."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tagguard.documents import parse
from tagguard.model import Location, Outcome, Resource, Tag, TagSet
from tagguard.rules import RULES, load_rule
from tagguard.taxonomy.document import TaxonomyRecord
from tagguard.taxonomy.loading import load_taxonomy
from tagguard.taxonomy.reading import Reader
from tagguard.taxonomy.standard import Taxonomy
from tagguard.validation import read_record

TODAY = date(2026, 11, 23)


def make_tags(
    values: Mapping[str, str | None], *, complete: bool = True, reason: str = ""
) -> TagSet:
    """Make a tag set; a value of None is unknown."""
    return TagSet(
        {
            key: Tag(key, value, unknown="" if value is not None else "known after apply")
            for key, value in values.items()
        },
        complete=complete,
        reason=reason,
    )


def make_resource(
    values: Mapping[str, str | None] | None = None, *, complete: bool = True, **fields: Any
) -> Resource:
    """Make a resource: an S3 bucket unless told otherwise."""
    defaults: dict[str, Any] = {
        "source": "terraform-plan",
        "provider": "aws",
        "dialect": "aws",
        "type": "aws_s3_bucket",
        "address": "aws_s3_bucket.logs",
        "scope": ".",
        "location": Location("plan.json"),
        "tags": make_tags(values or {}, complete=complete),
    }
    return Resource(**(defaults | fields))


def make_implied(
    values: Mapping[str, str | None] | None = None,
    creator: Resource | None = None,
    *,
    complete: bool = True,
    **fields: Any,
) -> Resource:
    """Make a volume that its creator implies: an instance unless told otherwise."""
    creator = creator or make_resource({}, type="aws_instance", address="aws_instance.web")
    defaults = {"type": "aws_ebs_volume", "address": f"{creator.address}#volume"}
    return make_resource(values, complete=complete, creator=creator, **(defaults | fields))


def make_taxonomy(keys: str, *, today: date = TODAY, more: str = "") -> Taxonomy:
    """Compile a taxonomy from the YAML of its keys (flow or indented by two) and other fields."""
    text = f"schema: tagguard/taxonomy/1\nname: acme\nversion: 2.1.0\n{more}\nkeys:\n{keys}\n"
    record, faults = read_record(parse(text), TaxonomyRecord)
    assert record is not None, faults
    lists = {
        name: key.values
        for name, key in record.keys.items()
        if key is not None and isinstance(key.values, list)
    }
    return Taxonomy(record, digest="sha256:0", value_lists=lists, today=today)


def load_text(folder: Path, text: str) -> Taxonomy:
    """Write a taxonomy to a file and load it."""
    file = folder / "taxonomy.yaml"
    file.write_text(text, "utf-8")
    return load_taxonomy(file, where="taxonomy.yaml", today=TODAY)


def judge(taxonomy: Taxonomy, resource: Resource) -> list[Outcome]:
    """Give every outcome of every built-in rule."""
    reading = Reader(taxonomy).read(resource, resource.tags)
    return [outcome for rule in RULES for outcome in load_rule(rule).check(reading)]


def verdicts(taxonomy: Taxonomy, resource: Resource) -> list[tuple[str, str | None, str]]:
    """Give (rule, key, severity or `undetermined`) of every outcome."""
    return [
        (one.rule, one.key, one.severity if one.verdict == "fail" else "undetermined")
        for one in judge(taxonomy, resource)
    ]
