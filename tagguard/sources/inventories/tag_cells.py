"""Reads the tags that one cell of a row holds, in the spellings that exports have.

A spelling that is not understood is refused: its tags are unknown, never absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

ABSENT = frozenset({"", "NULL", "NONE", "N/A", "{}", "[]"})
"""What stands for no tags, in upper case; several tools write the text NULL into CSV."""
KEYS = ("Key", "key", "TagKey", "tagKey", "name", "Name")
VALUES = ("Value", "value", "TagValue", "tagValue")


def tags_of(value: Any) -> dict[str, str]:  # noqa: ANN401 - any JSON
    """Give the tags of a mapping, a list of pairs or a text; raises ValueError for others.

    A tag whose value is null is absent, as for the clouds themselves.
    """
    if value is None:
        return {}
    if isinstance(value, str):
        return tags_of_text(value)
    if isinstance(value, Mapping):
        return {key: _scalar(each) for key, each in value.items() if each is not None}
    if isinstance(value, Iterable):
        return {key: _scalar(each) for key, each in map(_pair, value) if each is not None}
    raise ValueError(f"tags are neither a mapping nor a list: {str(value)[:40]}")


def tags_of_text(text: str) -> dict[str, str]:
    """Give the tags that a text holds: JSON, JSON without its braces (Azure), or `k=v;k2=v2`."""
    text = text.strip()
    if text.upper() in ABSENT:
        return {}
    if text[0] in '{["':
        whole = f"{{{text}}}" if text[0] == '"' else text
        try:
            return tags_of(msgspec.json.decode(whole))
        except (msgspec.DecodeError, RecursionError) as exc:
            raise ValueError(f"tags are no JSON: {text[:40]}") from exc
    pairs = [one.partition("=") for one in text.split(";" if ";" in text else ",") if one.strip()]
    if not all(equals and key.strip() for key, equals, _ in pairs):
        raise ValueError(f"tags are not written as `key=value;key=value`: {text[:40]}")
    return {key.strip(): value.strip() for key, _, value in pairs}


def _pair(item: Any) -> tuple[str, Any]:  # noqa: ANN401 - any JSON
    if isinstance(item, Mapping):
        key = next((item[name] for name in KEYS if name in item), None)
        if isinstance(key, str):
            return key, next((item[name] for name in VALUES if name in item), "")
    elif isinstance(item, Iterable) and not isinstance(item, str):
        match tuple(item):
            case (str() as key, each):
                return key, each
    raise ValueError(f"a tag is no pair of key and value: {str(item)[:40]}")


def _scalar(value: Any) -> str:  # noqa: ANN401 - any JSON
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
