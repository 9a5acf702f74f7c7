from __future__ import annotations

import io
import json

import pytest

from tagguard.errors import InputError
from tagguard.model import Problem, Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories import cloud_assets

VM = "compute.googleapis.com/Instance"
BUCKET = "storage.googleapis.com/Bucket"


def listed(name, type_, data=None, **more):
    """Give an asset as a list or an export has it."""
    resource = {} if data is None else {"resource": {"version": "v1", "data": data}}
    return {"name": f"//{name}", "assetType": type_, **resource, **more}


def vm(name="web", data=(), **more):
    place = f"compute.googleapis.com/projects/shop/zones/us-central1-a/instances/{name}"
    return listed(place, VM, dict(data), **more)


def document(content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Document("assets", data)


def lines(*assets):
    return b"".join(json.dumps(one).encode() + b"\n" for one in assets)


def read(content, **options):
    """Give rows as (pattern, address, labels, line), and problems."""
    shown = content if isinstance(content, Document) else document(content)
    found = list(cloud_assets.read(shown, ReadOptions(**options)))
    rows = [
        row
        for one in found
        if isinstance(one, Rows)
        for row in zip(one.patterns, one.addresses, map(dict, one.tags), one.lines, strict=True)
    ]
    return rows, [one for one in found if isinstance(one, Problem)]


def labels(content, **options):
    return [row[2] for row in read(content, **options)[0]]


FORMS = [
    [vm(data={"labels": {"team": "a"}})],
    lines(vm(data={"labels": {"team": "a"}})),
    {"readTime": "2024-01-01T00:00:00Z", "assets": [vm(data={"labels": {"team": "a"}})]},
    json.dumps(vm(data={"labels": {"team": "a"}}), indent=2).encode(),
    {"results": [{"name": vm()["name"], "assetType": VM, "labels": {"team": "a"}}]},
    [
        {
            "name": vm()["name"],
            "asset_type": VM,
            "resource": {"data": json.dumps({"labels": {"team": "a"}})},
        }
    ],
]


@pytest.mark.parametrize("content", FORMS)
def test_all_forms_say_the_same(content):
    assert cloud_assets.recognises(document(content), ReadOptions())
    ((pattern, address, found, _),), problems = read(content)

    assert (pattern.provider, pattern.dialect, pattern.type) == ("google", "gcp", VM)
    assert (pattern.account, pattern.region, pattern.scope) == ("shop", "us-central1", "shop")
    assert (pattern.taggable, pattern.tags.complete) == ("yes", True)
    assert (address, found) == (vm()["name"], {"team": "a"})
    assert problems == []


@pytest.mark.parametrize(
    "content",
    [
        b'"assetType": "compute.googleapis.com/Instance"',
        b"# assetType",
        b'{"assetTypes": ["compute.googleapis.com/Instance"]}',
        b'{"assetType": "laptop"}',
        b'{"planned_values": {"assetType": "compute.googleapis.com/Instance"}}',
        b'[{"planned_values": {"assetType": "compute.googleapis.com/Instance"}}]',
        b"",
    ],
)
def test_what_is_no_inventory_of_assets(content):
    assert not cloud_assets.recognises(document(content), ReadOptions())


@pytest.mark.parametrize(
    ("type_", "data", "found"),
    [
        (BUCKET, {"labels": {"a": "b"}}, {"a": "b"}),
        (BUCKET, {"userLabels": {"a": "b"}}, {}),
        (BUCKET, {"labels": None}, {}),
        ("sqladmin.googleapis.com/Instance", {"settings": {"userLabels": {"a": "b"}}}, {"a": "b"}),
        ("sqladmin.googleapis.com/Instance", {"settings": None}, {}),
        ("container.googleapis.com/Cluster", {"resourceLabels": {"a": "b"}}, {"a": "b"}),
        (
            "container.googleapis.com/NodePool",
            {"config": {"labels": {"k": "8"}, "resourceLabels": {"a": "b"}}},
            {"a": "b"},
        ),
        ("run.googleapis.com/Service", {"metadata": {"labels": {"a": "b"}}}, {"a": "b"}),
        ("run.googleapis.com/Service", {"labels": {"a": "b"}}, {"a": "b"}),
        (
            "run.googleapis.com/Service",
            {"labels": {}, "metadata": {"labels": {"a": "b"}}},
            {"a": "b"},
        ),
        (
            "monitoring.googleapis.com/NotificationChannel",
            {"labels": {"email_address": "x"}, "userLabels": {"a": "b"}},
            {"a": "b"},
        ),
        ("monitoring.googleapis.com/NotificationChannel", {"labels": {"email_address": "x"}}, {}),
        ("spanner.googleapis.com/Instance", {"instance": {"labels": {"a": "b"}}}, {"a": "b"}),
        ("new.googleapis.com/Thing", {"resourceLabels": {"a": "b"}}, {"a": "b"}),
        ("new.googleapis.com/Thing", {"labels": ["a"], "userLabels": {"a": "b"}}, {"a": "b"}),
        ("compute.googleapis.com/Network", {"labels": {"a": "b"}}, {}),
    ],
)
def test_labels_stand_where_their_type_has_them(type_, data, found):
    assert labels([listed("x", type_, data)]) == [found]


def test_the_user_may_say_where_labels_stand():
    catalog = {"compute.googleapis.com/Network": {"attribute": "spec.labels", "shape": "map"}}
    asset = listed("x", "compute.googleapis.com/Network", {"spec": {"labels": {"a": "b"}}})

    assert labels([asset], catalog=catalog) == [{"a": "b"}]


@pytest.mark.parametrize(
    ("asset", "reason"),
    [
        (vm(), ""),
        (listed("x", VM), "the asset was listed without its resource"),
        (listed("x", VM, iamPolicy={}), "the asset was listed without its resource"),
        (listed("x", VM, resource={"data": None}), "the asset was listed without its resource"),
        (listed("x", VM, project="projects/1"), "the search did not ask for labels"),
        (listed("x", VM, project="projects/1", parentFullResourceName="//y"), ""),
        (listed("x", VM, project="projects/1", labels=None), ""),
    ],
)
def test_labels_that_were_not_asked_for_are_unknown(asset, reason):
    (((pattern, _, found, _),), _) = read([asset])

    assert (pattern.tags.complete, pattern.tags.reason) == (not reason, reason)
    assert found == {}


def test_a_search_that_shows_labels_anywhere_has_asked_for_them():
    plain = listed("a", VM, project="projects/1")
    labelled = listed("b", VM, project="projects/1", labels={"a": "b"})

    rows, _ = read({"results": [plain, labelled]})

    assert [row[0].tags.complete for row in rows] == [True, True]


def test_a_search_for_policies_names_assets_and_knows_no_labels():
    results = [{"resource": "//x", "assetType": VM, "policy": {}, "project": "projects/1"}] * 2

    rows, problems = read({"results": results})

    assert [(row[1], row[0].tags.complete) for row in rows] == [("//x", False)]
    assert problems == []


def test_an_asset_that_another_entry_shows_better_counts_once():
    policy = {**vm("a"), "iam_policy": {}}
    del policy["resource"]
    lone = listed("y", BUCKET, iam_policy={})

    rows, _ = read([policy, lone, lone, vm("a", {"labels": {"a": "b"}}), policy, vm("b")])

    assert [(row[1][-1], row[2], row[0].tags.complete) for row in rows] == [
        ("a", {"a": "b"}, True),
        ("b", {}, True),
        ("y", {}, False),
    ]


@pytest.mark.parametrize(
    ("asset", "project"),
    [
        (vm(ancestors=["projects/123", "organizations/9"]), "shop"),
        (listed("storage.googleapis.com/box", BUCKET, {}, ancestors=["projects/123"]), "shop"),
        (listed("storage.googleapis.com/box", BUCKET, {}, ancestors=["projects/5"]), "five"),
        (listed("storage.googleapis.com/box", BUCKET, {}, ancestors=["projects/77"]), "77"),
        (listed("storage.googleapis.com/box", BUCKET, {}, ancestors=["folders/77"]), None),
        (listed("storage.googleapis.com/box", BUCKET, {}, project="projects/123"), "shop"),
        (
            listed("x", BUCKET, {}, ancestry_path="organization/1/folder/2/project/blue"),
            "blue",
        ),
        (listed("storage.googleapis.com/box", BUCKET, {}), None),
    ],
)
def test_a_project_goes_by_its_id_where_the_document_tells_it(asset, project):
    itself = listed(
        "cloudresourcemanager.googleapis.com/projects/5",
        "cloudresourcemanager.googleapis.com/Project",
        {"projectId": "five", "projectNumber": "5"},
        ancestors=["projects/5"],
    )

    rows, _ = read([asset, vm("other", ancestors=["projects/123"]), itself])

    assert rows[0][0].account == project
    assert rows[2][0].account == "five"


@pytest.mark.parametrize(
    ("name", "more", "region"),
    [
        ("compute.googleapis.com/projects/p/zones/europe-west1-b/disks/d", {}, "europe-west1"),
        ("compute.googleapis.com/projects/p/global/networks/n", {}, "global"),
        ("x.googleapis.com/projects/p/locations/us/things/t", {}, "us"),
        ("x.googleapis.com/projects/p/things/t", {}, None),
        ("x.googleapis.com/projects/p/things/t", {"location": "EU"}, "eu"),
    ],
)
def test_a_region_is_that_of_the_zone_or_the_name(name, more, region):
    ((row,), _) = read([listed(name, "x.googleapis.com/Thing", {}, **more)])

    assert row[0].region == region


def test_a_resource_tells_its_location_first():
    asset = vm()
    asset["resource"]["location"] = "us-east1-c"

    ((row,), _) = read([asset])

    assert row[0].region == "us-east1"


@pytest.mark.parametrize(
    ("type_", "found", "maker"),
    [
        (VM, {}, "user"),
        (VM, {"goog-gke-node": ""}, "gke"),
        (VM, {"goog-gke-node": "", "team": "a"}, "user"),
        (VM, {"goog-dataproc-cluster-name": "c", "goog-ops-agent-policy": "v"}, "dataproc"),
        (VM, {"goog-terraform-provisioned": "true"}, "user"),
        ("dataproc.googleapis.com/Cluster", {"goog-dataproc-cluster-name": "c"}, "user"),
        (
            "artifactregistry.googleapis.com/Repository",
            {"goog-managed-by": "cloudfunctions"},
            "cloudfunctions",
        ),
    ],
)
def test_what_a_service_alone_labelled_is_its_own(type_, found, maker):
    ((row,), _) = read([listed("x", type_, {"labels": found})])

    assert row[0].managed_by == maker


def test_a_project_on_its_way_out_is_not_judged():
    ((row,), _) = read([listed("x", BUCKET, {}, state="DELETE_REQUESTED")])

    assert row[0].excluded


POD = "container.googleapis.com/projects/p/zones/us-east1-b/clusters/c/k8s/namespaces/shop/pods/w"


@pytest.mark.parametrize(
    ("type_", "spelt"),
    [
        ("k8s.io/Pod", "Pod"),
        ("apps.k8s.io/Deployment", "apps/Deployment"),
        ("networking.k8s.io/Ingress", "networking.k8s.io/Ingress"),
        ("rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/Role"),
    ],
)
def test_objects_of_a_cluster_are_those_of_kubernetes(type_, spelt):
    data = {"metadata": {"name": "w", "namespace": "shop", "labels": {"a": "b"}}}

    (((pattern, address, found, _),), _) = read([listed(POD, type_, data)])

    assert (pattern.provider, pattern.dialect, pattern.type) == ("kubernetes", "kubernetes", spelt)
    assert (pattern.account, pattern.region, pattern.namespace) == ("p", "us-east1", "shop")
    assert (address, found) == (f"//{POD}", {"a": "b"})


def test_objects_of_a_cluster_may_belong_to_others_or_show_nothing():
    owned = {"metadata": {"name": "w", "ownerReferences": [{"kind": "ReplicaSet"}]}}

    rows, _ = read([listed(POD, "k8s.io/Pod", owned), listed("x", "k8s.io/Node")])

    assert [(row[0].managed_by, row[0].tags.complete) for row in rows] == [
        ("ReplicaSet", True),
        ("user", False),
    ]


def test_what_is_no_asset_is_told_with_its_place_and_the_rest_goes_on():
    bad = [3, {"assetType": VM}, vm("b", {"labels": {"a": 1}}), listed("x", VM, ["data"])]

    rows, problems = read({"assets": [vm("a"), *bad, vm("c")]})

    assert [row[1][-1] for row in rows] == ["a", "c"]
    assert [one.where for one in problems] == [f"assets:assets[{place}]" for place in (1, 2, 3, 4)]


def test_bad_lines_are_told_by_their_number():
    rows, problems = read(lines(vm("a")) + b"\n{\n\xff\n" + lines(vm("b")))

    assert [(row[1][-1], row[3]) for row in rows] == [("a", 1), ("b", 5)]
    assert [one.where for one in problems] == ["assets:3", "assets:4"]


def test_long_lines_are_read_from_the_file():
    everything = lines(vm("a"), vm("b"))
    opened = Document("assets", lines(vm("a")), opener=lambda: io.BytesIO(everything))

    rows, _ = read(opened)

    assert [row[1][-1] for row in rows] == ["a", "b"]


@pytest.mark.parametrize(("token", "cut"), [("abc", True), ("", False), (None, False)])
def test_a_list_that_names_a_next_page_is_cut_off(token, cut):
    _, problems = read({"assets": [vm()], "nextPageToken": token})

    assert [one.message for one in problems] == (
        ["the list is cut off: it names a next page"] if cut else []
    )


@pytest.mark.parametrize(
    "content",
    [b'{"assets": 3}', b'{"assets": ', b'{"results": ' + b"[" * 100_000, b"[{]", b"[" * 100_000],
)
def test_what_is_no_list_is_one_problem(content):
    with pytest.raises(InputError):
        read(content)


@pytest.mark.parametrize("content", [[vm(), vm()], {"assets": [vm(), vm()]}])
def test_a_damaged_list_is_recognised_and_refused(content):
    damaged = json.dumps(content).encode()[:-40]

    assert cloud_assets.recognises(document(damaged), ReadOptions())
    with pytest.raises(InputError, match="truncated"):
        read(damaged)
