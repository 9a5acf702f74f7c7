"""Tells which of a row's tags can matter to its verdict, and from what else they cannot be told.

Rows whose tags differ only in what cannot matter are judged once. Nothing here guesses: what is not
proven to be of no account is taken to be of account, so that an error costs time and no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from operator import getitem, itemgetter

from msgspec import Struct

from tagguard.dialects import GENERIC, Dialect, dialect
from tagguard.model import Resource
from tagguard.taxonomy.reading import Reader
from tagguard.taxonomy.standard import Key
from tagguard.taxonomy.values import Constraint

MOST_TOKENS = 50_000
"""Values of one tag key that are remembered."""
MOST_KNOWN = 5_000
"""Values that are known to break no limit; what each resource has its own of would fill memory."""
Sound = Callable[[str], bool]
"""Tells whether a value surely breaks no limit of its cloud."""


class Tokens(dict[str, str | None]):
    """Of one tag key, value -> what tells rows apart by it; None: it is as good as many others."""

    def __init__(self, is_sound: Sound, judges: Sequence[Constraint] | None) -> None:
        """Take for alike what is sound and each of these accepts; None: no values are alike."""
        super().__init__()
        self._is_sound = is_sound
        self._judges = judges

    def __missing__(self, value: str) -> str | None:
        if len(self) >= MOST_TOKENS:
            self.clear()
        token = self[value] = None if self._is_alike(value) else value
        return token

    def _is_alike(self, value: str) -> bool:
        if self._judges is None or not value.strip() or not self._is_sound(value):
            return False
        return all(judge.judge(value).valid for judge in self._judges)


class Shape(Struct, frozen=True, eq=False):
    """Which tags can matter of rows that are of one kin and have the same tag keys."""

    names: tuple[tuple[str, bool], ...]
    """Keys that matter by being there, in order, and whether it is by their values."""
    values: Callable[[Mapping[str, str]], Iterable[str]]
    """Picks the values that matter from a row's tags."""
    tokens: tuple[Tokens, ...]
    """What tells rows apart, for each value that is picked."""
    judged_by: tuple[Tokens, ...]
    """What tells their verdicts apart, whosoever they are."""
    passed_over: tuple[str, ...]
    """Keys whose values matter only if they break a limit of the cloud."""
    sound: AbstractSet[str]
    """Some values that break none."""
    is_sound: Sound
    """Tells of any other whether it surely breaks none."""
    whole: bool
    """Every tag was asked to matter."""

    def tokens_of(self, tags: Mapping[str, str]) -> tuple[tuple[object, ...], tuple[object, ...]]:
        """Give what tells a row from others, and its verdict from theirs."""
        values = tuple(self.values(tags))
        return tuple(map(getitem, self.tokens, values)), tuple(map(getitem, self.judged_by, values))


class Asked(Struct, frozen=True, kw_only=True):
    """The tag keys whose values somebody asks for, beside the rules."""

    owners: AbstractSet[str]
    """To say whose a resource is."""
    judges: AbstractSet[str]
    """To judge it."""
    whole: bool
    """All of them."""


class Relevance:
    """Finds shapes, for the standard of one run."""

    def __init__(self, reader: Reader, *, minds_strangers: bool) -> None:
        """Take what a `reader` makes of tags; some rule may mind tags that are no key's."""
        self._reader = reader
        self._minds_strangers = minds_strangers
        self._made: dict[tuple[Dialect, tuple[str, ...] | None], Tokens] = {}

    def shape(self, pattern: Resource, tags: Mapping[str, str], asked: Asked) -> Shape:
        """Give the shape of rows with this pattern and the same tag keys.

        It holds as long as no more is asked for.
        """
        cloud = dialect(pattern.dialect)
        limited = cloud.within(pattern.limits)
        own = {name for name in tags if not cloud.is_platform(name)}
        crowded = 0 < limited.count_max < len(own)
        # Whether a resource shows any tag may matter where nobody knows if its type takes tags.
        every = asked.whole or crowded or pattern.taggable == "unknown"
        by_owners, by_judges = self._spelt(asked.owners, cloud), self._spelt(asked.judges, cloud)
        names: list[tuple[str, bool]] = []
        tokens: list[tuple[Tokens, Tokens]] = []
        passed_over: list[str] = []
        for name in tags:
            keys = self._reader.concerned(name, cloud)
            faulty = name in own and any(limited.faults(name, None))
            exactly = every or faulty or name.casefold() in by_judges
            if exactly or keys or name.casefold() in by_owners:
                judged_by = self._tokens(limited, None if exactly else keys)
                told_by = self._tokens(limited, None) if name.casefold() in by_owners else judged_by
                tokens.append((told_by, judged_by))
                names.append((name, True))
            elif name in own:
                passed_over.append(name)
                if self._minds_strangers:
                    names.append((name, False))
        return Shape(
            names=tuple(names),
            values=_picking([name for name, has_value in names if has_value]),
            tokens=tuple(one for one, _ in tokens),
            judged_by=tuple(one for _, one in tokens),
            passed_over=() if limited == GENERIC else tuple(passed_over),
            sound=_soundness(limited).known,
            is_sound=_soundness(limited).test,
            whole=asked.whole,
        )

    def _tokens(self, cloud: Dialect, keys: Sequence[Key] | None) -> Tokens:
        """Give the tokens of a tag that counts for these keys; None: each value for itself."""
        names = None if keys is None else tuple(key.name for key in keys)
        found = self._made.get((cloud, names))
        if found is None:
            own = dialect(cloud.name)
            judges = None if keys is None else [key.constraint(own) for key in keys]
            found = self._made[cloud, names] = Tokens(_soundness(cloud).test, judges)
        return found

    @property
    def asked(self) -> set[str]:
        """The keys that selectors have asked for since somebody cleared it."""
        return self._reader.taxonomy.asked

    def _spelt(self, keys: AbstractSet[str], cloud: Dialect) -> set[str]:
        """Name, without case, all tags that a selector may take for one of these."""
        spellings = self._reader.taxonomy.spellings
        return {spelling.casefold() for key in keys for spelling in spellings(key, cloud)}


def _picking(names: Sequence[str]) -> Callable[[Mapping[str, str]], Iterable[str]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda tags: [tags[name] for name in names]


class Soundness:
    """Tells which values surely break no limit of a cloud."""

    def __init__(self, cloud: Dialect) -> None:
        """Take the limits of a cloud."""
        most = f"(?=.{{0,{cloud.value_max}}}\\Z)" if cloud.value_max else ""
        self._matches = re.compile(f"(?:(?s:{most}){cloud.value_pattern})?").fullmatch
        self._lower_only = cloud.lower_only
        self.known: set[str] = set()
        """Some that are sound, for a quick look before the test."""

    def test(self, value: str) -> bool:
        """Tell whether a value is sound, and remember the first that are."""
        if self._matches(value) is None or (self._lower_only and value != value.lower()):
            return False
        if len(self.known) < MOST_KNOWN:
            self.known.add(value)
        return True


_soundness = cache(Soundness)
