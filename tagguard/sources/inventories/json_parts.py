"""Reads parts of a document as narrow types, one at a time, so that one bad part spoils no other.

A part is still JSON text, or data that came from elsewhere (YAML, a table's cells).
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import Raw

Part = TypeVar("Part")
_DECODERS: dict[object, msgspec.json.Decoder[Any]] = {}
"""Type -> what decodes it: making one costs more than using it."""


def part(value: object, type_: type[Part]) -> Part:
    """Read a part as a type; raises `msgspec.DecodeError`, whatever is wrong with it."""
    try:
        if isinstance(value, Raw | bytes):
            decoder = _DECODERS.get(type_) or _DECODERS.setdefault(
                type_, msgspec.json.Decoder(type_)
            )
            found: Part = decoder.decode(value)
            return found
        return msgspec.convert(value, type=type_)
    except UnicodeDecodeError as exc:
        raise msgspec.DecodeError("not valid UTF-8") from exc
    except RecursionError as exc:
        raise msgspec.DecodeError("nested too deep") from exc


def parts(value: object) -> list[object]:
    """Give the items of a list; none for null. Raises `msgspec.DecodeError`."""
    found: list[object] = []
    if isinstance(value, Raw | bytes):
        found += part(value, list[Raw] | None) or ()  # type: ignore[arg-type]  # a union is a type
    else:
        found += part(value, list[object] | None) or ()  # type: ignore[arg-type]  # as above
    return found


def members(value: object) -> dict[str, object]:
    """Give the members of an object; raises `msgspec.DecodeError`."""
    found: dict[str, object] = {}
    if isinstance(value, Raw | bytes):
        found.update(part(value, dict[str, Raw]))
    else:
        found.update(part(value, dict[str, object]))
    return found
