"""Plans that others wrote: every file is read or reported, and a naive reading agrees."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tagguard.errors import InputError
from tagguard.model import Problem
from tagguard.sources import Document, ReadOptions
from tagguard.sources.terraform_plan import TerraformPlan
from tagguard.terraform.plan_attributes import SHORTEST_SECRET

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


def naive(after):
    """Read what `after` shows without any knowledge of types, unknown values or providers."""
    for shown in (after.get("tags_all"), after.get("effective_labels")):
        if isinstance(shown, dict) and shown:
            return {key: value for key, value in shown.items() if value is not None}
    found = {}
    for attribute in ("tags", "labels", "user_labels", "resource_labels"):
        if isinstance(after.get(attribute), dict):
            found.update(after[attribute])
    for attribute in ("tags", "tag"):
        for entry in after.get(attribute) or []:
            if isinstance(entry, dict) and "key" in entry:
                found[entry["key"]] = entry.get("value")
    return {key: value for key, value in found.items() if value is not None}


def plain_plan(document):
    """Parse the plan, which stands on one line of its own where a CI wrapper printed it."""
    text = document.data.decode()
    if text.startswith("["):
        text = next(line for line in text.splitlines() if line.startswith("{"))
    return json.loads(text)


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
        changes = plain_plan(document).get("resource_changes") or []
        for item, resource in zip(changes, read(document), strict=False):
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
        changes = plain_plan(document).get("resource_changes")
        if changes is not None:
            assert [r.address for r in read(document)] == [c["address"] for c in changes]


def test_a_naive_reading_agrees_where_all_is_known(documents):
    compared: Counter[str] = Counter()
    differences = {}
    for document in documents:
        for change, resource in zip(
            plain_plan(document).get("resource_changes") or [], read(document), strict=False
        ):
            if resource.excluded or not resource.tags.complete:
                continue
            ours = {tag.key: tag.value for tag in resource.tags if tag.is_known}
            theirs = naive(change["change"]["after"])
            compared["tagged" if ours else "untagged"] += 1
            if ours != theirs:
                differences[resource.type, resource.taggable] = (ours, theirs)

    assert compared["tagged"] > 100
    assert differences == {}
