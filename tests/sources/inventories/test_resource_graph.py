from __future__ import annotations

import io
import json

import pytest

from tagguard.errors import InputError
from tagguard.model import Problem, Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories import resource_graph

GROUP = "/subscriptions/S1/resourceGroups/Shop"
DISK = f"{GROUP}/providers/Microsoft.Compute/disks/D1"
ROW = {
    "id": DISK,
    "type": "microsoft.compute/disks",
    "location": "westeurope",
    "subscriptionId": "S1",
    "resourceGroup": "shop",
    "tags": {"CostCenter": "CC-1", "empty": None},
}
ANSWER = {"totalRecords": 1, "count": 1, "data": [ROW], "facets": [], "resultTruncated": "false"}
TABLE = {
    "columns": [{"name": name, "type": "string"} for name in (*ROW, "properties")],
    "rows": [[*ROW.values(), {"tags": 7}]],
}


def document(content):
    return Document(
        "graph", content if isinstance(content, bytes) else json.dumps(content).encode()
    )


def read(content):
    """Give rows as (pattern, address, tags), and problems."""
    found = list(resource_graph.read(document(content), ReadOptions()))
    rows = [
        row
        for one in found
        if isinstance(one, Rows)
        for row in zip(one.patterns, one.addresses, map(dict, one.tags), strict=True)
    ]
    return rows, [one for one in found if isinstance(one, Problem)]


@pytest.mark.parametrize(
    "content",
    [
        ANSWER,
        {**ANSWER, "data": TABLE},
        {"count": 1, "data": [ROW], "skip_token": None, "total_records": 1},
        {"data": [ROW], "count": 1, "total_records": 1, "result_truncated": "false", "facets": []},
        [ROW],
        {"value": [ROW]},
        [{key: ROW[key] for key in ("id", "tags", "location")}],
    ],
)
def test_all_forms_say_the_same(content):
    assert resource_graph.recognises(document(content), ReadOptions())
    ((pattern, address, tags),), problems = read(content)

    assert (pattern.provider, pattern.dialect) == ("azure", "azure")
    assert (pattern.type, pattern.taggable) == ("microsoft.compute/disks", "yes")
    assert (pattern.account, pattern.region, pattern.namespace) == ("s1", "westeurope", "shop")
    assert (pattern.tags.complete, pattern.managed_by) == (True, "user")
    assert address == DISK.lower()
    assert tags == {"CostCenter": "CC-1", "empty": ""}
    assert problems == []


@pytest.mark.parametrize(
    "content",
    [
        [],
        [3],
        [{"id": "0d3c", "name": "account"}],
        {"data": [{"id": "7"}], "totalRecords": 1},
        {"value": [{"id": "7"}]},
        {"items": [ROW]},
        b'"/subscriptions/',
        b'{"data": [',
        b"[" * 100_000,
    ],
)
def test_what_is_no_list_of_azure_resources(content):
    assert not resource_graph.recognises(document(content), ReadOptions())


def test_json_lines_are_left_to_their_own_reader():
    rows = Document("graph", json.dumps(ANSWER).encode(), opener=io.BytesIO)

    assert not resource_graph.recognises(rows, ReadOptions())


def test_an_empty_answer_holds_nothing():
    empty = {"count": 0, "data": [], "skip_token": None, "total_records": 0}

    assert resource_graph.recognises(document(empty), ReadOptions())
    assert read(empty) == ([], [])


@pytest.mark.parametrize(
    ("rows", "complete"),
    [
        ([{"id": DISK, "tags": None}], True),
        ([{"id": DISK, "tags": ""}], True),
        ([{"id": DISK}], False),
        ([{"id": DISK}, {"id": DISK, "tags": {}}], True),
    ],
)
def test_tags_that_were_not_asked_for_are_unknown(rows, complete):
    found, _ = read({"data": rows, "skip_token": None})

    assert {row[0].tags.complete for row in found} == {complete}
    assert found[0][2] == {}


def test_a_table_without_the_column_did_not_ask_for_tags():
    table = {"columns": [{"name": "id"}], "rows": [[DISK]]}
    (((pattern, _, _),), _) = read({"data": table, "resultTruncated": "false"})

    assert pattern.tags.reason == "the query did not ask for tags"


@pytest.mark.parametrize(
    ("id_", "type_", "namespace"),
    [
        (DISK, "microsoft.compute/disks", "shop"),
        (
            f"{GROUP}/providers/Microsoft.Sql/servers/a/databases/b",
            "microsoft.sql/servers/databases",
            "shop",
        ),
        (
            f"{DISK}/providers/Microsoft.Authorization/locks/l",
            "microsoft.authorization/locks",
            "shop",
        ),
        (GROUP, "microsoft.resources/subscriptions/resourcegroups", "shop"),
        ("/subscriptions/S1", "microsoft.resources/subscriptions", None),
    ],
)
def test_an_id_tells_what_a_row_leaves_out(id_, type_, namespace):
    (((pattern, address, _),), _) = read([{"id": id_, "tags": None}])

    assert (pattern.type, pattern.account, pattern.namespace) == (type_, "s1", namespace)
    assert address == id_.lower()


@pytest.mark.parametrize(
    ("location", "region"), [("West Europe", "westeurope"), ("global", "global"), (None, None)]
)
def test_regions_are_spelt_as_azure_names_them(location, region):
    (((pattern, _, _),), _) = read([{"id": DISK, "location": location}])

    assert pattern.region == region


@pytest.mark.parametrize(
    ("group", "maker"),
    [
        ("MC_shop_cluster_westeurope", "aks"),
        ("mc_donalds", "user"),
        ("ME_env_shop_westeurope", "containerapps"),
        ("databricks-rg-ws-abc", "databricks"),
        ("synapseworkspace-managedrg-1", "synapse"),
        ("AzureBackupRG_westeurope_1", "recoveryservices"),
        ("NetworkWatcherRG", "networkwatcher"),
        ("shop", "user"),
    ],
)
def test_services_name_the_groups_that_they_make(group, maker):
    disk = f"/subscriptions/S1/resourceGroups/{group}/providers/Microsoft.Compute/disks/d"

    rows, _ = read([{"id": disk}, {"id": f"/subscriptions/S1/resourceGroups/{group}"}])

    assert {row[0].managed_by for row in rows} == {maker}


@pytest.mark.parametrize(
    ("manager", "maker"),
    [
        (f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/c", "aks"),
        (f"{GROUP}/providers/Microsoft.Databricks/workspaces/w", "databricks"),
        (f"{GROUP}/providers/Microsoft.Solutions/applications/a", "managedapplications"),
        ("somebody", "azure"),
        ("", "user"),
        (None, "user"),
    ],
)
@pytest.mark.parametrize("type_", [None, "Microsoft.Resources/resourceGroups"])
def test_what_stands_in_a_managed_group_is_its_managers(manager, maker, type_):
    group = {"id": "/subscriptions/S1/resourceGroups/Own", "managedBy": manager, "type": type_}
    inside = "/subscriptions/s1/resourcegroups/own/providers/Microsoft.Compute/disks/d"

    rows, _ = read([{"id": inside}, group, {"id": inside.replace("/s1/", "/s2/")}])

    assert [row[0].managed_by for row in rows] == [maker, maker, "user"]


def test_the_machine_that_a_disk_hangs_on_does_not_manage_it():
    (((pattern, _, _),), _) = read(
        [{**ROW, "managedBy": f"{GROUP}/providers/M.C/virtualMachines/v"}]
    )

    assert pattern.managed_by == "user"


@pytest.mark.parametrize(("name", "maker"), [("master", "sql"), ("orders", "user")])
def test_the_system_database_is_the_servers(name, maker):
    database = f"{GROUP}/providers/Microsoft.Sql/servers/s/databases/{name}"
    (((pattern, _, _),), _) = read([{"id": database}])

    assert pattern.managed_by == maker


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"resultTruncated": "true"}, "one page of several"),
        ({"resultTruncated": True}, "one page of several"),
        ({"$skipToken": "abc"}, "one page of several"),
        ({"skip_token": "abc"}, "one page of several"),
        ({"nextLink": "https://next.test"}, "one page of several"),
        ({"totalRecords": 5000}, "1 of 5,000 resources"),
        ({"total_records": 2, "skip_token": "abc"}, "1 of 2 resources"),
    ],
)
def test_an_answer_that_is_not_all_is_told(told, said):
    _, problems = read({**ANSWER, **told})

    assert [one.message for one in problems] == [f"the answer is cut off: it holds {said}"]


def test_what_is_no_resource_is_told_with_its_place_and_the_rest_goes_on():
    bad = [3, {"id": 7}, {"name": "x"}, {"id": DISK, "tags": [1]}]

    rows, problems = read({**ANSWER, "data": [ROW, *bad, ROW], "totalRecords": 6})

    assert len(rows) == 2
    assert sorted(one.where for one in problems) == [
        f"graph:data[{place}]" for place in (1, 2, 3, 4)
    ]


def test_a_row_that_is_too_short_is_told():
    table = {"columns": [{"name": "location"}, {"name": "id"}], "rows": [["x"], ["x", DISK]]}

    rows, problems = read({"data": table, "resultTruncated": "false"})

    assert len(rows) == 1
    assert [one.where for one in problems] == ["graph:data.rows[0]"]


@pytest.mark.parametrize(
    "content",
    [
        {"data": [{"name": "x"}], "skip_token": None},
        {"data": 7, "skip_token": None},
        {"data": {"columns": 7}, "skip_token": None},
        {"data": {}, "skip_token": None},
    ],
)
def test_what_names_no_resources_is_one_problem(content):
    assert resource_graph.recognises(document(content), ReadOptions())
    with pytest.raises(InputError):
        read(content)


@pytest.mark.parametrize("content", [ANSWER, [ROW, ROW], {"value": [ROW]}])
def test_a_damaged_list_is_recognised_and_refused(content):
    damaged = json.dumps(content).encode()[:-20]

    assert resource_graph.recognises(document(damaged), ReadOptions())
    with pytest.raises(InputError, match="truncated"):
        read(damaged)
