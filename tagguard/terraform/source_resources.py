"""Turns the blocks of one root module, and of all that it calls, into `Resource`s."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from tagguard.catalog import Catalog, Entry
from tagguard.dialects import dialect
from tagguard.hcl.modules import Module, Root
from tagguard.hcl.nodes import Block
from tagguard.hcl.repetition import Instance
from tagguard.model import NO_LIMITS, Resource, TagSet, no_attributes
from tagguard.terraform.clouds import cloud_of, namespace_path, region_name
from tagguard.terraform.creator import Creator, Implied
from tagguard.terraform.hidden_defaults import COPIES, SWITCHES
from tagguard.terraform.ignored_changes import elsewhere
from tagguard.terraform.implied import implied, roots
from tagguard.terraform.places import written_places
from tagguard.terraform.plan_attributes import Cell, own_attributes
from tagguard.terraform.plan_tags import SYSTEM_TAGS, effective_tags, visible_entry
from tagguard.terraform.providers import ProviderConfig
from tagguard.terraform.source_block import (
    SourceBlock,
    SourceSurroundings,
    cells,
    hidden,
    resource_of,
    walk,
)
from tagguard.terraform.source_calls import unresolved
from tagguard.terraform.source_layers import Layers
from tagguard.terraform.source_providers import SourceProviders, named, source_name
from tagguard.terraform.source_tags import located

_NOTHING = Cell()
_HIDDEN = Cell(unknown=True)


class _View(Struct, frozen=True):
    """What must be read of every resource of one type."""

    entry: Entry | None
    cloud: str
    taggable: str
    paths: tuple[str, ...]
    """The arguments that are read."""
    computed: Mapping[str, Cell]
    """Attributes that only a plan shows."""


class _Place(Struct):
    """What the resources of one module share."""

    module: Module
    layers: Layers


class SourceReader:
    """Reads the resources below one root; keeps what many of them share."""

    def __init__(
        self, root: Root, catalog: Catalog, scope: str, *, with_attributes: bool = True
    ) -> None:
        """`scope` is where addresses are unique."""
        self._catalog = catalog
        self._scope = scope
        self._with_attributes = with_attributes
        self._providers = SourceProviders()
        self._views: dict[tuple[str, str], _View] = {}
        self._modules = {module.address: module for module in walk(root.top())}
        self._related_now: set[str] = set()

    def resources(self) -> Iterator[Resource]:
        """Give every resource, each followed by what it implies."""
        for module in self._modules.values():
            place = _Place(module, Layers(module))
            for block in module.declared.resources.values():
                for instance in module.instances(block):
                    yield from self._resource(place, block, instance)
            for call in module.calls():
                if call.missing:
                    yield unresolved(call, place.layers.editable(call.block.location), self._scope)

    def _resource(self, place: _Place, block: Block, instance: Instance) -> Iterator[Resource]:
        used = named(place.module, block)
        provider = source_name(used).rpartition("/")[2]
        type_ = block.labels[0]
        view = self._view(provider, type_)
        written = SourceBlock(place.module, block, instance)
        shown: dict[str, Cell] = {**view.computed, **cells(written, view.paths)}
        entry = view.entry
        config = self._providers.config(place.module, block)
        if entry and type_ in SWITCHES and shown[SWITCHES[type_]].known:
            entry = replace(entry, defaults=False)
        if entry is None and view.taggable == "unknown":
            entry = visible_entry(shown)
        tags = self._tags(written, entry, shown, config, place) if entry else TagSet()
        if entry is None and view.taggable == "unknown":
            tags = TagSet(complete=False, reason=f"the catalog does not know `{type_}`")
        region = shown[region_name(view.cloud)]
        foreign = place.layers.foreign
        resource = Resource(
            source="terraform-hcl",
            provider=provider,
            dialect=view.cloud,
            type=type_,
            address=written.address,
            scope=self._scope,
            region=region.text or (None if region.sensitive is True else config.region),
            namespace=shown[namespace_path(entry)].text if view.cloud == "kubernetes" else None,
            tags=tags,
            taggable=view.taggable,  # type: ignore[arg-type] # the catalog's own words
            limits=entry.limits if entry else NO_LIMITS,
            elsewhere=elsewhere(block.body, (*own_attributes(entry), *entry.computed))
            if entry
            else None,
            location=place.layers.editable(block.location),
            places=_places(written, entry, config, foreign),
            load_attributes=written.attributes if self._with_attributes else no_attributes,
        )
        yield resource
        if roots(type_):
            yield from self._implied(resource, written, shown, config, place)

    def _tags(
        self,
        written: SourceBlock,
        entry: Entry,
        shown: dict[str, Cell],
        config: ProviderConfig,
        place: _Place,
    ) -> TagSet:
        path = entry.attribute
        for name in entry.beside:
            if shown[name] is _NOTHING or shown[name].known is None:
                shown[name] = shown[name] if written.is_set(name) else _HIDDEN
        cloud = dialect(cloud_of(written.block.labels[0].partition("_")[0]))
        tags = effective_tags(shown, entry, hidden(written, path), config, cloud)
        type_ = written.block.labels[0]
        if (directive := COPIES.get(type_)) and shown[directive].known != "REPLACE":
            reason = f"tags are copied from the source unless `{directive}` is `REPLACE`"
            return TagSet(complete=False, reason=reason)
        return located(tags, written.within(path), written.location(path), place.layers)

    def _implied(
        self,
        creator: Resource,
        written: SourceBlock,
        shown: Mapping[str, Cell],
        config: ProviderConfig,
        place: _Place,
    ) -> Iterator[Resource]:
        around = SourceSurroundings(written, config.default_tags, self._related)
        for item in implied(Creator(creator, shown, around)):
            own = f"propagated:{creator.address}" if item.copies else "resource"
            entry = self._catalog.lookup(creator.provider, item.type)
            at = written.location(item.path)
            yield replace(
                creator,
                type=item.type,
                address=f"{creator.address}#{item.name}",
                tags=located(item.tags, written.within(item.path), at, place.layers, own)
                if item.path
                else item.tags,
                taggable="yes",
                limits=entry.limits if entry else NO_LIMITS,
                creator=creator,
                location=place.layers.editable(at),
                places=_implied_places(creator, written, item, place.layers.foreign),
                load_attributes=no_attributes,
            )

    def _related(self, of: str, type_: str) -> list[Resource]:
        """Give the resource whose attribute an argument is, and what it implies."""
        address = resource_of(of, type_)
        module_address, _, name = address.rpartition(f"{type_}.")
        module = self._modules.get(module_address.rstrip("."))
        if not address or module is None or address in self._related_now:
            return []
        block = module.declared.resources.get((type_, name.partition("[")[0]))
        self._related_now.add(address)
        try:
            return [
                resource
                for instance in (module.instances(block) if block else ())
                if block and module.resource_address(block, instance) == address
                for resource in self._resource(_Place(module, Layers(module)), block, instance)
            ]
        finally:
            self._related_now.discard(address)

    def _view(self, provider: str, type_: str) -> _View:
        found = self._views.get((provider, type_))
        if found is None:
            cloud = cloud_of(provider)
            entry = self._catalog.lookup(provider, type_)
            names = [region_name(cloud), *roots(type_)]
            if entry is None:
                names += ["tags", "labels"]
            else:
                names += [*own_attributes(entry), *([SYSTEM_TAGS] if entry.beside else [])]
            if cloud == "kubernetes":
                names.append(namespace_path(entry))
            names += [table[type_] for table in (SWITCHES, COPIES) if type_ in table]
            computed = entry.computed if entry else _COMPUTED
            found = _View(
                entry,
                cloud,
                self._catalog.taggable(provider, type_),
                tuple(dict.fromkeys(names)),
                dict.fromkeys(computed, _NOTHING),
            )
            self._views[provider, type_] = found
        return found


_COMPUTED = ("tags_all", "effective_labels", "terraform_labels")


def _places(
    written: SourceBlock, entry: Entry | None, config: ProviderConfig, foreign: str
) -> tuple[str, ...]:
    if entry is None:
        return ()
    beside = "".join(f" (`Namespace.Key`: the `{name}`)" for name in entry.beside)
    module = written.module.address
    places = written_places(entry.attribute, written.address, module, foreign, beside)
    if entry.defaults or config.stands_in:
        places = (*places, f"the `{config.attribute}` of provider `{config.key}`")
    return places


def _implied_places(
    creator: Resource, written: SourceBlock, made: Implied, foreign: str
) -> tuple[str, ...]:
    if not made.path:
        return creator.places
    switch = f" with `{made.switch}`" if made.switch else ""
    return written_places(made.path, written.address, written.module.address, foreign, switch)
