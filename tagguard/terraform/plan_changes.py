"""Tells what a plan does to a resource: the kind of change, and whether it concerns its tags."""

from __future__ import annotations

from collections.abc import Mapping

from tagguard.catalog import Entry
from tagguard.model import Change as ChangeKind
from tagguard.model import TagSet
from tagguard.terraform.plan_attributes import Cell, Json, is_flagged, own_attributes
from tagguard.terraform.plan_model import ResourceChange, is_present

_CHANGES: dict[frozenset[str], ChangeKind] = {
    frozenset({"create"}): "create",
    frozenset({"update"}): "update",
    frozenset({"delete", "create"}): "replace",
    frozenset({"forget", "create"}): "replace",
    frozenset({"no-op"}): "no-op",
    frozenset({"delete"}): "delete",
}
_EXCLUDED = {
    frozenset({"delete"}): "deleted by this plan",
    frozenset({"read"}): "a data source",
    frozenset({"forget"}): "removed from state, not destroyed",
}


def judge(item: ResourceChange) -> tuple[ChangeKind, str]:
    """Give the kind of change, and why it is not judged (empty when it is)."""
    actions = frozenset(item.change.actions)
    excluded = "a data source" if item.mode == "data" else _EXCLUDED.get(actions, "")
    if item.deposed:
        excluded = "a deposed object, deleted by this plan"
    elif actions == {"no-op"} and not is_present(item.change.after):
        excluded = "neither there before nor after this plan"
    return _CHANGES.get(actions, "none"), excluded


def changes_cells(before: Mapping[str, Cell], after: Mapping[str, Cell], entry: Entry) -> bool:
    """Tell whether an update may change what any attribute shows of the tags."""
    return any(
        is_flagged(after[name].unknown) or _plain(before[name].known) != _plain(after[name].known)
        for name in (*own_attributes(entry), *entry.computed)
    )


def differ(before: TagSet, after: TagSet) -> bool:
    """Tell whether tags may change; what is unknown may."""
    sure = before.complete and after.complete and all(tag.is_known for tag in after)
    return not sure or _values(before) != _values(after)


def _values(tags: TagSet) -> dict[str, str | None]:
    return {tag.key: tag.value for tag in tags}


def _plain(known: Json) -> Json:
    """Make maps comparable: null is absent, and so is a map without keys."""
    if isinstance(known, dict):
        return {key: value for key, value in known.items() if value is not None} or None
    return known or None
