"""Resources that a template's resources bring about, and the tags that they will carry.

Only what the template *shows* is told: a tag specification, a switch that hands tags on. Nothing is
told merely because it will exist, except what is in a nested stack that cannot be read: one
resource stands for all of it. How each type says what it implies stands in `launched`; here the
ways that open conditions leave are put together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace
from yaml.nodes import Node

from tagguard.catalog import Catalog
from tagguard.catalog.launched import UNSPECIFIED, Names
from tagguard.cloudformation import sam
from tagguard.cloudformation.creator import Creator, Implied, unknown
from tagguard.cloudformation.effective_tags import written_tags
from tagguard.cloudformation.intrinsics import Undecided
from tagguard.cloudformation.launched import LAUNCHERS
from tagguard.cloudformation.nested import STACKS
from tagguard.cloudformation.worlds import World, explore
from tagguard.cloudformation.written import Written
from tagguard.model import NO_LIMITS, Location, Resource, Tag, TagSet, Variant

_CONTENTS = "contents"


def implied_names(type_: str) -> tuple[str, ...]:
    """Name what a type may imply, as it stands after `#` in addresses, without indexes.

    Tag specifications may speak of more kinds; what SAM adds is called after its resource.
    """
    if type_ in STACKS:
        return (_CONTENTS,)
    _, names = LAUNCHERS.get(type_, (None, ()))
    return names


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
    def read(current: World) -> dict[str, Implied]:
        return _named(Creator(resource.address, written, current, catalog))

    ways = explore(world, read) or [(world, read(world.settled()))]
    settled = read(world.settled()) if len(ways) > 1 else {}
    names = dict.fromkeys(name for _, ones in ways for name in ones)
    for name in names:
        found = [(way.branch, ones[name]) for way, ones in ways if name in ones]
        first = found[0][1]
        same = all(one.tags == first.tags for _, one in found)
        variants = () if same else tuple(Variant(branch, one.tags) for branch, one in found)
        tags = first.tags if same else _settled(settled.get(name))
        entry = catalog.lookup(resource.source, first.type)
        location = resource.location if first.node is None else written.location(first.node)
        yield replace(
            _resource(resource, name, first, location),
            tags=tags,
            variants=variants,
            limits=NO_LIMITS if entry is None else entry.limits,
        )


def contents(stack: Resource, tags: Mapping[str, Tag], reason: str) -> Resource:
    """Give what stands for all that is in a nested stack, where its template is not read.

    It has the tags that the stack hands on, and maybe others: `reason` says why.
    """
    tag_set = TagSet(dict(tags), complete=False, reason=reason)
    one = Implied(_CONTENTS, "aws:cloudformation/stack-contents", tag_set)
    return _resource(stack, one.name, one, stack.location)


def _settled(one: Implied | None) -> TagSet:
    """Give what holds in every branch."""
    return unknown("depends on open conditions") if one is None else one.tags


def _resource(creator: Resource, name: str, one: Implied, location: Location) -> Resource:
    return Resource(
        source=creator.source,
        provider=creator.provider,
        dialect=creator.dialect,
        type=one.type,
        address=f"{creator.address}#{name}",
        scope=creator.scope,
        account=creator.account,
        region=creator.region,
        creator=creator,
        change=creator.change,
        changes_tags=creator.changes_tags,
        tags=one.tags,
        location=location,
        places=one.places or creator.places,
    )


def _named(creator: Creator) -> dict[str, Implied]:
    """Read what one resource implies in one world, with names of their own."""
    type_ = creator.written.type
    reader, _ = LAUNCHERS.get(type_, (_generated, ()))
    found: dict[str, Implied] = {}
    names = Names()
    try:
        for one in reader(creator):
            found[names.own(one.name)] = one
    except Undecided as exc:  # what follows is not shown, or more than is read
        if not creator.world.template.budget.spend(0):
            found["*"] = Implied("*", UNSPECIFIED, unknown(exc.reason))
    return found


def _generated(creator: Creator) -> Iterator[Implied]:
    """Give what the SAM transform adds, where it hands tags on or the template writes them."""
    handed = written_tags(creator.written, creator.world)
    empty = handed.complete and not handed.tags
    for one in sam.generated(creator.written, creator.world, creator.logical_id):
        copied = handed if one.handed and not empty else None
        own = one.own if copied is None or one.doubt else ()  # else it is replaced
        if copied is not None or own:
            tags = _generated_tags(creator, one, own, copied)
            node = own[-1] if own else None
            yield Implied(
                one.name, one.type, tags, node, creator.place(sam.PLAN_TAGS) if own else ()
            )


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
