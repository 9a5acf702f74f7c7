"""Reads a table as the project does: from bytes or a file to rows, problems, notes and inputs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from msgspec import Struct

from tagguard.config import Columns, InventoryFormat
from tagguard.model import Problem, Rows
from tagguard.rows import each_row
from tagguard.sources import ReadOptions
from tagguard.sources.files import documents
from tagguard.sources.reading import Reader


class Read(Struct):
    """What became of a table."""

    resources: list
    problems: list
    notes: list
    inputs: list
    chunks: int
    skipped: int

    @property
    def tags(self):
        """Tags by address, and None where they are not known."""
        return {
            one.address: {tag.key: tag.value for tag in one.tags} if one.tags.complete else None
            for one in self.resources
        }

    @property
    def said(self):
        """What problems say, with their places."""
        return [(one.where, one.message) for one in self.problems]


def read(folder, *names, stdin=b"", **options):
    """Read files of a folder, or all of it, or stdin."""
    reader = Reader(ReadOptions(**options))
    paths = [Path(name) if name == "-" else folder / name for name in names or ("",)]
    items = list(reader.read(documents(paths, cwd=folder, stdin=BytesIO(stdin))))
    resources: list = []
    for item in items:
        if isinstance(item, Rows):
            resources += each_row(item)
        elif not isinstance(item, Problem):
            resources.append(item)
    return Read(
        resources=resources,
        problems=[item for item in items if isinstance(item, Problem)],
        notes=reader.notes,
        inputs=reader.inputs,
        chunks=sum(isinstance(item, Rows) for item in items),
        skipped=reader.skipped,
    )


def read_text(folder, name, text, **options):
    """Write one file and read it."""
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(folder, name, **options)


def mapping(match="*", provider=None, **columns):
    """Say what columns mean."""
    return [InventoryFormat(match=match, provider=provider, columns=Columns(**columns))]
