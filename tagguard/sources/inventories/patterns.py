"""Makes the patterns of rows: what many resources of one inventory have in common.

Whether a type takes tags is looked up here, once for each type.
"""

from __future__ import annotations

from collections.abc import Mapping

from tagguard.catalog import Catalog
from tagguard.model import Account, Location, Resource, TagSet

DIALECTS = {"aws": "aws", "azure": "azure", "google": "gcp", "kubernetes": "kubernetes"}
"""Provider -> dialect."""
COMPLETE = TagSet()


class Patterns:
    """Patterns of one document; alike ones are the same object."""

    def __init__(
        self,
        *,
        kind: str,
        path: str,
        scope: str,
        catalog: Catalog,
        accounts: Mapping[str, Account] = {},
    ) -> None:
        """Make patterns for the document at `path`; `scope` is that of resources of no account."""
        self._kind = kind
        self._location = Location(path=path)
        self._scope = scope
        self._catalog = catalog
        self._accounts = accounts
        self._made: dict[tuple[object, ...], Resource] = {}

    def pattern(
        self,
        provider: str,
        type_: str,
        account: str | None,
        region: str | None,
        *,
        namespace: str | None = None,
        managed_by: str = "user",
        excluded: str = "",
        tags: TagSet = COMPLETE,
    ) -> Resource:
        """Give the pattern of resources like this.

        `tags` holds no tags: it says whether there may be more than a row shows, and why. It must
        be the same object for alike rows.
        """
        key = (provider, type_, account, region, namespace, managed_by, excluded, id(tags))
        pattern = self._made.get(key)
        if pattern is None:
            pattern = self._made[key] = Resource(
                source=self._kind,
                provider=provider,
                dialect=DIALECTS.get(provider, "generic"),
                type=type_,
                address="",
                scope=account or self._scope,
                account=account,
                holder=None if account is None else self._accounts.get(account),
                region=region,
                namespace=namespace,
                tags=tags,
                taggable=self._catalog.live_taggable(provider, type_),
                managed_by=managed_by,
                excluded=excluded,
                location=self._location,
            )
        return pattern
