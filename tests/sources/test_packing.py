from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from tagguard.model import (
    Crash,
    Elsewhere,
    Ignore,
    Limits,
    Location,
    PolicyInfo,
    Problem,
    Resource,
    Tag,
    TagSet,
    Variant,
    no_attributes,
)
from tagguard.sources.packing import pack, unpack
from tests.factories import make_implied, make_resource

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
LOCATIONS = st.builds(
    Location, TEXT, st.none() | st.integers(1, 3), st.none() | st.integers(1, 2**40)
)
TAGS = st.builds(
    Tag,
    TEXT,
    st.none() | TEXT,
    TEXT,
    st.none() | LOCATIONS,
    TEXT,
    st.booleans(),
    st.booleans(),
    TEXT,
    st.lists(TEXT, max_size=3).map(tuple),
)
TAG_SETS = st.builds(
    TagSet,
    st.lists(TAGS, max_size=4).map(lambda tags: {tag.key: tag for tag in tags}),
    st.booleans(),
    TEXT,
    TEXT,
)
PROBLEMS = st.builds(Problem, stage=TEXT, where=TEXT, message=TEXT, hint=TEXT)
RESOURCES = st.builds(
    make_resource,
    st.none(),
    type=TEXT,
    address=TEXT,
    account=st.none() | TEXT,
    tags=TAG_SETS,
    variants=st.lists(st.builds(Variant, TEXT, TAG_SETS), max_size=2).map(tuple),
    taggable=st.sampled_from(["yes", "no", "unknown"]),
    limits=st.builds(Limits, st.integers(0, 2)),
    location=LOCATIONS,
    changes_tags=st.booleans(),
    ignores=st.lists(st.builds(Ignore, rule=TEXT, key=TEXT, location=LOCATIONS), max_size=2).map(
        tuple
    ),
    elsewhere=st.none() | st.builds(Elsewhere, TEXT, st.lists(TEXT).map(tuple)),
    places=st.lists(TEXT, max_size=2).map(tuple),
)


def again(*items: Any) -> list[Any]:
    """Pack and unpack."""
    return unpack(pack(items))


IGNORES = st.builds(Ignore, rule=TEXT, key=st.none() | TEXT, location=LOCATIONS)


@given(st.lists(RESOURCES | PROBLEMS | IGNORES))
def test_what_is_unpacked_equals_what_was_packed(items):
    assert unpack(pack(items)) == items


POLICY = PolicyInfo(id="p", kind="rego", severity="error", summary="", origin="")


def full() -> Resource:
    """Make a resource in which no field has its default, nor any field of what it holds."""
    tag = Tag("a", "b", "stack", Location("x", 1, 2), "why", True, True, "resource")
    tags = TagSet({"a": tag}, complete=False, reason="r", open_keys="o.*")
    fields: dict[str, Any] = dict.fromkeys(Resource.__struct_fields__, "text") | {
        "tags": tags,
        "variants": (Variant("v", tags),),
        "taggable": "no",
        "limits": Limits(1, 2, 3),
        "creator": make_resource(),
        "change": "delete",
        "changes_tags": False,
        "location": Location("p", 3, 4),
        "ignores": (Ignore(rule="r", key="k", reason="w", until="u", location=Location("i")),),
        "elsewhere": Elsewhere("e", ("k",)),
        "places": ("here",),
        "load_attributes": partial(dict, x=1),
    }
    return Resource(**fields)


def test_no_field_of_a_resource_is_lost():
    resource = full()
    usual = asdict(make_resource())
    assert [name for name, value in asdict(resource).items() if value == usual[name]] == []
    _, unpacked = again(resource.creator, resource)
    same = no_attributes
    assert replace(unpacked, load_attributes=same) == replace(resource, load_attributes=same)
    assert unpacked.attributes == {"x": 1}


def test_a_creator_is_again_the_item_before():
    creator = make_resource({"Owner": "a"}, type="aws_instance")
    items = [creator, make_implied({}, creator), make_implied({"k": None}, creator)]
    first, *implied = again(*items)
    assert all(one.creator is first for one in implied)
    (alone,) = again(items[1])
    assert alone.creator == creator


def test_equal_resources_stay_two_and_one_twice_stays_one():
    creator = make_resource({})
    a, b, c = again(creator, make_resource({}), creator)
    assert a == b
    assert a is not b
    assert a is c


def test_equal_tag_sets_are_shared():
    a, b = again(make_resource({"Owner": "x"}), make_resource({"Owner": "x"}))
    assert a.tags is b.tags
    assert type(a.tags.tags) is MappingProxyType


def test_true_and_one_are_not_mixed_up():
    location = Location("x", 1, 1)
    tags = TagSet({"a": Tag("a", "1", location=location, sensitive=True)})
    (resource,) = again(make_resource(tags=tags, location=location))
    assert resource.tags.tags["a"].sensitive is True
    assert type(resource.location.line) is int


def test_attributes_come_back():
    attributes = {"a": [1, 2.5, None, True, {"b": "é"}], "n": -(2**63)}
    resource, plain = again(make_resource(load_attributes=lambda: attributes), make_resource())
    assert resource.attributes == attributes
    assert resource.attributes is not resource.attributes
    assert plain.load_attributes is no_attributes


@pytest.mark.parametrize(
    "item",
    [
        make_resource(load_attributes=lambda: {"a": 2**70}),
        make_resource(load_attributes=lambda: {"a": object()}),
        make_resource(address="\udcff"),
        make_resource(location=Location("x", 2**70)),
        make_resource(tags=TagSet({"a": Tag("b", "c")})),
        Crash(stage="", where="", message="", at=None, policy=POLICY),
        make_resource(tags=Location("x")),
    ],
    ids=["number", "object", "surrogate", "line", "key", "crash", "type"],
)
def test_what_cannot_be_packed_is_refused(item):
    with pytest.raises(ValueError):  # noqa: PT011 - msgspec's message in one case, ours in others
        pack([item])


PACKED = pack([make_resource({"Owner": "a"}), Problem(stage="read", where="", message="")])


@given(st.binary() | st.integers(0, len(PACKED)).map(lambda length: PACKED[:length]))
def test_other_bytes_are_refused_or_read(data):
    if data != PACKED:
        with pytest.raises(ValueError, match="cannot be unpacked"):
            unpack(data)


@given(st.integers(0, len(PACKED) - 1), st.integers(0, 255))
def test_a_changed_byte_never_crashes(place, byte):
    data = bytearray(PACKED)
    data[place] = byte
    try:
        unpack(bytes(data))
    except ValueError:
        return


def test_many_items_take_few_bytes():
    items = [make_resource({"Owner": "a", "Env": "b"}, address=f"x.{n}") for n in range(1_000)]
    assert len(pack(items)) < 20_000
    assert unpack(pack(items)) == items
