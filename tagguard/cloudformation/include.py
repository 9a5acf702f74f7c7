"""Unfolds `AWS::Include`: what another file holds takes the place of the transform that names it.

Local files are followed as `aws cloudformation package` finds them, relative to the file that names
them; what lies elsewhere, or in a place that only a deployment knows, stays a function that is not
unfolded, under a name that says what it would include. All files of a template share one space of
lines, so a node needs no other mark to say which file it stands in. Nothing here is evaluated.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple, cast

import yaml
from msgspec import Struct
from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.cloudformation.declared import Fault
from tagguard.cloudformation.intrinsics import call
from tagguard.cloudformation.template import Template, load_root, text, to_template
from tagguard.cloudformation.yaml_comments import Remarks, remarks
from tagguard.documents import MAX_NODES, children, lookup, parse
from tagguard.errors import DocumentError, InputError
from tagguard.ignore_comments import SIGN
from tagguard.json_nodes import MAP, MAX_DEPTH, STR
from tagguard.model import Location
from tagguard.tree import Tree

TRANSFORM = "Fn::Transform"
LINES = 10_000_000
"""Lines that each file has to itself: those of the template begin at 0, of the first file that it
includes here, of the next one at twice that."""
MAX_FILES = 100
"""Most files that one template includes, and files that those include."""
MAX_BYTES = 1_000_000
"""Largest file that is included; CloudFormation itself accepts no larger template."""

MAX_TRAIL = 10
"""Most files that include one another in a row."""

_SHOWN = 200
_TOO_DEEP = f"makes the template deeper than {MAX_DEPTH} levels"

Unfolded = tuple[Node, int]
"""A node, and how deep it is."""


class TemplateFile(Struct, frozen=True, eq=False, dict=True):
    """A template with everything unfolded that it includes."""

    path: str
    data: bytes
    template: Template
    included: tuple[str, ...] = ()
    """The files that were unfolded, in the order of their lines."""
    faults: tuple[Fault, ...] = ()
    size: int = 0
    """Bytes that were read for it, those of included files among them."""
    remarks: Remarks | None = None
    """The comments in the template itself that speak to tagguard."""
    may_ignore: bool = False
    """It may hold waivers, in comments or as data."""

    def location(self, node: Node) -> Location:
        """Say where a node stands: in the template or in what it includes."""
        at, line = divmod(node.start_mark.line, LINES)
        path = self.included[at - 1] if at else self.path
        return Location(path, line + 1, node.start_mark.column + 1)

    @cached_property
    def source(self) -> bytes:
        """Give the text that holds every resource: the file's own, or one with all unfolded."""
        if not self.included:
            return self.data
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        return yaml.serialize(self.template.root, Dumper=dumper).encode()


class _Place(NamedTuple):
    """Where a node of an included file stands."""

    line: int
    column: int


class _Refused(Exception):  # noqa: N818 - an answer, not an error
    """A local file cannot be included; the text says why."""


def load_file(path: str, data: bytes, written: str, tree: Tree | None) -> TemplateFile:
    """Read a template, `written` being its bytes as text; raises InputError for no template."""
    root = load_root(written)
    said, may_ignore = remarks(written, root), SIGN in written
    if tree is None or b"AWS::Include" not in data:
        template = to_template(root)
        return TemplateFile(
            path, data, template, size=len(data), remarks=said, may_ignore=may_ignore or bool(said)
        )
    unfolding = _Unfolding(path, tree)
    try:
        unfolding.sections(root)
    except _Refused as exc:
        raise InputError(f"what it includes {exc}") from exc
    return TemplateFile(
        path,
        data,
        to_template(root),
        tuple(unfolding.files),
        tuple(unfolding.faults),
        len(data) + unfolding.read,
        said,
        may_ignore=True,
    )


class _Unfolding:
    """Unfolds the includes of one template, in place."""

    def __init__(self, path: str, tree: Tree) -> None:
        self.trail = [path]
        """The files that are being read, each included by the one before."""
        self.tree = tree
        self.files: list[str] = []
        self.faults: list[Fault] = []
        self.room = MAX_NODES
        self.read = 0
        self.done: dict[int, tuple[Node, Node, int]] = {}
        """By identity: a node, which is thereby kept, what became of it, and how deep that is."""

    def sections(self, root: MappingNode) -> None:
        """Unfold a whole template; what is included at its top joins the sections."""
        transforms = lookup(root, "Transform")
        items = transforms.value if isinstance(transforms, SequenceNode) else [transforms]
        more = [self.followed(item, 1)[0] for item in items if item is not None and _includes(item)]
        pairs = []
        for key, value in root.value:
            if text(key) == TRANSFORM and _includes(value):
                more.append(self.followed(value, 1)[0])
            else:
                pairs.append((key, self.unfolded(value, 1)[0]))
        root.value = pairs
        for one in more:
            self.join(root, one)

    def join(self, root: MappingNode, more: Node) -> None:
        """Add sections to a template, or resources that are not known to its resources."""
        if not isinstance(more, MappingNode):
            self.faults.append(Fault(more, "what is included at the top is not a mapping"))
            return
        for key, value in more.value:
            section, body = key, value
            if (text(key) or "").startswith("Fn::"):
                section = ScalarNode(STR, "Resources", key.start_mark, key.end_mark)
                body = MappingNode(MAP, [(key, value)], key.start_mark, key.end_mark)
            there = next((old for name, old in root.value if text(name) == section.value), None)
            if isinstance(there, MappingNode) and isinstance(body, MappingNode):
                there.value.extend(body.value)
            else:
                root.value.append((section, body))

    def unfolded(self, node: Node, depth: int) -> Unfolded:
        """Give a node with all its includes unfolded."""
        if not isinstance(node, MappingNode | SequenceNode):
            return node, 1
        if depth > MAX_DEPTH:
            raise _Refused(_TOO_DEEP)
        if id(node) not in self.done:
            function = call(node)
            if function is not None and function.name == TRANSFORM and _includes(function.argument):
                self.done[id(node)] = node, *self.followed(function.argument, depth)
            else:
                below = self.mapping if isinstance(node, MappingNode) else self.sequence
                self.done[id(node)] = node, node, 1 + below(node, depth)
        _, result, height = self.done[id(node)]
        if depth + height > MAX_DEPTH + 1:  # an alias, which may stand deeper than its anchor
            raise _Refused(_TOO_DEEP)
        return result, height

    def mapping(self, node: Node, depth: int) -> int:
        """Unfold what stands in a mapping, and tell how deep that is."""
        pairs, height = [], 0
        for key, value in node.value:
            if text(key) == TRANSFORM and _includes(value):
                inner, below = self.followed(value, depth)
                if not isinstance(inner, MappingNode):
                    self.faults.append(Fault(key, "what is included beside keys is not a mapping"))
                    inner, below = _unknown(value, "what is no mapping")
                pairs += inner.value
            else:
                inner, below = self.unfolded(value, depth + 1)
                pairs.append((key, inner))
            height = max(height, below)
        node.value = pairs
        return height

    def sequence(self, node: Node, depth: int) -> int:
        """Unfold what stands in a list; an included list's items join it."""
        items: list[Node] = []
        height = 0
        for item in node.value:
            inner, below = self.unfolded(item, depth + 1)
            spliced = inner is not item and isinstance(inner, SequenceNode)
            items += inner.value if spliced else [inner]
            height = max(height, below)
        node.value = items
        return height

    def followed(self, argument: Node, depth: int) -> Unfolded:
        """Give what a transform includes, or a function in its place that says what it would."""
        location = lookup(_single(argument), "Parameters", "Location")
        path = text(location)
        if path is None or not is_local(path):
            return _unknown(argument, _shown(location))
        try:
            return self.included(self.tree.named(path, self.trail[-1]), depth)
        except _Refused as exc:
            self.faults.append(Fault(location or argument, f"`{_shown(location)}` {exc}"))
        except InputError as exc:
            message = f"what it includes cannot be read: {exc.message}"
            self.faults.append(Fault(location or argument, message))
        return _unknown(argument, _shown(location))

    def included(self, path: str, depth: int) -> Unfolded:
        """Give what a file holds, unfolded; raises InputError and _Refused."""
        if path in self.trail:
            raise _Refused("includes itself")
        if len(self.trail) > MAX_TRAIL or len(self.files) >= MAX_FILES:
            raise _Refused(
                f"is not included: at most {MAX_FILES} files are, {MAX_TRAIL} through each other"
            )
        root = self.parsed(path)
        self.files.append(path)
        self.room -= _place(root, len(self.files) * LINES, {})
        if self.room < 0:
            raise _Refused(f"makes the template larger than {MAX_NODES:,} nodes")
        self.trail.append(path)
        try:
            return self.unfolded(root, depth)
        finally:
            self.trail.pop()

    def parsed(self, path: str) -> Node:
        data = self.tree.read(path)
        self.read += len(data)
        if len(data) > MAX_BYTES:
            raise _Refused(f"has {len(data):,} bytes; at most {MAX_BYTES:,} are included")
        try:
            root = parse(data.decode())
        except DocumentError as exc:
            raise InputError(f"`{path}:{exc.line}`: {exc.message}") from exc
        except UnicodeDecodeError as exc:
            raise InputError(f"`{path}` is not valid UTF-8") from exc
        if root is None:
            raise InputError(f"`{path}` is empty")
        return root


def _place(node: Node, base: int, sizes: dict[int, int]) -> int:
    """Move a tree to its lines in the shared space, and count the nodes that it unfolds to."""
    if id(node) not in sizes:
        node.start_mark = cast("Mark", _Place(node.start_mark.line + base, node.start_mark.column))
        inner = children(node) if isinstance(node, MappingNode | SequenceNode) else ()
        sizes[id(node)] = 1 + sum(_place(child, base, sizes) for child in inner)
    return sizes[id(node)]


def _depth(node: Node) -> int:
    inner = children(node) if isinstance(node, MappingNode | SequenceNode) else ()
    return 1 + max(map(_depth, inner), default=0)


def _single(argument: Node) -> Node | None:
    """Read a transform's argument: a mapping, or a list of just that."""
    match argument:
        case MappingNode():
            return argument
        case SequenceNode(value=[MappingNode() as item]):
            return item
    return None


def _includes(argument: Node) -> bool:
    return text(lookup(_single(argument), "Name")) == "AWS::Include"


def is_local(location: str) -> bool:
    """Tell a path in the tree from what lies elsewhere: `s3://…`, `https://…`."""
    scheme, found, _ = location.partition("://")
    return not found or scheme == "file"


def _shown(location: Node | None) -> str:
    """Name a location for people, also one that a function gives."""
    function = None if location is None else call(location)
    node = location if function is None else function.argument
    return (text(node) or "a place that is not known")[:_SHOWN]


def _unknown(argument: Node, location: str) -> Unfolded:
    mark = argument.start_mark
    name = ScalarNode(STR, f"{TRANSFORM} of {location}", mark, mark)
    return MappingNode(MAP, [(name, argument)], mark, mark), 1 + _depth(argument)
