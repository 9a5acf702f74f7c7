"""Any text is a legal key and value on the way through: sources, engine and every format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard import plugins
from tagguard.formats import FORMATS, RenderOptions
from tagguard.report import Report
from tests.conformance.case import Abstract
from tests.properties.strategies import FORMS, seen

TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["=1+1", "<b>", "::error::x", "\x1b[31m", "a\nb", "|", "`", "\u202e", "]]>"]),
)
TAGS = st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=3)
BUCKETS_AND_QUEUES = st.sampled_from(["aws:s3/bucket", "aws:ssm/parameter"])


def plain(text: str) -> None:
    assert text.endswith("\n")


def comma_separated(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {15}


CHECKS: dict[str, Callable[[str], Any]] = {
    "json": json.loads,
    "sarif": json.loads,
    "junit": ET.fromstring,
    "csv": comma_separated,
}


def is_literal(key: str, value: str) -> bool:
    """Tell texts from CloudFormation's own: functions and dynamic references."""
    return not key.startswith("Fn::") and key != "Ref" and "{{resolve:" not in key + value


@pytest.mark.parametrize("form", FORMS)
@given(TAGS, BUCKETS_AND_QUEUES)
def test_any_text_is_read_as_it_is_written(form, tags, type_):
    if form != "plan":
        tags = {key: value for key, value in tags.items() if is_literal(key, value)}
    judged = seen(Abstract(type=type_, tags=tags), form)
    assert judged.report.problems == ()
    (resource,) = judged.resources
    assert {tag.key: tag.value for tag in resource.tags} == tags


@pytest.mark.parametrize("name", FORMATS)
@given(TAGS, st.sampled_from(FORMS))
def test_any_text_is_rendered(name, tags, form):
    report = seen(Abstract(tags=tags), form).report
    check(name, report)


def check(name: str, report: Report) -> None:
    render = plugins.load(FORMATS, name, group="tagguard.formats", noun="format")
    text = render(report, RenderOptions(verbose=True))
    text.encode()
    CHECKS.get(name, plain)(text)
