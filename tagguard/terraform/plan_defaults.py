"""Asks a plan's resources what defaults their providers add, where the plan itself hides that."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from tagguard.catalog import Entry
from tagguard.dialects import dialect
from tagguard.errors import InputError
from tagguard.model import TagSet
from tagguard.terraform.hidden_defaults import SWITCHABLE, Witness, tell, witness
from tagguard.terraform.plan_attributes import Cell
from tagguard.terraform.plan_changes import judge
from tagguard.terraform.plan_contents import PlanContents, Planned, provider_of
from tagguard.terraform.plan_surroundings import nothing_related
from tagguard.terraform.plan_tags import effective_tags, own_tags
from tagguard.terraform.providers import ProviderConfig


class ToldDefaults:
    """What the resources of one plan tell; each provider configuration is asked about once."""

    def __init__(self, contents: PlanContents) -> None:
        self._contents = contents
        self._told: dict[str, ProviderConfig] = {}

    def tell(self, config: ProviderConfig) -> ProviderConfig:
        """Put what other resources show in place of defaults that the plan shows as references."""
        told = self._told.get(config.key)
        if told is None:
            found = tell(self._witnesses(config), config.provenance)
            told = config
            if found is not None:
                tags, open_keys = found
                tags = TagSet(tags.tags, complete=False, reason=config.default_tags.reason)
                told = replace(config, default_tags=tags, open_keys=open_keys)
            self._told[config.key] = told
        return told

    def _witnesses(self, config: ProviderConfig) -> Iterator[Witness]:
        for item in self._contents.changes:
            entry = self._contents.catalog.lookup(provider_of(item), item.type)
            if entry is None or not entry.defaults or item.type in SWITCHABLE or judge(item)[1]:
                continue
            try:
                planned = self._contents.planned(item, nothing_related, excluded=False)
            except InputError:
                continue
            if planned.config.key != config.key or not planned.config.is_hidden:
                continue
            if heard := _witness(planned, entry):
                yield heard


def _witness(planned: Planned, entry: Entry) -> Witness | None:
    """Ask a resource what its provider adds.

    Google's provider lets an existing resource keep other effective labels, so there only a new
    one is asked, and only of the labels that Terraform sets.
    """
    name = next((name for name in entry.computed if "effective" not in name), "")
    shown = planned.cells.get(name, Cell())
    if not shown.is_map or (
        planned.cloud == "gcp" and judge(planned.item)[0] not in {"create", "replace"}
    ):
        return None
    hidden = planned.around.hidden(entry.attribute)
    cloud = dialect(planned.cloud)
    tags = effective_tags(
        {**planned.cells}, replace(entry, computed=(name,)), hidden, planned.config, cloud
    )
    return witness(own_tags(planned.cells, entry, hidden), tags)
