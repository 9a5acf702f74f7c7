from __future__ import annotations

import re

import msgspec
import pytest

from tagguard.catalog import Catalog, _load
from tagguard.catalog.live import DATA, GENERATED, LiveData, _places, places


@pytest.mark.parametrize(
    ("provider", "type_", "taggable"),
    [
        ("azure", "microsoft.compute/virtualmachines", "yes"),
        ("azure", "Microsoft.Compute/virtualMachines", "yes"),
        ("azure", "microsoft.storage/storageaccounts", "yes"),
        ("azure", "microsoft.sql/servers/databases", "yes"),
        ("azure", "microsoft.resources/subscriptions", "yes"),
        ("azure", "microsoft.resources/subscriptions/resourcegroups", "yes"),
        ("azure", "microsoft.keyvault/vaults/secrets", "yes"),
        ("azure", "microsoft.network/virtualnetworks/subnets", "no"),
        ("azure", "microsoft.authorization/roleassignments", "no"),
        ("azure", "microsoft.storage/storageaccounts/blobservices/containers", "no"),
        ("azure", "microsoft.nothing/atall", "unknown"),
        ("google", "compute.googleapis.com/Instance", "yes"),
        ("google", "compute.googleapis.com/RegionDisk", "yes"),
        ("google", "sqladmin.googleapis.com/Instance", "yes"),
        ("google", "run.googleapis.com/Service", "yes"),
        ("google", "aiplatform.googleapis.com/Endpoint", "yes"),
        ("google", "cloudfunctions.googleapis.com/CloudFunction", "yes"),
        ("google", "container.googleapis.com/NodePool", "yes"),
        ("google", "compute.googleapis.com/Firewall", "no"),
        ("google", "cloudbilling.googleapis.com/ProjectBillingInfo", "no"),
        ("google", "iam.googleapis.com/ServiceAccount", "no"),
        ("google", "compute.googleapis.com/Nothing", "unknown"),
        ("kubernetes", "apps/Deployment", "yes"),
        ("kubernetes", "acme.example/Widget", "yes"),
        ("aws", "s3:bucket", "yes"),
        ("oci", "oci:thing", "unknown"),
    ],
)
def test_live_types(provider, type_, taggable):
    assert Catalog().live_taggable(provider, type_) == taggable


@pytest.mark.parametrize(
    ("type_", "found"),
    [
        ("storage.googleapis.com/Bucket", ("labels",)),
        ("sqladmin.googleapis.com/Instance", ("settings.userLabels",)),
        ("container.googleapis.com/Cluster", ("resourceLabels",)),
        ("container.googleapis.com/NodePool", ("config.resourceLabels",)),
        ("run.googleapis.com/Job", ("labels", "metadata.labels")),
        ("monitoring.googleapis.com/NotificationChannel", ("userLabels",)),
        ("compute.googleapis.com/InstanceTemplate", ("properties.labels",)),
        ("deploymentmanager.googleapis.com/Deployment", None),
        ("pubsub.googleapis.com/Location", None),
        ("compute.googleapis.com/Network", ()),
        ("compute.googleapis.com/Nothing", None),
    ],
)
def test_where_assets_show_their_labels(type_, found):
    assert places("google", type_) == found


def test_the_users_own_facts_come_first_and_azure_has_no_case():
    catalog = Catalog(
        {
            "Microsoft.Compute/Disks": {"taggable": False},
            "compute.googleapis.com/Network": {"attribute": "labels", "shape": "map"},
        }
    )

    assert catalog.live_taggable("azure", "microsoft.compute/disks") == "no"
    assert catalog.live_taggable("google", "compute.googleapis.com/Network") == "yes"


def test_every_cloud_has_its_file_and_every_file_its_cloud():
    assert {path.stem for path in DATA.glob("*.json")} == GENERATED


@pytest.mark.parametrize(
    ("provider", "known", "tagged"), [("azure", 3407, 1039), ("google", 1363, 418)]
)
def test_the_data_holds_as_many_types_as_were_reviewed(provider, known, tagged):
    types = _places(provider)

    assert len(types) == known
    assert sum(map(bool, types.values())) == tagged


def test_nothing_is_read_before_it_is_asked_for():
    _places.cache_clear()
    Catalog().live_taggable("azure", "microsoft.compute/disks")

    assert _places.cache_info().currsize == 1


def test_a_type_is_on_one_side_only():
    data = {
        provider: msgspec.json.decode((DATA / f"{provider}.json").read_bytes(), type=LiveData)
        for provider in GENERATED
    }

    for one in data.values():
        tagged = {type_ for types in one.places.values() for type_ in types}
        assert not tagged & {*one.untaggable}


SERVICES = {
    "artifact_registry": "artifactregistry",
    "backup_dr": "backupdr",
    "certificate_manager": "certificatemanager",
    "cloud_run": "run",
    "cloud_run_v2": "run",
    "cloudfunctions2": "cloudfunctions",
    "filestore": "file",
    "gke_hub": "gkehub",
    "kms": "cloudkms",
    "network_services": "networkservices",
    "secret_manager": "secretmanager",
    "sql": "sqladmin",
    "sql_database": "sqladmin",
    "vertex_ai": "aiplatform",
}
"""What Terraform calls a service -> its host, where they differ."""
NOT_IN_TERRAFORM = {
    "google_backup_dr_backup_plan",
    "google_backup_dr_management_server",
    "google_compute_vpn_gateway",
    "google_dataproc_autoscaling_policy",
    "google_dns_response_policy",
    "google_firebase_app_hosting_domain",
    "google_firebase_app_hosting_traffic",
    "google_monitoring_dashboard",
    "google_network_services_tls_route",
}
"""Types whose labels the interface takes and the Terraform provider does not."""


def test_live_types_agree_with_terraforms():
    by_name = {
        re.sub(r"\.googleapis\.com/|_", "", type_).lower(): type_ for type_ in _places("google")
    }
    agreed, different = 0, set()
    for type_, entry in _load("google").items():
        name = type_.removeprefix("google_")
        names = [
            name,
            *(f"{SERVICES[one]}_{name[len(one) :]}" for one in SERVICES if name.startswith(one)),
        ]
        twin = next(
            (by_name[one] for spelt in names if (one := spelt.replace("_", "")) in by_name), None
        )
        if twin and bool(entry) == bool(_places("google")[twin]):
            agreed += 1
        elif twin:
            different.add(type_)

    assert different == NOT_IN_TERRAFORM
    assert agreed == 492
