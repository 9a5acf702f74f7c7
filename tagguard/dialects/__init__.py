"""What a legal tag is on each cloud: characters, lengths, counts, reserved prefixes, key case.

A dialect knows nothing of taxonomies, and of resource types only the numbers that it is handed.
Facts come from the vendors' pages named beside each.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from tagguard.model import Limits


class Dialect(Struct, frozen=True, kw_only=True):
    """One cloud's tag syntax."""

    name: str
    noun: str = "tag"
    """What the cloud calls it: tag or label."""
    key_max: int = 0
    """Longest key in characters; 0: no limit known."""
    value_max: int = 0
    count_max: int = 0
    """Most tags that one resource may carry, the platform's own left out."""
    defined_max: int = 0
    """Most *defined* tags, with keys such as `Operations.CostCenter`, which are counted apart and
    compared without case; 0: the cloud has none."""
    key_pattern: str = r"[\s\S]*"
    """Python pattern that the whole key must match (character classes only, so linear)."""
    value_pattern: str = r"[\s\S]*"
    key_words: str = "any characters"
    """The key pattern in words."""
    value_words: str = "any characters"
    reserved: tuple[str, ...] = ()
    """Prefixes that a user may not set; compared without case."""
    platform: tuple[str, ...] = ()
    """Prefixes of tags that the platform itself sets; compared without case."""
    platform_domains: tuple[str, ...] = ()
    """Domains that the platform keeps for its own keys: `app.kubernetes.io/name`."""
    folds_keys: bool = False
    """Keys that differ only in case are one key."""
    lower_only: bool = False
    """Only lower-case letters are legal, so names and values are projected to them."""

    def faults(self, key: str, value: str | None) -> Iterator[str]:
        """Say, in words, each rule of this cloud that the tag breaks; `value` None: unknown."""
        if key.casefold().startswith(self.reserved):
            prefixes = " or ".join(f"`{prefix}`" for prefix in self.reserved)
            yield f"keys that begin with {prefixes} are reserved"
        yield from self._text_faults("key", key, self.key_max, self.key_pattern, self.key_words)
        if not key:
            yield "the key is empty"
        if value is not None:
            yield from self._value_faults(value)

    def _value_faults(self, value: str) -> Iterator[str]:
        return self._text_faults(
            "value", value, self.value_max, self.value_pattern, self.value_words
        )

    def _text_faults(
        self, part: str, text: str, most: int, pattern: str, words: str
    ) -> Iterator[str]:
        if most and len(text) > most:
            yield f"the {part} has {len(text):,} characters, {most} are allowed"
        elif text and not self._is_spelt(text, pattern):
            yield f"the {part} may hold only {words}"

    def _is_spelt(self, text: str, pattern: str) -> bool:
        return bool(_compiled(pattern).fullmatch(text)) and not (
            self.lower_only and text != text.lower()
        )

    def crowds(self, keys: Collection[str]) -> Iterator[tuple[str, int, int]]:
        """Name each kind of tag of which there are too many, with their number and the most."""
        own = [key for key in keys if not self.is_platform(key)]
        defined = sum(map(self._is_defined, own))
        if self.count_max and len(own) - defined > self.count_max:
            kind = f"free-form {self.noun}s" if self.defined_max else f"{self.noun}s"
            yield kind, len(own) - defined, self.count_max
        if defined > self.defined_max:
            yield f"defined {self.noun}s", defined, self.defined_max

    def _is_defined(self, key: str) -> bool:
        return self.defined_max > 0 and "." in key

    def folds(self, key: str) -> bool:
        """Tell whether keys that differ from this one only in case are the same key."""
        return self.folds_keys or self._is_defined(key)

    def is_platform(self, key: str) -> bool:
        """Tell whether the platform itself sets tags of this name."""
        if self.platform_domains and "/" in key:
            domain = key.partition("/")[0].casefold()
            return any(f".{domain}".endswith(f".{own}") for own in self.platform_domains)
        return bool(self.platform) and key.casefold().startswith(self.platform)

    def within(self, limits: Limits) -> Dialect:
        """Give this dialect for a resource type whose limits are stricter."""
        return _within(self, limits)

    def with_any_characters(self) -> Dialect:
        """Give this dialect for a service that limits lengths and prefixes only."""
        return replace(self, key_pattern=GENERIC.key_pattern, value_pattern=GENERIC.value_pattern)

    def project_key(self, name: str) -> str | None:
        """Spell a taxonomy key as this cloud allows it; None where there is no legal spelling."""
        spelling = _snake_case(name) if self.lower_only else name
        return None if any(self.faults(spelling, None)) else spelling

    def project_value(self, value: str) -> str | None:
        """Spell a value as this cloud allows it; None where there is no legal spelling."""
        spelling = re.sub(r"[^\w-]", "_", value.lower()) if self.lower_only else value
        return None if any(self._value_faults(spelling)) else spelling


@cache
def _within(cloud: Dialect, limits: Limits) -> Dialect:
    def stricter(general: int, own: int) -> int:
        return min(general or own, own or general)

    return replace(
        cloud,
        count_max=stricter(cloud.count_max, limits.tags),
        key_max=stricter(cloud.key_max, limits.key),
        value_max=stricter(cloud.value_max, limits.value),
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _snake_case(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"[^\w-]+", "_", words).strip("_").lower()


GENERIC = Dialect(name="generic")

DIALECTS: dict[str, Dialect] = {
    dialect.name: dialect
    for dialect in (
        # https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
        Dialect(
            name="aws",
            key_max=128,
            value_max=256,
            count_max=50,
            key_pattern=r"[\w\s.:/=+\-@]*",
            value_pattern=r"[\w\s.:/=+\-@]*",
            key_words="letters, digits, spaces and _ . : / = + - @",
            value_words="letters, digits, spaces and _ . : / = + - @",
            reserved=("aws:",),
            platform=("aws:",),
        ),
        # https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources
        Dialect(
            name="azure",
            key_max=512,
            value_max=256,
            count_max=50,
            key_pattern=r"[^<>%&\\?/\x00-\x1f]*",
            value_pattern=r"[^\x00-\x08\x0b-\x1f]*",
            key_words=r"characters other than < > % & \ ? /",
            value_words="characters other than control characters",
            reserved=("microsoft", "azure", "windows"),
            platform=("hidden-", "aks-managed-", "ms-resource-usage"),
            folds_keys=True,
        ),
        # https://cloud.google.com/resource-manager/docs/labels-overview
        Dialect(
            name="gcp",
            noun="label",
            key_max=63,
            value_max=63,
            count_max=64,
            key_pattern=r"[^\W\d_](?:\w|-)*",
            value_pattern=r"(?:\w|-)*",
            key_words="lower-case letters, digits, _ and -, beginning with a letter",
            value_words="lower-case letters, digits, _ and -",
            reserved=("goog-",),
            platform=("goog-",),
            lower_only=True,
        ),
        # https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
        Dialect(
            name="kubernetes",
            noun="label",
            key_max=317,
            value_max=63,
            key_pattern=(
                r"(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?"
                r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
            ),
            value_pattern=r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?",
            key_words="an optional DNS prefix with `/`, then letters, digits and - _ .",
            value_words="letters, digits and - _ . between two letters or digits",
            platform_domains=("kubernetes.io", "k8s.io"),
        ),
        # https://docs.oracle.com/iaas/Content/Tagging/Concepts/taggingoverview.htm (limits,
        # characters) and .../understandingfreeformtags.htm (their keys are case-sensitive)
        Dialect(
            name="oci",
            key_max=201,
            value_max=256,
            count_max=10,
            defined_max=64,
            key_pattern=r"[!-\-/-~]{1,100}(?:\.[!-\-/-~]{1,100})?",
            key_words="printable ASCII without spaces, 100 characters or twice that around a `.`",
            reserved=("orcl-cloud.",),
            platform=("orcl-cloud.", "oracle-tags."),
        ),
        GENERIC,
    )
}


def dialect(name: str) -> Dialect:
    """Give the dialect of that name; the permissive `generic` one where it is not known."""
    return DIALECTS.get(name, GENERIC)
