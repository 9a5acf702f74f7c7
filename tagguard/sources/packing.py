"""Packs what was read into bytes, for another process and for the next run.

The bytes are plain MessagePack tables, one for each class, column by column: equal values are
stored once and a column that is always the same takes one entry. Never `pickle`: what lies in a
cache must not be able to run code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count, repeat
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import Struct

from tagguard.model import (
    Elsewhere,
    Ignore,
    Item,
    Limits,
    Location,
    Problem,
    Resource,
    Tag,
    TagSet,
    Variant,
    no_attributes,
)

_REFERENCES: dict[type[Struct], Mapping[str, type[Struct]]] = {
    Location: {},
    Problem: {},
    Limits: {},
    Elsewhere: {},
    Ignore: {"location": Location},
    Tag: {"location": Location},
    TagSet: {"tags": Tag},
    Variant: {"tags": TagSet},
    Resource: {
        "tags": TagSet,
        "variants": Variant,
        "limits": Limits,
        "creator": Resource,
        "location": Location,
        "ignores": Ignore,
        "elsewhere": Elsewhere,
    },
}
"""Class -> its fields that hold others, in the order in which they can be made. All other fields
are *atoms*: text, numbers, None, tuples of text."""

_MANY = {(TagSet, "tags"), (Resource, "variants"), (Resource, "ignores")}
"""Fields that hold several."""

_ITEMS: tuple[type[Item], ...] = (Resource, Problem, Ignore)

_KEYWORDS = (Problem, Ignore, Resource)
"""Classes whose fields are given by name."""

_Atom = str | int | bool | tuple[str, ...] | None
_Column = list[int | list[int]]
"""An index for each row, or several for each; where all rows have the same, it stands once."""


class _Packed(Struct, array_like=True, frozen=True):
    """What the bytes hold."""

    atoms: list[_Atom]
    tables: list[tuple[int, list[_Column]]]
    """Number of rows and columns of each class, in the order of `_REFERENCES`. Rows count from 1;
    0 is None."""
    attributes: list[bytes]
    items: list[tuple[int, int]]
    """The class of each, by its place in `_ITEMS`, and its row."""


_DECODER = msgspec.msgpack.Decoder(_Packed)


def pack(items: Iterable[Item]) -> bytes:
    """Turn items into bytes; raises ValueError where they hold what bytes cannot.

    Attributes are decoded for it, unless they are `no_attributes`.
    """
    try:
        return msgspec.msgpack.encode(_Packer().packed(list(items)))
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as exc:
        raise ValueError(f"cannot be packed: {exc}") from exc


def unpack(data: bytes) -> list[Item]:
    """Turn bytes of `pack` into equal items; a creator is again the very item that stands there.

    Raises ValueError for bytes that are not those of `pack`.
    """
    try:
        return _unpacked(_DECODER.decode(data))
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError) as exc:
        raise ValueError(f"cannot be unpacked: {exc}") from exc


class _Numbers(dict[Any, int]):
    """Numbers things as they come, from 0."""

    def __missing__(self, key: object) -> int:
        number = self[key] = len(self)
        return number


class _Packer:
    """Makes the tables, class by class and column by column."""

    def __init__(self) -> None:
        self._atoms = _Numbers()
        self._attributes: list[bytes] = []
        self._rows = {id(None): 0}
        """Row of each object in the table of its class, by its id."""

    def packed(self, items: Sequence[Item]) -> _Packed:
        found = _collected(items)
        self._rows |= zip(found[Resource], count(1), strict=False)
        tables = [self._table(cls, list(found[cls].values())) for cls in _REFERENCES]
        order = [(_ITEMS.index(type(item)), self._rows[id(item)]) for item in items]
        atoms = [key if type(key) is str else key[1] for key in self._atoms]
        return _Packed(atoms, tables, self._attributes, order)

    def _table(self, cls: type[Struct], objects: Sequence[Struct]) -> tuple[int, list[Any]]:
        if not {cls}.issuperset(map(type, objects)):
            raise TypeError(f"something else than a {cls.__name__} stands for one")
        rows = zip(*(self._column(cls, name, objects) for name in cls.__struct_fields__))  # noqa: B905 - all are as long as `objects`
        if cls is Resource:  # equal ones stay two
            unique: Sequence[Any] = list(rows)
        else:
            numbers = _Numbers()
            for each, row in zip(map(id, objects), rows, strict=True):
                self._rows[each] = numbers[row] + 1
            unique = list(numbers)
        columns = ([*column] for column in zip(*unique, strict=True))
        return len(unique), [_shortened(column) for column in columns]

    def _column(self, cls: type[Struct], name: str, objects: Sequence[Struct]) -> Iterator[Any]:
        values = map(attrgetter(name), objects)
        if name == "load_attributes":
            return map(self._number_of_attributes, values)
        if name not in _REFERENCES[cls]:
            return map(
                self._atoms.__getitem__, (v if type(v) is str else (type(v), v) for v in values)
            )
        if (cls, name) in _MANY:
            return (tuple([self._rows[id(one)] for one in _members(value)]) for value in values)
        return map(self._rows.__getitem__, map(id, values))

    def _number_of_attributes(self, load: Callable[[], dict[str, Any]]) -> int:
        if load is no_attributes:
            return 0
        self._attributes.append(msgspec.msgpack.encode(load()))
        return len(self._attributes)


def _collected(items: Iterable[Item]) -> dict[type[Struct], dict[int, Struct]]:
    """Find every object in the items, each once; a creator comes before what it implies."""
    found: dict[type[Struct], dict[int, Struct]] = {cls: {} for cls in _REFERENCES}
    for item in items:
        line: list[Resource] = []
        each = item if isinstance(item, Resource) else None
        while each is not None and id(each) not in found[Resource]:
            line.append(each)
            each = each.creator
        found[Resource].update((id(one), one) for one in reversed(line))
        if not isinstance(item, Resource):
            found[type(item)][id(item)] = item
    for cls in reversed(_REFERENCES):
        for name, held in _REFERENCES[cls].items():
            if held is not cls:
                values = map(attrgetter(name), found[cls].values())
                members = (
                    chain.from_iterable(map(_members, values)) if (cls, name) in _MANY else values
                )
                found[held].update((id(one), one) for one in members if one is not None)
    return found


def _members(value: Mapping[str, Tag] | tuple[Struct, ...]) -> Iterable[Struct]:
    if isinstance(value, tuple):
        return value
    if any(key != tag.key for key, tag in value.items()):
        raise TypeError("a tag stands under another key than its own")
    return value.values()


def _shortened(column: list[Any]) -> list[Any]:
    """Write a column in which all rows have the same just once."""
    return column[:1] if len(set(column)) == 1 else column


def _unpacked(packed: _Packed) -> list[Item]:
    tables: dict[type[Struct], list[Any]] = {cls: [None] for cls in _REFERENCES}
    loaders: list[Callable[[], Any]] = [no_attributes]
    loaders += [partial(_decoded, data) for data in packed.attributes]
    for (cls, table), (length, columns) in zip(tables.items(), packed.tables, strict=True):
        if length:
            fields = [
                _values(column, _source(cls, name, packed.atoms, tables, loaders), length)
                for name, column in zip(cls.__struct_fields__, columns, strict=False)
            ]
            _make(cls, fields, table)
    return [tables[_ITEMS[kind]][row] for kind, row in packed.items]


def _make(cls: type[Struct], fields: Sequence[Iterator[Any]], table: list[Any]) -> None:
    """Fill a table from the values of each field; a resource may refer to those before it."""
    if cls in _KEYWORDS:
        names = cls.__struct_fields__
        for row in zip(*fields):  # noqa: B905 - constant fields have no end
            table.append(cls(**dict(zip(names, row, strict=True))))  # noqa: PERF401 - rows look into the table
    elif cls is TagSet:
        tags, *rest = fields
        table.extend(map(cls, ({tag.key: tag for tag in each} for each in tags), *rest))
    else:
        table.extend(map(cls, *fields))


def _source(
    cls: type[Struct],
    name: str,
    atoms: Sequence[Any],
    tables: Mapping[type[Struct], Sequence[Any]],
    loaders: Sequence[Any],
) -> Sequence[Any]:
    """Give the table that a field's indexes point into."""
    if name == "load_attributes":
        return loaders
    reference = _REFERENCES[cls].get(name)
    return atoms if reference is None else tables[reference]


def _values(column: Sequence[Any], source: Sequence[Any], length: int) -> Iterator[Any]:
    """Look a column's indexes up, each when it is asked for."""
    values = (
        (tuple(map(source.__getitem__, each)) for each in column)
        if isinstance(column[0], list)
        else map(source.__getitem__, column)
    )
    return repeat(next(values), length) if len(column) == 1 else values


def _decoded(data: bytes) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.msgpack.decode(data)
    return decoded
