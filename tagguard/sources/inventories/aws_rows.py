"""Makes rows of what AWS's own tools export: one spelling of an ARN, one live type, who made it.

A resource that is listed again counts once: global ones come back from every Region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tagguard.aws import arns
from tagguard.aws.managed import NO_FACTS, RESERVED, managed_by
from tagguard.catalog import Catalog
from tagguard.model import Rows, TagSet
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories import CHUNK
from tagguard.sources.inventories.patterns import COMPLETE, Patterns

NO_TAGS: Mapping[str, str] = {}


class AwsRows:
    """Gathers the rows of one document and hands them out in chunks."""

    def __init__(self, kind: str, document: Document, options: ReadOptions) -> None:
        self._patterns = Patterns(
            kind=kind,
            path=document.path,
            scope=document.scope,
            catalog=Catalog(options.catalog),
            accounts=options.accounts,
        )
        self._unknown: dict[str, TagSet] = {}
        self._rows = Rows([], [], [], [])
        self._lines: list[int | None] = []
        self._seen: set[str] = set()

    def add(
        self,
        arn: str,
        tags: Mapping[str, str] | None,
        *,
        native: str = "",
        account: str = "",
        region: str = "",
        unknown: str = "",
        facts: Mapping[str, object] = NO_FACTS,
        excluded: str = "",
        line: int | None = None,
    ) -> Iterator[Rows]:
        """Add a resource; gives a chunk when one is full.

        `arn` may be an id that is none. `native` is the API's own name of the type; `account` and
        `region` are what it says beside the ARN. `unknown` says why there may be more tags than
        `tags` shows; there it must say something if `tags` are None. Raises ValueError without an
        `arn`.
        """
        if not arn.strip():
            raise ValueError("does not tell which resource it is")
        parsed = arns.parse(arn)
        type_ = arns.type_by(parsed, native)
        address = arns.normal(arn)
        whose = address if parsed else f"{account} {region} {address}"
        if whose in self._seen:
            return
        self._seen.add(whose)
        self._rows.patterns.append(
            self._patterns.pattern(
                "aws",
                type_,
                _first(account, parsed.account if parsed else ""),
                _first(parsed.region if parsed else "", region),
                managed_by=managed_by(address, type_, _telling(tags, unknown), facts),
                excluded=excluded,
                tags=self._completeness(unknown),
            )
        )
        self._rows.addresses.append(address)
        self._rows.tags.append(NO_TAGS if tags is None else tags)
        self._lines.append(line)
        if len(self._lines) >= CHUNK:
            yield from self.rest()

    def rest(self) -> Iterator[Rows]:
        """Give what has been gathered since the last chunk."""
        if self._lines:
            full, self._rows = self._rows, Rows([], [], [], [])
            full.lines, self._lines = self._lines, []
            yield full

    def _completeness(self, unknown: str) -> TagSet:
        """Give the tag set that says why there may be more tags; alike ones are one object."""
        if not unknown:
            return COMPLETE
        return self._unknown.setdefault(unknown, TagSet(complete=False, reason=unknown))


def _telling(tags: Mapping[str, str] | None, unknown: str) -> Mapping[str, str] | None:
    """Give the tags where they tell who made it: all of them, or one of a team's among some."""
    whole = tags is not None and not unknown
    return tags if whole or any(not key.startswith(RESERVED) for key in tags or ()) else None


def _first(*texts: str) -> str | None:
    """Give the first text that says something."""
    return next((text for text in texts if text), None)
