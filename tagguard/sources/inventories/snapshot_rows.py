"""Reads the snapshot of a scan as the scan itself does: same rows, same problems, same report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec.structs import replace

from tagguard.catalog import Catalog
from tagguard.dialects import dialect
from tagguard.errors import InputError
from tagguard.model import Problem, Resource, Rows, Tag, TagSet
from tagguard.report import Input, Shortfall
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.parquet_file import batches, opened
from tagguard.sources.inventories.patterns import COMPLETE, Patterns
from tagguard.sources.inventories.snapshot import KIND, METADATA, About

if TYPE_CHECKING:
    import pyarrow.parquet as pq


class Alike(NamedTuple):
    """The columns in which many resources are alike."""

    provider: str
    type: str
    account: str | None
    region: str | None
    namespace: str | None
    tags_complete: bool
    tags_reason: str | None
    managed_by: str
    excluded: str | None


READ = ("address", "tags", *Alike._fields)
SCHEMA = b"tagguard/snapshot/"
MAX_FOOTER = 64_000_000
"""Bytes at a file's end in which a snapshot is looked for."""
ANEW = "scan anew with this tagguard"
HIDDEN = "its value was left out of the snapshot"


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell by the file's end, where Parquet keeps what it says of itself, without pyarrow."""
    with document.open() as stream:
        if not stream.seekable():
            return SCHEMA in stream.read()[-MAX_FOOTER:]
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - 8))
        length = int.from_bytes(stream.read(4), "little")
        stream.seek(max(0, size - 8 - min(length, MAX_FOOTER)))
        return SCHEMA in stream.read(length)


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Resource | Problem | Input]:
    """Yield what was scanned, a problem for each part that is missing and counts, and the input."""
    count = 0
    with opened(document) as file:
        about = _about(file)
        known = {one.id: one for one in about.accounts}
        patterns = Patterns(
            kind=KIND,
            path=document.path,
            scope=document.scope,
            catalog=Catalog(options.catalog),
            accounts={**known, **options.accounts},
        )
        missing = [name for name in READ if name not in file.schema_arrow.names]
        if missing:
            raise InputError(f"a snapshot without the column `{missing[0]}`", hint=ANEW)
        made = _Made(patterns)
        for columns in batches(file, READ):
            rows, single = made.batch(columns)
            count += len(rows.addresses) + len(single)
            yield rows
            yield from single
    completeness = about.completeness
    for one in completeness.shortfalls if completeness else ():
        if not one.allowed:
            yield _problem(one)
    yield Input(path=document.path, kind=KIND, resources=count, completeness=completeness)


def _about(file: pq.ParquetFile) -> About:
    """Give what a snapshot says of itself; raises InputError for one of another version."""
    text = (file.metadata.metadata or {}).get(METADATA, b"")
    try:
        return msgspec.json.decode(text, type=About)
    except msgspec.DecodeError as exc:
        raise InputError(f"a snapshot of another version: {exc}", hint=ANEW) from exc


def _problem(one: Shortfall) -> Problem:
    where = "/".join(part for part in (one.account, one.region, one.collector) if part)
    unseen = f"; unseen: {one.unseen}" if one.unseen else ""
    return Problem(
        stage="input",
        where=where,
        message=f"{one.state}: {one.message}{unseen}",
        hint=f"let it be seen, or allow it with --allow-missing {one.collector or 'ACCOUNT'}",
    )


class _Made:
    """Makes rows of the columns of one snapshot."""

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns
        self._known: dict[tuple[Any, ...], Resource] = {}
        self._incomplete: dict[str, TagSet] = {}

    def batch(self, columns: list[Sequence[Any] | None]) -> tuple[Rows, list[Resource]]:
        """Give the rows of one batch, and apart those with tags whose values were left out."""
        addresses, tags, *alike = (column or () for column in columns)
        known = self._known
        rows = Rows([], [], [], [])
        single: list[Resource] = []
        for address, key, shown in zip(addresses, zip(*alike, strict=True), tags, strict=True):
            pattern = known.get(key)
            if pattern is None:
                pattern = known[key] = self._pattern(Alike(*key))
            if shown and None in shown.values():
                single.append(_with_hidden(pattern, address, shown))
                continue
            rows.patterns.append(pattern)
            rows.addresses.append(address)
            rows.tags.append(shown or {})
        rows.lines = [None] * len(rows.addresses)
        return rows, single

    def _pattern(self, one: Alike) -> Resource:
        tags = COMPLETE
        if not one.tags_complete:
            why = one.tags_reason or "no API gave its tags"
            tags = self._incomplete.setdefault(why, TagSet(complete=False, reason=why))
        return self._patterns.pattern(
            one.provider,
            one.type,
            one.account,
            one.region,
            namespace=one.namespace,
            managed_by=one.managed_by,
            excluded=one.excluded or "",
            tags=tags,
        )


def _with_hidden(pattern: Resource, address: str, shown: Mapping[str, str | None]) -> Resource:
    """Give a resource of which some tags are known by their keys alone."""
    is_platform = dialect(pattern.dialect).is_platform
    tags = {
        key: Tag(key, value, unknown=HIDDEN if value is None else "", platform=is_platform(key))
        for key, value in shown.items()
    }
    return replace(pattern, address=address, tags=replace(pattern.tags, tags=tags))
