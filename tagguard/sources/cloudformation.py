"""Source: CloudFormation and SAM templates, in YAML and JSON.

Recognises a template by its content and turns what it declares into resources. How the language
works is told in `tagguard.cloudformation`; nothing here evaluates an expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace
from yaml.nodes import MappingNode, Node

from tagguard.catalog import Catalog, Entry
from tagguard.cloudformation.attributes import attributes
from tagguard.cloudformation.declared import Declared, Fault, declared
from tagguard.cloudformation.effective_tags import PLAIN, Effective, Written, effective_tags
from tagguard.cloudformation.facts import Assumption, Facts
from tagguard.cloudformation.template import Template, is_template, load_template, text, texts
from tagguard.cloudformation.worlds import World
from tagguard.documents import lookup, repeated_keys
from tagguard.errors import InputError
from tagguard.model import Location, Problem, Resource, Taggable
from tagguard.sources import Document, ReadOptions

MAX_BYTES = 8_000_000
"""Largest file that is read; CloudFormation itself accepts at most 1 MB."""

_OPENING = re.compile(
    rb"""(?:\s++|\#[^\n]*+|---[^\n]*+|%[^\n]*+)*+(?:\{|["']?[A-Za-z]\w*["']?[ \t]*:)"""
)
"""How a template begins, after comments and markers: prose and lists do not."""
_SURE = re.compile(rb"""\bAWSTemplateFormatVersion["']?\s*:|\bType["']?\s*:\s*["']?AWS::\w+::\w+""")


class CloudFormation:
    """Reads templates. Keeps the one that it recognised last, because that is read next."""

    kind = "cloudformation"

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._catalog = Catalog(options.catalog)
        self._last: tuple[Document, Template] | None = None

    def recognises(self, document: Document) -> bool:
        """Tell a template from other YAML and JSON; raises InputError for a broken template."""
        if not _hints(document.data):
            return False
        try:
            return is_template(self._template(document))
        except InputError:
            if _OPENING.match(document.data) and _SURE.search(document.data):
                raise
            return False

    def resources(self, document: Document) -> Iterator[Resource | Problem]:
        """Yield what the template declares, in its order; raises InputError for no template."""
        template = self._template(document)
        self._last = None
        return _Reader(document, template, self._options, self._catalog).resources()

    def _template(self, document: Document) -> Template:
        if self._last is None or self._last[0] is not document:
            if len(document.data) > MAX_BYTES:
                raise InputError(
                    f"a template of {len(document.data):,} bytes is too large to read",
                    hint="CloudFormation accepts at most 1 MB; split the template",
                )
            self._last = document, load_template(document.text())
        return self._last[1]


def _hints(data: bytes) -> bool:
    """Tell, without parsing, whether it can be a template at all."""
    if b"AWSTemplateFormatVersion" in data or b"AWS::Serverless" in data:
        return True
    return b"Resources" in data and b"Type" in data and b"::" in data


class _Reader:
    """Turns one template's declarations into resources."""

    def __init__(
        self, document: Document, template: Template, options: ReadOptions, catalog: Catalog
    ) -> None:
        self.document = document
        self.template = template
        self.options = options
        self.catalog = catalog
        self.world = World(Facts(template, options.parameters))
        self.gaps = tuple(f"the macro `{name}` may add tags" for name in template.macros)

    def resources(self) -> Iterator[Resource | Problem]:
        yield from self.repetitions(self.template.root, "the template")
        for item in declared(self.world.facts):
            if isinstance(item, Fault):
                yield self.problem(item.node, item.message)
            else:
                yield from self.resource(item)

    def resource(self, item: Declared) -> Iterator[Resource | Problem]:
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

    def typed(self, item: Declared, type_: str) -> Iterator[Resource | Problem]:
        """Read a resource that has a type: its tags, and what of them could not be read."""
        taggable = self.taggable(type_)
        world, excluded = self.surroundings(item)
        entry = self.catalog.lookup(self.kind, type_) or PLAIN
        written = self.written(item, type_, entry)
        found = effective_tags(written, world) if taggable != "no" else Effective()
        for fault in found.faults:
            where = f"`{entry.attribute}` of `{item.address}`"
            yield self.problem(fault.node, f"{where}: {fault.message}")
        yield Resource(
            source=self.kind,
            provider="aws",
            dialect="aws",
            type=type_,
            address=item.address,
            scope=self.document.scope,
            tags=found.tags,
            variants=found.variants,
            taggable=taggable,
            excluded=excluded,
            location=Location(self.document.path, *_position(item.key)),
            places=_places(item, written),
            load_attributes=partial(attributes, self.document.data, item.path, item.bindings),
        )

    kind = CloudFormation.kind

    def taggable(self, type_: str) -> Taggable:
        """Modules are no resources themselves, and custom resources are their author's business."""
        if type_.startswith("Custom::") or type_.endswith("::MODULE"):
            return "no"
        return self.catalog.taggable(self.kind, type_)

    def surroundings(self, item: Declared) -> tuple[World, str]:
        """Give the world that the resource exists in, or why it does not exist at all."""
        world = replace(self.world, bindings=item.bindings) if item.bindings else self.world
        condition = text(lookup(item.body, "Condition"))
        if condition is None:
            return world, ""
        truth = world.facts.truth(condition)
        if truth is None:
            world = world.assuming(Assumption(condition, value=True))
        if truth is False or not world.facts.consistent:
            return world.settled(), f"its condition `{condition}` is false"
        return world, ""

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
            stack=self.options.stack_tags,
            gaps=tuple(gaps),
            path=self.document.path,
        )

    def repetitions(self, node: Node | None, owner: str) -> Iterator[Problem]:
        """Report keys that stand twice: CloudFormation refuses or drops one of them."""
        if isinstance(node, MappingNode):
            for key in repeated_keys(node):
                yield self.problem(
                    key, f"the key `{key.value}` stands twice in {owner}; only the last one is read"
                )

    def problem(self, node: Node, message: str) -> Problem:
        return Problem(
            stage="read",
            where=f"{self.document.path}:{node.start_mark.line + 1}",
            message=message,
        )


def _position(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _places(item: Declared, written: Written) -> tuple[str, ...]:
    """Name the layers where a tag can be written, nearest first."""
    attribute = written.entry.attribute
    places = [f"`{attribute}` of `{item.address}`"]
    if written.type.startswith("AWS::Serverless::"):
        places.append(f"`Globals.{written.type.rpartition('::')[2]}.{attribute}`")
    if written.entry.stack_tags != "no":
        places.append("the stack's tags")
    return tuple(places)
