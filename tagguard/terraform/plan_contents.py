"""One plan as its parts are looked up: what is known of each change before its tags are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tagguard.catalog import Catalog, Entry
from tagguard.errors import InputError
from tagguard.terraform.clouds import cloud_of, namespace_path, region_name
from tagguard.terraform.configuration import Configuration
from tagguard.terraform.hidden_defaults import COPIES, SWITCHES
from tagguard.terraform.implied import roots
from tagguard.terraform.plan_attributes import Cell, View
from tagguard.terraform.plan_model import Change, ConfiguredResource, ResourceChange, is_present
from tagguard.terraform.plan_surroundings import PlanSurroundings, Related, Written
from tagguard.terraform.plan_tags import visible_entry
from tagguard.terraform.positions import Place, Positions
from tagguard.terraform.providers import ProviderConfig, Providers, switched


class Planned(Struct):
    """One change together with all that its tags are read from."""

    item: ResourceChange
    provider: str
    """The provider's name: `aws`, `google-beta`."""
    cloud: str
    """The dialect of its tags."""
    module: str
    """Its module's address without instance keys."""
    foreign: str
    """The call of its code where that is fetched from elsewhere; empty where it is local."""
    block: ConfiguredResource
    config: ProviderConfig
    cells: Mapping[str, Cell]
    entry: Entry | None
    around: PlanSurroundings
    place: Place | None
    """Its block in the source, where that is at hand."""


class PlanContents:
    """The changes of one plan, and what many of them share."""

    def __init__(
        self,
        catalog: Catalog,
        configuration: Configuration,
        changes: Sequence[ResourceChange],
        positions: Positions,
        *,
        planned_only: bool,
    ) -> None:
        """Keep the parts.

        `planned_only` says that the changes come from `planned_values`, which leave unknown values
        out without a word.
        """
        self.catalog = catalog
        self.changes = changes
        self.positions = positions
        self.planned_only = planned_only
        self._configuration = configuration
        self._providers = Providers(configuration)
        self._views: dict[tuple[str, str], View] = {}
        self._written: dict[tuple[str, str], Written] = {}

    def planned(self, item: ResourceChange, related: Related, *, excluded: bool) -> Planned:
        """Look up all that a change's tags are read from; nothing of its values when excluded.

        Raises InputError when the part that tags need does not fit.
        """
        provider = provider_of(item)
        module = self._configuration.module(item.module_address or "")
        block = self._configuration.resource(module, item.type, item.name)
        keys = block.provider_config_keys or (block.provider_config_key or provider,)
        config = self._providers.resolve_any(keys, module)
        if block.provider_config_keys:
            config = replace(config, is_sure=False)  # OpenTofu: each instance picks its own
        view = self._view(provider, item.type)
        if not (excluded or self.planned_only or is_present(item.change.after)):
            raise InputError("the plan does not say what the resource will be")
        cells = view.cells(Change() if excluded else item.change)
        entry = view.entry
        if entry and item.type in SWITCHES:
            switch = cells[SWITCHES[item.type]]
            doubt = "is known after apply" if switch.is_hidden else ""
            entry, config = switched(entry, config, is_off=bool(switch.known), doubt=doubt)
        if entry is None and self.catalog.taggable(provider, item.type) == "unknown":
            entry = visible_entry(cells)
        around = PlanSurroundings(
            item,
            self._block(module, block),
            config.default_tags,
            related,
            planned_only=self.planned_only,
        )
        place = self.positions.place(module, item.type, item.name)
        return Planned(
            item=item,
            provider=provider,
            cloud=cloud_of(provider),
            module=module,
            foreign=self._configuration.foreign(module),
            block=block,
            config=config,
            cells=cells,
            entry=entry,
            around=around,
            place=place,
        )

    def before(self, planned: Planned) -> dict[str, Cell] | None:
        """Give what is there before an update; None where it cannot be read."""
        view = self._view(planned.provider, planned.item.type)
        try:
            return view.cells_before(planned.item.change)
        except InputError:
            return None

    def _block(self, module: str, block: ConfiguredResource) -> Written:
        key = (module, block.address)
        if key not in self._written:
            self._written[key] = Written(self._configuration, module, block)
        return self._written[key]

    def _view(self, provider: str, type_: str) -> View:
        view = self._views.get((provider, type_))
        if view is None:
            cloud = cloud_of(provider)
            entry = self.catalog.lookup(provider, type_)
            namespace = (namespace_path(entry),) if cloud == "kubernetes" else ()
            switch = [table[type_] for table in (SWITCHES, COPIES) if type_ in table]
            view = View(entry, region_name(cloud), *namespace, *switch, *roots(type_))
            self._views[provider, type_] = view
        return view


def provider_of(item: ResourceChange) -> str:
    """Name the provider: `registry.terraform.io/hashicorp/aws` is `aws`.

    A plan made by hand may not name it; Terraform then takes the type's first word.
    """
    name = (item.provider_name or "").rpartition("/")[2]
    return name or item.type.partition("_")[0]
