from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.dialects import DIALECTS, dialect


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
        ("generic", "aws:x", False),
    ],
)
def test_platform_tags_are_told_apart(cloud, key, expected):
    assert dialect(cloud).is_platform(key) is expected


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
