"""Settles, before any rule looks, whose a resource is and whether it is judged at all.

Nothing here looks at what its tags should be.
"""

from __future__ import annotations

from collections.abc import Collection

from tagguard.coverage import Tally
from tagguard.model import UNOWNED, Resource
from tagguard.owners import Owners
from tagguard.report import Bucket
from tagguard.taxonomy.standard import Taxonomy


class Standing:
    """Names owners and the buckets of what no rule may judge."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        owners: Owners,
        tally: Tally,
        *,
        teams: Collection[str],
        changed_only: bool,
    ) -> None:
        """Leave out all but `teams` (empty: none), and on request what does not change.

        The `tally` gets to know what is left out as unchanged.
        """
        self._taxonomy = taxonomy
        self._owners = owners
        self._tally = tally
        self._teams = teams
        self._changed_only = changed_only

    def team(self, resource: Resource) -> str:
        """Name the owner: of an implied resource that nobody claims it is its creator's."""
        team = self._owners.team(resource, self._taxonomy.values_of(resource))
        if team == UNOWNED and resource.creator is not None:
            return self.team(resource.creator)
        return team

    def bucket(self, resource: Resource) -> Bucket | None:
        """Settle resources that no rule may judge; an implied one goes with its creator.

        So a choice of teams takes implied resources along with their creators, whatever their own
        tags say. None: it is to be judged.
        """
        lineage = _lineage(resource)
        filtered = self._teams and self.team(lineage[-1]) not in self._teams
        unwanted = resource.creator is not None and not self._taxonomy.record.implied
        if filtered or unwanted or any(one.excluded for one in lineage):
            return "excluded"
        if self._changed_only and not resource.changes_tags:
            self._tally.unchanged += 1
            return "excluded"
        if any(one.managed_by != "user" for one in lineage):
            return "managed"
        if resource.taggable == "no":
            return "untaggable"
        return None if self._taxonomy.covers(resource) else "excluded"


def _lineage(resource: Resource) -> list[Resource]:
    """Give the resource, then what creates it, up to what nothing else implies."""
    lineage = [resource]
    while (creator := lineage[-1].creator) is not None:
        lineage.append(creator)
    return lineage
