"""What a standard loses on a cloud: keys with no legal spelling or one in common, lost values.

Each loss is an error where the standard says that it is used so (`clouds`, `project`), and else
only a note, because a cloud that nobody uses loses nothing. Nothing here judges a resource.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tagguard.dialects import DIALECTS, GENERIC, Dialect
from tagguard.selectors import as_is
from tagguard.taxonomy.document import KeyRecord, TaxonomyRecord
from tagguard.taxonomy.standard import Key
from tagguard.taxonomy.values import FORMATS
from tagguard.validation import Fault

SHOWN = 5
"""Values that one note names."""


class Loss(Struct, frozen=True):
    """One thing that a cloud cannot hold as the standard has it."""

    path: tuple[str | int, ...]
    text: str
    grave: bool
    """The standard is used on that cloud, so it cannot be followed there: an error."""


def faults(record: TaxonomyRecord, values: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    """Find the losses that are errors; `values` are the keys' lists, those from files too."""
    keys = _keys(record, values)
    for cloud in _clouds():
        used = [
            key for key in keys if _is_asked(key, cloud, record) or _chosen(key, cloud) is not None
        ]
        for loss in (*_losses(used, cloud, record), *_collisions(keys, cloud, record)):
            if loss.grave:
                yield loss.path, loss.text


def notes(record: TaxonomyRecord, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Tell of the other losses; with `clouds` given, only of those clouds."""
    keys = _keys(record, values)
    for cloud in _clouds():
        if record.clouds and cloud.name not in record.clouds:
            continue
        for loss in (*_losses(keys, cloud, record), *_collisions(keys, cloud, record)):
            if not loss.grave:
                yield f"{loss.path[1]}: {loss.text}"


def _clouds() -> list[Dialect]:
    return [cloud for cloud in DIALECTS.values() if cloud is not GENERIC]


def _keys(record: TaxonomyRecord, values: Mapping[str, Sequence[str]]) -> list[Key]:
    """Compile what matters here: days and conditions may be faulty, and decide nothing."""
    return [
        Key(
            name,
            KeyRecord()
            if key is None
            else replace(key, required=key.required is True, required_from=None),
            values.get(name),
            insensitive=record.match == "insensitive",
            rebase=as_is,
        )
        for name, key in record.keys.items()
    ]


def _chosen(key: Key, cloud: Dialect) -> str | None:
    return key.record.project.on(cloud.name)


def _is_asked(key: Key, cloud: Dialect, record: TaxonomyRecord) -> bool:
    """Tell whether every resource of that cloud must carry the key."""
    return cloud.name in record.clouds and key.always_required


def _losses(keys: Sequence[Key], cloud: Dialect, record: TaxonomyRecord) -> Iterator[Loss]:
    for key in keys:
        path = ("keys", key.name)
        chosen = _chosen(key, cloud)
        grave = _is_asked(key, cloud, record) or chosen is not None
        if chosen is not None and (fault := next(cloud.faults(chosen, None), None)):
            yield Loss((*path, "project", cloud.name), f"not legal on {cloud.name}: {fault}", grave)
        elif not key.has_legal_values(cloud):
            what = f"{FORMATS[key.record.format or ''][1]} is no legal {cloud.noun} value"
            text = f"it does not apply on {cloud.name}: {what}"
            at = ("format",) if chosen is None else ("project", cloud.name)
            mend = f"; {_without(key, cloud)}" if grave else ""
            yield Loss((*path, *at), f"{text}{mend}", grave)
        elif key.spelling(cloud) is None:
            what = f"`{key.name}` is no legal {cloud.noun} key"
            mend = f"; set `project: {{{cloud.name}: …}}`" if grave else ""
            yield Loss(path, f"it does not apply on {cloud.name}: {what}{mend}", grave)
        elif not key.record.forbidden:
            yield from _value_losses(key, cloud, grave)


def _without(key: Key, cloud: Dialect) -> str:
    """Say how not to ask for the key on a cloud."""
    if _chosen(key, cloud) is not None:
        return f"leave {cloud.name} out of `project`"
    return f"require the key by a `when` that leaves {cloud.name} out"


def _value_losses(key: Key, cloud: Dialect, grave: bool) -> Iterator[Loss]:
    """Find listed values that the cloud cannot hold, or cannot tell apart."""
    path = ("keys", key.name, "values")
    listed = isinstance(key.record.values, list)
    taken: dict[str, str] = {}
    lost: dict[int, str] = {}
    for index, value in enumerate(key.values or ()):
        spelling = cloud.project_value(value)
        if spelling is None:
            lost[index] = f"`{value}` cannot be written"
        elif taken.setdefault(spelling, value) != value:
            lost[index] = f"`{value}` is written `{spelling}`, like `{taken[spelling]}`"
    if grave and listed:
        mend = f"write it otherwise, or {_without(key, cloud)}"
        for index, what in lost.items():
            yield Loss((*path, index), f"on {cloud.name} {what}; {mend}", grave)
    elif lost:
        more = f" and {len(lost) - SHOWN:,} more" if len(lost) > SHOWN else ""
        yield Loss(path, f"on {cloud.name} {', '.join(list(lost.values())[:SHOWN])}{more}", grave)


def _collisions(keys: Sequence[Key], cloud: Dialect, record: TaxonomyRecord) -> Iterator[Loss]:
    """Find keys that the cloud, or a key without case, cannot tell apart."""
    exact: dict[str, Key] = {}
    folded: dict[str, Key] = {}
    for key in keys:
        spelling = key.spelling(cloud)
        if spelling is None:
            continue
        other = exact.get(spelling)
        bare = folded.get(spelling.casefold())
        if other is None and bare is not None and _is_one(bare, key, spelling, cloud):
            other = bare
        if other is not None and not _may_share(key, other, record):
            yield _collision(key, other, spelling, cloud, record)
        exact.setdefault(spelling, key)
        folded.setdefault(spelling.casefold(), key)


def _is_one(left: Key, right: Key, spelling: str, cloud: Dialect) -> bool:
    """Tell whether two keys that differ in case only are the same to the cloud or the standard."""
    return cloud.folds(spelling) or left.insensitive or right.insensitive


def _collision(key: Key, other: Key, spelling: str, cloud: Dialect, record: TaxonomyRecord) -> Loss:
    chosen = [one for one in (key, other) if _chosen(one, cloud) is not None]
    at = ("project", cloud.name) if key in chosen else ()
    mend = f"set `project: {{{cloud.name}: …}}` on one of them"
    return Loss(
        ("keys", key.name, *at),
        f"on {cloud.name} it is spelt `{spelling}`, and so is `{other.name}`; {mend}",
        bool(chosen) or cloud.name in record.clouds,
    )


def _may_share(left: Key, right: Key, record: TaxonomyRecord) -> bool:
    """Tell whether one spelling does no harm: one stands in for the other, or both are banned."""
    if left.record.forbidden and right.record.forbidden:
        return True
    lines = [{key.name, *successors(key.name, record)} for key in (left, right)]
    return not lines[0].isdisjoint(lines[1])


def successors(name: str, record: TaxonomyRecord) -> list[str]:
    """Follow `deprecated.use` from a key to its end, or once around a circle."""
    found: list[str] = []
    key = record.keys.get(name)
    while key is not None and key.deprecated is not None:
        use = key.deprecated.use
        if not use or use in found:
            break
        found.append(use)
        key = record.keys.get(use)
    return found
