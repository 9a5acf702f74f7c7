from __future__ import annotations

import json
import os
import shutil
import subprocess
from zipfile import ZipFile

import msgspec
import pytest

from tagguard.catalog.live import DATA, LiveData, _places
from tools import catalog, catalog_azure, catalog_google
from tools.catalog_pins import BODIES, DISCOVERY

LABELS = {"type": "object", "additionalProperties": {"type": "string"}}


def schema(**properties):
    return {"properties": properties}


def document(service, version, schemas, *, scope=catalog_google.CLOUD, given=()):
    got = {name: {"methods": {"get": {"response": {"$ref": name}}}} for name in given or schemas}
    return {
        "rootUrl": f"https://{service}.googleapis.com/",
        "version": version,
        "auth": {"oauth2": {"scopes": {scope: {}}}},
        "schemas": schemas,
        "resources": {"projects": {"resources": got}},
    }


@pytest.fixture
def discovered(tmp_path, monkeypatch):
    monkeypatch.setattr(catalog_google, "OTHER_NAMES", {})
    monkeypatch.setattr(catalog_google, "UNREADABLE", {"a.googleapis.com/Unread"})
    monkeypatch.setattr(catalog_google, "BY_HAND", {"a.googleapis.com/ByHand": ()})

    def found(*documents):
        wheel = tmp_path / "discovery.whl"
        with ZipFile(wheel, "w") as archive:
            for number, one in enumerate(documents):
                name = f"googleapiclient/discovery_cache/documents/a{number}.v1.json"
                archive.writestr(name, json.dumps(one))
            archive.writestr("googleapiclient/discovery_cache/documents/index.json", "[]")
        types = catalog_google.types(wheel)
        del types["a.googleapis.com/ByHand"]
        return types

    return found


def test_labels_stand_where_the_schema_has_them(discovered):
    settings = schema(userLabels=LABELS)
    found = discovered(
        document(
            "a",
            "v1",
            {
                "Box": schema(labels=LABELS),
                "Channel": schema(labels=LABELS, userLabels=LABELS),
                "Database": schema(settings={"$ref": "Settings"}),
                "Metric": schema(labels={"type": "array", "items": {"type": "string"}}),
                "Shown": schema(labels={**LABELS, "readOnly": True}),
                "GoogleCloudAV2beta1Run": schema(metadata=schema(labels=LABELS)),
                "Settings": settings,
                "Operation": schema(labels=LABELS),
                "GoogleCloudLocationLocation": schema(labels=LABELS),
                "Unread": schema(labels=LABELS),
                "Nested": schema(labels=LABELS),
            },
            given=[
                "Box",
                "Channel",
                "Database",
                "Metric",
                "Shown",
                "GoogleCloudAV2beta1Run",
                "Operation",
                "GoogleCloudLocationLocation",
                "Unread",
            ],
        )
    )

    assert found == {
        "a.googleapis.com/Box": ("labels",),
        "a.googleapis.com/Channel": ("userLabels",),
        "a.googleapis.com/Database": ("settings.userLabels",),
        "a.googleapis.com/Metric": (),
        "a.googleapis.com/Shown": (),
        "a.googleapis.com/Run": ("metadata.labels",),
    }


def test_versions_add_up_and_previews_count_for_what_is_new(discovered):
    found = discovered(
        document("a", "v1", {"Job": schema(metadata=schema(labels=LABELS)), "Wall": schema()}),
        document("a", "v2", {"Job": schema(labels=LABELS)}),
        document("a", "v3alpha", {"Wall": schema(labels=LABELS), "New": schema(labels=LABELS)}),
    )

    assert found == {
        "a.googleapis.com/Job": ("labels", "metadata.labels"),
        "a.googleapis.com/Wall": (),
        "a.googleapis.com/New": ("labels",),
    }


def test_other_products_are_no_cloud(discovered):
    mail = document("mail", "v1", {"Label": schema(labels=LABELS)}, scope="https://mail/")

    assert discovered(mail) == {}


@pytest.fixture
def repository(tmp_path):
    if shutil.which("git") is None:
        pytest.skip("no git")

    def committed(**files):
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

        def git(*words):
            command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.test", *words]
            done = subprocess.run(
                command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
            )
            return done.stdout.strip()

        git("init", "--quiet")
        for name, members in files.items():
            folder = tmp_path / "generated" / name
            folder.mkdir(parents=True)
            (folder / "types.json").write_text(json.dumps(members))
            (folder / "types.md").write_text("no types")
        git("add", "--all")
        git("commit", "--quiet", "--message=all")
        return catalog_azure.types(tmp_path, git("rev-parse", "HEAD"), "generated")

    return committed


def body(name, flags=None, *, shape=None, member="properties"):
    """Give the members of a file with one type; the flags are those of its tags, if it has any."""
    properties = {} if flags is None else {"tags": {"type": {"$ref": "#/2"}, "flags": flags}}
    return [
        {"$type": "ResourceType", "name": name, "body": {"$ref": "#/1"}},
        {"$type": "ObjectType", member: {"id": {}, **properties}},
        shape or {"$type": "ObjectType", "additionalProperties": {"$ref": "#/0"}},
    ]


def test_a_type_takes_tags_that_its_newest_body_lets_be_written(repository):
    found = repository(
        old=body("Microsoft.A/boxes@2020-01-01", 0),
        preview=body("Microsoft.A/boxes@2021-01-01-preview"),
        new=body("microsoft.a/Boxes@2021-01-01", 0),
        shown=body("Microsoft.A/boxes/lids@2021-01-01", 2),
        none=body("Microsoft.A/boxes/hinges@2021-01-01"),
        listed=body("Microsoft.A/lists@2021-01-01", 0, shape={"$type": "ArrayType"}),
        free=body("Microsoft.A/anything@2021-01-01", 0, shape={"$type": "AnyType"}),
        kinds=body("Microsoft.A/kinds@2021-01-01", 0, member="baseProperties"),
        groups=body("Microsoft.Resources/resourceGroups@2021-01-01", 0),
    )

    assert found == {
        "microsoft.a/boxes": True,
        "microsoft.a/boxes/lids": False,
        "microsoft.a/boxes/hinges": False,
        "microsoft.a/lists": False,
        "microsoft.a/anything": True,
        "microsoft.a/kinds": True,
        "microsoft.resources/resourcegroups": True,
        "microsoft.resources/subscriptions/resourcegroups": True,
        "microsoft.resources/subscriptions": True,
    }


@pytest.mark.parametrize(("provider", "pin"), [("azure", BODIES), ("google", DISCOVERY)])
def test_the_files_are_written_from_these_pins(provider, pin):
    content = (DATA / f"{provider}.json").read_bytes()

    assert catalog.laid_out(catalog.live_data(provider, pin, _places(provider))) == content
    assert msgspec.json.decode(content, type=LiveData).provider == provider
