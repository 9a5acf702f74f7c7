"""Reads roots one by one, and knows what each of them depended on.

It serves the process that asks and the workers beside it. Where roots come from and who gets them
is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

from tagguard.cache import Recorder
from tagguard.hcl.folder import Folders
from tagguard.model import Item, Resource
from tagguard.sources.packing import pack, unpack
from tagguard.terraform.source_root import RootOptions, RootReading
from tagguard.tree import Tree

ReadRoot = Callable[[str, str, RootOptions, Tree, Folders], RootReading]
"""`terraform.source_root.read_root`, or what stands in for it."""


class Parcel(Struct, frozen=True, array_like=True):
    """A reading as bytes, and what it depends on."""

    trace: list[tuple[str, str, bytes]] | None
    """None: nobody knows, or it is not to be kept."""
    payload: bytes


class RootReader:
    """Reads roots that share modules; each folder of a module is read once as long as it is held.

    All roots must be read with the same options.
    """

    def __init__(self, options: RootOptions, shared: Recorder, read: ReadRoot) -> None:
        """`shared` answers for the folders of modules, whichever root asks."""
        self._options = options
        self._shared = shared
        self._folders = Folders(shared)
        self._read = read

    def read(
        self, folder: str, scope: str
    ) -> tuple[RootReading, list[tuple[str, str, bytes]] | None]:
        """Read a root; its trace is None where the reading is not to be kept.

        So it is where files changed while they were read, and where a tag is sensitive: what
        Terraform does not show is not left in a cache.
        """
        own = Recorder(self._shared)
        reading = self._read(folder, scope, self._options, own, self._folders)
        if any(map(_is_sensitive, reading.items)):
            return reading, None
        traces = own.trace(), self._shared.trace(reading.folders)
        known = [trace for trace in traces if trace is not None]
        return reading, [*known[0], *known[1]] if len(known) == len(traces) else None


class _Packed(Struct, frozen=True, array_like=True):
    folders: tuple[str, ...]
    items: bytes


_DECODER = msgspec.msgpack.Decoder(_Packed)


def _is_sensitive(item: Item) -> bool:
    if not isinstance(item, Resource):
        return False
    sets = (item.tags, *(variant.tags for variant in item.variants))
    return any(tag.sensitive for tags in sets for tag in tags.tags.values())


def packed(reading: RootReading) -> bytes:
    """Turn a reading into bytes; raises ValueError where it holds what bytes cannot."""
    return msgspec.msgpack.encode(_Packed(reading.folders, pack(reading.items)))


def unpacked(payload: bytes) -> RootReading:
    """Turn bytes of `packed` into the reading; raises ValueError for others."""
    try:
        parts = _DECODER.decode(payload)
    except msgspec.DecodeError as exc:
        raise ValueError(f"cannot be unpacked: {exc}") from exc
    return RootReading(tuple(unpack(parts.items)), parts.folders)
