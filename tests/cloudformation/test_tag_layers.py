from __future__ import annotations

import pytest

from tagguard.cloudformation.facts import Facts
from tagguard.cloudformation.intrinsics import Evaluator
from tagguard.cloudformation.tag_layers import Layers
from tagguard.cloudformation.worlds import World
from tagguard.documents import lookup
from tagguard.model import Location, Tag, TagSet
from tests.cloudformation.templates import load_template

TEMPLATE = "Parameters: {Free: {Type: String}}\n"


def layers(*collections: str, below: tuple[Tag, ...] = (), **options) -> Layers:
    """Lay collections over each other, the first as `layer 0`."""
    text = "".join(f"L{index}: {written}\n" for index, written in enumerate(collections))
    template = load_template(TEMPLATE + text)
    made = Layers(
        Evaluator(World(Facts(template, {}), forks=False)), lambda _: Location("t"), **options
    )
    for tag in below:
        made.put(tag)
    for index in range(len(collections)):
        node = lookup(template.root, f"L{index}")
        made.lay([] if node is None else [node], f"layer {index}")
    return made


def test_a_stronger_layer_names_the_one_that_it_replaces():
    tags = layers("{A: 0, B: 0}", "{A: 1}", "{A: 2}").tags
    assert [(tag.key, tag.value, tag.provenance, tag.overrides) for tag in tags.values()] == [
        ("A", "2", "layer 2", "layer 1"),
        ("B", "0", "layer 0", ""),
    ]


def test_a_key_that_stands_twice_in_a_layer_replaces_what_is_below():
    tag = layers("{A: 0}", "[{Key: A, Value: 1}, {Key: A, Value: 2}]").tags["A"]
    assert (tag.value, tag.overrides) == ("2", "layer 0")


def test_an_absent_value_replaces_nothing():
    tag = layers("{A: 0}", "{A: !Ref AWS::NoValue}", "{A: null}").tags["A"]
    assert (tag.value, tag.provenance, tag.overrides) == ("0", "layer 0", "")


def test_a_null_may_stand_for_an_empty_value():
    assert layers("{A: null, B: !Ref AWS::NoValue}", null="").tags["A"].value == ""
    assert "B" not in layers("{B: !Ref AWS::NoValue}", null="").tags


def test_a_layer_with_gaps_may_replace_every_weaker_value():
    made = layers("{A: 0, B: 0}", "[!Ref Free, {Key: B, Value: 1}]")
    assert made.tags["A"].value is None
    assert "may be overridden: a tag: " in made.tags["A"].unknown
    assert made.tags["B"].value == "1"
    assert not made.tag_set().complete


def test_copies_leave_out_the_platforms_tags():
    made = layers()
    made.copy(TagSet({"A": Tag("A", "a"), "P": Tag("P", "p", platform=True)}), "Creator")
    assert [(tag.key, tag.provenance) for tag in made.tag_set()] == [("A", "propagated:Creator")]


def test_copies_of_a_set_with_gaps_may_replace_what_is_below():
    made = layers(below=(Tag("A", "a", "stack"),))
    made.copy(TagSet(complete=False, reason="why"), "Creator")
    assert made.tags["A"].unknown == "may be overridden: why"
    assert (made.tag_set().complete, made.tag_set().reason) == (False, "why")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("x", "neither a list nor a map of tags"),
        ("[{Name: A, Value: a}]", "an entry without `Key` is no tag"),
        ("{? [a] : b}", "a tag's key must be plain text"),
    ],
)
def test_faults_are_told_once(written, fault):
    made = layers(written)
    assert [one.message for one in made.faults.values()] == [fault]
    assert not made.tag_set().complete


def test_lists_may_spell_their_members_otherwise():
    assert layers("[{TagKey: A, TagValue: a}]", key="TagKey", value="TagValue").tags["A"].value
