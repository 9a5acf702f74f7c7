"""Reads small templates for tests, through the source."""

from __future__ import annotations

from tagguard.cloudformation.template import Template, load_root, to_template
from tagguard.model import Resource, TagSet
from tagguard.sources import Document, ReadOptions
from tagguard.sources.cloudformation import CloudFormation


def load_template(text: str) -> Template:
    """Read a template; raises InputError."""
    return to_template(load_root(text))


def resources(text: str, **options) -> dict[str, Resource]:
    """Give a template's resources by address; anything else in it is an error."""
    items = list(
        CloudFormation(ReadOptions(**options)).resources(Document("t.yaml", text.encode()))
    )
    found = [item for item in items if isinstance(item, Resource)]
    assert found == items
    return {item.address: item for item in found}


def shown(tags: TagSet) -> dict[str, str]:
    """Give value, or `?` and why it is unknown, and provenance of every tag, in one text each."""
    return {
        tag.key: f"{tag.value if tag.is_known else '? ' + tag.unknown} ({tag.provenance})"
        for tag in tags
    }
