"""Turns bytes from wherever into a `Document`: unpacked, as UTF-8, and long ones not at once.

What is read row by row (JSON lines, CSV, Parquet) may be far larger than memory should be: a
document of it has only its first lines at hand and is opened anew by who reads it. All else is one
whole. A gzip file that unpacks beyond reason is refused.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import zlib
from collections.abc import Callable
from itertools import islice
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

import msgspec

from tagguard.errors import InputError
from tagguard.sources import Document
from tagguard.tree import to_utf8

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD = 1 << 20
"""Bytes by which a document is known; a shorter one is whole."""
GZIP = b"\x1f\x8b"
PARQUET = b"PAR1"
FREE = 64_000_000
"""Bytes that any gzip file may unpack to."""
RATIO = 200
"""How many times its size a larger one may unpack to; inventories reach 60."""
MAX_WHOLE = 2_000_000_000
"""Most bytes of a gzip file that is not read row by row."""
DELIMITERS = ",;\t|"


def document(
    path: str, raw: BinaryIO, reopen: Callable[[], BinaryIO] | None, *, explicit: bool
) -> Document:
    """Read a document, or only its first lines, from `raw`, which is at its beginning.

    `reopen` opens the same bytes again; None: that cannot be done, and long rows are kept in a
    temporary file. Raises InputError for what cannot be unpacked, OSError as reading does.
    """
    head = raw.read(HEAD)
    packed = head.startswith(GZIP)
    beginning = _unpacked_beginning(head) if packed else head
    if len(beginning) >= HEAD and is_by_rows(beginning):
        again = reopen or Spool(head, raw)
        return Document(path, _first_lines(beginning), explicit, opener=lambda: _text(again()))
    if len(head) < HEAD:
        data = head
    elif reopen:  # whole at once: joining two parts would take twice the memory
        with reopen() as stream:
            data = stream.read()
    else:
        data = head + raw.read()
    if packed:
        with Unpacked(io.BytesIO(data)) as unpacked:
            data = unpacked.read(MAX_WHOLE + 1)
        if len(data) > MAX_WHOLE:
            raise InputError(f"unpacks to more than {MAX_WHOLE:,} bytes")
    return Document(path, to_utf8(data), explicit)


def is_by_rows(beginning: bytes) -> bool:
    """Tell whether a long content is Parquet, JSON lines or a table."""
    if beginning.startswith(PARQUET):
        return True
    text = beginning.removeprefix(codecs.BOM_UTF8)
    if b"\0" in text[:4]:  # UTF-16 or UTF-32, which is read whole
        return False
    start = text[:64].lstrip()[:1]
    if start == b"{":
        lines = (line for line in text.split(b"\n") if line.strip())
        return all(_is_object(line) for line in islice(lines, 2))
    return start != b"[" and _is_table(text)


def delimiter(first_line: str) -> str:
    """Tell what separates the cells of a table, by its first line."""
    return max(DELIMITERS, key=first_line.count)


class Spool:
    """A nameless copy on disk of what can be read only once; it goes when nobody knows it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed by `__del__`
        self._file.write(head)
        copyfileobj(rest, self._file)
        self._file.flush()

    def __call__(self) -> BinaryIO:
        """Open it at its beginning; one reader at a time."""
        opened = os.fdopen(os.dup(self._file.fileno()), "rb")
        opened.seek(0)
        return opened

    def __del__(self) -> None:
        self._file.close()


class Unpacked(io.BufferedReader):
    """A gzip file's content; raises InputError where it is damaged or unpacks beyond reason."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(_Unpacking(packed), HEAD)


class _Unpacking(io.RawIOBase):
    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._gzip = gzip.GzipFile(fileobj=packed)
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        try:
            count = self._gzip.readinto(buffer)
        except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
            raise InputError(
                f"damaged gzip: {str(exc).lower() or 'it ends too early'}",
                hint="make or fetch the file again",
            ) from exc
        self._given += count
        if self._given > max(FREE, RATIO * self._packed.tell()):
            raise InputError(
                f"unpacks to more than {RATIO} times its size",
                hint="unpack it first if you trust it",
            )
        return count

    def close(self) -> None:
        super().close()
        self._gzip.close()
        self._packed.close()


def _unpacked_beginning(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD)
    except zlib.error:  # told when all of it is unpacked
        return b""


def _text(raw: BinaryIO) -> BinaryIO:
    """Unpack what is packed, and skip a byte order mark."""
    stream = cast("io.BufferedReader", raw)
    if stream.peek(2).startswith(GZIP):
        stream = Unpacked(stream)
    if stream.peek(3).startswith(codecs.BOM_UTF8):
        stream.read(3)
    return stream


def _first_lines(beginning: bytes) -> bytes:
    """Leave out the line that is cut off."""
    if beginning.startswith(PARQUET):
        return PARQUET
    return beginning[: beginning.rfind(b"\n") + 1].removeprefix(codecs.BOM_UTF8)


def _is_object(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return True


def _is_table(text: bytes) -> bool:
    """Tell whether the first three records have equally many cells, and more than one."""
    lines = text[: HEAD // 4].decode(errors="replace").splitlines(keepends=True)
    try:
        rows = csv.reader(lines, delimiter=delimiter(lines[0]), strict=True)
        widths = {len(row) for row in islice((row for row in rows if row), 3)}
    except (csv.Error, IndexError):
        return False
    return len(widths) == 1 and widths.pop() > 1
