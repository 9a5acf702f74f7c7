"""A naive reading of real plans and templates agrees with tagguard's wherever all is known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tagguard.errors import InputError
from tagguard.model import Resource
from tagguard.sources import Document, ReadOptions, Source
from tagguard.sources.cloudformation import CloudFormation
from tagguard.sources.terraform_plan import TerraformPlan
from tests.corpus import naive

pytestmark = pytest.mark.corpus

Pair = tuple[str, Any, Resource | None]
"""Where a resource stands, what the naive reading says of it, and what tagguard read."""
EXPLAINED: dict[str, str] = yaml.safe_load(
    Path(__file__).with_name("disagreements.yaml").read_text(encoding="utf-8")
)
"""Resource type -> why the two readings differ."""


def files(corpus: Path, kind: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted((corpus / kind).rglob("*")):
        if path.is_file():
            yield path.relative_to(corpus).as_posix(), path.read_bytes()


def read(source: Source, path: str, data: bytes) -> dict[str, Resource]:
    """Give the resources of one file by address; none of what is unreadable, told elsewhere."""
    document = Document(path, data)
    try:
        items = list(source.resources(document)) if source.recognises(document) else []
    except InputError:
        return {}
    return {one.address: one for one in items if isinstance(one, Resource) and one.creator is None}


def said(resource: Resource | None) -> dict[str, str | None] | None:
    """Give the tags that somebody wrote for the resource, by key; None is an unknown value."""
    if resource is None or not (resource.tags.complete or resource.tags.tags):
        return None
    return {
        tag.key: tag.value for tag in resource.tags if tag.provenance not in {"transform", "global"}
    }


def plans(corpus: Path, figures: Counter[str]) -> Iterator[Pair]:
    """Pair both readings of every planned resource whose tags are all known."""
    source = TerraformPlan(ReadOptions())
    for path, data in files(corpus, "tfplan"):
        plan, ours = naive.plan_of(data), read(source, path, data)
        defaults = naive.has_defaults(plan)
        for change in naive.plan_changes(data):
            address = change["address"]
            if naive.hides_tags(change, defaults=defaults):
                figures["hidden"] += 1
                continue
            theirs = {
                key: value if isinstance(value, str) else json.dumps(value)
                for key, value in naive.planned_tags(change).items()
            }
            yield f"{path} {address}", theirs, ours.get(address)


def templates(corpus: Path, figures: Counter[str]) -> Iterator[Pair]:
    """Pair both readings of every declared resource whose tags are written plainly."""
    source = CloudFormation(ReadOptions())
    for path, data in files(corpus, "cfn"):
        ours = read(source, path, data)
        template = naive.template_of(data) if ours else {}
        for name, body in naive.template_resources(template):
            theirs = None if naive.has_macros(template) else naive.written_tags(body)
            if theirs is None or (name in ours and ours[name].excluded):
                figures["hidden"] += 1
                continue
            yield f"{path} {name}", theirs, ours.get(name)


def agree(theirs: dict[str, Any], ours: dict[str, str | None] | None) -> bool:
    """Compare keys, and the values that are plain."""
    if ours is None or ours.keys() != theirs.keys():
        return False
    plain = {key: value for key, value in theirs.items() if isinstance(value, str)}
    return all(ours[key] == value for key, value in plain.items())


@pytest.mark.parametrize(
    ("pairs", "least"), [(plans, 450), (templates, 3_500)], ids=["tfplan", "cfn"]
)
def test_both_readings_agree(corpus, record_property, pairs, least):
    figures: Counter[str] = Counter()
    differing = {}
    for place, theirs, resource in pairs(corpus, figures):
        figures["compared"] += 1
        if agree(theirs, said(resource)):
            figures["agreeing"] += 1
            figures["agreeing, with tags"] += bool(theirs)
        elif resource is not None and resource.type in EXPLAINED:
            figures["explained"] += 1
        else:
            differing[place] = theirs, said(resource)
    record_property("agreement", dict(figures))
    assert differing == {}
    assert figures["agreeing"] >= least


def test_no_explanation_is_left_over(corpus):
    nothing: Counter[str] = Counter()
    differing = {
        resource.type
        for pairs in (plans, templates)
        for _, theirs, resource in pairs(corpus, nothing)
        if resource is not None and not agree(theirs, said(resource))
    }
    assert set(EXPLAINED) - differing == set()
