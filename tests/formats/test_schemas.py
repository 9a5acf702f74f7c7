from __future__ import annotations

import pytest

from tools import schemas


def test_committed_schemas_are_current():
    assert schemas.outdated(schemas.ROOT, schemas.SCHEMAS) == {}


def test_a_changed_or_missing_file_is_outdated(tmp_path):
    builders = {"a/b.json": lambda: {"type": "object"}}
    file = tmp_path / "a" / "b.json"
    expected = {file: '{\n  "type": "object"\n}\n'}
    assert schemas.outdated(tmp_path, builders) == expected
    file.parent.mkdir()
    file.write_text("{}", "utf-8")
    assert schemas.outdated(tmp_path, builders) == expected
    file.write_text(expected[file], "utf-8")
    assert schemas.outdated(tmp_path, builders) == {}


@pytest.mark.parametrize(("arguments", "code"), [(["--check"], 1), ([], 0)])
def test_check_writes_nothing(tmp_path, monkeypatch, capsys, arguments, code):
    monkeypatch.setattr(schemas, "ROOT", tmp_path)
    monkeypatch.setattr(schemas, "SCHEMAS", {"a.json": lambda: {"type": "object"}})
    assert schemas.main(arguments) == code
    assert (tmp_path / "a.json").exists() == (code == 0)
    assert "a.json" in capsys.readouterr().out
