"""What a nested stack gets from the one around it: its template, its parameters, its tags.

Where the parent stack does not tell a value, the nested stack does not know it either, even where
its own parameter has a default. Nothing here opens a file or yields a resource.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import MappingNode, Node

from tagguard.cloudformation.facts import Assumption
from tagguard.cloudformation.include import is_local
from tagguard.cloudformation.intrinsics import Evaluator, Text, Undecided, call, refuse_call
from tagguard.cloudformation.template import Parameter, Template, text
from tagguard.cloudformation.worlds import Open, World, explore
from tagguard.documents import entries, lookup
from tagguard.json_nodes import NULL
from tagguard.model import Resource, Tag

STACKS = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
"""Types that are a stack of their own, and the property that names its template."""

SHARED = ("AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix")
"""Pseudo parameters that a nested stack has in common with the one around it."""

_UNREAD = "its template is not read"


class Reference(Struct, frozen=True, eq=False):
    """The local template that a nested stack names."""

    location: str
    """As it is written, relative to the template that names it."""
    node: Node
    literal: bool
    """It is written out, so there must be such a file; else it may be part of an address."""


def reference(body: Node, type_: str, world: World) -> Reference | str:
    """Give the local template of a nested stack, or say why there is none.

    It may lie elsewhere (`https://…`, S3, the Serverless Application Repository), or only a
    deployment knows it. CDK names the file in `Metadata`.
    """
    name = STACKS[type_]
    asset = lookup(body, "Metadata", "aws:asset:path")
    if asset is not None and text(lookup(body, "Metadata", "aws:asset:property")) == name:
        location = text(asset)
        return _UNREAD if location is None else Reference(location, asset, literal=True)
    written = lookup(body, "Properties", name)
    try:
        value = Evaluator(world.settled()).text(written)
    except Undecided as exc:
        elsewhere = lookup(written, "ApplicationId") is not None
        why = "it lies in the Serverless Application Repository" if elsewhere else exc.reason
    else:
        if value and written and not value.secret and is_local(value.value):
            return Reference(value.value, written, literal=call(written) is None)
        why = f"it lies at `{value.shown}`" if value else f"there is no `{name}`"
    return f"{_UNREAD}: {why}"


def given(
    template: Template, properties: Node | None, world: World, address: str
) -> tuple[Template, dict[str, str]]:
    """Give a nested template as its parent's `Parameters` leave it, and the values that are sure.

    `world` and `address` are those of the stack's own resource. Nobody else sets a parameter of a
    nested stack: where the parent stack does not, its default is sure.
    """
    parameters: dict[str, Parameter] = {}
    shared = {name: world.facts.pseudo(name) for name in SHARED}
    values = {name: value for name, value in shared.items() if value is not None}
    try:
        nodes, gap = _passed(lookup(properties, "Parameters"), world), ""
    except Undecided as exc:
        nodes, gap = {}, exc.reason
    for name, parameter in template.parameters.items():
        value, where = None, f"parameter `{name}` of the stack `{address}`"
        if name in nodes:
            parameters[name], value = _narrowed(parameter, nodes[name], world, where)
        elif gap:
            parameters[name] = replace(parameter, default=None, cause=_passed_on(gap, where))
        else:
            value = parameter.default
            cause = f"depends on {where}, which the stack around it gives no value"
            parameters[name] = replace(parameter, cause=cause)
        if value is not None:
            values[name] = value
    return replace(template, parameters=parameters, budget=world.template.budget), values


def _passed(node: Node | None, world: World) -> dict[str, Node]:
    """Give what the parent passes, by name; raises Undecided where that is not known."""
    node = Evaluator(world.settled()).branch(node)
    if node is None or node.tag == NULL:
        return {}
    refuse_call(node)
    if not isinstance(node, MappingNode):
        raise Undecided("`Parameters` is not a mapping")
    nodes = {text(key) or "": value for key, value in entries(node)}
    for name in nodes:
        if name.startswith("Fn::"):
            raise Undecided(f"`{name}` is not unfolded")
    return nodes


def _passed_on(reason: str, where: str) -> str:
    """Say why a value is not known that the stack around gives: the first time, where it goes."""
    start = " (passed on as "
    return reason if start in reason else f"{reason}{start}{where})"


def _narrowed(
    parameter: Parameter, node: Node, world: World, where: str
) -> tuple[Parameter, str | None]:
    """Give a parameter with what its parent tells of its value, and the value if it is sure."""
    likely, cause = _texts(node, world)
    possible, _ = _texts(node, _Whole(world.facts, world.bindings, world.forks))
    if likely == [None]:
        return parameter, parameter.default
    values = [value.value for value in likely if value is not None]
    secret = parameter.secret or any(value and value.secret for value in (*likely, *possible))
    narrowed = replace(
        parameter,
        default=values[0] if len(values) == len(likely) == 1 else None,
        secret=secret,
        cause=_passed_on(cause or "depends on what is open in the stack around it", where),
    )
    if not possible or None in possible:
        return narrowed, None
    allowed = tuple(value.value for value in possible if value is not None)
    return replace(narrowed, allowed=allowed), allowed[0] if len(allowed) == 1 else None


def _texts(node: Node, world: World) -> tuple[list[Text | None], str]:
    """Give the different texts that a node may have in a world, or why they are not known."""
    try:
        ways = explore(world, lambda current: Evaluator(current).text(node))
    except Undecided as exc:
        return [], exc.reason
    texts = list(dict.fromkeys(value for _, value in ways))
    return texts, "" if texts else "depends on more open conditions than can be tried"


class _Whole(World, frozen=True, eq=False):
    """A world that tells everything that a parameter may be: a default alone decides nothing."""

    def parameter(self, name: str) -> Text:
        """Give the one value that a parameter may have; raises Undecided and Open."""
        values = self.facts.values(name)
        parameter = self.template.parameters[name]
        if parameter.is_stored or len(values) <= 1:
            return World.parameter(self, name)
        if None in values or not self.forks:
            raise Undecided(f"depends on parameter `{name}`")
        raise Open(*(Assumption(name, value, f"`{name}` is `{value}`") for value in values))


def handed_on(stack: Mapping[str, Tag], resource: Resource) -> tuple[dict[str, Tag], str]:
    """Give the tags that a nested stack hands on to what is in it, and why there may be more.

    They are those of the stack around it and its own: CloudFormation User Guide, "Resource tag",
    and the property `Tags` of `AWS::CloudFormation::Stack`.
    """
    sets = [variant.tags for variant in resource.variants] or [resource.tags]
    tags, gaps = dict(stack), [one.reason for one in sets if not one.complete]
    for key in dict.fromkeys(tag.key for one in sets for tag in one):
        found = [one.get(key) for one in sets]
        if None in found and key not in stack:
            gaps.append(f"whether it has the tag `{key}` depends on what is open there")
            continue
        ways = [tag or stack[key] for tag in found]
        tag = replace(ways[0], provenance="stack", overrides="")
        if any(way.value != tag.value for way in ways):
            tag = replace(
                tag,
                value=None,
                unknown=f"depends on what is open in the tags of `{resource.address}`",
            )
        tags[key] = tag
    reason = "; ".join(dict.fromkeys(gaps))
    return tags, f"the tags of the stack `{resource.address}`: {reason}" if gaps else ""
