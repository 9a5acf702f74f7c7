from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path

from tagguard import plugins
from tagguard.config import Columns, InventoryFormat
from tagguard.model import Problem, Rows
from tagguard.report import Note
from tagguard.sources import ReadOptions
from tagguard.sources.files import documents
from tagguard.sources.reading import Reader

ROW = '{"arn": "arn:aws:sqs:eu-west-1:123456789012:a", "type": "sqs:queue", "tags": {}}\n'


def read(folder, *names, options=None, stdin=b"", **how):
    reader = Reader(options or ReadOptions(), **how)
    paths = [Path(name) if name == "-" else folder / name for name in names or ("",)]
    return reader, list(reader.read(documents(paths, cwd=folder, stdin=BytesIO(stdin))))


class Noting:
    kind = "noting"

    def __init__(self, options):
        pass

    def recognises(self, document):
        return document.data == b"note"

    def resources(self, document):
        yield Note(where=document.home, message="seen")


def test_notes_of_sources_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(plugins, "names", lambda *_, **__: ["noting"])
    monkeypatch.setattr(plugins, "load", lambda *_, **__: Noting)
    (tmp_path / "a.json").write_text("note")
    reader, items = read(tmp_path, rebase=lambda path: f"home/{path}")
    assert items == []
    assert reader.notes == [Note(where="home/a.json", message="seen")]
    assert [(one.kind, one.resources) for one in reader.inputs] == [("noting", 0)]


def test_rows_are_counted_and_named_by_their_own_kind(tmp_path):
    (tmp_path / "a.jsonl").write_text(ROW * 2)
    reader, items = read(tmp_path)
    assert [type(item) for item in items] == [Rows]
    assert [(one.path, one.kind, one.resources) for one in reader.inputs] == [
        ("a.jsonl", "json-lines", 2)
    ]


def test_formats_are_matched_as_seen_from_the_configuration(tmp_path):
    (tmp_path / "a.csv").write_text("who,tags\nweb,Owner=x\n")
    told = InventoryFormat(match="x/*.csv", provider="aws", columns=Columns(address="who"))
    options = ReadOptions(inventories=[told])
    reader, (rows,) = read(tmp_path, options=options, rebase=lambda path: f"x/{path}")
    assert isinstance(rows, Rows)
    assert rows.addresses == ["web"]
    reader, items = read(tmp_path, options=options)
    assert (items, reader.skipped) == ([], 1)


def test_stdin_is_read_as_rows(tmp_path):
    _, (rows,) = read(tmp_path, "-", stdin=ROW.encode())
    assert isinstance(rows, Rows)
    assert rows.patterns[0].location.path == "-"


def test_long_rows_that_nobody_knows_are_passed_over_or_a_problem(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"level": "info"}\n' * 100_000)
    reader, items = read(tmp_path)
    assert (items, reader.skipped) == ([], 1)
    _, (problem,) = read(tmp_path, "a.jsonl")
    assert isinstance(problem, Problem)
    assert problem.message == "not recognised as any kind of input"


def test_a_damaged_file_of_rows_is_a_problem_beside_what_was_read(tmp_path):
    packed = gzip.compress("".join(ROW.replace(":a", f":{n}") for n in range(30_000)).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(packed[:-9])
    reader, items = read(tmp_path)
    assert isinstance(items[0], Rows)
    assert [item.message for item in items if isinstance(item, Problem)] == [
        "damaged gzip: compressed file ended before the end-of-stream marker was reached"
    ]
    assert reader.inputs[0].resources == sum(
        len(item.addresses) for item in items if isinstance(item, Rows)
    )
