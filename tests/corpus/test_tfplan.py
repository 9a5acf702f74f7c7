"""Plans that others wrote: every file is read whole, and nothing is dropped or given away."""

from __future__ import annotations

import pytest

from tagguard.errors import InputError
from tagguard.model import Problem
from tagguard.sources import Document, ReadOptions
from tagguard.sources.terraform_plan import TerraformPlan
from tagguard.terraform.plan_attributes import SHORTEST_SECRET
from tests.corpus.naive import plan_of

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def documents(corpus):
    paths = sorted(path for path in (corpus / "tfplan").rglob("*") if path.is_file())
    return [Document(path.relative_to(corpus).as_posix(), path.read_bytes()) for path in paths]


def read(document):
    source = TerraformPlan(ReadOptions())
    try:
        assert source.recognises(document), document.path
        return list(source.resources(document))
    except InputError as exc:
        return [Problem(stage="read", where=document.path, message=exc.message)]


def planned(document):
    """Give the resources that the plan names itself, not those that they imply."""
    return [one for one in read(document) if getattr(one, "creator", None) is None]


def test_every_plan_is_read_whole(documents):
    problems = [
        item for document in documents for item in read(document) if isinstance(item, Problem)
    ]

    assert len(documents) >= 100
    assert problems == []


def test_two_readings_are_the_same(documents):
    def shape(item):
        return (item.address, item.tags, item.taggable, item.excluded, item.places, item.region)

    for document in documents:
        assert [shape(i) for i in read(document)] == [shape(i) for i in read(document)]


def test_policies_can_read_all_attributes(documents):
    assert all(isinstance(r.attributes, dict) for document in documents for r in read(document))


def texts(value):
    """Give all texts in a tree."""
    if isinstance(value, str):
        return {value}
    nested = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(texts, nested))


def marked(value, flag):
    """Give the texts that Terraform marks as sensitive."""
    if flag is True:
        return texts(value)
    if isinstance(value, dict) and isinstance(flag, dict):
        return set().union(*(marked(value[key], flag[key]) for key in value.keys() & flag.keys()))
    if isinstance(value, list) and isinstance(flag, list):
        return set().union(*map(marked, value, flag))
    return set()


def test_no_secret_reaches_policies(documents):
    secrets = 0
    for document in documents:
        changes = plan_of(document.data).get("resource_changes") or []
        for item, resource in zip(changes, planned(document), strict=False):
            change = item["change"]
            secret = {
                text
                for text in marked(change.get("after"), change.get("after_sensitive"))
                if len(text) >= SHORTEST_SECRET
            }
            secrets += len(secret)
            assert not secret & texts(resource.attributes), resource.address

    assert secrets > 0


def test_nothing_is_dropped(documents):
    for document in documents:
        changes = plan_of(document.data).get("resource_changes")
        if changes is not None:
            assert [r.address for r in planned(document)] == [c["address"] for c in changes]
