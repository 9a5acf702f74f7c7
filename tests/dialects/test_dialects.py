from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.dialects import DIALECTS, dialect
from tagguard.model import Limits


@pytest.mark.parametrize(
    ("cloud", "key", "value", "fault"),
    [
        ("aws", "Owner", "a@b.com", ""),
        ("aws", "Über uns", "naïve café", ""),
        ("aws", "k" * 129, "", "the key has 129 characters, 128 are allowed"),
        ("aws", "k", "v" * 257, "the value has 257 characters, 256 are allowed"),
        ("aws", "k", "a|b", "the value may hold only letters, digits, spaces and"),
        ("aws", "AWS:x", "y", "keys that begin with `aws:` are reserved"),
        ("aws", "", "y", "the key is empty"),
        ("azure", "cost<center", "x", "the key may hold only characters other than"),
        ("azure", "owner", "<b>", ""),
        ("azure", "MicrosoftThing", "x", "keys that begin with `microsoft`"),
        ("gcp", "cost_center", "cc-1", ""),
        ("gcp", "CostCenter", "cc-1", "the key may hold only lower-case letters"),
        ("gcp", "1st", "x", "the key may hold only lower-case letters"),
        ("gcp", "owner", "a@b", "the value may hold only lower-case letters"),
        ("kubernetes", "acme.io/owner", "team-a", ""),
        ("kubernetes", "acme.io/owner", "a@b", "the value may hold only letters"),
        ("kubernetes", "-owner", "x", "the key may hold only an optional DNS prefix"),
        ("gcp", "größe", "straße", ""),
        ("gcp", "Ärger", "x", "the key may hold only lower-case letters"),
        ("gcp", "k", "Ä", "the value may hold only lower-case letters"),
        ("gcp", "goog-x", "y", "keys that begin with `goog-` are reserved"),
        ("oci", "CostCenter", "a@b.com", ""),
        ("oci", "Operations.CostCenter", "42", ""),
        ("oci", "n" * 100 + "." + "k" * 100, "v" * 256, ""),
        ("oci", "k" * 101, "", "the key may hold only printable ASCII without spaces, 100"),
        ("oci", "a.b.c", "", "the key may hold only printable ASCII"),
        ("oci", "cost center", "", "the key may hold only printable ASCII"),
        ("oci", "größe", "", "the key may hold only printable ASCII"),
        ("oci", "k", "v" * 257, "the value has 257 characters, 256 are allowed"),
        ("oci", "Orcl-Cloud.x", "y", "keys that begin with `orcl-cloud.` are reserved"),
        ("generic", "any\0thing", "\x1b", ""),
    ],
)
def test_each_limit_of_each_cloud(cloud, key, value, fault):
    faults = list(dialect(cloud).faults(key, value))
    assert len(faults) == bool(fault)
    assert not fault or faults[0].startswith(fault)


@pytest.mark.parametrize(
    ("cloud", "name", "spelling"),
    [
        ("aws", "CostCenter", "CostCenter"),
        ("gcp", "CostCenter", "cost_center"),
        ("gcp", "AWSAccount", "aws_account"),
        ("gcp", "cost center", "cost_center"),
        ("gcp", "2nd", None),
        ("kubernetes", "CostCenter", "CostCenter"),
        ("kubernetes", "cost center", None),
        ("azure", "a/b", None),
        ("oci", "CostCenter", "CostCenter"),
        ("oci", "cost center", None),
    ],
)
def test_keys_are_projected(cloud, name, spelling):
    assert dialect(cloud).project_key(name) == spelling


@pytest.mark.parametrize(
    ("cloud", "value", "spelling"),
    [("gcp", "CC-1", "cc-1"), ("gcp", "a b", "a_b"), ("kubernetes", "a@b", None)],
)
def test_values_are_projected(cloud, value, spelling):
    assert dialect(cloud).project_value(value) == spelling


@pytest.mark.parametrize(
    ("cloud", "key", "expected"),
    [
        ("aws", "aws:cloudformation:stack-name", True),
        ("aws", "awsome", False),
        ("azure", "hidden-link:x", True),
        ("gcp", "goog-terraform-provisioned", True),
        ("azure", "aks-managed-poolname", True),
        ("azure", "ms-resource-usage", True),
        ("kubernetes", "app.kubernetes.io/name", True),
        ("kubernetes", "kubernetes.io/os", True),
        ("kubernetes", "node.k8s.io/x", True),
        ("kubernetes", "mykubernetes.io/x", False),
        ("kubernetes", "kubernetes.io", False),
        ("oci", "orcl-cloud.free-tier-retained", True),
        ("oci", "Oracle-Tags.CreatedBy", True),
        ("oci", "OracleTags", False),
        ("generic", "aws:x", False),
    ],
)
def test_platform_tags_are_told_apart(cloud, key, expected):
    assert dialect(cloud).is_platform(key) is expected


@pytest.mark.parametrize(
    ("cloud", "key", "expected"),
    [
        ("azure", "Owner", True),
        ("aws", "Owner", False),
        ("aws", "ops.Owner", False),
        ("oci", "Owner", False),
        ("oci", "ops.Owner", True),
    ],
)
def test_where_keys_are_compared_without_case(cloud, key, expected):
    assert dialect(cloud).folds(key) is expected


@pytest.mark.parametrize(
    ("cloud", "keys", "crowds"),
    [
        ("aws", [f"k{n}" for n in range(50)] + ["aws:createdBy"], []),
        ("aws", [f"k{n}" for n in range(51)], [("tags", 51, 50)]),
        ("gcp", [f"k{n}" for n in range(65)] + ["goog-x"], [("labels", 65, 64)]),
        ("kubernetes", [f"k{n}" for n in range(500)], []),
        ("oci", [f"k{n}" for n in range(11)], [("free-form tags", 11, 10)]),
        ("oci", [f"ops.k{n}" for n in range(64)] + [f"k{n}" for n in range(10)], []),
        ("oci", [f"ops.k{n}" for n in range(65)], [("defined tags", 65, 64)]),
    ],
)
def test_too_many_tags_are_told_by_kind(cloud, keys, crowds):
    assert list(dialect(cloud).crowds(keys)) == crowds


def test_a_types_own_limits_hold_where_they_are_stricter():
    stricter = dialect("azure").within(Limits(tags=15, key=128))
    assert (stricter.count_max, stricter.key_max, stricter.value_max) == (15, 128, 256)
    looser = dialect("aws").within(Limits(tags=200, value=1_000))
    assert (looser.count_max, looser.value_max) == (50, 256)
    assert dialect("generic").within(Limits(tags=20)).count_max == 20


@given(st.sampled_from(sorted(DIALECTS)), st.text(max_size=300), st.text(max_size=300))
def test_what_is_projected_is_legal(cloud, key, value):
    one = dialect(cloud)
    if (spelling := one.project_key(key)) is not None:
        assert not list(one.faults(spelling, None))
    if (spelt := one.project_value(value)) is not None:
        assert not list(one.faults("key", spelt))


def test_hostile_values_are_judged_at_once():
    for cloud in DIALECTS.values():
        list(cloud.faults("-" * 60 + "!", "-" * 60 + "!"))
        list(cloud.faults("k", "a" * 2_000_000))
