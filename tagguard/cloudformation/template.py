"""A CloudFormation or SAM template as its sections, still as nodes with positions.

It says what stands where and evaluates nothing, so that a scan only pays for what tags reach.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.documents import lookup, named, parse
from tagguard.errors import DocumentError, InputError
from tagguard.json_nodes import NULL

_QUALIFIED = re.compile(r"\w+(::[\w@-]+)+")
_DYNAMIC = re.compile(r"\{\{resolve:[^{}]*\}\}")
_LIST_TYPE = re.compile(r"CommaDelimitedList|List<.*>")


MAX_WORK = 50_000_000
"""Most characters that the functions of one template may build."""


class Budget:
    """Counts the work that one template asks for, with all that is nested in it."""

    def __init__(self) -> None:
        self._left = MAX_WORK

    def spend(self, cost: int) -> bool:
        """Take a cost, in characters built, and tell whether the budget still covers it."""
        self._left -= cost
        return self._left >= 0


class Parameter(Struct, frozen=True):
    """One entry of `Parameters`."""

    name: str
    type: str = "String"
    default: str | None = None
    allowed: tuple[str, ...] = ()
    secret: bool = False
    """`NoEcho`: its value may be judged and never shown."""
    cause: str = ""
    """Why the value is not known although it is given."""

    @property
    def is_list(self) -> bool:
        """Its value is a list, written with commas."""
        return _LIST_TYPE.fullmatch(self.type) is not None

    @property
    def is_stored(self) -> bool:
        """What the caller gives is the name of an SSM parameter, not the value."""
        return self.type.startswith("AWS::SSM::Parameter::")


class Template(Struct, frozen=True, eq=False, dict=True):
    """The sections of one template."""

    root: MappingNode
    parameters: Mapping[str, Parameter]
    conditions: Mapping[str, Node]
    macros: tuple[str, ...]
    """Template-wide macros that are not CloudFormation's own: they may change anything."""
    budget: Budget = field(default_factory=Budget)
    """What is left of the work that reading the template may take."""

    @property
    def resources(self) -> Node | None:
        """The `Resources` section."""
        return lookup(self.root, "Resources")

    def mapping(self, name: str, first: str, second: str) -> Node | None:
        """Look a value up in `Mappings`."""
        return self._mappings.get(name, {}).get(first, {}).get(second)

    @property
    def size(self) -> int:
        """Count the declared resources, a loop as one."""
        return len(self._logical_ids)

    def defines(self, logical_id: str) -> bool:
        """Tell whether a resource has this logical id, or may have it because of a loop."""
        return logical_id in self._logical_ids or self._loops

    def global_property(self, type_: str, name: str) -> Node | None:
        """Look up what SAM's `Globals` gives every resource of a type."""
        namespace, _, kind = type_.rpartition("::")
        if namespace != "AWS::Serverless":
            return None
        return self._globals.get(kind, {}).get(name)

    @cached_property
    def _mappings(self) -> dict[str, dict[str, dict[str, Node]]]:
        return {
            name: {first: named(values) for first, values in named(node).items()}
            for name, node in named(lookup(self.root, "Mappings")).items()
        }

    @cached_property
    def _logical_ids(self) -> frozenset[str]:
        return frozenset(named(self.resources))

    @cached_property
    def _loops(self) -> bool:
        return any(name.startswith("Fn::") for name in self._logical_ids)

    @cached_property
    def _globals(self) -> dict[str, dict[str, Node]]:
        kinds = named(lookup(self.root, "Globals"))
        return {kind: named(properties) for kind, properties in kinds.items()}


def load_root(text: str) -> MappingNode:
    """Read a template's text; raises InputError, with the line, for what is no mapping."""
    try:
        root = parse(text)
    except DocumentError as exc:
        raise InputError(f"not a readable template: {exc.message}", line=exc.line) from exc
    if root is None:
        raise InputError("the file is empty; a template is a mapping with `Resources`")
    if not isinstance(root, MappingNode):
        raise InputError(
            "the document is not a mapping; a template is a mapping with `Resources`",
            line=root.start_mark.line + 1,
        )
    return root


def to_template(root: MappingNode) -> Template:
    """Take a template apart into its sections."""
    return Template(
        root=root,
        parameters={
            name: _parameter(name, node) for name, node in named(lookup(root, "Parameters")).items()
        },
        conditions=named(lookup(root, "Conditions")),
        macros=tuple(name for name in _transforms(root) if not name.startswith("AWS::")),
    )


def is_template(template: Template) -> bool:
    """Tell whether a document is meant as a template and does not merely look like one."""
    if lookup(template.root, "AWSTemplateFormatVersion") is not None:
        return True
    if any(name.startswith("AWS::") for name in _transforms(template.root)):
        return True
    return any(
        name.startswith("Fn::ForEach::") or _QUALIFIED.fullmatch(text(lookup(body, "Type")) or "")
        for name, body in named(template.resources).items()
    )


def text(node: Node | None) -> str | None:
    """Give a plain scalar as it is written; None for null and for everything else."""
    if not isinstance(node, ScalarNode) or node.tag == NULL or node.tag.startswith("!"):
        return None
    return str(node.value)


def texts(node: Node | None) -> tuple[str, ...]:
    """Give the plain scalars of a list, or the one that stands in its place."""
    items = node.value if isinstance(node, SequenceNode) else [node]
    return tuple(value for item in items if (value := text(item)) is not None)


def is_dynamic(text: str) -> bool:
    """Tell a text with a dynamic reference: `{{resolve:ssm:/owner}}`."""
    return "{{" in text and _DYNAMIC.search(text) is not None


def _parameter(name: str, node: Node) -> Parameter:
    return Parameter(
        name=name,
        type=text(lookup(node, "Type")) or "String",
        default=text(lookup(node, "Default")),
        allowed=tuple(dict.fromkeys(texts(lookup(node, "AllowedValues")))),
        secret=(text(lookup(node, "NoEcho")) or "").lower() in {"true", "yes", "on"},
    )


def _transforms(root: MappingNode) -> tuple[str, ...]:
    """Give the names under `Transform`: a text, a mapping with `Name`, or a list of both."""
    node = lookup(root, "Transform")
    items = node.value if isinstance(node, SequenceNode) else [node]
    names = (lookup(item, "Name") if isinstance(item, MappingNode) else item for item in items)
    return tuple(name for item in names if (name := text(item)) is not None)
