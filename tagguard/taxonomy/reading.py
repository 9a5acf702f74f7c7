"""Reads a resource's tags with the eyes of the standard: which tag is which key.

Every rule judges a `Reading`, so that all agree on what counts as a key's own tag, as a misspelt
one, and as a stranger. Which names match which keys depends on the names alone, so equal sets of
names are matched once.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tagguard.dialects import Dialect, dialect
from tagguard.model import Resource, Tag, TagSet
from tagguard.taxonomy.nearness import folded, is_typo
from tagguard.taxonomy.standard import Key, Taxonomy

Slip = Literal["case", "alias", "typo"]
SLIPS: tuple[Slip, ...] = ("alias", "case", "typo")
"""Surest first."""
SURELY_A_TYPO = 8
"""Letters from which on a key near an optional one is no key of its own (`State` is no `Stage`)."""


class KeyReading(Struct, frozen=True):
    """One key of the standard, on one resource."""

    key: Key
    spelling: str
    """How the key is spelt on this cloud."""
    required: bool | None
    """None: a condition that cannot be decided."""
    tag: Tag | None
    """The tag that counts as the key's own; the deprecated one where that stands in."""
    misnamed: Tag | None
    """A tag that means this key under a wrong name."""
    slip: Slip | None
    """What is wrong with that name."""


class Reading(Struct, frozen=True):
    """All keys of the standard on one resource, and the tags it does not name."""

    resource: Resource
    tags: TagSet
    cloud: Dialect
    taxonomy: Taxonomy
    keys: tuple[KeyReading, ...]
    strangers: tuple[str, ...]
    """Tag keys that belong to no key of the standard, the platform's own left out.

    What the platform sets is nobody's: neither a stranger nor a key of the standard. A name that
    platforms use (`app.kubernetes.io/part-of`) counts where the standard itself asks for it.
    """

    def may_gain(self, one: KeyReading) -> bool:
        """Tell whether a tag that the input does not show may turn out to be the key's own."""
        return self.taxonomy.may_gain(one.key.name, self.tags, self.cloud)


class _KeyNames(Struct, frozen=True):
    """Which names on a resource belong to one key."""

    key: Key
    spelling: str
    own: str | None
    misnamed: str | None
    slip: Slip | None


class Reader:
    """Reads resources against one taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._matched: dict[
            tuple[str, tuple[str, ...]], tuple[tuple[_KeyNames, ...], tuple[str, ...]]
        ] = {}

    def read(self, resource: Resource, tags: TagSet, *, seen: Resource | None = None) -> Reading:
        """Match the tags (the resource's own, or a variant's) to the keys of the standard.

        `seen` is what conditions get to see in place of the resource itself.
        """
        cloud = dialect(resource.dialect)
        by_name = tags.tags
        names = tuple([name for name, tag in by_name.items() if not tag.platform])
        own, strangers = self._matches(cloud, names)
        keys = tuple(
            KeyReading(
                key=match.key,
                spelling=match.spelling,
                required=match.key.always_required
                if match.key.condition is None
                else self._required(match.key, seen or resource, tags, cloud),
                tag=None if match.own is None else by_name[match.own],
                misnamed=None if match.misnamed is None else by_name[match.misnamed],
                slip=match.slip,
            )
            for match in own
        )
        return Reading(resource, tags, cloud, self.taxonomy, keys, strangers)

    def concerned(self, name: str, cloud: Dialect) -> tuple[Key, ...]:
        """Give the keys for which a tag of this name may count, whatever tags stand beside it.

        Where there are none, the tag is a stranger on any resource, and does not change what the
        other tags are taken for.
        """
        spelt = self._spelt(cloud).items()
        meant = {key for key, spelling in spelt if self._may_mean(name, key, spelling, cloud)}
        return tuple(
            key
            for key_name, key in self.taxonomy.keys.items()
            if key_name in meant or meant & {one.name for one in self.taxonomy.stand_ins[key_name]}
        )

    def _may_mean(self, name: str, key: str, spelling: str, cloud: Dialect) -> bool:
        return name.casefold() == spelling.casefold() or any(
            self._is_slip(kind, name, key, spelling, cloud) for kind in SLIPS
        )

    def named(self, keys: frozenset[str], cloud: Dialect, tags: TagSet) -> set[str]:
        """Name the tags that are, or mean, one of these keys, however they are written."""
        own, _ = self._matches(cloud, tuple(tags.tags))
        wanted = {key.casefold() for key in keys}
        found = {name for name in tags.tags if name.casefold() in wanted}
        for match in own:
            if match.key.name in keys:
                found |= {name for name in (match.own, match.misnamed) if name is not None}
        return found

    def _required(self, key: Key, resource: Resource, tags: TagSet, cloud: Dialect) -> bool | None:
        assert key.condition is not None
        return key.condition(resource, lambda name: self.taxonomy.value_of(name, tags, cloud))

    def _matches(
        self, cloud: Dialect, names: tuple[str, ...]
    ) -> tuple[tuple[_KeyNames, ...], tuple[str, ...]]:
        """Match names to keys, or remember having done so."""
        matched = self._matched.get((cloud.name, names))
        if matched is None:
            matched = self._match(cloud, names)
            if len(self._matched) < 10_000:  # noqa: PLR2004 - bounds memory on hostile inputs
                self._matched[cloud.name, names] = matched
        return matched

    def _match(
        self, cloud: Dialect, names: tuple[str, ...]
    ) -> tuple[tuple[_KeyNames, ...], tuple[str, ...]]:
        spelt = self._spelt(cloud)
        asked = {spelling.casefold() for spelling in spelt.values()}
        free = {
            name: None for name in names if not cloud.is_platform(name) or name.casefold() in asked
        }
        own = self._own_names(spelt, cloud, free)
        carried = dict(own)
        self._let_deprecated_stand_in(own, spelt)
        slips = self._slips(spelt, carried, own, cloud, free)
        matches = tuple(
            _KeyNames(
                self.taxonomy.keys[name],
                spelling,
                own.get(name),
                *slips.get(name, (None, None)),
            )
            for name, spelling in spelt.items()
        )
        return matches, tuple(free)

    def _spelt(self, cloud: Dialect) -> dict[str, str]:
        """Spell each key that can exist on this cloud."""
        return {
            key.name: spelling
            for key in self.taxonomy.keys.values()
            if (spelling := key.spelling(cloud)) is not None
        }

    def _own_names(
        self, spelt: dict[str, str], cloud: Dialect, free: dict[str, None]
    ) -> dict[str, str]:
        """Give each key its name, and take it from `free`: what is spelt exactly goes first.

        Of keys that a cloud spells alike, the one in force gets it, then one on its way out.
        """
        own: dict[str, str] = {}
        in_force_first = sorted(spelt, key=self._is_bygone)
        for name in in_force_first:
            if spelt[name] in free:
                own[name] = spelt[name]
                del free[spelt[name]]
        for name in in_force_first:
            folds = cloud.folds(spelt[name]) or self.taxonomy.keys[name].insensitive
            if folds and name not in own:
                wanted = spelt[name].casefold()
                found = next((one for one in free if one.casefold() == wanted), None)
                if found is not None:
                    own[name] = found
                    del free[found]
        return own

    def _is_bygone(self, name: str) -> tuple[bool, bool]:
        record = self.taxonomy.keys[name].record
        return record.forbidden, record.deprecated is not None

    def _let_deprecated_stand_in(self, own: dict[str, str], spelt: dict[str, str]) -> None:
        for name in spelt:
            if self.taxonomy.keys[name].record.deprecated is not None:
                continue
            for key in self.taxonomy.stand_ins[name]:
                if key.name in own:
                    own.setdefault(name, own[key.name])

    def _slips(
        self,
        spelt: dict[str, str],
        carried: dict[str, str],
        own: dict[str, str],
        cloud: Dialect,
        free: dict[str, None],
    ) -> dict[str, tuple[str, Slip]]:
        """Pair the names left over with the keys they mean; surer kinds of slip go first."""
        found: dict[str, tuple[str, Slip]] = {}
        for kind in SLIPS:
            for name, spelling in spelt.items():
                if name in found or (kind == "typo" and (name in carried or name in own)):
                    continue
                for candidate in free:
                    if self._is_slip(kind, candidate, name, spelling, cloud):
                        found[name] = (candidate, kind)
                        del free[candidate]
                        break
        return found

    def _is_slip(self, kind: Slip, written: str, name: str, spelling: str, cloud: Dialect) -> bool:
        key = self.taxonomy.keys[name]
        if key.record.forbidden:
            return False
        if kind == "alias":
            if key.insensitive or cloud.folds(written):
                return written.casefold() in map(str.casefold, key.record.aliases)
            return written in key.record.aliases
        if kind == "case":
            bare = folded(written)
            return bool(bare) and bare in {folded(spelling), *map(folded, key.record.aliases)}
        shortest = 0 if key.ever_required else SURELY_A_TYPO
        return is_typo(written.casefold(), spelling.casefold(), shortest=shortest)
