"""Reads Parquet: one resource a row, in columns of anybody's making."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from tagguard.errors import InputError
from tagguard.model import Problem, Resource, Rows
from tagguard.report import Note
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.columns import Understood, configured, obvious, require
from tagguard.sources.inventories.identities import provider_of
from tagguard.sources.inventories.parquet_file import batches, has_column, opened
from tagguard.sources.inventories.row_faults import RowFaults
from tagguard.sources.inventories.row_maker import RowMaker, Unreadable
from tagguard.sources.inventories.row_patterns import Said
from tagguard.sources.inventories.tag_cells import tags_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

KIND = "parquet"


def recognises(document: Document, options: ReadOptions) -> bool:
    """Tell whether the columns name resources.

    One that was merely met in a folder is passed over where it cannot be opened.
    """
    try:
        with opened(document) as file:
            return _understood(document, options, file) is not None
    except InputError:
        if document.explicit or configured(document, options):
            raise
        return False


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Resource | Problem | Note]:
    """Yield the rows; each one that cannot be read is a `Problem`."""
    faults = RowFaults(document.path)
    with opened(document) as file:
        understood = _understood(document, options, file)
        assert understood is not None
        if not understood.configured:
            yield understood.note(document)
        rows = RowMaker(KIND, document, options, understood, faults, has_lines=False)
        one = understood.columns
        own = understood.prefixed(file.schema_arrow.names)
        tags = one.tags if not own and one.tags and has_column(file, one.tags) else None
        names = (one.address, one.type, one.account, one.region, one.namespace, tags)
        at = 1
        for columns in batches(file, [*names, *own]):
            addresses, said, cells = _columns(columns, list(own.values()))
            places = range(at, at + len(addresses))
            if all(addresses):
                yield from rows.together(addresses, said, cells, places)
            else:
                whole = list(zip(addresses, said, cells, strict=True))
                for place, line in zip(places, whole, strict=True):
                    if not line[0]:
                        yield from faults.add(f"row {place}", f"has no text in `{one.address}`")
                there = [place for place, line in zip(places, whole, strict=True) if line[0]]
                yield from rows.singly((line for line in whole if line[0]), there)
            at += len(addresses)
    yield from faults.rest()


def _understood(
    document: Document, options: ReadOptions, file: pq.ParquetFile
) -> Understood | None:
    """Give what the columns mean, by the configuration or by their names."""
    names = file.schema_arrow.names
    if (told := configured(document, options)) is not None:
        nested = [name for name in _named(told) if has_column(file, name)]
        require(told, [*names, *nested])
        return told
    understood = obvious(names)
    if understood is None:
        return None
    first = next(batches(file, [understood.columns.address]), [[]])[0]
    is_id = first and isinstance(first[0], str) and provider_of(first[0])
    return understood if is_id else None


def _named(understood: Understood) -> list[str]:
    one = understood.columns
    named = (one.address, one.type, one.account, one.region, one.namespace)
    return [name for name in named if name is not None]


def _columns(
    columns: Sequence[Sequence[Any] | None], keys: Sequence[str]
) -> tuple[list[str], list[Said], list[Any]]:
    """Give addresses, what rows say, and tags; the columns after the sixth hold one tag each."""
    address, *said = ([] if one is None else list(map(_text, one)) for one in columns[:5])
    addresses = [one or "" for one in address]
    silent = [None] * len(addresses)
    held = columns[5]
    if keys:
        rows = zip(*(one or () for one in columns[6:]), strict=True)
        cells = [_tags(dict(zip(keys, row, strict=True))) for row in rows]
    else:
        cells = [UNSET] * len(addresses) if held is None else list(map(_tags, held))
    return addresses, list(zip(*(one or silent for one in said), strict=True)), cells


def _text(value: Any) -> str | None:  # noqa: ANN401 - any type that Parquet has
    return value if value is None or isinstance(value, str) else str(value)


def _tags(value: Any) -> Any:  # noqa: ANN401 - any type that Parquet has; see `Line`
    try:
        return tags_of(value)
    except (ValueError, TypeError) as exc:
        return Unreadable(str(exc))
