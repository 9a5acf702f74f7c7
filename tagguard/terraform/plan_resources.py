"""Turns one change of a plan into a `Resource`, and into those that it implies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial

from msgspec.structs import replace

from tagguard.catalog import Entry, why_unknown
from tagguard.dialects import dialect
from tagguard.errors import InputError
from tagguard.model import NO_LIMITS, Limits, Resource, TagSet, no_attributes
from tagguard.terraform.clouds import namespace_path, region_name
from tagguard.terraform.creator import Creator, Implied, plain
from tagguard.terraform.effective_tags import NO_TAGS
from tagguard.terraform.hidden_defaults import COPIES
from tagguard.terraform.implied import implied, roots
from tagguard.terraform.places import written_places
from tagguard.terraform.plan_attributes import masked_attributes
from tagguard.terraform.plan_changes import changes_cells, differ, judge
from tagguard.terraform.plan_contents import PlanContents, Planned
from tagguard.terraform.plan_defaults import ToldDefaults
from tagguard.terraform.plan_index import PlanIndex
from tagguard.terraform.plan_model import ResourceChange
from tagguard.terraform.plan_tags import effective_tags, with_kept


class PlanReader:
    """Reads the changes of one plan; keeps what many of them share."""

    def __init__(self, contents: PlanContents, scope: str) -> None:
        """Read `contents`; `scope` is where its addresses are unique."""
        self._contents = contents
        self._catalog = contents.catalog
        self._positions = contents.positions
        self._scope = scope
        self._told = ToldDefaults(contents)

    def resources(self, item: ResourceChange) -> Iterator[Resource]:
        """Give the resource of one change, then those that it implies.

        Raises InputError when the part that tags need does not fit.
        """
        change, excluded = judge(item)
        planned = self._contents.planned(item, self._related, excluded=bool(excluded))
        entry = planned.entry
        taggable = self._catalog.taggable(planned.provider, item.type)
        tags = TagSet()
        if entry is not None and not excluded:
            tags = self._tags(planned, entry)
        elif taggable == "unknown" and not excluded:
            tags = TagSet(complete=False, reason=why_unknown(item.type))
        region = planned.cells[region_name(planned.cloud)]
        resource = Resource(
            source="terraform-plan",
            provider=planned.provider,
            dialect=planned.cloud,
            type=item.type,
            address=item.address + (f" (deposed {item.deposed})" if item.deposed else ""),
            scope=self._scope,
            region=region.text or (None if region.sensitive is True else planned.config.region),
            namespace=_namespace_of(planned),
            tags=tags,
            taggable=taggable,
            limits=entry.limits if entry else NO_LIMITS,
            change=change,
            changes_tags=self._changes_tags(planned),
            excluded=excluded,
            location=self._positions.location(planned.place),
            ignores=planned.place.ignores if planned.place else (),
            places=_places(planned),
            load_attributes=partial(masked_attributes, item.change, entry),
        )
        yield resource
        if not excluded and roots(item.type):
            yield from self._implied(resource, planned)

    def _tags(self, planned: Planned, entry: Entry) -> TagSet:
        cell, cloud = planned.cells[entry.attribute], dialect(planned.cloud)
        if self._contents.planned_only and not planned.around.is_plain(entry.attribute):
            cell.unknown = True
        elif cell.is_hidden and _is_left_out(planned, entry):
            cell.unknown = None
        config = planned.config
        computed = [planned.cells[name] for name in entry.computed]
        hides = not any(cell.is_map for cell in computed) and (
            self._contents.planned_only or any(cell.is_hidden for cell in computed)
        )
        if hides and entry.defaults and config.is_sure:
            config = self._told.tell(config)
            planned.around.defaults = config.default_tags
        hidden = planned.around.hidden(entry.attribute)
        tags = effective_tags(planned.cells, entry, hidden, config, cloud)
        if hides and planned.cloud == "gcp" and planned.item.change.actions == ("update",):
            tags = with_kept(tags, self._contents.before(planned) or {}, entry, cloud)
        if (directive := COPIES.get(planned.item.type)) and (
            planned.cells[directive].known != "REPLACE"
        ):
            reason = f"tags are copied from the source unless `{directive}` is `REPLACE`"
            tags = TagSet(complete=False, reason=reason)
        return self._positions.located(config.masked(tags), planned.place, entry.attribute)

    def _changes_tags(self, planned: Planned) -> bool:
        item = planned.item
        actions = set(item.change.actions)
        if item.change.importing is not None or not actions <= {"no-op", "update"} or not actions:
            return True
        if actions == {"no-op"}:
            return False
        if planned.entry is None:
            return self._catalog.taggable(planned.provider, item.type) != "no"
        before = self._contents.before(planned)
        return before is None or changes_cells(before, planned.cells, planned.entry)

    def _implied(self, creator: Resource, planned: Planned) -> Iterator[Resource]:
        after = list(implied(Creator(creator, planned.cells, planned.around)))
        before: dict[str, TagSet] = {}
        if after and creator.change == "update":
            cells = self._contents.before(planned) or {}
            was = implied(Creator(creator, cells, planned.around))
            before = {item.name: item.tags for item in was}
        for item in after:
            changed = creator.changes_tags
            if creator.change == "update" and not (item.copies and changed):
                changed = item.name not in before or differ(before[item.name], item.tags)
            yield replace(
                creator,
                type=item.type,
                address=f"{creator.address}#{item.name}",
                tags=self._positions.located(
                    planned.config.masked(self._shown(item, planned)),
                    planned.place,
                    item.path,
                    f"propagated:{creator.address}" if item.copies else "resource",
                ),
                taggable="yes",
                limits=self._limits(planned.provider, item.type),
                creator=creator,
                changes_tags=changed,
                location=self._positions.location(planned.place, item.path),
                places=_implied_places(creator, planned, item),
                load_attributes=no_attributes,
            )

    def _shown(self, item: Implied, planned: Planned) -> TagSet:
        """Give the tags of an implied resource; `planned_values` may leave unknown ones out."""
        path, around = plain(item.path), planned.around
        if not (self._contents.planned_only and path):
            return item.tags
        if around.is_set(path.partition(".")[0]) and around.is_plain(path):
            return item.tags  # else a `dynamic` block, which the configuration does not show
        reason = item.tags.reason or around.hidden(path).keys
        return TagSet(item.tags.tags, complete=False, reason=reason)

    def _limits(self, provider: str, type_: str) -> Limits:
        entry = self._catalog.lookup(provider, type_)
        return entry.limits if entry else NO_LIMITS

    @cached_property
    def _index(self) -> PlanIndex:
        return PlanIndex(item for item in self._contents.changes if not judge(item)[1])

    def _related(self, by: ResourceChange, shown: object, type_: str) -> list[Resource]:
        """Give what an expression names, each with what it implies; none when one is unreadable."""
        try:
            return [
                resource
                for item in self._index.named(by, shown, type_)
                for resource in self.resources(item)
            ]
        except InputError:
            return []


def _is_left_out(planned: Planned, entry: Entry) -> bool:
    """Tell whether an argument is unknown only because it is optional, computed and not written.

    A new resource then has no tags from Terraform. Blocks may be `dynamic`, which is not shown.
    """
    if planned.config.stands_in and planned.config.default_tags != NO_TAGS:
        return False
    is_argument = entry.shape != "blocks" and "." not in entry.attribute
    is_new = judge(planned.item)[0] in {"create", "replace"}
    return is_argument and is_new and planned.around.is_unset(entry.attribute)


def _namespace_of(planned: Planned) -> str | None:
    if planned.cloud != "kubernetes":
        return None
    return planned.cells[namespace_path(planned.entry)].text


def _places(planned: Planned) -> tuple[str, ...]:
    entry, config = planned.entry, planned.config
    if entry is None:
        return ()
    beside = "".join(f" (`Namespace.Key`: the `{name}`)" for name in entry.beside)
    places = _written_places(planned, entry.attribute, beside)
    if entry.defaults or config.stands_in:
        places = (*places, f"the `{config.attribute}` of provider `{config.key}`")
    return places


def _written_places(planned: Planned, path: str, more: str = "") -> tuple[str, ...]:
    item = planned.item
    return written_places(path, item.address, item.module_address or "", planned.foreign, more)


def _implied_places(creator: Resource, planned: Planned, made: Implied) -> tuple[str, ...]:
    switch = f" with `{made.switch}`" if made.switch else ""
    own = _written_places(planned, made.path, switch) if made.path else ()
    return own or creator.places
