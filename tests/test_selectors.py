from __future__ import annotations

import subprocess
import sys

import pytest

from tagguard.model import Account, Location
from tagguard.selectors import UNKNOWN, Matcher, Selector, seen_from, unknown_types
from tests.factories import make_resource


def values(**tags):
    return tags.get


BUCKET = make_resource(
    account="111122223333",
    region="eu-west-1",
    holder=Account(id="111122223333", name="payments-prod", tags={"stage": "prod"}),
)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (Selector(), True),
        (Selector(types=["aws_s3_*"]), True),
        (Selector(types=["aws_sqs_queue", "aws_s3_bucket"]), True),
        (Selector(types=["aws_s3_*"], providers=["google"]), False),
        (Selector(accounts=["1111*"], regions=["eu-*"]), True),
        (Selector(account_names=["payments-*"], account_tags={"stage": ["dev", "prod"]}), True),
        (Selector(account_names=["search-*"]), False),
        (Selector(account_tags={"stage": "dev"}), False),
        (Selector(account_tags={"absent": "*"}), False),
        (Selector(units=["Root/*"]), None),
        (Selector(namespaces=["*"]), None),
        (Selector(namespaces=["*"], types=["other"]), False),
        (Selector(not_=Selector(namespaces=["x"])), None),
        (Selector(sources=["terraform-plan"], addresses=["*.logs"]), True),
        (Selector(not_=Selector(types=["aws_s3_*"])), False),
        (Selector(not_=[Selector(types=["x"]), Selector(types=["y"])]), True),
        (Selector(tags={"Environment": "prod"}), True),
        (Selector(tags={"Environment": ["dev", "pr*"]}), True),
        (Selector(tags={"Environment": "dev"}), False),
        (Selector(tags={"Absent": "*"}), False),
        (Selector(tags={"Secret": "x"}), None),
        (Selector(tags={"Stage": ["pr*", "test"]}), True),
        (Selector(tags={"Stage": "prod"}), None),
        (Selector(tags={"Stage": "dev"}), False),
        (Selector(not_=Selector(tags={"Stage": "dev"})), True),
        (Selector(not_=Selector(tags={"Stage": "prod"})), None),
        (Selector(tags={"Secret": "x"}, types=["other"]), False),
        (Selector(not_=Selector(tags={"Secret": "x"})), None),
        ([Selector(tags={"Secret": "x"}), Selector(types=["aws_*"])], True),
        ([Selector(tags={"Secret": "x"}), Selector(types=["none"])], None),
        ([], False),
    ],
)
def test_three_valued_matching(selector, expected):
    tags = values(Environment="prod", Secret=UNKNOWN, Stage=("prod", "test"))
    assert Matcher(selector)(BUCKET, tags) is expected


@pytest.mark.parametrize(
    ("cwd", "path", "expected"),
    [
        ("/repo", "envs/prod/a.json", True),
        ("/repo/envs", "prod/a.json", True),
        ("/repo/envs", "../x.json", False),
        ("/", "repo/envs/a.json", True),
        ("/elsewhere", "../repo/envs/a.json", True),
    ],
)
def test_paths_are_seen_from_the_configuration(cwd, path, expected):
    rebase = seen_from("/repo", cwd)
    matcher = Matcher(Selector(paths=["envs/**"]), rebase=rebase)
    assert matcher(make_resource(location=Location(path)), values()) is expected


@pytest.mark.parametrize(
    ("glob", "type_", "expected"),
    [
        ("aws:s3/bucket", "aws_s3_bucket", True),
        ("aws:s3/bucket", "awscc_s3_bucket", True),
        ("aws:s3/bucket", "AWS::S3::Bucket", True),
        ("aws:s3/bucket", "s3:bucket", True),
        ("aws:s3/bucket", "aws_s3_object", False),
        ("aws:s3/*", "aws_s3_object", True),
        ("aws:*", "AWS::Serverless::Function", True),
        ("aws:*", "google_storage_bucket", False),
        ("aws:ecs/task", "aws:ecs/task", True),
        ("aws:ec2/*", "aws:ec2/unknown", True),
        ("aws:e?s/task", "aws:ecs/task", True),
        ("aws:s3/bukket", "aws_s3_bucket", False),
        ("aws_*", "aws:ecs/task", False),
    ],
)
def test_a_canonical_name_means_its_type_on_every_side(glob, type_, expected):
    resource = make_resource(type=type_)

    assert Matcher(Selector(types=["none", glob]))(resource, values()) is expected
    assert Matcher(Selector(not_=Selector(types=[glob])))(resource, values()) is not expected


def test_only_types_are_spelt_canonically():
    assert Matcher(Selector(addresses=["aws:s3/bucket"]))(BUCKET, values()) is False


def test_canonical_names_that_nobody_knows_are_told():
    globs = ["aws:s3/bukket", "aws:s3/bucket", "aws:nope/*", "aws_nope", "aws:ecs/task", "*"]

    assert unknown_types(globs) == {"aws:s3/bukket": " (did you mean `aws:s3/bucket`?)"}


def test_the_type_map_is_read_only_when_a_selector_needs_it():
    program = (
        "from tagguard.catalog import types\n"
        "from tagguard.selectors import Matcher, Selector\n"
        "types.DATA = None\n"
        "Matcher(Selector(types=['aws_s3_*', 'AWS::S3::*', '*']))\n"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
