from __future__ import annotations

import pytest

from tagguard.coverage import PRESENT, VALID, key_facts
from tagguard.model import Tag, TagSet
from tagguard.taxonomy.reading import Reader
from tests.factories import make_resource, make_taxonomy


@pytest.mark.parametrize(
    ("value", "choices", "is_valid"),
    [
        ("prod", (), True),
        ("qa", (), False),
        (None, (), False),
        (None, ("prod", "dev"), True),
        (None, ("prod", "qa"), False),
        (None, ("prod", ""), False),
    ],
)
def test_a_value_counts_as_valid_where_all_that_it_may_be_is(value, choices, is_valid):
    tags = TagSet({"Env": Tag("Env", value, choices=choices)})
    taxonomy = make_taxonomy("  Env: {required: true, values: [prod, dev]}")
    reading = Reader(taxonomy).read(make_resource(tags=tags), tags)
    facts = key_facts(reading, reading.keys[0])
    assert (bool(facts & PRESENT), bool(facts & VALID)) == (True, is_valid)
