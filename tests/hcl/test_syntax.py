from __future__ import annotations

import pytest

from tagguard.errors import InputError
from tagguard.hcl.syntax import MAX_BYTES, read


def first(path, data):
    [block] = read(path, data).body.blocks()
    return block.type, block.labels, block.location.line, block.location.column


def test_the_ending_decides_the_syntax():
    wanted = ("resource", ("a", "b"))
    native = b'resource "a" "b" {}\n'
    for path in ("main.tf", "main.tofu"):
        assert (*wanted, 1, 1) == first(path, native)
    for path in ("main.tf.json", "main.tofu.json"):
        assert (*wanted, 1, 21) == first(path, b'{"resource": {"a": {"b": {}}}}')


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_byte_order_marks_are_no_part_of_the_text(encoding):
    assert first("main.tf", "locals {}\r\n".encode(encoding)) == ("locals", (), 1, 1)


@pytest.mark.parametrize("path", ["main.tf", "main.tf.json"])
def test_what_is_no_text_is_refused(path):
    with pytest.raises(InputError, match="byte 8 is 0xFF") as caught:
        read(path, b"a = 1\nb=\xff")
    assert caught.value.line == 2


def test_the_path_is_kept():
    assert read("sub/main.tf", b"").path == "sub/main.tf"


@pytest.mark.parametrize("path", ["main.tf", "main.tf.json"])
def test_what_is_too_large_is_refused(path):
    with pytest.raises(InputError, match="larger than 4,000,000 bytes"):
        read(path, b" " * (MAX_BYTES + 1))
