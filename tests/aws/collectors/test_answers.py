from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tagguard.aws.collectors import Target
from tagguard.aws.collectors.answers import moment, sighting, tags_of

HERE = Target("111111111111", "eu-west-1")


def test_an_arn_tells_account_and_region_before_the_api_does():
    arn = "arn:aws:ec2:us-east-1:222222222222:instance/i-1"
    one = sighting(HERE, arn, None, account="333333333333", region="eu-west-3")
    assert (one.type, one.account, one.region) == ("ec2:instance", "222222222222", "us-east-1")


def test_the_api_tells_what_an_arn_does_not():
    one = sighting(HERE, "arn:aws:s3:::logs", {}, account="333333333333", region="eu-west-3")
    assert (one.account, one.region) == ("333333333333", "eu-west-3")


def test_what_aws_owns_is_counted_where_it_is_seen():
    one = sighting(HERE, "arn:aws:iam::aws:policy/ReadOnlyAccess", None)
    assert (one.account, one.region) == ("111111111111", "global")


@pytest.mark.parametrize(
    ("arn", "named", "type_"),
    [
        ("arn:aws:ec2:eu-west-1:1:instance/i-1", "AWS::EC2::Volume", "ec2:instance"),
        ("AWS::EC2::EIP/1.2.3.4", "AWS::EC2::EIP", "ec2:elastic-ip"),
        ("arn:aws:acme:eu-west-1:1:thing/t", "AWS::EC2::Instance", "ec2:instance"),
        ("arn:aws:acme:eu-west-1:1:thing/t", "AWS::Acme::Thing", "acme:thing"),
        ("nothing like it", "", ""),
    ],
)
def test_the_type_is_the_arn_s_unless_only_the_api_s_is_known(arn, named, type_):
    assert sighting(HERE, arn, None, type_=named).type == type_


def test_spellings_of_one_resource_meet():
    group = "arn:aws:logs:eu-west-1:111111111111:log-group:/app"
    assert sighting(HERE, f"{group}:*", None).arn == group


@pytest.mark.parametrize(
    ("entries", "tags"),
    [
        ([{"Key": "a", "Value": "b"}, {"Key": "c"}], {"a": "b", "c": ""}),
        ([{"Value": "b"}, "text", None], {}),
        ({"a": "b"}, {"a": "b"}),
        ([], {}),
        (None, None),
        ("a=b", None),
    ],
)
def test_tags_are_read_where_there_are_any(entries, tags):
    assert tags_of(entries) == tags


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=1))), "2026-01-01T01:00:00.000Z"),
        (datetime(2026, 1, 1, 1, tzinfo=UTC).replace(tzinfo=None), "2026-01-01T01:00:00.000Z"),
        ("2026-01-01T01:00:00Z", "2026-01-01T01:00:00.000Z"),
        ("yesterday", ""),
        (None, ""),
    ],
)
def test_moments_compare_as_text(when, text):
    assert moment(when) == text
