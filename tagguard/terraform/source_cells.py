"""Turns values of the Terraform language into the three trees that plans show: `Cell`s.

What a plan cannot say, that a map may have further keys, is a member `MORE` in the tree of what is
unknown; a list that may go on ends in an unknown item.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tagguard.hcl.values import Object, Sensitive, Tuple, Unknown, Value, bare, to_text
from tagguard.model import SENSITIVE, Location, TagSet
from tagguard.terraform.plan_attributes import MORE, Cell, Json


def cell_of(value: Value) -> Cell:
    """Give a value as a plan would show it."""
    known, unknown, sensitive = _trees(value)
    return Cell(known, unknown, sensitive)


def _trees(value: Value) -> tuple[Json, Json, Json]:
    match value:
        case Unknown():
            return None, True, None
        case Sensitive(inner):
            known, unknown, _ = _trees(bare(inner))
            return known, unknown, True
        case Object():
            return _object(value)
        case Tuple():
            return _tuple(value)
        case Decimal():
            return to_text(value), None, None
    return value, None, None


def _object(value: Object) -> tuple[Json, Json, Json]:
    known: dict[str, Json] = {}
    unknown: dict[str, Json] = {}
    sensitive: dict[str, Json] = {}
    for key, item in value.items.items():
        if type(item) is str:
            known[key] = item
            continue
        shown, hidden, secret = _trees(item)
        if hidden is not True:
            known[key] = shown
        if hidden:
            unknown[key] = hidden
        if secret:
            sensitive[key] = secret
    if not value.complete:
        unknown[MORE] = True if value.further is None else sorted(value.further)
    return known, unknown or None, sensitive or None


def _tuple(value: Tuple) -> tuple[Json, Json, Json]:
    trees = [_trees(item) for item in value.items]
    if not value.complete:
        trees.append((None, True, None))
    known, unknown, sensitive = ([tree[part] for tree in trees] for part in range(3))
    return known, unknown if any(unknown) else None, sensitive if any(sensitive) else None


def with_nulls_kept(cell: Cell) -> Cell:
    """Give a map as a provider reads it that takes null members for empty texts."""
    if not isinstance(cell.known, dict):
        return cell
    known = {key: "" if value is None else value for key, value in cell.known.items()}
    return Cell(known, cell.unknown, cell.sensitive)


def as_map(tags: TagSet) -> Object:
    """Give effective tags as a value, for who refers to them."""
    items: dict[str, Value] = {}
    origins: dict[str, Location] = {}
    for tag in tags:
        value = tag.value if tag.value is not None else Unknown(tag.unknown, choices=tag.choices)
        items[tag.key] = Sensitive(value) if tag.sensitive else value
        if tag.location is not None:
            origins[tag.key] = tag.location
    return Object(items, tags.complete, tags.reason, "map", origins)


def plain(value: Value, *, as_text: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Give a value as plain data for policies: secrets masked, unknown members left out.

    With `as_text` numbers and booleans are texts, as in a map of texts.
    """
    match value:
        case Sensitive():
            return SENSITIVE
        case Unknown():
            return None
        case Object():
            pairs = value.items.items()
            return {
                key: plain(item, as_text=as_text)
                for key, item in pairs
                if not isinstance(item, Unknown)
            }
        case Tuple():
            return [plain(item, as_text=as_text) for item in value.items]
        case int() | Decimal() if as_text:
            return to_text(value)
    return float(value) if isinstance(value, Decimal) else value


def _parts(collection: Object | Tuple) -> Iterable[Value]:
    return collection.items.values() if isinstance(collection, Object) else collection.items


def why_unknown(value: Value) -> str:
    """Say why something in a value is not known; empty where all of it is."""
    pending = [value]
    while pending:
        match bare(pending.pop()):
            case Unknown(reason):
                return reason
            case Object() | Tuple() as collection:
                if not collection.complete:
                    return collection.reason
                pending.extend(_parts(collection))
    return ""
