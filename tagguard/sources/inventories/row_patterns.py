"""Gives the rows of a table their patterns, quickly: most rows are like one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tagguard.aws.managed import RESERVED, SPARE, SPELT, USER, managed_by
from tagguard.catalog import Catalog
from tagguard.model import Resource, TagSet
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.identities import identify
from tagguard.sources.inventories.patterns import COMPLETE, Patterns

BEGINNING = 15
"""Characters of an address that tell whose id it is: `/subscriptions/`."""
Said = tuple[str | None, str | None, str | None, str | None]
"""Type, account, Region and namespace as a row says them."""
Known = dict[tuple[str, Said], Resource]


class RowPatterns:
    """The patterns of one document's rows."""

    def __init__(
        self, kind: str, document: Document, options: ReadOptions, provider: str | None
    ) -> None:
        """Give `provider` where it is the same for all rows."""
        self._provider = provider
        self._patterns = Patterns(
            kind=kind,
            path=document.path,
            scope=document.scope,
            catalog=Catalog(options.catalog),
            accounts=options.accounts,
        )
        self._known: dict[str, tuple[TagSet, Known]] = {"": (COMPLETE, {})}
        """Why tags are not known -> a tag set that says so, and patterns by rows' own words."""

    def repeated(self, addresses: Sequence[str], said: Sequence[Said]) -> list[Resource | None]:
        """Give the patterns of rows with known tags, none of which AWS has set; None: a new one."""
        _, known = self._known[""]
        beginnings = [address[:BEGINNING] for address in addresses]
        return list(map(known.get, zip(beginnings, said, strict=True)))

    def pattern(
        self, address: str, said: Said, tags: Mapping[str, str], unknown: str = ""
    ) -> Resource:
        """Give a row's pattern; `unknown` says why its tags are not known.

        Raises ValueError for a row that does not say enough.
        """
        if unknown not in self._known:
            self._known[unknown] = TagSet(complete=False, reason=unknown), {}
        tag_set, known = self._known[unknown]
        key = (address[:BEGINNING], said)
        if key in known and not has_reserved(tags):
            return known[key]
        type_, account, region, namespace = said
        one = identify(address, self._provider, type_, account, region)
        on_aws = one.provider == "aws"
        maker = managed_by(address, one.type, None if unknown else tags) if on_aws else USER
        pattern = self._patterns.pattern(
            *one, namespace=namespace or None, managed_by=maker, tags=tag_set
        )
        told = type_ and account and region and (":" in type_ or not on_aws)
        singly = on_aws and (maker != USER or one.type in SPELT or one.type in SPARE)
        if told and not singly:
            known[key] = pattern
        return pattern


def has_reserved(tags: Mapping[str, str]) -> bool:
    """Tell whether all tags may be such that only AWS can set; false where they surely are not."""
    return bool(tags) and next(iter(tags)).startswith(RESERVED)
