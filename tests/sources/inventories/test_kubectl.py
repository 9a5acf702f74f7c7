from __future__ import annotations

import json

import pytest

from tagguard.errors import InputError
from tagguard.model import Problem, Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories import kubectl

UID = "56526035-cd29-4d08-8375-291503b1a006"


def made(name="web", *, kind=None, api=None, top=None, **metadata):
    """Give an object as a cluster shows it."""
    named = {"kind": kind, "apiVersion": api}
    shown = {"metadata": {"name": name, "uid": UID, **metadata}, **(top or {})}
    return {key: value for key, value in named.items() if value} | shown


def listing(*items, kind="List", api="v1", **metadata):
    return {
        "apiVersion": api,
        "items": [*items],
        "kind": kind,
        "metadata": {"resourceVersion": "", **metadata},
    }


def document(content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Document("objects", data)


def read(content):
    """Give rows as (type, namespace, managed_by, address, labels), and problems."""
    found = list(kubectl.read(document(content), ReadOptions()))
    rows = [
        (pattern.type, pattern.namespace, pattern.managed_by, address, dict(labels))
        for one in found
        if isinstance(one, Rows)
        for pattern, address, labels in zip(one.patterns, one.addresses, one.tags, strict=True)
    ]
    return rows, [one for one in found if isinstance(one, Problem)]


def recognised(content):
    return kubectl.recognises(document(content), ReadOptions())


def test_items_of_a_list_have_its_kind():
    content = listing(
        made(namespace="shop", labels={"team": "a"}), kind="DeploymentList", api="apps/v1"
    )

    assert recognised(content)
    assert read(content) == (
        [("apps/Deployment", "shop", "user", "apps/Deployment/shop/web", {"team": "a"})],
        [],
    )


def test_several_kinds_stand_in_one_list_in_its_order():
    content = listing(
        made("b", kind="Service", api="v1", namespace="shop"),
        made("a", kind="Ingress", api="networking.k8s.io/v1", namespace="shop"),
        made("n", kind="Node", api="v1"),
    )

    rows, problems = read(content)

    assert [row[3] for row in rows] == [
        "Service/shop/b",
        "networking.k8s.io/Ingress/shop/a",
        "Node/n",
    ]
    assert problems == []


def test_objects_belong_to_the_dialect_of_kubernetes_and_take_labels():
    (rows,) = kubectl.read(document(listing(made(kind="Pod", api="v1"))), ReadOptions())

    assert isinstance(rows, Rows)
    (pattern,) = rows.patterns
    assert (pattern.provider, pattern.dialect, pattern.taggable) == (
        "kubernetes",
        "kubernetes",
        "yes",
    )
    assert (pattern.account, pattern.scope, pattern.tags.complete) == (None, "objects", True)


YAML = f"""\
apiVersion: v1
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    creationTimestamp: "2024-01-01T00:00:00Z"
    labels:
      cost-center: "0123"
      on: "true"
    name: web
    namespace: shop
    uid: {UID}
kind: List
metadata:
  resourceVersion: ""
"""


def test_yaml_says_the_same_and_values_stay_as_written():
    assert recognised(YAML.encode())
    assert read(YAML.encode()) == (
        [
            (
                "apps/Deployment",
                "shop",
                "user",
                "apps/Deployment/shop/web",
                {"cost-center": "0123", "on": "true"},
            )
        ],
        [],
    )


MANIFEST = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}


@pytest.mark.parametrize(
    ("content", "taken"),
    [
        (made(kind="Pod", api="v1"), True),
        (
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    "name": "web",
                    "creationTimestamp": "2024-01-01T00:00:00Z",
                    "resourceVersion": "7",
                },
            },
            True,
        ),
        (MANIFEST, False),
        ({**MANIFEST, "spec": {"claimRef": {"uid": UID}}}, False),
        ({**MANIFEST, "metadata": {"name": "web", "creationTimestamp": None}}, False),
        ({"apiVersion": "v1", "kind": "List", "items": [MANIFEST]}, False),
        (listing(), True),
        ({"items": [made()]}, False),
        (b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n", False),
        (b"schema:\n  uid: " + UID.encode(), False),
        (b'{"uid": "56526035-', False),
        (b'{"metadata": {"uid": "56526035-"}, "x": ' + b"[" * 100_000, False),
    ],
)
def test_only_what_a_cluster_wrote_is_an_inventory(content, taken):
    assert recognised(content) is taken


def test_an_object_by_itself():
    assert read(made(kind="Pod", api="v1", namespace="shop"))[0] == [
        ("Pod", "shop", "user", "Pod/shop/web", {})
    ]


def test_an_object_by_itself_in_yaml():
    content = f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  uid: {UID}\n"

    assert recognised(content.encode())
    assert read(content.encode())[0] == [("Pod", None, "user", "Pod/web", {})]


@pytest.mark.parametrize(
    ("one", "maker"),
    [
        (made(kind="Pod", namespace="shop"), "user"),
        (
            made(kind="Pod", ownerReferences=[{"kind": "ReplicaSet", "controller": True}]),
            "ReplicaSet",
        ),
        (made(kind="Pod", ownerReferences=[{}]), "kubernetes"),
        (made(kind="Deployment", namespace="kube-system"), "kubernetes"),
        (made("kube-system", kind="Namespace"), "kubernetes"),
        (made("default", kind="Namespace"), "kubernetes"),
        (made("shop", kind="Namespace"), "user"),
        (made("kubernetes", kind="Service", namespace="default"), "kubernetes"),
        (made("default", kind="ServiceAccount", namespace="shop"), "kubernetes"),
        (made("builder", kind="ServiceAccount", namespace="shop"), "user"),
        (made("kube-root-ca.crt", kind="ConfigMap", namespace="shop"), "kubernetes"),
        (made("web.17a", kind="Event", namespace="shop"), "kubernetes"),
        (made("system:node", kind="ClusterRole"), "kubernetes"),
        (
            made(
                "edit", kind="ClusterRole", labels={"kubernetes.io/bootstrapping": "rbac-defaults"}
            ),
            "kubernetes",
        ),
        (
            made(kind="Secret", top={"type": "kubernetes.io/service-account-token"}),
            "kubernetes",
        ),
        (made(kind="Secret", top={"type": "Opaque"}), "user"),
        (
            made(
                kind="PersistentVolume",
                annotations={"pv.kubernetes.io/provisioned-by": "ebs.csi.aws.com"},
            ),
            "PersistentVolumeClaim",
        ),
    ],
)
def test_who_keeps_an_object(one, maker):
    ((_, _, managed_by, _, _),), _ = read(listing(one))

    assert managed_by == maker


def test_what_is_no_object_is_told_with_its_place_and_the_rest_goes_on():
    rows, problems = read(
        listing(
            made("a", kind="Pod"),
            3,
            made("b", kind="Pod", labels={"team": 7}),
            {"metadata": {"name": "nameless kind"}},
            made("", kind="Pod"),
            made("c", kind="Pod"),
        )
    )

    assert [row[3] for row in rows] == ["Pod/a", "Pod/c"]
    assert [problem.where for problem in problems] == [
        "objects:items[1]",
        "objects:items[2]",
        "objects:items[3]",
        "objects:items[4]",
    ]


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"continue": "abc"}, "the list is cut off: the cluster holds more objects"),
        (
            {"continue": "abc", "remainingItemCount": 7},
            "the list is cut off: the cluster holds 7 more objects",
        ),
        ({"continue": ""}, None),
        ({"continue": 3}, None),
    ],
)
def test_a_list_that_names_a_rest_is_cut_off(metadata, said):
    _, problems = read(listing(made(kind="Pod"), **metadata))

    assert [problem.message for problem in problems] == ([said] if said else [])


@pytest.mark.parametrize(
    "content",
    [
        b'{"items": {}}',
        b'{"items": ' + b"[" * 100_000,
        b"items:\n  a: 1\n",
        b"items: [\n",
        b"- a\n",
        b"items: &a [*a]\n",
    ],
)
def test_what_is_no_list_is_one_problem(content):
    with pytest.raises(InputError):
        read(content)


def test_a_damaged_list_is_recognised_and_refused():
    content = json.dumps(listing(made(kind="Pod"), made(kind="Pod"))).encode()[:-40]

    assert recognised(content)
    with pytest.raises(InputError, match="truncated"):
        read(content)
