"""Source: CloudFormation and SAM templates, in YAML and JSON, and the assemblies that CDK writes.

Recognises a template by its content and hands it to `tagguard.cloudformation`, where the language
is told; opens the files that a template names, if the caller gave a tree to find them in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath, relpath

import msgspec

from tagguard.catalog import Catalog
from tagguard.cloudformation.cdk import Artifact, artifacts, is_manifest
from tagguard.cloudformation.declared import Declared, declared
from tagguard.cloudformation.facts import stated
from tagguard.cloudformation.include import TemplateFile, load_file
from tagguard.cloudformation.nested import STACKS, Reference, reference
from tagguard.cloudformation.stack import KIND, Stack, StackReader
from tagguard.cloudformation.template import is_template, text
from tagguard.cloudformation.worlds import World
from tagguard.documents import lookup
from tagguard.errors import InputError
from tagguard.model import Item, Problem, Tag
from tagguard.sources import Document, ReadOptions
from tagguard.tree import Tree

MAX_BYTES = 8_000_000
"""Largest file that is read; CloudFormation itself accepts at most 1 MB."""
MAX_NAMING = 1_000_000
"""Largest file that is looked at for templates that it names."""
MAX_KEPT = 4_000_000
"""Most bytes of templates that are kept in case another stack names them too."""
MAX_AGAIN = 16_000_000
"""Most bytes of templates that are read again in one run, because they could not be kept."""

_OPENING = re.compile(
    rb"""(?:\s++|\#[^\n]*+|---[^\n]*+|%[^\n]*+)*+(?:\{|["']?[A-Za-z]\w*["']?[ \t]*:)"""
)
"""How a template begins, after comments and markers: prose and lists do not."""
_SURE = re.compile(rb"""\bAWSTemplateFormatVersion["']?\s*:|\bType["']?\s*:\s*["']?AWS::\w+::\w+""")
_SIGNS = (b"AWSTemplateFormatVersion", b"AWS::Serverless", b"AWS::Include")
_MEMBERS = ("AWSTemplateFormatVersion", "Transform")
"""Where none of these stands at the top of a template, its resources do."""
_NAMING = (*(type_.encode() for type_ in STACKS), b"AWS::Include")


class CloudFormation:
    """Reads templates. Keeps the one that it recognised last, because that is read next."""

    kind = KIND

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._catalog = Catalog(options.catalog)
        self._last: TemplateFile | None = None
        self._kept: dict[str, TemplateFile] = {}
        """Templates that others name, the one used last at the end."""
        self._room = MAX_KEPT
        self._again = MAX_AGAIN
        self._opened: set[str] = set()
        self.followed: set[str] = set()
        """The files that were read, or tried, because another names them."""
        self.parameters: set[str] = set()
        """The parameters of all templates that were read, those of nested stacks left out."""

    def recognises(self, document: Document) -> bool:
        """Tell a template from other YAML and JSON; raises InputError for a broken template."""
        if self._tree_for(document) is not None:
            return True
        if not _hints(document.data) or _is_other_json(document.data):
            return False
        try:
            return is_template(self._file(document).template)
        except InputError:
            if _OPENING.match(document.data) and _SURE.search(document.data):
                raise
            return False

    def resources(self, document: Document) -> Iterator[Item]:
        """Yield what the template declares, in its order; raises InputError for no template.

        A nested stack's resources follow its own, from `Network` as `Network/Subnet`. Of a
        manifest they are those of all its stacks.
        """
        if (tree := self._tree_for(document)) is not None:
            return self._assembly(document, tree)
        file = self._file(document)
        self._last = None
        stack = self._stack(file, document.scope, Artifact(file.path))
        return StackReader(self._catalog, self._follow).resources(stack)

    def may_be_named(self, document: Document) -> bool:
        """Tell whether another document may name this one, or this one others."""
        return (
            self._options.tree is not None
            and len(document.data) <= MAX_NAMING
            and (_hints(document.data) or self._tree_for(document) is not None)
        )

    def named(self, document: Document) -> Iterator[str] | None:
        """Give the files that a document names, to be read with it; None: it can name none."""
        if (tree := self._tree_for(document)) is not None:
            return self._named_by_assembly(document, tree)
        if self._options.tree is None or not any(name in document.data for name in _NAMING):
            return None
        try:
            return self._named_by_template(self._file(document), self._options.tree)
        except InputError:
            return None

    def _named_by_assembly(self, document: Document, tree: Tree) -> Iterator[str]:
        manifests: set[str] = set()
        for item in artifacts(document.path, document.data, tree, manifests):
            if isinstance(item, Artifact):
                yield item.template
        yield from manifests

    def _named_by_template(self, file: TemplateFile, tree: Tree) -> Iterator[str]:
        yield from file.included
        world = World(stated(file.template, self._options.parameters))
        for item in declared(world.facts):
            type_ = text(lookup(item.body, "Type")) if isinstance(item, Declared) else None
            if type_ in STACKS and isinstance(item, Declared):
                found = reference(item.body, type_, world)
                if isinstance(found, Reference):
                    yield tree.named(found.location, file.path)

    def _tree_for(self, document: Document) -> Tree | None:
        """Give the tree in which to find what a manifest names; None for other documents."""
        tree = self._options.tree
        return (
            tree if tree is not None and is_manifest(document.path, document.data, tree) else None
        )

    def _assembly(self, document: Document, tree: Tree) -> Iterator[Item]:
        reader = StackReader(self._catalog, self._follow)
        item = None
        for item in artifacts(document.path, document.data, tree, self.followed):
            if isinstance(item, Problem):
                yield item
                continue
            self.followed.add(item.template)
            try:
                file = self._template(item.template, tree)
            except InputError as exc:
                there = tree.has_file(item.template)
                yield _problem(item.template if there else document.path, exc)
                continue
            if refusal := reader.refusal(file):
                yield Problem(stage="read", where=document.path, message=refusal)
                return
            beside = relpath(item.template, dirname(document.path) or ".")
            scope = normpath(join(dirname(document.scope), beside))
            yield from reader.resources(self._stack(file, scope, item))
        if item is None:
            yield _problem(document.path, InputError("the assembly names no stacks"))

    def _stack(self, file: TemplateFile, scope: str, said: Artifact) -> Stack:
        """Give an outermost stack; what the caller says is stronger than what a manifest says."""
        self.followed.update(file.included)
        self.parameters.update(file.template.parameters)
        options = self._options
        pseudo = {"AWS::AccountId": said.account, "AWS::Region": said.region}
        known = {name: value for name, value in pseudo.items() if value is not None}
        values = known | dict(said.parameters) | dict(options.parameters)
        tags = dict(said.tags) | dict(options.stack_tags)
        return Stack(
            file=file,
            world=World(stated(file.template, values)),
            scope=scope,
            tags={key: Tag(key, value, provenance="stack") for key, value in tags.items()},
            account=values.get("AWS::AccountId"),
            region=values.get("AWS::Region"),
        )

    def _follow(self, named: Reference, by: TemplateFile) -> TemplateFile | Problem | None:
        """Open the template of a nested stack; a path that a function gives may be no path."""
        tree = self._options.tree
        if tree is None:
            return None
        path = tree.named(named.location, by.path)
        if not named.literal and not tree.has_file(path):
            return None
        self.followed.add(path)
        try:
            file = self._template(path, tree)
            _refuse_other(file)
        except InputError as exc:
            if tree.has_file(path):
                return _problem(path, exc)
            place = by.location(named.node)
            return _problem(f"{place.path}:{place.line}", exc, "the template of a nested stack: ")
        return file

    def _template(self, path: str, tree: Tree) -> TemplateFile:
        """Open a template that another file names, or give it again; raises InputError."""
        if (file := self._kept.pop(path, None)) is None:
            if path in self._opened and self._again <= 0:
                raise InputError(
                    "the templates that others name are too large to be read over and over",
                    hint="check fewer of them at once",
                )
            file = self._loaded(Document(path=path, data=tree.read(path)))
            self._again -= file.size if path in self._opened else 0
            self._opened.add(path)
            self._room -= file.size
            self.followed.update(file.included)
            while self._room < 0 and self._kept:
                self._room += self._kept.pop(next(iter(self._kept))).size
        self._kept[path] = file
        return file

    def _file(self, document: Document) -> TemplateFile:
        last = self._last
        if last is None or last.data is not document.data or last.path != document.path:
            last = self._last = self._loaded(document)
        return last

    def _loaded(self, document: Document) -> TemplateFile:
        if len(document.data) > MAX_BYTES:
            raise InputError(
                f"a template of {len(document.data):,} bytes is too large to read",
                hint="CloudFormation accepts at most 1 MB; split the template",
            )
        return load_file(document.path, document.data, document.text(), self._options.tree)


def _hints(data: bytes) -> bool:
    """Tell, without parsing, whether it can be a template at all."""
    if any(sign in data for sign in _SIGNS):
        return True
    return b"Resources" in data and b"Type" in data and b"::" in data


def _is_other_json(data: bytes) -> bool:
    """Tell whether it is a JSON object without any member that makes a template, cheaply.

    A list of resources is no template's: exports of inventories hold one.
    """
    if not data.lstrip().startswith(b"{"):
        return False
    try:
        members = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    resources = bytes(members.get("Resources", b""))
    return not resources.startswith(b"{") and members.keys().isdisjoint(_MEMBERS)


def _refuse_other(file: TemplateFile) -> None:
    """Raise InputError for a file that is no template."""
    if file.template.resources is None and not is_template(file.template):
        raise InputError("not a template: there are no `Resources`")


def _problem(where: str, exc: InputError, start: str = "") -> Problem:
    line = f":{exc.line}" if exc.line else ""
    return Problem(
        stage="read", where=f"{where}{line}", message=f"{start}{exc.message}", hint=exc.hint
    )
