from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.aws.collectors import MissingError
from tagguard.aws.collectors.narrowing import LONGEST, Query, narrowed

WHOLE = ("accountid:111111111111", "region:eu-west-1")
PINNED = (*WHOLE, "resourcetype:ec2:instance")


def resources(*names, type_="ec2:instance"):
    return [{"Arn": f"arn:{name}", "ResourceType": type_} for name in names]


def test_the_commonest_type_is_told_from_the_others():
    shown = resources("a", "b") + resources("c", type_="s3:bucket")
    assert narrowed(WHOLE, shown) == (PINNED, (*WHOLE, "-resourcetype:ec2:instance"))


def test_types_that_were_told_before_go_when_one_is_chosen():
    query = (*WHOLE, "-resourcetype:s3:bucket")
    chosen, others = narrowed(query, resources("a"))
    assert chosen == PINNED
    assert others == (*query, "-resourcetype:ec2:instance")


def test_then_by_what_the_arns_have_in_common_and_then_by_how_they_go_on():
    shown = resources("i-1a", "i-1b", "i-2a")
    first, rest = narrowed(PINNED, shown)
    assert (first, rest) == ((*PINNED, "id:arn:i-*"), (*PINNED, "-id:arn:i-*"))
    assert narrowed(first, shown) == ((*PINNED, "id:arn:i-1*"), (*first, "-id:arn:i-1*"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (WHOLE, []),
        (PINNED, []),
        (PINNED, resources("a b")),
        ((*PINNED, "id:arn:a*"), resources("a", "a")),
        ((*PINNED, "x" * LONGEST), resources("a", "b")),
    ],
)
def test_what_goes_no_further_is_told(query, shown):
    with pytest.raises(MissingError) as caught:
        narrowed(query, shown)
    assert caught.value.state == "truncated"
    assert "ListResources" in caught.value.hint


ARNS = st.sets(st.text("abc/-", min_size=1, max_size=6), min_size=1, max_size=60)
LIMIT = 5


@given(names=ARNS, head=st.booleans())
def test_the_parts_are_the_whole_whatever_is_shown_first(names, head):
    every = [f"arn:{name}" for name in names]
    found: list[str] = []
    queries: list[Query] = [PINNED]
    while queries:
        query = queries.pop()
        matching = sorted((arn for arn in every if holds(query, arn)), reverse=not head)
        if len(matching) <= LIMIT:
            found += matching
        else:
            shown = [{"Arn": arn, "ResourceType": "ec2:instance"} for arn in matching[:LIMIT]]
            queries.extend(narrowed(query, shown))
    assert sorted(found) == sorted(every)


def holds(query, arn):
    ids = [one for one in query if one.removeprefix("-").startswith("id:")]
    return all(
        arn.startswith(one.removeprefix("-")[3:-1]) is not one.startswith("-") for one in ids
    )
