"""Asks the Resource Groups Tagging API, which shows what has a tag or once had one.

It does not know of what never had a tag, so alone it must never be taken for an inventory. What
was deleted lately may still be shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tagguard.aws.arns import GLOBAL
from tagguard.aws.collectors import Api, Call, Collector, CollectorOptions
from tagguard.aws.collectors.answers import homes, sighting, tags_of
from tagguard.aws.sightings import Sighting

GET_RESOURCES = Call("resourcegroupstaggingapi", "GetResources", "tag:GetResources")

PAGE = 100
"""Most resources a page. `TagsPerPage` would cut pages at so many tags: it is not given."""


class Tagging:
    """What has or had tags in one Region; what belongs to none is shown in the home Region."""

    name = "tagging"
    sees_untagged = False
    covers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = (GET_RESOURCES,)

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:  # noqa: ARG002 - the protocol's
        """Every Region of the scan."""
        return regions

    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        """Yield pages; `{}` for a resource that has lost all its tags, deleted or not."""
        for page in api.pages(GET_RESOURCES, token="PaginationToken", ResourcesPerPage=PAGE):  # noqa: S106 - a field's name
            yield [
                sighting(api.target, one["ResourceARN"], tags_of(one.get("Tags") or []))
                for one in page.get("ResourceTagMappingList", ())
                if one.get("ResourceARN")
            ]


class GlobalTagging(Tagging):
    """What belongs to no Region, for a scan that leaves out the Region where this is shown."""

    name = "tagging/global"

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:
        """Give the home Regions that the scan itself does not ask."""
        return [home for home in homes(partition) if home not in regions]

    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        """Yield pages without what belongs to the home Region itself."""
        for page in super().collect(api):
            yield [one for one in page if one.region == GLOBAL]


def collectors(options: CollectorOptions) -> Sequence[Collector]:  # noqa: ARG001 - as all of them
    """Make the collectors of this API."""
    return (Tagging(), GlobalTagging())
