from __future__ import annotations

import msgspec
import pytest
from msgspec import Raw

from tagguard.sources.inventories.json_parts import members, part, parts


@pytest.mark.parametrize("value", [b'{"a": 1}', Raw(b'{"a": 1}'), {"a": 1}])
def test_parts_are_read_alike_as_text_and_as_data(value):
    assert part(value, dict[str, int]) == {"a": 1}
    assert [*members(value)] == ["a"]


@pytest.mark.parametrize("value", [b"[1, 2]", Raw(b"[1, 2]"), [1, 2]])
def test_items_are_read_one_by_one(value):
    assert [part(one, int) for one in parts(value)] == [1, 2]


@pytest.mark.parametrize("value", [b"null", Raw(b"null"), None])
def test_null_has_no_items(value):
    assert parts(value) == []


@pytest.mark.parametrize(
    "value", [b"", b"{", b'{"\xff": 1}', b"[" * 100_000, b'{"a": ' * 100_000, Raw(b"3"), 3]
)
def test_whatever_is_wrong_is_one_error(value):
    for read in (members, parts, lambda one: part(one, dict[str, object])):
        with pytest.raises(msgspec.DecodeError):
            read(value)
