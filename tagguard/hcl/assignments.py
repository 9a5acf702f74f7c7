"""Reads one variable file (`.tfvars`, `.tfvars.json`) into what it assigns.

Values are constants: names and functions mean nothing in such a file, and in JSON strings are no
templates. Nothing is evaluated before somebody asks for a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NoReturn

from msgspec import Struct
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.errors import DocumentError, InputError
from tagguard.hcl.evaluate import Budget, TemplateScope, evaluate
from tagguard.hcl.native_syntax import NativeExpression
from tagguard.hcl.nodes import Attribute, Expression, Fault
from tagguard.hcl.parsing import Allowance
from tagguard.hcl.syntax import read
from tagguard.hcl.tree_files import TreeFiles
from tagguard.hcl.values import Failure, Object, Tuple, Value, parse_number
from tagguard.json_nodes import NULL, STR, parse_json
from tagguard.model import Location
from tagguard.tree import Tree


class Assignment(Struct, frozen=True):
    """One `name = value`."""

    location: Location
    """Where the name begins."""
    value: Callable[[Budget], Value]
    """Evaluates it; raises Failure where Terraform would refuse."""


class Assignments(Struct, frozen=True):
    """What one file assigns, as far as it could be read."""

    by_name: Mapping[str, Assignment]
    faults: Sequence[Fault] = ()
    unread: bytes | None = b""
    """The text, where part of it could not be understood; None: not even the text is known."""

    def may_assign(self, name: str) -> bool:
        """Tell whether the name may stand in what could not be read."""
        return self.unread is None or name.encode() in self.unread


def assignments(path: str, tree: Tree, allowance: Allowance | None = None) -> Assignments:
    """Read a file; `allowance` is the time that files of one folder share.

    Without an allowance the file is taken for one that many roots share, and kept.
    """
    try:
        data = tree.read(path)
        if path.endswith(".json"):
            return _json(path, data)
        return _kept(path, data) if allowance is None else _native(path, data, allowance)
    except InputError as exc:
        return Assignments({}, [Fault(Location(path, exc.line or None), exc.message)], None)


def constant(expression: Expression, budget: Budget) -> Value:
    """Evaluate what may only consist of constants; raises Failure where it does not."""
    if isinstance(expression, NativeExpression) and _calls(expression, budget):
        raise Failure("functions cannot be called here")
    return evaluate(expression, _NOWHERE, budget)


@lru_cache(maxsize=8)
def _kept(path: str, data: bytes) -> Assignments:
    return _native(path, data, None)


def _native(path: str, data: bytes, allowance: Allowance | None) -> Assignments:
    file = read(path, data, allowance)
    attributes = file.body.attributes
    found = {
        name: Assignment(each.location, partial(constant, each.expression))
        for name, each in attributes.items()
    }
    if file.faults:
        return Assignments(found, file.faults, data)
    blocks = (
        Fault(block.location, f"`{block.type}` is a block; a variable file only assigns values")
        for block in file.body.blocks()
    )
    return Assignments(found, [*blocks, *_repeated(list(attributes.values()))])


def _repeated(attributes: Sequence[Attribute]) -> Iterator[Fault]:
    """Say what a sound file assigns more than once: a body tells of the first only."""
    known = {attribute.location for attribute in attributes}
    for first in attributes[:1]:
        assert isinstance(first.expression, NativeExpression)
        source, node = first.expression.source, first.expression.written.parent
        body = node.parent if node else None
        for each in body.named_children if body else ():
            if each.type == "attribute" and (location := source.location(each)) not in known:
                yield _twice(source.text(each.named_children[0]), location)


def _twice(name: str, location: Location) -> Fault:
    return Fault(location, f"`{name}` is assigned twice; the first counts")


class _Nowhere(TemplateScope):
    """A scope without names."""

    def _refuse(self, reference: str) -> NoReturn:
        raise Failure(f"{reference} cannot be referred to here")


_NOWHERE = _Nowhere(TreeFiles(Tree([], cwd=Path()), "."), "")


def _calls(expression: NativeExpression, budget: Budget) -> bool:
    """Tell whether a function is called anywhere in an expression."""
    written = expression.written
    if b"(" not in expression.source.data[written.start_byte : written.end_byte]:
        return False
    waiting = [written]
    while waiting and budget.spend(1) is None:
        node = waiting.pop()
        if node.type == "function_call":
            return True
        waiting += node.named_children
    return False


def _json(path: str, data: bytes) -> Assignments:
    try:
        root = parse_json(data.decode())
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        return Assignments({}, [Fault(Location(path, line), "not valid UTF-8")], data)
    except DocumentError as exc:
        place = Location(path, exc.line or None, exc.column or None)
        return Assignments({}, [Fault(place, exc.message)], data)
    if not isinstance(root, MappingNode):
        fault = Fault(_location(path, root), "a variable file in JSON is an object")
        return Assignments({}, [fault], data)
    found: dict[str, Assignment] = {}
    faults: list[Fault] = []
    for key, node in root.value:
        name, location = key.value, _location(path, key)
        if name in found:
            faults.append(_twice(name, location))
        elif name != "//":
            found[name] = Assignment(location, partial(_plain_value, path, node))
    return Assignments(found, faults)


def _plain_value(path: str, node: Node, _budget: Budget) -> Value:
    return _plain(path, node)


def _plain(path: str, node: Node) -> Value:
    """Give a JSON value, all strings as they are."""
    match node:
        case ScalarNode(tag=tag, value=text) if tag == STR:
            return str(text)
        case ScalarNode(tag=tag) if tag == NULL:
            return None
        case ScalarNode(value="true" | "false" as word):
            return bool(word == "true")
        case ScalarNode(value=text):
            return parse_number(text)
        case SequenceNode(value=nodes):
            return Tuple(tuple(_plain(path, each) for each in nodes), kind="tuple")
        case _:
            items = {key.value: _plain(path, value) for key, value in node.value}
            origins = {key.value: _location(path, key) for key, _ in node.value}
            return Object(items, kind="object", origins=origins)


def _location(path: str, node: Node) -> Location:
    return Location(path, node.start_mark.line + 1, node.start_mark.column + 1)
