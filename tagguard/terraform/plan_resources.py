"""Turns one change of a plan into a `Resource`."""

from __future__ import annotations

from functools import partial

from tagguard.catalog import Catalog, Entry
from tagguard.dialects import dialect
from tagguard.errors import InputError
from tagguard.model import Change as ChangeKind
from tagguard.model import Location, Resource, TagSet
from tagguard.terraform.configuration import Configuration, expression, name_references
from tagguard.terraform.plan_attributes import Cell, View, masked_attributes
from tagguard.terraform.plan_model import Change, ConfiguredResource, ResourceChange, is_present
from tagguard.terraform.plan_tags import Hidden, effective_tags, visible_entry
from tagguard.terraform.providers import ProviderConfig, Providers

_CHANGES: dict[frozenset[str], ChangeKind] = {
    frozenset({"create"}): "create",
    frozenset({"update"}): "update",
    frozenset({"delete", "create"}): "replace",
    frozenset({"forget", "create"}): "replace",
    frozenset({"no-op"}): "no-op",
    frozenset({"delete"}): "delete",
}
_EXCLUDED = {
    frozenset({"delete"}): "deleted by this plan",
    frozenset({"read"}): "a data source",
    frozenset({"forget"}): "removed from state, not destroyed",
}
_DIALECTS = {
    "aws": "aws",
    "awscc": "aws",
    "azurerm": "azure",
    "azapi": "azure",
    "google": "gcp",
    "google-beta": "gcp",
    "kubernetes": "kubernetes",
    "oci": "oci",
}


class PlanReader:
    """Reads the changes of one plan; keeps what many of them share."""

    def __init__(
        self, catalog: Catalog, configuration: Configuration, path: str, scope: str
    ) -> None:
        self._catalog = catalog
        self._configuration = configuration
        self._providers = Providers(configuration)
        self._location = Location(path)
        self._scope = scope
        self._views: dict[tuple[str, str], View] = {}

    def resource(self, item: ResourceChange, *, planned_only: bool) -> Resource:
        """Give the resource of one change.

        `planned_only` says that the change comes from `planned_values`, which leave unknown values
        out without a word. Raises InputError when the part that tags need does not fit.
        """
        provider = _provider(item)
        change, excluded = _judge(item)
        module = self._configuration.module(item.module_address or "")
        block = self._configuration.resource(module, item.type, item.name)
        keys = block.provider_config_keys or (block.provider_config_key or provider,)
        config = self._providers.resolve_any(keys, module)
        cloud = _DIALECTS.get(provider, "generic")
        view = self._view(provider, item.type)
        if not (excluded or planned_only or is_present(item.change.after)):
            raise InputError("the plan does not say what the resource will be")
        cells = view.cells(Change() if excluded else item.change)
        entry = view.entry
        taggable = self._catalog.taggable(provider, item.type)
        if entry is None and taggable == "unknown":
            entry = visible_entry(cells)
        tags = TagSet()
        if entry is not None:
            hidden = _hidden(cells[entry.attribute], entry, block, planned_only=planned_only)
            tags = effective_tags(cells, entry, hidden, config, dialect(cloud))
        elif taggable == "unknown":
            tags = TagSet(complete=False, reason=f"the catalog does not know `{item.type}`")
        region = cells[_region(cloud)]
        return Resource(
            source="terraform-plan",
            provider=provider,
            dialect=cloud,
            type=item.type,
            address=item.address + (f" (deposed {item.deposed})" if item.deposed else ""),
            scope=self._scope,
            region=region.text or (None if region.sensitive is True else config.region),
            namespace=cells[_namespace(entry)].text if cloud == "kubernetes" else None,
            tags=tags,
            taggable=taggable,
            change=change,
            excluded=excluded,
            location=self._location,
            places=_places(item, entry, config),
            load_attributes=partial(masked_attributes, item.change, entry),
        )

    def _view(self, provider: str, type_: str) -> View:
        view = self._views.get((provider, type_))
        if view is None:
            cloud = _DIALECTS.get(provider, "generic")
            entry = self._catalog.lookup(provider, type_)
            namespace = (_namespace(entry),) if cloud == "kubernetes" else ()
            view = View(entry, _region(cloud), *namespace)
            self._views[provider, type_] = view
        return view


def _region(cloud: str) -> str:
    return "location" if cloud == "azure" else "region"


def _namespace(entry: Entry | None) -> str:
    """Name the attribute that holds the namespace: it stands beside the labels."""
    if entry is None or not entry.attribute.endswith("metadata.labels"):
        return "metadata.namespace"
    return entry.attribute.removesuffix("labels") + "namespace"


def _hidden(cell: Cell, entry: Entry, block: ConfiguredResource, *, planned_only: bool) -> Hidden:
    """Say why tags may be unknown; `planned_values` hide them all unless they are plain."""
    if planned_only and not _is_plain(block, entry.attribute):
        cell.unknown = True
    return Hidden(
        "labels" if "labels" in entry.attribute else "tags",
        lambda: name_references(expression(block, entry.attribute)),
        planned_only,
    )


def _is_plain(block: ConfiguredResource, attribute: str) -> bool:
    """Say whether the configuration shows that nothing in the attribute is unknown."""
    match expression(block, attribute) if block.address else {}:
        case None | {"constant_value": _}:
            return True
    return False


def _provider(item: ResourceChange) -> str:
    """Name the provider: `registry.terraform.io/hashicorp/aws` is `aws`.

    A plan made by hand may not name it; Terraform then takes the type's first word.
    """
    name = (item.provider_name or "").rpartition("/")[2]
    return name or item.type.partition("_")[0]


def _judge(item: ResourceChange) -> tuple[ChangeKind, str]:
    """Give the kind of change, and why it is not judged (empty when it is)."""
    actions = frozenset(item.change.actions)
    excluded = "a data source" if item.mode == "data" else _EXCLUDED.get(actions, "")
    if item.deposed:
        excluded = "a deposed object, deleted by this plan"
    elif actions == {"no-op"} and not is_present(item.change.after):
        excluded = "neither there before nor after this plan"
    return _CHANGES.get(actions, "none"), excluded


def _places(item: ResourceChange, entry: Entry | None, config: ProviderConfig) -> tuple[str, ...]:
    if entry is None:
        return ()
    own = f"the `{entry.attribute}` of `{item.address}`"
    places = [own]
    if item.module_address:
        places.append(f"the arguments of `{item.module_address}`")
    if entry.defaults:
        places.append(f"the `{config.attribute}` of provider `{config.key}`")
    return tuple(places)
