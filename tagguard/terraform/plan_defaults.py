"""Asks a plan's resources what defaults their providers add, where the plan itself hides that."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from tagguard.catalog import Entry
from tagguard.dialects import dialect
from tagguard.errors import InputError
from tagguard.model import TagSet
from tagguard.terraform.hidden_defaults import SWITCHES, Witness, tell, witness
from tagguard.terraform.plan_attributes import Cell
from tagguard.terraform.plan_changes import judge
from tagguard.terraform.plan_contents import PlanContents, Planned, provider_of
from tagguard.terraform.plan_surroundings import nothing_related
from tagguard.terraform.plan_tags import effective_tags, own_tags
from tagguard.terraform.providers import ProviderConfig

ENOUGH = 50
"""Most resources that are asked about a provider whose defaults the plan does show."""


class ToldDefaults:
    """What the resources of one plan tell; each provider configuration is asked about once."""

    def __init__(self, contents: PlanContents) -> None:
        self._contents = contents
        self._told: dict[str, ProviderConfig] = {}
        self._heard: dict[str, list[Witness]] = {}
        self._witnesses = self._ask()

    def tell(self, config: ProviderConfig) -> ProviderConfig:
        """Add what other resources show of defaults that the plan itself does not show."""
        if config.key not in self._told:
            self._told[config.key] = self._tell(config)
        return self._told[config.key]

    def _tell(self, config: ProviderConfig) -> ProviderConfig:
        shown = config.default_tags
        heard = self._hear(config.key, ENOUGH if shown.complete else None)
        found = tell(heard, config.provenance)
        if found is None or (shown.complete and found[0].tags.keys() <= shown.tags.keys()):
            return config
        told, open_keys = found
        if config.is_late and not told.tags:
            return config
        named = f"the `{config.attribute}` of provider `{config.key}`"
        reason = shown.reason or f"{named} are not all shown in the plan"
        tags = TagSet({**told.tags, **shown.tags}, complete=False, reason=reason)
        return replace(config, default_tags=tags, open_keys=open_keys - shown.tags.keys())

    def _hear(self, key: str, most: int | None) -> list[Witness]:
        """Give what was heard about one configuration; the changes are gone through only once."""
        heard = self._heard.setdefault(key, [])
        while most is None or len(heard) < most:
            if (found := next(self._witnesses, None)) is None:
                break
            about, one = found
            self._heard.setdefault(about, []).append(one)
        return heard

    def _ask(self) -> Iterator[tuple[str, Witness]]:
        for item in self._contents.changes:
            entry = self._contents.catalog.lookup(provider_of(item), item.type)
            if entry is None or not entry.defaults or item.type in SWITCHES or judge(item)[1]:
                continue
            try:
                planned = self._contents.planned(item, nothing_related, excluded=False)
            except InputError:
                continue
            if planned.config.is_sure and (one := self._witness(planned, entry)):
                yield planned.config.key, one

    def _witness(self, planned: Planned, entry: Entry) -> Witness | None:
        """Ask a resource what its provider adds.

        Google's provider lets an existing resource keep other effective labels, so there only a
        new one is asked, and only of the labels that Terraform sets.
        """
        name = next((name for name in entry.computed if "effective" not in name), "")
        shown = planned.cells.get(name, Cell())
        change = judge(planned.item)[0]
        if not shown.is_map or (planned.cloud == "gcp" and change not in {"create", "replace"}):
            return None
        before = self._contents.before(planned) if change == "update" else None
        is_fresh = change == "create" or bool(before and before[name].known != shown.known)
        hidden = planned.around.hidden(entry.attribute)
        cloud = dialect(planned.cloud)
        config = replace(planned.config, left_open="", is_late=False)  # they doubt what is shown
        tags = effective_tags(
            {**planned.cells}, replace(entry, computed=(name,)), hidden, config, cloud
        )
        own = own_tags(planned.cells, entry, hidden)
        block = f"{planned.module}.{planned.item.type}.{planned.item.name}"
        return witness(own, tags, block, is_fresh=is_fresh)
