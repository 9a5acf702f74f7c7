"""The tag standard, compiled: what it asks of a resource, as fast look-ups.

`Taxonomy` is built once a run from a valid record. It answers where a key is required, how it is
spelt on a cloud, which value is meant, and which severity a fault has on a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from tagguard.dialects import Dialect, dialect
from tagguard.model import Resource, Severity, Tag, TagSet
from tagguard.report import TaxonomyInfo
from tagguard.selectors import UNKNOWN, Matcher, Rebase, ValueOf, as_is
from tagguard.taxonomy.document import KeyRecord, RequiredWhen, TaxonomyRecord
from tagguard.taxonomy.values import FORMATS, Constraint


class Key:
    """One key of the standard, ready to judge."""

    def __init__(
        self,
        name: str,
        record: KeyRecord,
        values: Sequence[str] | None,
        *,
        insensitive: bool,
        rebase: Rebase,
    ) -> None:
        self.name = name
        self.record = record
        self.values = values
        self.insensitive = insensitive if record.match is None else record.match == "insensitive"
        self.required_from = _day(record.required_from)
        required = record.required
        self.condition = (
            Matcher(required.when, rebase=rebase) if isinstance(required, RequiredWhen) else None
        )
        self.always_required = required is True
        self._spellings: dict[str, str | None] = {}
        self._constraints: dict[str, Constraint] = {}

    @property
    def ever_required(self) -> bool:
        """Required of some resource."""
        return self.always_required or self.condition is not None

    def spelling(self, cloud: Dialect) -> str | None:
        """Spell the key as that cloud does; None where it cannot exist there."""
        if cloud.name not in self._spellings:
            chosen = self.record.project.on(cloud.name)
            self._spellings[cloud.name] = chosen or self._own_spelling(cloud)
        return self._spellings[cloud.name]

    def _own_spelling(self, cloud: Dialect) -> str | None:
        return cloud.project_key(self.name) if self.has_legal_values(cloud) else None

    def has_legal_values(self, cloud: Dialect) -> bool:
        """Tell whether the cloud can hold values of the key's format (Google Cloud: no e-mail)."""
        if self.record.format is None:
            return True
        sample = FORMATS[self.record.format][2]
        return cloud.project_value(sample) in {sample, sample.lower()}

    def constraint(self, cloud: Dialect) -> Constraint:
        """Give the rules on the key's values, as that cloud can spell them."""
        found = self._constraints.get(cloud.name)
        if found is None:
            found = self._constraints[cloud.name] = Constraint(
                values=self.values,
                aliases=self.record.value_aliases,
                pattern=self.record.pattern,
                format_=self.record.format if self.has_legal_values(cloud) else None,
                dialect=cloud,
            )
        return found


class Taxonomy:
    """A tag standard on one day."""

    def __init__(
        self,
        record: TaxonomyRecord,
        *,
        digest: str,
        value_lists: Mapping[str, Sequence[str]],
        today: date,
        rebase: Rebase = as_is,
    ) -> None:
        self.record = record
        self.info = TaxonomyInfo(name=record.name, version=record.version, digest=digest)
        self.today = today
        self.in_force = (start := _day(record.effective)) is None or today >= start
        insensitive = record.match == "insensitive"
        self.keys = {
            name: Key(
                name,
                key or KeyRecord(),
                value_lists.get(name),
                insensitive=insensitive,
                rebase=rebase,
            )
            for name, key in record.keys.items()
        }
        self.stand_ins = {name: tuple(self._standing_in_for(name)) for name in self.keys}
        """Key -> the deprecated keys that still count for it, nearest first."""
        scope = record.scope
        self._include = Matcher(scope.include, rebase=rebase) if scope.include else None
        self._exclude = Matcher(scope.exclude, rebase=rebase) if scope.exclude else None
        self.asked: set[str] = set()
        """Keys whose values selectors have asked for since somebody cleared it."""

    def covers(self, resource: Resource) -> bool:
        """Tell whether the standard's scope holds the resource (in doubt: yes).

        What is excluded takes along whatever it implies.
        """
        include = self._include
        if include is not None and include(resource, self.values_of(resource)) is False:
            return False
        return self._exclude is None or not self._excludes(self._exclude, resource)

    def _excludes(self, exclude: Matcher, resource: Resource) -> bool:
        if exclude(resource, self.values_of(resource)):
            return True
        return resource.creator is not None and self._excludes(exclude, resource.creator)

    def values_of(self, resource: Resource) -> ValueOf:
        """Give the function that selectors ask for the resource's tags."""
        cloud = dialect(resource.dialect)
        return lambda key: self.value_of(key, resource.tags, cloud)

    def value_of(self, key: str, tags: TagSet, cloud: Dialect) -> object:
        """Give what a selector sees of a tag (`ValueOf`); values are normalised."""
        self.asked.add(key)
        known = self.keys.get(key)
        tag = self._find(key, known, tags, cloud)
        for stand_in in self.stand_ins.get(key, ()) if tag is None else ():
            tag = tag or self._find(stand_in.name, stand_in, tags, cloud)
        if tag is None:
            return UNKNOWN if self.may_gain(key, tags, cloud) else None
        if tag.value is None and not tag.choices:
            return UNKNOWN
        values = tag.possible
        if known is not None:
            values = tuple(map(known.constraint(cloud).standard, values))
        return values if tag.value is None else values[0]

    def spellings(self, key: str, cloud: Dialect) -> Iterator[str]:
        """Give the names of all tags that a selector may take for this key, whatever their case."""
        known = self.keys.get(key)
        named = [key if known is None else known.spelling(cloud)]
        named += [one.spelling(cloud) for one in self.stand_ins.get(key, ())]
        return (one for one in named if one is not None)

    def may_gain(self, key: str, tags: TagSet, cloud: Dialect) -> bool:
        """Tell whether a tag that counts as this key's own may come to a set that lacks it."""
        if tags.complete:
            return False
        return any(map(tags.may_gain, self.spellings(key, cloud)))

    def _find(self, key: str, known: Key | None, tags: TagSet, cloud: Dialect) -> Tag | None:
        spelling = key if known is None else known.spelling(cloud)
        if spelling is None:
            return None
        tag = tags.get(spelling)
        if tag is None and (cloud.folds(spelling) or (known is not None and known.insensitive)):
            folded = spelling.casefold()
            tag = next((one for one in tags if one.key.casefold() == folded), None)
        return None if tag is None or (tag.platform and known is not None) else tag

    def severity(self, rule: str, own: Severity, *, grace_until: date | None = None) -> Severity:
        """Settle a failure's severity: overrides first, then grace, which only softens."""
        severity = self.record.severities.get(rule, own)
        graced = not self.in_force or (grace_until is not None and self.today < grace_until)
        return "warning" if graced and severity == "error" else severity

    def _standing_in_for(self, name: str) -> Iterator[Key]:
        """Follow deprecations backwards: what is replaced by `name`, then what that replaced."""
        before = [key for key in self.keys.values() if self._replacement(key) == name]
        yield from before
        for key in before:
            yield from self._standing_in_for(key.name)

    def _replacement(self, key: Key) -> str | None:
        """Name the key that a deprecated one still counts for."""
        deprecated = key.record.deprecated
        if deprecated is None or not deprecated.use:
            return None
        standing = deprecated.remove_in is None or _precedes(
            self.record.version, deprecated.remove_in
        )
        return deprecated.use if standing else None


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _precedes(version: str, other: str) -> bool:
    """Compare semantic versions by their numbers (a pre-release counts as its release)."""
    return _numbers(version) < _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.split("[-+]", version, maxsplit=1)[0].split("."))
