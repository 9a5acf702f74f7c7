"""Whatever resource is drawn, its plan and its source come out alike."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.conformance.case import HCL, UNKNOWN, Abstract, Case, cases
from tests.conformance.observing import outcome, see
from tests.conformance.source_rendering import AWSCC, forms
from tests.properties.strategies import RESOURCES

UNLIKE = {"change", "changes_tags", "at", "lines", "reasons"}
"""What a plan without its source does not show, or says in other words."""


def told(case: Case, form: str) -> dict[str, dict[str, Any]]:
    """Give what is told of each resource."""
    seen = see(case, form)
    assert seen.report.problems == ()
    outcomes = {each.address: outcome(seen, each) for each in seen.resources}
    return {
        address: {field: value for field, value in one.items() if field not in UNLIKE}
        for address, one in outcomes.items()
    }


@given(RESOURCES)
def test_plan_and_source_agree(resource: Abstract):
    case = Case(id="drawn", fact="", resource=resource)

    assert told(case, HCL) == told(case, "plan")


@given(RESOURCES.filter(lambda one: one.tags is not UNKNOWN and None not in one.tags.values()))
def test_plan_and_source_agree_where_nothing_has_defaults(resource: Abstract):
    case = Case(id="drawn", fact="", resource=Abstract(type=resource.type, tags=resource.tags))
    if AWSCC in forms(case):
        assert told(case, AWSCC) == told(case, "awscc")


@pytest.mark.parametrize(
    "case", [case for case in cases() if case.resource is not None], ids=lambda case: case.id
)
def test_plan_and_source_agree_on_every_case(case: Case):
    assert told(case, HCL) == told(case, "plan")
