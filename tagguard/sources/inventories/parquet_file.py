"""Opens Parquet files and takes their columns apart, batch by batch. pyarrow is imported here only.

What pyarrow cannot read ends in an InputError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tagguard.errors import InputError
from tagguard.sources import Document
from tagguard.sources.contents import Spool
from tagguard.sources.inventories import CHUNK

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

INSTALL = "install it: pip install 'tagguard[scale]'"


@contextmanager
def opened(document: Document) -> Iterator[pq.ParquetFile]:
    """Open a document; raises InputError without pyarrow and for what it cannot read."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and heavy
        import pyarrow.parquet as pq  # noqa: PLC0415 - as above
    except ImportError as exc:
        raise InputError("a Parquet file, and reading it needs pyarrow", hint=INSTALL) from exc
    with document.open() as stream:
        seekable = stream if stream.seekable() else Spool(b"", stream)()
        try:
            with seekable, pq.ParquetFile(seekable) as file:
                yield file
        except (pa.ArrowException, OSError) as exc:
            reason = str(exc).partition("\n")[0].rstrip(".")
            raise InputError(f"is no Parquet file that can be read: {reason}") from exc


def batches(
    file: pq.ParquetFile, columns: Sequence[str | None]
) -> Iterator[list[Sequence[Any] | None]]:
    """Yield these columns as lists, many rows at a time; `a.b` is a field inside `a`.

    None stands for a column that is not there.
    """
    wanted = [name for name in columns if name is not None]
    for batch in file.iter_batches(batch_size=CHUNK, columns=wanted):
        yield [None if name is None else _values(_column(batch, name)) for name in columns]


def has_column(file: pq.ParquetFile, name: str) -> bool:
    """Tell whether there is such a column, or such a field inside one."""
    schema = file.schema_arrow
    if name in schema.names:
        return True
    outer, *inner = name.split(".")
    kind = schema.field(outer).type if outer in schema.names else None
    for one in inner:
        if kind is None or not hasattr(kind, "get_field_index") or kind.get_field_index(one) < 0:
            return False
        kind = kind.field(one).type
    return kind is not None


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    if name in batch.schema.names:
        return batch.column(name)
    import pyarrow.compute as pc  # noqa: PLC0415 - seldom needed

    outer, *inner = name.split(".")
    return pc.struct_field(batch.column(outer), inner)


def _values(column: pa.Array) -> Sequence[Any]:
    """Give a column as Python's own; maps as dicts, of two equal keys the last one."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    if not pa.types.is_map(column.type):
        values: list[Any] = column.to_pylist()
        return values
    offsets = column.offsets.to_pylist()
    first = offsets[0] if offsets else 0
    count = (offsets[-1] if offsets else 0) - first
    keys = column.keys.slice(first, count).to_pylist()
    items = column.items.slice(first, count).to_pylist()
    found = [
        dict(zip(keys[a - first : b - first], items[a - first : b - first], strict=True))
        for a, b in pairwise(offsets)
    ]
    if not column.null_count:
        return found
    return [
        one if there else None
        for one, there in zip(found, column.is_valid().to_pylist(), strict=True)
    ]
