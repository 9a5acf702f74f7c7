from __future__ import annotations

import pytest

from tagguard.data_files import load_data
from tagguard.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.json", '{"n": [1, true, null, "x"]}', {"n": [1, True, None, "x"]}),
        ("a.csv", "id,name\n1,pay\n", [{"id": "1", "name": "pay"}]),
        ("a.yaml", "- 12\n- 1.5\n- true\n- null\n-\n", [12, 1.5, True, None, None]),
        ("a.yaml", "- 0123\n- yes\n- 2024-01-01\n- '12'\n", ["0123", "yes", "2024-01-01", "12"]),
        (
            "a.yaml",
            "base: &b {x: 1}\nmine: {<<: *b, y: 2}\n",
            {"base": {"x": 1}, "mine": {"x": 1, "y": 2}},
        ),
    ],
)
def test_data_is_typed_by_what_was_written(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text)
    assert load_data(tmp_path / name, where=name) == expected


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.json", b"{", "the data file a.json is damaged"),
        ("a.yaml", b"a: [", "a.yaml:2:1: did not find"),
        ("a.yaml", b"a: 1\na: 2", "a.yaml:2:1: the key `a` stands here twice"),
        ("a.csv", b"\xff", "the data file a.csv cannot be read: not valid UTF-8 at byte 0"),
        ("a.csv", b"a,b\n1,2,3\n", "a.csv: row 2 has 3 cells, the header has 2"),
        ("a.json", b"[" * 100_000, "the data file a.json is damaged"),
    ],
)
def test_a_broken_file_is_a_configuration_error(tmp_path, name, content, fault):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_data(tmp_path / name, where=name)
    assert caught.value.message.startswith(fault)
