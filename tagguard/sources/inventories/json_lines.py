"""Reads JSON lines: one resource a line, in fields of anybody's making.

Lines are decoded in blocks, only the fields that mean something, into one narrow record; a block
with a line of another shape is read line by line. At any time one block is in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from tagguard.model import Problem, Resource, Rows
from tagguard.report import Note
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.columns import Understood, configured, obvious
from tagguard.sources.inventories.identities import provider_of
from tagguard.sources.inventories.row_faults import RowFaults
from tagguard.sources.inventories.row_maker import Line, RowMaker, Unreadable
from tagguard.sources.inventories.row_patterns import Said
from tagguard.sources.inventories.tag_cells import tags_of

KIND = "json-lines"
BLOCK = 1 << 17
"""Bytes that are decoded together: few enough to stay in a processor's cache."""
RESERVED = b'"aws:'
ESCAPED = b"\\u00"
"""How a tag of AWS's own begins, and any other way to write it."""
LOOKED_AT = 20
"""Lines by which the fields are known."""
ADDRESS: Any = str
TEXT: Any = str | None
TAGS: Any = dict[str, str] | UnsetType | None
NONE = "none"
"""Attribute of every record that stands for a field which is not asked for."""
INVALID = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises for a line that is no JSON."""
Path = tuple[str, ...]
Trie = dict[str, Any]
"""A field's name -> its type, or the fields inside it."""


def recognises(document: Document, options: ReadOptions) -> bool:
    """Tell whether the first lines are objects whose fields name resources."""
    return _understood(document, options) is not None


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Resource | Problem | Note]:
    """Yield the rows; each line that cannot be read is a `Problem`."""
    understood = _understood(document, options)
    assert understood is not None
    if not understood.configured:
        yield understood.note(document)
    faults = RowFaults(document.path)
    lines = _Lines(understood)
    rows = RowMaker(KIND, document, options, understood, faults)
    at = 1
    with document.open() as stream:
        while block := stream.read(BLOCK) + stream.readline():
            count = block.count(b"\n") + (not block.endswith(b"\n"))
            decoded = lines.together(block)
            if decoded is not None and len(decoded[0]) == count:
                plain = RESERVED not in block and ESCAPED not in block
                yield from rows.together(*decoded, range(at, at + count), plain=plain)
            else:
                kept: list[Line] = []
                numbers: list[int] = []
                for number, line in enumerate(block.split(b"\n"), at):
                    try:
                        if line.strip():
                            kept.append(lines.single(line))
                            numbers.append(number)
                    except ValueError as exc:
                        yield from faults.add(number, str(exc))
                yield from rows.singly(kept, numbers)
            at += count
    yield from faults.rest()


def _understood(document: Document, options: ReadOptions) -> Understood | None:
    """Give what the fields mean, by the configuration or by their names."""
    first = (line for line in document.data[: 1 << 20].splitlines() if line.strip())
    objects: list[dict[str, Any]] = []
    for line in islice(first, LOOKED_AT):
        try:
            objects.append(msgspec.json.decode(line, type=dict[str, Any]))
        except INVALID:
            if not objects:
                return None
    if not objects:
        return None
    if (told := configured(document, options)) is not None:
        return told
    understood = obvious(list(dict.fromkeys(name for one in objects for name in one)))
    if understood is None:
        return None
    address = objects[0].get(understood.columns.address)
    return understood if isinstance(address, str) and provider_of(address) else None


class _Lines:
    """Decodes lines into the fields that mean something."""

    def __init__(self, understood: Understood) -> None:
        self._understood = understood
        one = understood.columns
        tags = None if understood.prefix else one.tags
        names = (one.address, one.type, one.account, one.region, one.namespace, tags)
        self._paths = [None if name is None else tuple(name.split(".")) for name in names]
        self._decoder = None if understood.prefix else _decoder(self._paths)
        address, *said, tags = map(_dotted, self._paths)
        self._address, self._said, self._tags = attrgetter(address), attrgetter(*said), tags

    def together(self, block: bytes) -> tuple[list[str], list[Said], list[Any]] | None:
        """Decode lines that all have the usual shape, into columns; None: they have not."""
        if self._decoder is None:
            return None
        try:
            decoded = self._decoder.decode_lines(block)
        except INVALID:
            return None
        tags = map(attrgetter(self._tags), decoded) if self._tags != NONE else repeat(UNSET)
        cells = list(islice(tags, len(decoded)))
        return list(map(self._address, decoded)), list(map(self._said, decoded)), cells

    def single(self, line: bytes) -> Line:
        """Decode a line of any shape; raises ValueError saying what is wrong with it."""
        try:
            data = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.ValidationError:
            raise ValueError("is no JSON object") from None
        except INVALID as exc:
            raise ValueError(f"is no JSON: {exc}") from None
        address, type_, account, region, namespace, tags = (
            UNSET if path is None else _follow(data, path) for path in self._paths
        )
        if not isinstance(address, str) or not address:
            raise ValueError(f"has no text in `{self._understood.columns.address}`")
        own = self._understood.prefixed(list(data))
        if own:
            tags = {key: data[name] for name, key in own.items()}
        if tags is not UNSET:
            try:
                tags = tags_of(tags)
            except ValueError as exc:
                tags = Unreadable(str(exc))
        return address, (_text(type_), _text(account), _text(region), _text(namespace)), tags


def _decoder(paths: Sequence[Path | None]) -> msgspec.json.Decoder[Any] | None:
    """Make a decoder of the narrow record; None where one field is inside another."""
    fields: Trie = {}
    for place, path in enumerate(paths):
        if path is None:
            continue
        *outer, last = path
        inside: Any = fields
        for name in outer:
            inside = inside.setdefault(name, {})
            if not isinstance(inside, dict):
                return None
        if last in inside:
            return None
        inside[last] = ADDRESS if place == 0 else TAGS if place == len(paths) - 1 else TEXT
    return msgspec.json.Decoder(_record(fields))


def _record(fields: Trie) -> type[Struct]:
    parts: list[tuple[str, Any, Any] | tuple[str, Any]] = []
    for name, kind in fields.items():
        if isinstance(kind, dict):
            inner = _record(kind)
            parts.append((_attribute(name), inner, msgspec.field(default_factory=inner)))
        elif kind is ADDRESS:
            parts.append((_attribute(name), kind))
        else:
            parts.append((_attribute(name), kind, UNSET if kind is TAGS else None))
    rename = {_attribute(name): name for name in fields}
    return msgspec.defstruct(
        "Record", parts, rename=rename, namespace={NONE: None}, kw_only=True, gc=False
    )


def _attribute(name: str) -> str:
    """Give an identifier for any name."""
    return f"f{name.encode().hex()}"


def _dotted(path: Path | None) -> str:
    return NONE if path is None else ".".join(map(_attribute, path))


def _follow(data: Any, path: Path) -> Any:  # noqa: ANN401 - any JSON
    for name in path:
        if not isinstance(data, dict) or name not in data:
            return UNSET
        data = data[name]
    return data


def _text(value: Any) -> str | None:  # noqa: ANN401 - any JSON
    if value is None or value is UNSET:
        return None
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
