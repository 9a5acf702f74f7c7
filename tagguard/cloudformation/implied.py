"""Resources that a template's resources bring about, and the tags that they will carry.

Only what the template *shows* is told: a tag specification, a switch that hands tags on. Nothing is
told merely because it will exist. How each type says so stands in `launched`; here the ways that
open conditions leave are put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace
from yaml.nodes import Node

from tagguard.catalog import Catalog
from tagguard.cloudformation import sam
from tagguard.cloudformation.creator import Creator, Place, unknown
from tagguard.cloudformation.effective_tags import written_tags
from tagguard.cloudformation.intrinsics import Undecided
from tagguard.cloudformation.launched import LAUNCHERS, UNKNOWN
from tagguard.cloudformation.worlds import World, explore
from tagguard.cloudformation.written import Written
from tagguard.model import NO_LIMITS, Location, Resource, Tag, TagSet, Variant


def implied(
    resource: Resource, written: Written, world: World, catalog: Catalog
) -> Iterator[Resource]:
    """Give the resources that one resource, which is not excluded, implies.

    `written` and `world` are those that the resource's own tags were read from. Where a condition
    decides whether something is implied at all, it is judged as if it were.
    """
    if written.type in LAUNCHERS or written.type.startswith(sam.NAMESPACE):
        return _implied(resource, written, world, catalog)
    return iter(())


def _implied(
    resource: Resource, written: Written, world: World, catalog: Catalog
) -> Iterator[Resource]:
    def read(current: World) -> dict[str, Place]:
        return _places(Creator(resource.address, written, current, catalog))

    ways = explore(world, read) or [(world, read(world.settled()))]
    settled = read(world.settled()) if len(ways) > 1 else {}
    names = dict.fromkeys(name for _, places in ways for name in places)
    for name in names:
        found = [(way.branch, places[name]) for way, places in ways if name in places]
        first = found[0][1]
        same = all(place.tags == first.tags for _, place in found)
        variants = () if same else tuple(Variant(branch, one.tags) for branch, one in found)
        tags = first.tags if same else _settled(settled.get(name))
        entry = catalog.lookup(resource.source, first.type)
        location = resource.location if first.node is None else written.location(first.node)
        yield replace(
            _resource(resource, f"{resource.address}#{name}", first, location),
            tags=tags,
            variants=variants,
            limits=NO_LIMITS if entry is None else entry.limits,
        )


def _settled(place: Place | None) -> TagSet:
    """Give what holds in every branch."""
    return TagSet(complete=False, reason="depends on open conditions") if not place else place.tags


def _resource(creator: Resource, address: str, place: Place, location: Location) -> Resource:
    return Resource(
        source=creator.source,
        provider=creator.provider,
        dialect=creator.dialect,
        type=place.type,
        address=address,
        scope=creator.scope,
        account=creator.account,
        region=creator.region,
        creator=creator,
        change=creator.change,
        changes_tags=creator.changes_tags,
        location=location,
        places=place.places or creator.places,
    )


def _places(creator: Creator) -> dict[str, Place]:
    """Read what one resource implies in one world, with names of their own."""
    type_ = creator.written.type
    reader = LAUNCHERS.get(type_, _generated)
    found: dict[str, Place] = {}
    again: Counter[str] = Counter()
    try:
        for place in reader(creator):
            name = f"{place.name}[{again[place.name]}]" if place.name in found else place.name
            again[place.name] += 1
            found[name] = place
    except Undecided as exc:  # what follows is not shown, or more than is read
        if not creator.world.template.budget.spend(0):
            found["*"] = Place("*", UNKNOWN, unknown(exc.reason))
    return found


def _generated(creator: Creator) -> Iterator[Place]:
    """Give what the SAM transform adds, where it hands tags on or the template writes them."""
    handed = written_tags(creator.written, creator.world)
    empty = handed.complete and not handed.tags
    for one in sam.generated(creator.written, creator.world, creator.logical_id):
        copied = handed if one.handed and not empty else None
        own = one.own if copied is None or one.doubt else ()  # else it is replaced
        if copied is not None or own:
            tags = _generated_tags(creator, one, own, copied)
            node = own[-1] if own else None
            yield Place(one.name, one.type, tags, node, creator.place(sam.PLAN_TAGS) if own else ())


def _generated_tags(
    creator: Creator, one: sam.Generated, own: tuple[Node, ...], copied: TagSet | None
) -> TagSet:
    """Lay the stack's tags, those of its own, those handed on, and the transform's mark."""
    written, layers = creator.written, creator.layers()
    entry = creator.catalog.lookup("cloudformation", one.type)
    reach = "maybe" if entry is None else entry.stack_tags
    if reach == "yes":
        for tag in written.stack_tags():
            layers.put(tag)
        if written.stack_gap:
            layers.gaps.append(written.stack_gap)
    layers.lay(own, "resource")
    if one.doubt:
        layers.doubt(one.doubt)
    elif copied is not None:
        layers.copy(copied, creator.address)
    open_keys = written.stack_gap or not written.stack.keys() <= layers.tags.keys()
    if reach == "maybe" and open_keys:
        layers.gaps.append(f"it is not known whether the stack's tags reach `{one.type}`")
    if one.mark:
        layers.put(Tag(one.mark, "SAM", "transform", platform=True))
    return layers.tag_set()
