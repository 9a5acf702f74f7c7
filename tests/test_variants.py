from __future__ import annotations

import pytest

from tagguard.model import Outcome, Tag, TagSet, Variant
from tagguard.variants import merge_variants, shared_tags, with_shared_tags
from tests.factories import make_implied, make_resource, make_tags

TWO = (Variant("C is true", TagSet()), Variant("C is false", TagSet()))


def fail(rule="missing-tag", key="Owner", severity="error", message="m"):
    return Outcome(verdict="fail", rule=rule, key=key, severity=severity, message=message)


def open_(rule="invalid-value", key="Owner", message="why"):
    return Outcome(verdict="undetermined", rule=rule, key=key, message=message)


def merged(*branches):
    return [
        (one.verdict, one.rule, one.severity, one.message) for one in merge_variants(TWO, branches)
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([], [], []),
        ([fail()], [fail()], [("fail", "missing-tag", "error", "m")]),
        (
            [fail()],
            [],
            [("undetermined", "missing-tag", "error", "if C is true: m")],
        ),
        (
            [open_()],
            [fail()],
            [
                ("undetermined", "invalid-value", "error", "if C is true: why"),
                ("undetermined", "missing-tag", "error", "if C is false: m"),
            ],
        ),
        (
            [fail("missing-tag")],
            [fail("invalid-value", message="n")],
            [("fail", "missing-tag", "error", "m"), ("fail", "invalid-value", "error", "n")],
        ),
        (
            [fail("invalid-value", message="`a`")],
            [fail("invalid-value", message="`b`")],
            [("fail", "invalid-value", "error", "if C is true: `a`; if C is false: `b`")],
        ),
        (
            [fail("misnamed-key", severity="warning", message="w")],
            [fail("misnamed-key", message="e")],
            [
                ("fail", "misnamed-key", "warning", "w"),
                ("undetermined", "misnamed-key", "error", "if C is false: e"),
            ],
        ),
        (
            [fail("mine", None, message="1"), fail("mine", None, message="2")],
            [fail("mine", None, message="1"), fail("mine", None, message="2")],
            [("fail", "mine", "error", "1"), ("fail", "mine", "error", "2")],
        ),
        (
            [fail("mine", "Env")],
            [fail("other", "Env")],
            [
                ("undetermined", "mine", "error", "if C is true: m"),
                ("undetermined", "other", "error", "if C is false: m"),
            ],
        ),
    ],
)
def test_only_what_fails_in_every_branch_fails(one, other, expected):
    assert merged(one, other) == expected


def test_branches_that_read_alike_are_still_two():
    alike = (Variant("C", TagSet()), Variant("C", TagSet({"a": Tag("a", "b")})))
    (outcome,) = merge_variants(alike, ([fail()], [fail()]))
    assert outcome.verdict == "fail"


def test_a_message_tells_how_many_branches_it_leaves_out():
    many = [Variant(str(number), TagSet()) for number in range(6)]
    (outcome,) = merge_variants(many, [[fail("empty-tag", message=one.branch)] for one in many])
    assert outcome.message == "if 0: 0; if 1: 1; if 2: 2; if 3: 3; and 2 more"


def shared(common, *branches, **state):
    variants = tuple(
        Variant(f"C{number}", make_tags(values, **state)) for number, values in enumerate(branches)
    )
    return shared_tags(make_resource(common, variants=variants))


def test_the_shared_tags_tell_what_only_some_branches_have():
    tags = shared({"Owner": "a"}, {"Owner": "a", "E.x": "b", "D": "b"}, {"Owner": "a"})
    assert (list(tags.tags), tags.reason) == (["Owner"], "if C0: `D`, `E.x`")
    assert [tags.may_gain(key) for key in ("D", "E.x", "Eax", "Owner")] == [
        True,
        True,
        False,
        False,
    ]


def test_what_every_branch_has_is_shared():
    tags = shared({}, {"A": "a", "B": "b"}, {"A": "a", "B": "c"})
    assert (tags.complete, tags.tags["A"].value, tags.tags["B"].value) == (True, "a", None)
    assert tags.tags["B"].unknown == "it depends on the branch"


def test_open_branches_leave_any_key_open():
    assert shared({}, {"A": "a"}, {}, complete=False).may_gain("other")
    assert shared({}, {"A": "a"}, {"A": "a"}, complete=False).may_gain("other")
    assert not shared({}, {"A": "a"}, {}).may_gain("other")


def test_a_secret_of_one_branch_is_not_taken_for_anothers_value():
    secret = TagSet({"A": Tag("A", "a", sensitive=True)})
    variants = (Variant("C", make_tags({"A": "a"})), Variant("D", secret))
    assert shared_tags(make_resource(variants=variants)).tags["A"].value is None


def test_creators_get_their_shared_tags_too():
    plain = make_implied({}, make_resource({}))
    assert with_shared_tags(plain) is plain
    branches = (Variant("C", make_tags({"Owner": "a"})), TWO[1])
    creator = with_shared_tags(make_implied({}, make_resource({}, variants=branches))).creator
    assert creator is not None
    assert creator.tags.may_gain("Owner")
