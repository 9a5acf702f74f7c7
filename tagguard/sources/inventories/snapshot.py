"""The snapshot that a finished scan leaves: a Parquet file with one row a resource.

`check` judges it again, against any taxonomy and without the cloud: `snapshot_rows` reads it. Its
columns are a contract, told of in ``docs/inventories.md``; equal resources give equal bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from tagguard.aws.merging import Merged
from tagguard.errors import UsageError
from tagguard.model import Account
from tagguard.report import Completeness
from tagguard.sources.inventories.parquet_file import INSTALL

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")

KIND = "tagguard-snapshot"
METADATA = b"tagguard"
"""Key under which the Parquet file's metadata has `About` as JSON."""
GROUP = 50_000
"""Resources in one row group."""
SCHEMA = b"tagguard/snapshot/"
ANEW = "scan anew with this tagguard"
MAX_FOOTER = 64_000_000
"""Bytes at a file's end in which a snapshot is looked for."""
METADATA = b"tagguard"
"""Key under which the Parquet file's metadata has `About` as JSON."""
GROUP = 50_000
"""Resources in one row group."""
COLUMNS = (
    "address",
    "provider",
    "type",
    "account",
    "region",
    "namespace",
    "tags",
    "tags_complete",
    "tags_reason",
    "managed_by",
    "excluded",
    "seen_by",
)
READ = COLUMNS[:-1]
"""What is judged; who saw a resource is for people."""
HIDDEN = "its value is redacted in the snapshot"


class About(Struct, frozen=True, kw_only=True):
    """What a snapshot says of itself."""

    schema: Literal["tagguard/snapshot/1"] = "tagguard/snapshot/1"
    completeness: Completeness | None = None
    accounts: tuple[Account, ...] = ()


def write(
    file: Path,
    rows: Iterable[Merged],
    *,
    completeness: Completeness | Callable[[], Completeness],
    accounts: Iterable[Account] = (),
    redact: Collection[str] = (),
) -> int:
    """Write a snapshot and give the number of its resources; memory holds one row group.

    `completeness` may be asked for when all rows are through. The values of tags whose key is in
    `redact`, in whatever case, are left out. The file appears at once and whole: until then, and
    after any failure, an older one stays. Raises UsageError where it cannot be written.
    """
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415 - an extra, and heavy
    except ImportError as exc:
        raise UsageError("a snapshot needs pyarrow", hint=INSTALL) from exc
    partial = file.with_name(f"{file.name}.partial")
    hidden = frozenset(key.casefold() for key in redact)
    count = 0
    try:
        with partial.open("wb") as stream:
            with pq.ParquetWriter(
                stream, _schema(), compression="zstd", store_schema=False
            ) as writer:
                for group in _chunks(rows, GROUP):
                    writer.write_table(_table(group, hidden), row_group_size=GROUP)
                    count += len(group)
                known = completeness() if callable(completeness) else completeness
                about = About(completeness=known, accounts=tuple(sorted(accounts, key=_id)))
                writer.add_key_value_metadata({METADATA: msgspec.json.encode(about)})
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    except OSError as exc:
        raise UsageError(
            f"the snapshot {file} cannot be written: {exc.strerror or exc}",
            hint="make room or name another file with --snapshot; what was scanned is kept",
        ) from exc
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return count


def _id(account: Account) -> str:
    return account.id


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    following = iter(items)
    while chunk := list(islice(following, size)):
        yield chunk


def _schema() -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415 - as above

    text = pa.string()
    return pa.schema(
        [
            pa.field("address", text, nullable=False),
            pa.field("provider", text, nullable=False),
            pa.field("type", text, nullable=False),
            pa.field("account", text),
            pa.field("region", text),
            pa.field("namespace", text),
            pa.field("tags", pa.map_(text, text)),
            pa.field("tags_complete", pa.bool_(), nullable=False),
            pa.field("tags_reason", text),
            pa.field("managed_by", text, nullable=False),
            pa.field("excluded", text),
            pa.field("seen_by", pa.list_(text)),
        ]
    )


def _table(group: list[Merged], hidden: frozenset[str]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - as above

    columns: list[list[Any]] = [
        [one.address for one in group],
        [one.provider for one in group],
        [one.type for one in group],
        [one.account for one in group],
        [one.region for one in group],
        [one.namespace for one in group],
        [None if one.tags is None else _pairs(one.tags, hidden) for one in group],
        [one.tags is not None for one in group],
        [one.reason or None for one in group],
        [one.managed_by for one in group],
        [one.excluded or None for one in group],
        [one.seen_by for one in group],
    ]
    schema = _schema()
    arrays = [
        pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _pairs(tags: Mapping[str, str], hidden: frozenset[str]) -> list[tuple[str, str | None]]:
    """Give tags by their keys' order; a hidden one keeps its key."""
    if not hidden:
        return sorted(tags.items())
    return [
        (key, None if key.casefold() in hidden else value) for key, value in sorted(tags.items())
    ]
