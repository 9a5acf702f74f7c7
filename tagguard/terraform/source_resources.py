"""Turns the blocks of one root module, and of all that it calls, into `Resource`s."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tagguard.catalog import Catalog, Entry, why_unknown
from tagguard.dialects import dialect
from tagguard.hcl.modules import Module, Root
from tagguard.hcl.nodes import Block
from tagguard.hcl.repetition import Instance, why_open
from tagguard.hcl.values import Tuple, Unknown, Value, bare
from tagguard.model import NO_LIMITS, Elsewhere, Resource, TagSet, no_attributes
from tagguard.terraform.clouds import cloud_of, namespace_path, region_name
from tagguard.terraform.creator import Creator, Implied
from tagguard.terraform.creator import plain as without_indexes
from tagguard.terraform.effective_tags import NO_TAGS
from tagguard.terraform.framework_types import KEEPING_NULLS
from tagguard.terraform.hidden_defaults import COPIES, SWITCHES
from tagguard.terraform.ignored_changes import elsewhere
from tagguard.terraform.implied import implied, roots
from tagguard.terraform.places import written_places
from tagguard.terraform.plan_attributes import Cell, own_attributes
from tagguard.terraform.plan_tags import SYSTEM_TAGS, effective_tags, visible_entry
from tagguard.terraform.provider_versions import ProviderVersions
from tagguard.terraform.providers import ProviderConfig, switched
from tagguard.terraform.source_block import (
    SourceBlock,
    SourceSurroundings,
    cells,
    hidden,
    resource_of,
    walk,
)
from tagguard.terraform.source_calls import unresolved
from tagguard.terraform.source_cells import as_map, with_nulls_kept
from tagguard.terraform.source_layers import Layers
from tagguard.terraform.source_providers import SourceProviders
from tagguard.terraform.source_tags import located

_NOTHING = Cell()
_HIDDEN = Cell(unknown=True)


class _View(Struct, frozen=True):
    """What must be read of every resource of one type."""

    provider: str
    type: str
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


class _Read(Struct):
    """What was read of one resource."""

    written: SourceBlock
    view: _View
    entry: Entry | None
    config: ProviderConfig
    shown: dict[str, Cell]


class SourceReader:
    """Reads the resources below one root; keeps what many of them share."""

    def __init__(
        self,
        root: Root,
        catalog: Catalog,
        versions: ProviderVersions,
        scope: str,
        *,
        with_attributes: bool = True,
    ) -> None:
        """`scope` is where addresses are unique."""
        self._catalog = catalog
        self._scope = scope
        self._with_attributes = with_attributes
        self._providers = SourceProviders(versions)
        root.known_data = self._known_data
        root.computed = {"tags": self._unset_tags, "tags_all": self._tags_all}
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
                for instance in call.instances if call.missing else ():
                    yield unresolved(call, instance, place.layers, self._scope)

    def _resource(self, place: _Place, block: Block, instance: Instance) -> Iterator[Resource]:
        read = self._read(place, block, instance)
        written, shown, config, entry = read.written, read.shown, read.config, read.entry
        view, layers = read.view, place.layers
        region = shown[region_name(view.cloud)]
        tags = self._tags(read, layers)
        resource = Resource(
            source="terraform-hcl",
            provider=view.provider,
            dialect=view.cloud,
            type=view.type,
            address=written.address,
            scope=self._scope,
            region=region.text or (None if region.sensitive is True else config.region),
            namespace=shown[namespace_path(entry)].text if view.cloud == "kubernetes" else None,
            tags=tags,
            taggable=view.taggable,  # type: ignore[arg-type] # the catalog's own words
            limits=entry.limits if entry else NO_LIMITS,
            ignores=layers.ignores(block),
            elsewhere=_elsewhere(written, entry) or _left_to_others(config, entry, tags),
            location=layers.editable(block.location),
            places=_places(written, entry, config, layers.foreign),
            load_attributes=_attributes(written, entry) if self._with_attributes else no_attributes,
        )
        yield resource
        if roots(view.type):
            yield from self._implied(resource, read, layers)

    def _read(self, place: _Place, block: Block, instance: Instance) -> _Read:
        config = self._providers.config(place.module, block, instance)
        view = self._view(config.full_name.rpartition("/")[2], block.labels[0])
        written = SourceBlock(place.module, block, instance)
        shown: dict[str, Cell] = {**view.computed, **cells(written, view.paths)}
        entry = view.entry
        if entry and view.type in SWITCHES:
            switch = bare(written.value(SWITCHES[view.type]))
            is_off = isinstance(switch, Tuple) and bool(switch.items)
            doubt = f"is not known: {reason}" if (reason := why_open(switch)) else ""
            entry, config = switched(entry, config, is_off=is_off, doubt=doubt)
        if entry is None and view.taggable == "unknown":
            entry = visible_entry(shown)
        return _Read(written, view, entry, config, shown)

    def _tags(self, read: _Read, layers: Layers) -> TagSet:
        """Give the effective tags of what was read."""
        entry, view, written, shown = read.entry, read.view, read.written, read.shown
        if entry is None:
            if view.taggable != "unknown":
                return NO_TAGS
            return TagSet(complete=False, reason=why_unknown(view.type))
        if (directive := COPIES.get(view.type)) and shown[directive].known != "REPLACE":
            reason = f"tags are copied from the source unless `{directive}` is `REPLACE`"
            return TagSet(complete=False, reason=reason)
        path = entry.attribute
        for name in entry.beside:
            if not written.is_set(name):
                shown[name] = _HIDDEN
        if view.type in KEEPING_NULLS:
            shown[path] = with_nulls_kept(shown[path])
        around = hidden(written, path)
        tags = effective_tags(shown, entry, around, read.config, dialect(view.cloud))
        return located(tags, written.within(path), written.location(path), layers)

    def _unset_tags(self, module: Module, block: Block, instance: Instance) -> Value:
        """Give `tags` that nobody writes: null, where the provider does not compute it."""
        entry = self._read(_Place(module, Layers(module)), block, instance).entry
        if entry is not None and entry.attribute == "tags" and "tags_all" in entry.computed:
            return None
        address = f"{module.resource_address(block, instance)}.tags"
        return Unknown(f"{address} is known after apply", address)

    def _tags_all(self, module: Module, block: Block, instance: Instance) -> Value:
        """Give `tags_all` of a resource: all of its effective tags."""
        read = self._read(_Place(module, Layers(module)), block, instance)
        address = read.written.address
        if read.entry is None or "tags_all" not in read.entry.computed:
            return Unknown(f"{address}.tags_all is known after apply")
        if left := _elsewhere(read.written, read.entry):
            return Unknown(left.reason)
        return as_map(self._tags(read, Layers(module)))

    def _known_data(self, module: Module, block: Block, instance: Instance) -> Mapping[str, Value]:
        """Give what data sources say of their provider's configuration."""
        if block.labels[0] not in {"aws_default_tags", "aws_region"}:
            return {}
        config = self._providers.config(module, block, instance)
        if block.labels[0] == "aws_default_tags":
            return {} if config.left_open else {"tags": as_map(config.default_tags)}
        named = block.body.attributes.keys() - {"provider"}
        return {"name": config.region, "id": config.region} if config.region and not named else {}

    def _implied(self, creator: Resource, read: _Read, layers: Layers) -> Iterator[Resource]:
        written = read.written
        around = SourceSurroundings(written, read.config, self._related)
        for item in implied(Creator(creator, read.shown, around)):
            own = f"propagated:{creator.address}" if item.copies else "resource"
            entry = self._catalog.lookup(creator.provider, item.type)
            at = written.location(item.path)
            yield replace(
                creator,
                type=item.type,
                address=f"{creator.address}#{item.name}",
                tags=located(item.tags, written.within(item.path), at, layers, own)
                if item.path
                else item.tags,
                taggable="yes",
                limits=entry.limits if entry else NO_LIMITS,
                creator=creator,
                elsewhere=elsewhere(written.block.body, (without_indexes(item.path),))
                if item.path
                else creator.elsewhere,
                location=layers.editable(at),
                places=_implied_places(creator, written, item, layers.foreign),
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
        place = _Place(module, Layers(module))
        try:
            return [
                resource
                for instance in (module.instances(block) if block else ())
                if block and module.resource_address(block, instance) == address
                for resource in self._with_its_attributes(place, block, instance)
            ]
        finally:
            self._related_now.discard(address)

    def _with_its_attributes(
        self, place: _Place, block: Block, instance: Instance
    ) -> Iterator[Resource]:
        load = SourceBlock(place.module, block, instance).attributes
        for resource in self._resource(place, block, instance):
            yield resource if resource.creator else replace(resource, load_attributes=load)

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
                provider,
                type_,
                entry,
                cloud,
                self._catalog.taggable(provider, type_),
                tuple(dict.fromkeys(names)),
                dict.fromkeys(computed, _NOTHING),
            )
            self._views[provider, type_] = found
        return found


_COMPUTED = ("tags_all", "effective_labels", "terraform_labels")


def _attributes(written: SourceBlock, entry: Entry | None) -> Callable[[], dict[str, Any]]:
    return partial(written.attributes, entry.attribute if entry else "")


def _elsewhere(written: SourceBlock, entry: Entry | None) -> Elsewhere | None:
    if entry is None:
        return None
    return elsewhere(written.block.body, (*own_attributes(entry), *entry.computed))


def _left_to_others(config: ProviderConfig, entry: Entry | None, tags: TagSet) -> Elsewhere | None:
    """Tell which tags keep older values on an update: those of the provider's `ignore_tags`."""
    if entry is None or not entry.defaults or not config.left_open:
        return None
    keys = tuple(key for key in tags.tags if re.fullmatch(config.left_open, key))
    reason = f"provider `{config.key}` leaves some tags to others (`ignore_tags`)"
    return Elsewhere(reason, keys) if keys else None


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
