"""The waivers that a template holds: in YAML comments, and as data under `Metadata`.

    Metadata:
      tagguard:
        ignore:
          - {rule: missing-tag, key: Owner, reason: "…", until: 2026-12-31}

Those of a resource's `Metadata`, and of comments in it or right above its logical id, are for that
resource; those of the template's own `Metadata` are for all its resources. Nothing is looked at in
files that hold no mark. A waiver that cannot be read stays one, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from yaml.nodes import MappingNode, Node, SequenceNode

from tagguard.cloudformation.declared import LOOP
from tagguard.cloudformation.include import TemplateFile
from tagguard.cloudformation.template import text
from tagguard.cloudformation.yaml_comments import Remark
from tagguard.documents import entries, lookup, named
from tagguard.errors import did_you_mean
from tagguard.ignore_comments import bounded, comment_ignores, statement_ignores, unreadable
from tagguard.model import Ignore, Location

NOWHERE = "it stands at no resource"
FIELDS = ("rule", "key", "reason", "until")


def template_ignores(file: TemplateFile) -> tuple[Ignore, ...]:
    """Give the waivers for all resources of a template."""
    return bounded(_data(file, file.template.root)) if file.may_ignore else ()


def resource_ignores(file: TemplateFile, key: Node, body: Node) -> tuple[Ignore, ...]:
    """Give the waivers for one resource, whose logical id stands at `key`."""
    if not file.may_ignore:
        return ()
    return bounded((*_comments(file, key, body), *_data(file, body)))


def stray_ignores(file: TemplateFile) -> tuple[Ignore, ...]:
    """Give the waivers in comments that stand at no resource."""
    said = file.remarks
    if said is None:
        return ()
    places = _resources(file.template.resources)
    placed = {one for key, body in places for one in said.of(key, body)}
    found = (unreadable(NOWHERE, _location(file, one)) for one in said if one not in placed)
    return bounded(found, "the template")


def _resources(section: Node | None) -> Iterator[tuple[Node, Node]]:
    """Give logical ids and bodies, also those that loops repeat."""
    waiting = [section]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:  # aliases may repeat it
            continue
        seen.add(id(node))
        for key, body in entries(node) if isinstance(node, MappingNode) else ():
            match body:
                case SequenceNode(value=[_, _, output]) if (text(key) or "").startswith(LOOP):
                    waiting.append(output)
                case _:
                    yield key, body


def _comments(file: TemplateFile, key: Node, body: Node) -> Iterator[Ignore]:
    for one in () if file.remarks is None else file.remarks.of(key, body):
        yield from comment_ignores(one.text, _location(file, one))


def _location(file: TemplateFile, one: Remark) -> Location:
    line, column = one.place
    return Location(file.path, line + 1, column + 1)


def _data(file: TemplateFile, owner: Node) -> Iterator[Ignore]:
    node = lookup(owner, "Metadata", "tagguard")
    if node is None:
        return
    if not isinstance(node, MappingNode):
        yield unreadable("`tagguard` must be a mapping with `ignore`", file.location(node))
    for name, value in named(node).items():
        location = file.location(value)
        if name != "ignore":
            near = did_you_mean(name, ["ignore"])
            yield unreadable(f"`{name}` is not known under `tagguard`{near}", location)
            continue
        for item in value.value if isinstance(value, SequenceNode) else [value]:
            yield from _item(item, file.location(item))


def _item(item: Node, location: Location) -> tuple[Ignore, ...]:
    """Read one waiver: a mapping, or the text that a comment would hold after its mark."""
    written = text(item)
    if written is not None:
        return statement_ignores(written, location)
    if not isinstance(item, MappingNode):
        return (unreadable("an exemption is a mapping with `rule` and `reason`", location),)
    fields: dict[str, str] = {}
    for name, node in named(item).items():
        value = text(node)
        if name not in FIELDS:
            why = f"`{name}` is no field of an exemption{did_you_mean(name, FIELDS)}"
            return (unreadable(why, location),)
        if value is None:
            return (unreadable(f"`{name}` is not plain text", location),)
        fields[name] = value.strip() if name != "key" else value
    if not fields.get("rule"):
        return (unreadable("no rule is named", location),)
    return (Ignore(**fields, location=location),)
