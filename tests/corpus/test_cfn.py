from __future__ import annotations

import re
from pathlib import Path

import pytest

from tagguard.errors import InputError
from tagguard.model import Item, Problem, Resource
from tagguard.sources import Document, ReadOptions
from tagguard.sources.cloudformation import CloudFormation

pytestmark = pytest.mark.corpus


def read(folder: Path) -> dict[str, list[Item] | str]:
    """Give for each file what was read, or why nothing was."""
    source = CloudFormation(ReadOptions())
    found: dict[str, list[Item] | str] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        document = Document(path=file.relative_to(folder).as_posix(), data=file.read_bytes())
        try:
            known = source.recognises(document)
            found[document.path] = list(source.resources(document)) if known else "not recognised"
        except InputError as exc:
            found[document.path] = exc.message
    return found


def test_every_template_is_read_or_reported(corpus):
    found = read(corpus / "cfn")
    unread = {Path(path).name for path, items in found.items() if isinstance(items, str)}
    assert unread == {"manifest.json"}  # the indexes of cloud assemblies
    items = [item for read in found.values() if not isinstance(read, str) for item in read]
    resources = [item for item in items if isinstance(item, Resource)]
    assert len(resources) > 3_000
    assert all(resource.location.line for resource in resources)
    assert all(isinstance(resource.attributes, dict) for resource in resources)
    known = (
        r"has no `Type`|has a `Type` that is no text|only the last one is judged|"
        r"neither a list nor a map of tags"
    )
    problems = [item.message for item in items if isinstance(item, Problem)]
    assert [message for message in problems if not re.search(known, message)] == []


def test_templates_broken_on_purpose_are_reported(corpus):
    found = read(corpus / "cfn")
    reported = {
        Path(path).name
        for path, items in found.items()
        if not isinstance(items, str) and any(isinstance(item, Problem) for item in items)
    }
    assert {"duplicate.yaml", "resource_with_invalid_type.json"} <= reported


def test_two_runs_give_the_same(corpus):
    def shown(items: list[Item] | str) -> list[object] | str:
        if isinstance(items, str):
            return items
        return [
            (item.address, item.type, item.tags, item.variants, item.location, item.excluded)
            if isinstance(item, Resource)
            else item
            for item in items
        ]

    first, second = read(corpus / "cfn"), read(corpus / "cfn")
    assert {path: shown(items) for path, items in first.items()} == {
        path: shown(items) for path, items in second.items()
    }
