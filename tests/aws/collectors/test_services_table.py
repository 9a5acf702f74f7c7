"""The table of listings against what the services publish of themselves."""

from __future__ import annotations

import re
from functools import cache

import botocore.session
import jmespath
import pytest
from botocore.model import OperationModel, Shape

from tagguard.aws import arns
from tagguard.aws.collectors import Target
from tagguard.aws.collectors.expressions import BRACES, Item, arn
from tagguard.aws.collectors.listings import LISTINGS
from tagguard.aws.collectors.listings.listing import Listing, Step
from tagguard.aws.collectors.services import _items, _joined
from tagguard.catalog.types import canonical, live

TARGET = Target("123456789012", "eu-west-1")
STEPS = [
    pytest.param(step, id=f"{one.name}-{step.call.operation}")
    for one in LISTINGS
    for step in one.steps
]
EACH = [pytest.param(one, id=one.name) for one in LISTINGS]
SCALARS = {"map": {"Team": "x"}, "boolean": True, "string": "text", "integer": 1, "long": 1}


@cache
def session() -> botocore.session.Session:
    return botocore.session.get_session()


@cache
def operation(service: str, name: str) -> OperationModel:
    return session().get_service_model(service).operation_model(name)


def example(shape: Shape, depth: int = 0) -> object:
    """Give a value of the shape with every member there is."""
    if shape.type_name == "structure" and depth < 6:
        return {name: example(one, depth + 1) for name, one in shape.members.items()}
    if shape.type_name == "list" and depth < 6:
        return [example(shape.member, depth + 1)]
    return SCALARS.get(shape.type_name)


def answer(step: Step) -> dict:
    shape = operation(step.call.service, step.call.operation).output_shape
    assert shape is not None
    made = example(shape)
    assert isinstance(made, dict)
    return made


def items_of(listing: Listing) -> list[Item]:
    items: list[Item] = [{}]
    for step in listing.steps:
        found = _items(step, answer(step))
        items = [_joined(step, one, above) for above in items for one in found]
    return items


def identifiers(expression: str) -> set[str]:
    """Give the members that an expression names, wherever they stand."""
    return set(re.findall(r"\b[A-Za-z]\w*\b(?!\()", re.sub(r"'[^']*'", "", expression)))


@pytest.mark.parametrize("step", STEPS)
def test_it_only_reads(step: Step):
    assert re.match("(List|Describe|Get)", step.call.operation)


@pytest.mark.parametrize("step", STEPS)
def test_what_is_asked_is_what_the_api_takes(step: Step):
    shape = operation(step.call.service, step.call.operation).input_shape
    taken = set(shape.members) if shape else set()
    given = {*step.parameters, *step.given}
    paging = {step.into or step.token} if step.token or step.after else set()
    assert given | paging <= taken
    assert set(shape.required_members if shape else ()) <= given
    for name, value in step.parameters.items():
        known = shape.members[name] if shape else None
        highest = known.metadata.get("max") if known else None
        assert highest is None or not isinstance(value, int) or value <= highest


@pytest.mark.parametrize("step", STEPS)
def test_paged_operations_are_paged(step: Step):
    """What the API's own paginator says of its tokens is what the table says."""
    pages = session().get_paginator_model(step.call.service)._paginator_config
    known = pages.get(step.call.operation)
    shape = operation(step.call.service, step.call.operation).output_shape
    assert shape is not None
    if step.after:  # begins after the last name of the page, whatever tokens there are
        return
    if known is None:
        tokens = {name for name in shape.members if re.search("(?i)token|marker", name)}
        assert tokens <= {step.token}
        return
    outputs, inputs = known["output_token"], known["input_token"]
    if isinstance(outputs, list):
        outputs, inputs = outputs[0], inputs[0]
    assert step.token == outputs
    assert (step.into or step.token) == inputs


@pytest.mark.parametrize("step", STEPS)
def test_items_and_tokens_stand_where_the_model_has_them(step: Step):
    assert jmespath.search(step.items, answer(step))
    for path in filter(None, (step.token, step.after)):
        assert jmespath.search(path, answer(step))


@pytest.mark.parametrize("listing", EACH)
def test_all_that_is_read_of_an_item_is_there(listing: Listing):
    (item, *_) = items_of(listing)
    expressions = [listing.tags, listing.state, listing.owner, listing.region]
    expressions += BRACES.findall(listing.arn) if "{" in listing.arn else [listing.arn]
    for expression in expressions:
        for name in identifiers(expression) - {"partition", "region", "account", "it", "above"}:
            assert name in str(item)
    for expression in filter(None, expressions[:4]):
        assert jmespath.search(expression, item)


@pytest.mark.parametrize("listing", EACH)
def test_the_type_is_the_one_that_its_arns_spell(listing: Listing):
    if "{" not in listing.arn:
        return
    item = {
        name: "x1" for expression in BRACES.findall(listing.arn) for name in identifiers(expression)
    }
    read = arns.parse(arn(listing.arn, item, TARGET))
    assert read is not None
    assert read.type == listing.type


@pytest.mark.parametrize("listing", EACH)
def test_the_type_is_known_to_the_catalog(listing: Listing):
    assert live(canonical(listing.type)) == listing.type


def test_names_are_unique():
    names = [one.name for one in LISTINGS]
    assert len(set(names)) == len(names)
    assert names == [name for name in names if re.fullmatch("[a-z0-9-]+", name)]


def at(shape: Shape, path: str) -> Shape:
    for name in re.split(r"\W+", path.replace("[]", "").strip(".")):
        shape = (shape.member if shape.type_name == "list" else shape).members[name]
    return shape.member if shape.type_name == "list" else shape


@pytest.mark.parametrize("listing", EACH)
def test_states_of_what_is_gone_are_states_of_the_api(listing: Listing):
    assert bool(listing.state) == bool(listing.gone)
    if not listing.state:
        return
    step = listing.steps[-1]
    answer = operation(step.call.service, step.call.operation).output_shape
    assert answer is not None
    state = at(at(answer, step.items), listing.state)
    known = {one.lower() for one in state.enum}
    assert set(listing.gone) & known or not known
    assert all(one == one.lower() for one in listing.gone)


@pytest.mark.parametrize(
    ("name", "parameter", "left_out"),
    [
        ("acm-certificate", "Includes.keyTypes", set()),
        ("cloudwatch-alarm", "AlarmTypes", set()),
        ("emr-cluster", "ClusterStates", {"TERMINATED", "TERMINATED_WITH_ERRORS"}),
    ],
)
def test_what_must_be_asked_for_is_asked_for_wholly(name, parameter, left_out):
    (step,) = next(one for one in LISTINGS if one.name == name).steps
    asked = operation(step.call.service, step.call.operation).input_shape
    assert asked is not None
    given = jmespath.search(parameter, dict(step.parameters))
    assert set(given) | left_out == set(at(asked, parameter).enum)
