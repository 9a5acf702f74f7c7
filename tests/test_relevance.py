"""Which tags can matter: what is passed over here must be of no account to any rule."""

from __future__ import annotations

import pytest

from tagguard.model import Limits
from tagguard.relevance import Asked, Relevance
from tagguard.taxonomy.reading import Reader
from tests.factories import make_resource, make_taxonomy

TAXONOMY = make_taxonomy(
    "  Owner: {required: true, format: email, aliases: [owned-by]}\n"
    "  Environment: {values: [prod, dev]}\n"
    "  Env: {deprecated: {since: 1.0.0, use: Environment}}"
)


def shape_of(tags, *, owners=(), judges=(), whole=False, minds_strangers=False, **fields):
    relevance = Relevance(Reader(TAXONOMY), minds_strangers=minds_strangers)
    asked = Asked(owners=set(owners), judges=set(judges), whole=whole)
    return relevance.shape(make_resource({}, **fields), tags, asked)


@pytest.mark.parametrize(
    "name", ["Owner", "owner", "owned-by", "Environment", "environmnet", "Env", "OWNER "]
)
def test_what_may_count_for_a_key_is_not_passed_over(name):
    assert shape_of({name: "x"}).names == ((name, True),)


def test_a_stranger_is_passed_over_unless_somebody_asks_for_it():
    tags = {"Name": "x", "Team": "a"}
    assert shape_of(tags).passed_over == ("Name", "Team")
    assert shape_of(tags, owners=["Team"]).passed_over == ("Name",)
    assert shape_of(tags, judges=["team"]).passed_over == ("Name",)
    assert shape_of(tags, whole=True).passed_over == ()


def test_strangers_matter_by_name_where_a_rule_minds_them():
    assert shape_of({"Name": "x"}, minds_strangers=True).names == (("Name", False),)


def test_what_the_platform_sets_matters_only_to_selectors():
    tags = {"aws:autoscaling:groupName": "x"}
    assert (shape_of(tags).names, shape_of(tags).passed_over) == ((), ())
    assert shape_of(tags, owners=tags).names == (("aws:autoscaling:groupName", True),)


def test_values_that_the_standard_accepts_are_alike():
    shape = shape_of({"Owner": "", "Environment": ""})
    good = [{"Owner": f"{one}@acme.example", "Environment": "prod"} for one in "ab"]
    assert shape.tokens_of(good[0]) == shape.tokens_of(good[1]) == ((None, None), (None, None))
    assert shape.tokens_of({"Owner": "nobody", "Environment": " "})[1] == ("nobody", " ")


def test_values_that_only_owners_ask_for_tell_no_verdicts_apart():
    told_by, judged_by = shape_of({"Team": ""}, owners=["Team"]).tokens_of({"Team": "payments"})
    assert (told_by, judged_by) == (("payments",), (None,))


@pytest.mark.parametrize(
    ("dialect", "value", "sound"),
    [
        ("aws", "web-1", True),
        ("aws", "", True),
        ("aws", "v" * 256, True),
        ("aws", "v" * 257, False),
        ("aws", "(web)", False),
        ("gcp", "web", True),
        ("gcp", "Web", False),
        ("kubernetes", "-web", False),
        ("kubernetes", "", True),
    ],
)
def test_what_the_cloud_may_refuse_is_not_sound(dialect, value, sound):
    assert shape_of({"note": ""}, dialect=dialect).is_sound(value) is sound


def test_limits_of_the_type_count():
    assert not shape_of({"Note": ""}, limits=Limits(value=3)).is_sound("four")
    assert shape_of({"a": "", "b": ""}, limits=Limits(tags=1)).passed_over == ()


def test_a_key_that_the_cloud_refuses_matters():
    assert shape_of({"bad\nkey!": ""}).names == (("bad\nkey!", True),)


def test_where_nobody_knows_whether_the_type_takes_tags_all_tags_matter():
    assert shape_of({"Name": "x"}, taggable="unknown").passed_over == ()
