"""Turns one stack into resources: what its template declares, and the stacks nested in it.

A nested stack is read through the stack around it, which gives it parameters, tags and a place in
the address. How the language works is told in the modules beside; nothing here evaluates an
expression or opens a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import MappingNode, Node

from tagguard.catalog import Catalog, Entry
from tagguard.cloudformation import sam
from tagguard.cloudformation.attributes import attributes
from tagguard.cloudformation.declared import Declared, Fault, declared
from tagguard.cloudformation.effective_tags import Effective, effective_tags
from tagguard.cloudformation.facts import Assumption, Facts
from tagguard.cloudformation.ignores import resource_ignores, stray_ignores, template_ignores
from tagguard.cloudformation.implied import contents, implied
from tagguard.cloudformation.include import TemplateFile
from tagguard.cloudformation.nested import STACKS, Reference, given, handed_on, reference
from tagguard.cloudformation.template import text, texts
from tagguard.cloudformation.worlds import World
from tagguard.cloudformation.written import PLAIN, Listener, Written
from tagguard.documents import lookup, repeated_keys
from tagguard.model import Item, Problem, Resource, Tag, Taggable, TagSet

KIND = "cloudformation"
MAX_NESTED = 20
"""Most stacks inside each other."""
MAX_STACKS = 1_000
"""Most stacks that one input leads to, directly or not."""
MAX_RESOURCES = 50_000
"""Most resources that the stacks which one input leads to declare."""


class Stack(Struct, frozen=True, eq=False, kw_only=True):
    """One use of a template: a stack of its own, or one inside another."""

    file: TemplateFile
    world: World
    scope: str
    """Where addresses are unique: the outermost template."""
    tags: Mapping[str, Tag] = {}
    """What the stack hands on to its resources."""
    gap: str = ""
    """Why it may hand on more."""
    prefix: str = ""
    """What its addresses begin with: `Network/`."""
    place: str = ""
    """Of a nested stack: where its tags are written."""
    excluded: str = ""
    """Why it is not created at all."""
    account: str | None = None
    region: str | None = None
    around: tuple[str, ...] = ()
    """The templates of the stacks around it, the outermost first."""


Follow = Callable[[Reference, TemplateFile], TemplateFile | Problem | None]
"""Opens what a reference in a template names: the template, or why there is none.

None where there is nothing to follow.
"""


class StackReader:
    """Reads stacks and all that is nested in them. Made anew for every input."""

    def __init__(self, catalog: Catalog, follow: Follow) -> None:
        self.catalog = catalog
        self._follow = follow
        self._stacks = MAX_STACKS
        self._resources = MAX_RESOURCES

    def resources(self, stack: Stack) -> Iterator[Item]:
        """Yield what a stack holds, in its order; a nested stack's inside follows its resource.

        What is wrong with a template that is nested twice is told once.
        """
        told: set[Problem] = set()
        for item in _Reading(self, stack).resources():
            if not isinstance(item, Problem):
                yield item
            elif item not in told:
                told.add(item)
                yield item

    def inside(
        self, resource: Resource, written: Written, world: World, stack: Stack
    ) -> Iterator[Item]:
        """Yield what is in a nested stack, or what stands for it where it cannot be read."""
        if written.body is None:
            return
        named = reference(written.body, written.type, world)
        if isinstance(named, str):
            reason = named
        else:
            file = self._opened(named, resource, stack)
            if isinstance(file, TemplateFile):
                inner = _inner(file, resource, written, world, stack)
                yield from _Reading(self, inner).resources()
                return
            if file is not None:
                yield file
            reason = f"its template `{named.location}` is not read"
        if not resource.excluded:
            tags, gap = handed_on(stack.tags, resource)
            gaps = filter(None, (gap or stack.gap, reason))
            yield contents(resource, tags, "; ".join(gaps))

    def _opened(
        self, named: Reference, resource: Resource, stack: Stack
    ) -> TemplateFile | Problem | None:
        """Open the template of a nested stack, if it does not lead too far."""
        file = self._follow(named, stack.file)
        if not isinstance(file, TemplateFile):
            return file
        if file.path in (*stack.around, stack.file.path):
            if resource.excluded:  # here the circle ends
                return None
            message = f"`{file.path}` is nested in itself; it is not followed"
            return _problem(stack.file, named.node, message)
        if len(stack.around) >= MAX_NESTED:
            message = f"the stack is not followed: more than {MAX_NESTED} are inside each other"
            return _problem(stack.file, named.node, message)
        if refusal := self.refusal(file):
            return _problem(stack.file, named.node, refusal)
        return file

    def refusal(self, file: TemplateFile) -> str:
        """Make room for one more stack of a template; say why where there is too little."""
        self._stacks -= 1
        self._resources -= file.template.size
        if min(self._stacks, self._resources) >= 0:
            return ""
        return (
            f"no more stacks are followed: at most {MAX_STACKS:,} with {MAX_RESOURCES:,} "
            "resources are"
        )


def _inner(
    file: TemplateFile, resource: Resource, written: Written, world: World, stack: Stack
) -> Stack:
    """Give the stack that a resource is, as it stands inside its own stack."""
    template, values = given(file.template, written.properties, world, resource.address)
    tags, gap = handed_on(stack.tags, resource)
    why = resource.excluded and f"its stack `{resource.address}` is left out: {resource.excluded}"
    return replace(
        stack,
        file=file,
        world=World(Facts(template, values)),
        tags=tags,
        gap=gap or stack.gap,
        prefix=f"{resource.address}/",
        place=f"`{written.entry.attribute}` of `{resource.address}`",
        excluded=why,
        around=(*stack.around, stack.file.path),
    )


class _Reading:
    """Turns one template's declarations into resources."""

    def __init__(self, reader: StackReader, stack: Stack) -> None:
        self.reader = reader
        self.stack = stack
        self.file = stack.file
        self.template = stack.world.template
        self.ignores = template_ignores(self.file)
        self.gaps = tuple(f"the macro `{name}` may add tags" for name in self.template.macros)

    def resources(self) -> Iterator[Item]:
        for fault in self.file.faults:
            yield self.problem(fault.node, fault.message)
        yield from self.repetitions(self.template.root, "the template")
        for item in declared(self.stack.world.facts):
            if isinstance(item, Fault):
                yield self.problem(item.node, item.message)
            else:
                yield from self.resource(item)
        yield from stray_ignores(self.file)

    def resource(self, item: Declared) -> Iterator[Item]:
        type_ = text(lookup(item.body, "Type")) or (item.gap and item.path[1])
        if not item.gap and not isinstance(item.body, MappingNode):
            yield self.problem(item.key, f"`{item.address}` is not a mapping")
        elif not isinstance(type_, str) or not type_:
            fault = "no `Type`" if lookup(item.body, "Type") is None else "a `Type` that is no text"
            yield self.problem(item.key, f"`{item.address}` has {fault}")
        else:
            yield from self.repetitions(item.body, f"`{item.address}`")
            yield from self.repetitions(lookup(item.body, "Properties"), f"`{item.address}`")
            yield from self.typed(item, type_)

    def typed(self, item: Declared, type_: str) -> Iterator[Item]:
        """Read a resource that has a type, with what it implies and what is nested in it."""
        taggable = self.taggable(type_)
        world, excluded = self.surroundings(item)
        entry = self.reader.catalog.lookup(KIND, type_) or PLAIN
        written = self.written(item, type_, entry)
        if type_ == sam.BUCKET and item.address in self.listeners:
            listener, marks = self.listeners[item.address]
            written = replace(written, listener=listener, marks=marks)
        found = effective_tags(written, world) if taggable != "no" else Effective()
        for fault in found.faults:
            where = f"`{entry.attribute}` of `{item.address}`"
            yield self.problem(fault.node, f"{where}: {fault.message}")
        stack, file = self.stack, self.file
        resource = Resource(
            source=KIND,
            provider="aws",
            dialect="aws",
            type=type_,
            address=stack.prefix + item.address,
            scope=stack.scope,
            account=stack.account,
            region=stack.region,
            tags=found.tags,
            variants=found.variants,
            taggable=taggable,
            limits=entry.limits,
            excluded=excluded,
            location=file.location(item.key),
            ignores=self.ignores + resource_ignores(file, item.key, item.body),
            places=self.places(item, written, world, found.tags),
            load_attributes=self.attributes(item),
        )
        yield resource
        if not excluded:
            yield from implied(resource, written, world, self.reader.catalog)
        if type_ in STACKS:
            yield from self.reader.inside(resource, written, world, stack)

    def taggable(self, type_: str) -> Taggable:
        """Modules are no resources themselves, and custom resources are their author's business."""
        if type_.startswith("Custom::") or type_.endswith("::MODULE"):
            return "no"
        return self.reader.catalog.taggable(KIND, type_)

    def surroundings(self, item: Declared) -> tuple[World, str]:
        """Give the world that the resource exists in, or why it does not exist at all."""
        world = self.stack.world
        if item.bindings:
            world = replace(world, bindings=item.bindings)
        condition = text(lookup(item.body, "Condition"))
        if condition is not None:
            truth = world.facts.truth(condition)
            if truth is None:
                world = world.assuming(Assumption(condition, value=True))
            if truth is False or not world.facts.consistent:
                return world.settled(), f"its condition `{condition}` is false"
        return world, self.stack.excluded

    def written(self, item: Declared, type_: str, entry: Entry) -> Written:
        shared = None
        ignored = texts(lookup(item.body, "IgnoreGlobals"))
        if not {"*", entry.attribute} & set(ignored):
            shared = self.template.global_property(type_, entry.attribute)
        gaps = [*self.gaps, item.gap] if item.gap else [*self.gaps]
        if isinstance(item.body, MappingNode):
            functions = [text(key) or "" for key, _ in item.body.value]
            gaps += [f"`{name}` is not unfolded" for name in functions if name[:4] == "Fn::"]
        return Written(
            type=type_,
            properties=lookup(item.body, "Properties"),
            entry=entry,
            shared=shared,
            stack=self.stack.tags,
            stack_gap=self.stack.gap,
            gaps=tuple(gaps),
            path=self.file.path,
            locate=self.file.location if self.file.included else None,
            body=item.body,
            others=self.others,
        )

    def others(self) -> Mapping[str, Declared]:
        """Give the resources by logical id; read only where one of them leads to another."""
        return self._others

    @cached_property
    def _others(self) -> dict[str, Declared]:
        found = declared(self.stack.world.facts)
        return {one.address: one for one in found if isinstance(one, Declared) and not one.gap}

    @cached_property
    def listeners(self) -> dict[str, tuple[Listener, tuple[str, ...]]]:
        """Give, by bucket, the last SAM function that listens to it and the marks that it gets."""
        found: dict[str, tuple[Listener, tuple[str, ...]]] = {}
        entry = self.reader.catalog.lookup(KIND, sam.FUNCTION) or PLAIN
        for one in self._others.values():
            if text(lookup(one.body, "Type")) == sam.FUNCTION:
                written = self.written(one, sam.FUNCTION, entry)
                listener = Listener(self.stack.prefix + one.address, written, one.bindings)
                for bucket, mark in sam.listened(one.address, one.body):
                    marks = found[bucket][1] if bucket in found else ()
                    found[bucket] = listener, (*marks, mark) if mark else marks
        return found

    def places(
        self, item: Declared, written: Written, world: World, tags: TagSet
    ) -> tuple[str, ...]:
        """Name the layers where a tag can be written, nearest first."""
        attribute = written.entry.attribute
        places = [f"`{attribute}` of `{self.stack.prefix}{item.address}`"]
        if written.type == sam.API and not sam.surely_propagates(written, world):
            places[0] += " with `PropagateTags: true`"
        if written.listener is not None:
            owner = written.listener.address
            if any(tag.provenance == f"propagated:{owner}" for tag in tags):
                places = [f"`Tags` of `{owner}`"]
        if (kind := written.type.removeprefix(sam.NAMESPACE)) in sam.GLOBAL_TAGS:
            places.append(f"`Globals.{kind}.{attribute}`")
        if written.entry.stack_tags != "no":
            places += [self.stack.place] if self.stack.place else []
            places.append("the stack's tags")
        return tuple(places)

    def attributes(self, item: Declared) -> Callable[[], dict[str, Any]]:
        """Give what reads a resource's properties again: a scan keeps no tree alive for them."""
        if self.file.included:
            return lambda: attributes(self.file.source, item.path, item.bindings)
        return partial(attributes, self.file.data, item.path, item.bindings)

    def repetitions(self, node: Node | None, owner: str) -> Iterator[Problem]:
        """Report keys that stand twice: CloudFormation refuses or drops one of them."""
        if isinstance(node, MappingNode):
            for key in repeated_keys(node):
                yield self.problem(
                    key, f"the key `{key.value}` stands twice in {owner}; only the last one is read"
                )

    def problem(self, node: Node, message: str) -> Problem:
        return _problem(self.file, node, message)


def _problem(file: TemplateFile, node: Node, message: str) -> Problem:
    place = file.location(node)
    return Problem(stage="read", where=f"{place.path}:{place.line}", message=message)
