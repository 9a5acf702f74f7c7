from __future__ import annotations

import pytest

from tagguard.model import Location
from tagguard.selectors import UNKNOWN, Matcher, Selector, seen_from
from tests.factories import make_resource


def values(**tags):
    return tags.get


BUCKET = make_resource(account="111122223333", region="eu-west-1")


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (Selector(), True),
        (Selector(types=["aws_s3_*"]), True),
        (Selector(types=["aws_sqs_queue", "aws_s3_bucket"]), True),
        (Selector(types=["aws_s3_*"], providers=["google"]), False),
        (Selector(accounts=["1111*"], regions=["eu-*"]), True),
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
        (Selector(tags={"Secret": "x"}, types=["other"]), False),
        (Selector(not_=Selector(tags={"Secret": "x"})), None),
        ([Selector(tags={"Secret": "x"}), Selector(types=["aws_*"])], True),
        ([Selector(tags={"Secret": "x"}), Selector(types=["none"])], None),
        ([], False),
    ],
)
def test_three_valued_matching(selector, expected):
    assert Matcher(selector)(BUCKET, values(Environment="prod", Secret=UNKNOWN)) is expected


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
