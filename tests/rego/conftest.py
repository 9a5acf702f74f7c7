"""Small factories for the tests of Rego policies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagguard.model import Location, Owned, PolicyContext, Resource, Tag, TagSet
from tagguard.rego.policies import RegoPolicies, load


def make_owned(address="aws_s3_bucket.logs", *, complete=True, team="unowned", load=None, **tags):
    """Make a resource; a tag given as None has an unknown value, a Tag is taken as it is."""
    made = {
        key: value
        if isinstance(value, Tag)
        else Tag(key, value, unknown="" if value is not None else "var.x")
        for key, value in tags.items()
    }
    resource = Resource(
        source="terraform-plan",
        provider="aws",
        dialect="aws",
        type="aws_s3_bucket",
        address=address,
        scope=".",
        tags=TagSet(made, complete),
        location=Location("main.tf"),
        load_attributes=load or dict,
    )
    return Owned(resource, team)


@pytest.fixture
def owned():
    return make_owned


@pytest.fixture
def policies(tmp_path: Path):
    """Give a function that writes Rego files and loads them."""

    def write_and_load(context: PolicyContext | None = None, **files: str) -> RegoPolicies:
        for name, text in files.items():
            (tmp_path / f"{name}.rego").write_text(text, encoding="utf-8")
        return load([tmp_path], context or PolicyContext())

    return write_and_load


@pytest.fixture
def policy(policies):
    """Give a function that loads one policy called `x` with the given body."""

    def write_and_load(body, context=None):
        return policies(context, x=f"package tagguard.policies.x\n\nimport rego.v1\n\n{body}\n")

    return write_and_load
