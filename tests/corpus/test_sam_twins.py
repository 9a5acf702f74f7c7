"""SAM templates and what AWS's own transform made of them carry the same tags.

The corpus holds few such pairs. The translator's own test suite holds hundreds, in the same folders
(`translator/input`, `translator/output`): TAGGUARD_CORPUS may name a folder with those as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tagguard.model import Resource
from tagguard.sources import Document, ReadOptions
from tagguard.sources.cloudformation import CloudFormation
from tests.corpus import naive

pytestmark = pytest.mark.corpus

MARK = ":createdBy"
"""How the transform's own tags end; what carries nothing else was handed nothing on."""
SHARED = {
    "ServerlessApiKey",
    "ServerlessDeploymentApplication",
    "ServerlessHttpApiApiGatewayDefaultStage",
    "ServerlessRestApi",
    "ServerlessRestApiProdStage",
    "ServerlessUsagePlan",
}
"""What several resources of a template bring about together: no one of them implies it."""


def twins(corpus: Path) -> Iterator[tuple[Path, Path]]:
    """Give every SAM template together with its translation."""
    for written in sorted((corpus / "cfn").rglob("translator/input/*.yaml")):
        found = sorted((written.parents[1] / "output").rglob(f"{written.stem}.json"))
        yield from ((written, translated) for translated in found[:1])


def read(path: Path) -> list[Resource]:
    source, document = CloudFormation(ReadOptions()), Document(path.name, path.read_bytes())
    return [one for one in source.resources(document) if isinstance(one, Resource)]


def ours(path: Path) -> dict[str, Resource]:
    """Give the resources by the logical id that the transform gives them: `Fn#FnRole` is FnRole."""
    return {one.address.rpartition("#")[2]: one for one in read(path)}


def translated_tags(path: Path) -> dict[str, dict[str, Any]]:
    template = naive.template_of(path.read_bytes())
    found = ((name, naive.written_tags(body)) for name, body in naive.template_resources(template))
    return {name: tags for name, tags in found if tags}


def disagreements(written: Path, translated: Path) -> dict[str, tuple[Any, Any]]:
    """Compare keys, and the values that are plain on both sides."""
    found = {}
    mine = ours(written)
    for name, theirs in translated_tags(translated).items():
        resource = mine.get(name)
        mere_mark = all(key.endswith(MARK) for key in theirs)
        if resource is None and (mere_mark or name in SHARED):
            continue
        tags = {tag.key: tag.value for tag in resource.tags} if resource else {}
        plain = {key: value for key, value in theirs.items() if isinstance(value, str)}
        known = {key: tags[key] for key in plain.keys() & tags.keys() if tags[key] is not None}
        if tags.keys() != theirs.keys() or any(known[key] != plain[key] for key in known):
            found[name] = theirs, tags
    return found


def test_the_transform_agrees(corpus):
    pairs = list(twins(corpus))
    assert sum(len(translated_tags(other)) for _, other in pairs)
    assert {one.name: disagreements(one, other) for one, other in pairs} == {
        one.name: {} for one, _ in pairs
    }
