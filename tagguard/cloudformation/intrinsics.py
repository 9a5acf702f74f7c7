"""Intrinsic functions: how they are written, and the text that they give where that is decidable.

Short (`!Sub`) and long (`Fn::Sub:`) forms are one thing here. Whatever only a deployment knows ends
in `Undecided` with a reason for people; nothing is guessed. What each function does is told in the
CloudFormation User Guide, "Intrinsic function reference".
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, NamedTuple, Protocol, TypeGuard

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.cloudformation.template import MAX_WORK, Template, is_dynamic, text, texts
from tagguard.documents import lookup, named
from tagguard.json_nodes import MAP, NULL, SEQ, STR
from tagguard.model import SENSITIVE

MAX_TEXT = 10_000
"""Longest text that functions give and loops put in, though no longest text that is written out."""
MAX_CALLS = 30
"""Deepest nesting of functions inside functions."""

_ITEM = 50
"""What an item of a list costs, in characters built."""
_SCANNED = 100
"""How many characters may be read for the cost of one that is built."""
_MAX_REASON = 500

_PLACEHOLDER = re.compile(r"\$\{([^${}]*)\}")
_IDENTIFIER = re.compile(r"[$&]\{([^{}]*)\}")
_AT_DEPLOYMENT = {"Fn::Cidr", "Fn::GetAZs", "Fn::GetStackOutput"}


class Undecided(Exception):  # noqa: N818 - an answer of the evaluation, not an error
    """The template alone does not tell; ``reason`` says what would."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason[:_MAX_REASON])
        self.reason = reason[:_MAX_REASON]


class Text(NamedTuple):
    """A text that was evaluated."""

    value: str
    secret: bool = False
    """Comes from a `NoEcho` parameter, or was selected by one."""

    @property
    def shown(self) -> str:
        """The text as a message may quote it."""
        return SENSITIVE if self.secret else self.value[:200]


class Call(NamedTuple):
    """A function, by its long name (`Ref`, `Fn::Sub` …), and its argument."""

    name: str
    argument: Node


class Scope(Protocol):
    """What functions ask about their surroundings."""

    @property
    def template(self) -> Template:
        """The template that everything stands in."""

    def substituted(self, text: str) -> str:
        """Put the values of `Fn::ForEach` identifiers into a text."""

    def bound(self, name: str) -> str | None:
        """Give the value of a `Fn::ForEach` identifier; None where there is none."""

    def parameter(self, name: str) -> Text:
        """Give the value of a parameter; raises Undecided."""

    def pseudo(self, name: str) -> str | None:
        """Give the value of a pseudo parameter (`AWS::Region`); None where it is not known."""

    def holds(self, condition: str) -> bool:
        """Tell whether a condition is true; raises Undecided."""


def call(node: Node) -> Call | None:
    """Read a node as a function call; None when it is plain data."""
    if node.tag[:1] == "!" and len(node.tag) > 1:
        return Call(long_name(node.tag), _without_tag(node))
    if isinstance(node, MappingNode) and len(node.value) == 1:
        name, argument = text(node.value[0][0]) or "", node.value[0][1]
        if name == "Ref" or name.startswith("Fn::"):
            return Call(name, argument)
    return None


def _is_plain(node: Node | None) -> TypeGuard[ScalarNode]:
    return isinstance(node, ScalarNode) and node.tag[:1] != "!"


def refuse_call(node: Node) -> None:
    """Raise Undecided where a function stands that is not followed."""
    if (function := call(node)) is not None:
        raise _unknown(function.name)


def long_name(tag: str) -> str:
    """Spell a short form's tag in the long form: `!Sub` is `Fn::Sub`, `!Ref` is `Ref`."""
    name = tag.removeprefix("!").removeprefix("Fn::")
    return name if name in {"Ref", "Condition"} else f"Fn::{name}"


def _without_tag(node: Node) -> Node:
    if isinstance(node, MappingNode):
        return MappingNode(MAP, node.value, node.start_mark, node.end_mark)
    if isinstance(node, SequenceNode):
        return SequenceNode(SEQ, node.value, node.start_mark, node.end_mark)
    return ScalarNode(STR, node.value, node.start_mark, node.end_mark)


def substituted(text: str, bindings: Mapping[str, str]) -> str:
    """Put the values of `Fn::ForEach` identifiers into a text; raises Undecided for a long one."""
    parts: list[str] = []
    size, rest = len(text), 0
    for found in _IDENTIFIER.finditer(text) if bindings else ():
        if (value := bindings.get(found[1])) is not None:
            parts += text[rest : found.start()], value
            rest = found.end()
            size += len(value) - len(found[0])
            if size > MAX_TEXT:
                raise _too_long()
    return "".join([*parts, text[rest:]]) if parts else text


def spend(template: Template, cost: int) -> None:
    """Take a cost, in characters built, from a template's budget; raises Undecided."""
    if not template.budget.spend(cost):
        raise Undecided(f"the template's functions build more than {MAX_WORK:,} characters")


class Evaluator:
    """Evaluates nodes in one scope. Every method raises Undecided."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._depth = 0

    def text(self, node: Node | Text | None) -> Text | None:
        """Give the text of a node; None where the value is absent (null or `AWS::NoValue`)."""
        if not isinstance(node, Text):
            if not _is_plain(node) and (node := self.branch(node)) is None:
                return None
            if _is_plain(node):
                if node.tag == NULL:
                    return None
                node = Text(self.scope.substituted(str(node.value)))
                if cost := len(node.value) // _SCANNED:
                    self._spend(cost)
            elif (function := call(node)) is not None:
                with self._nested():
                    node = self._evaluated(function)
                if len(node.value) > MAX_TEXT:
                    raise _too_long()
                self._spend(len(node.value))
            else:
                raise Undecided("a list or a mapping stands where a text belongs")
        if is_dynamic(node.value):
            raise Undecided("known at deployment: a dynamic reference")
        return node

    def items(self, node: Node | None) -> list[Node | Text]:
        """Give the items of a list, each of them still to be evaluated."""
        if (node := self.branch(node)) is None:
            return []
        match call(node):
            case None if isinstance(node, SequenceNode):
                return list(node.value)
            case Call("Fn::Split", argument):
                glue, whole = self._arguments("Fn::Split", argument, 2)
                separator, joined = self._present(glue), self._present(whole)
                if not separator.value:
                    raise Undecided("`Fn::Split` has an empty delimiter")
                secret = joined.secret or separator.secret
                return [Text(part, secret) for part in self._split(joined, separator.value)]
            case Call("Ref", argument):
                value = self._ref(argument)
                parts = self._split(value, ",")
                return [Text(part.strip(), value.secret) for part in parts]
            case Call("Fn::FindInMap", argument):
                with self._nested():
                    found, secret = self._find_in_map(argument)
                    items = self.items(found)
                    return [_tainted(self._present(item)) for item in items] if secret else items
            case Call(name):
                raise _unknown(name)
        raise Undecided("a text or a mapping stands where a list belongs")

    def branch(self, node: Node | None) -> Node | None:
        """Follow `Fn::If` to what stands in its place; None for null's kin, `AWS::NoValue`."""
        while node is not None and (function := call(node)) is not None:
            if function.name == "Ref" and text(function.argument) == "AWS::NoValue":
                return None
            if function.name != "Fn::If":
                break
            condition, yes, no = self._arguments("Fn::If", function.argument, 3)
            node = yes if self.scope.holds(text(condition) or "") else no
        return node

    def _split(self, joined: Text, separator: str) -> list[str]:
        self._spend(len(joined.value) + _ITEM * joined.value.count(separator))
        return joined.value.split(separator)

    def _spend(self, cost: int) -> None:
        spend(self.scope.template, cost)

    @contextmanager
    def _nested(self) -> Iterator[None]:
        if self._depth >= MAX_CALLS:
            raise Undecided(f"functions nest deeper than {MAX_CALLS} levels")
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def _evaluated(self, function: Call) -> Text:
        name, argument = function
        if (evaluate := self._functions.get(name)) is None:
            raise _unknown(name)
        return evaluate(self, argument)

    def _ref(self, argument: Node) -> Text:
        if (name := text(argument)) is not None:
            return self._named(self.scope.substituted(name))
        chosen = self._present(argument)  # `AWS::LanguageExtensions` lets a function name it
        if chosen.secret:
            raise Undecided("a confidential value says what `Ref` refers to")
        return self._named(chosen.value)

    def _get_att(self, argument: Node) -> Text:
        raise Undecided(f"known at deployment: {'.'.join(texts(argument))}")

    def _import_value(self, argument: Node) -> Text:
        raise Undecided(f"known at deployment: the export `{self._present(argument).shown}`")

    def _join(self, argument: Node) -> Text:
        glue, parts = self._arguments("Fn::Join", argument, 2)
        separator, items = self._present(glue), self.items(parts)
        values = [self._present(item) for item in items if self.stays(item)]
        if items and not values:
            raise _absent()
        return _joined(values, separator)

    def _length(self, argument: Node) -> Text:
        items = self.items(argument)
        if not all(self.stays(item) for item in items):
            raise Undecided("`Fn::Length` counts a list that leaves out an item")
        return Text(str(len(items)), any(isinstance(one, Text) and one.secret for one in items))

    def _base64(self, argument: Node) -> Text:
        value = self._present(argument)
        return Text(b2a_base64(value.value.encode(), newline=False).decode(), value.secret)

    def _to_json_string(self, argument: Node) -> Text:
        from tagguard.cloudformation.json_string import (  # noqa: PLC0415 - it needs this module
            json_parts,
        )

        return _joined(json_parts(self, argument), Text(""))

    def _mapped(self, argument: Node) -> Text:
        found, secret = self._find_in_map(argument)
        value = self._present(found)
        return _tainted(value) if secret else value

    def stays(self, item: Node | Text) -> bool:
        """Tell whether an item of a list is there: `AWS::NoValue` leaves it out."""
        return isinstance(item, Text) or self.branch(item) is not None

    def _present(self, node: Node | Text) -> Text:
        if (value := self.text(node)) is None:
            raise _absent()
        return value

    def _arguments(self, name: str, node: Node, count: int) -> list[Node]:
        if not isinstance(node, SequenceNode) or len(node.value) < count:
            raise Undecided(f"`{name}` is not written as a list of {count}")
        return list(node.value[:count])

    def _named(self, name: str) -> Text:
        if (bound := self.scope.bound(name)) is not None:
            return Text(bound)
        if name in self.scope.template.parameters:
            if len((value := self.scope.parameter(name)).value) > MAX_TEXT:
                raise _too_long()
            return value
        if name.startswith("AWS::") and (given := self.scope.pseudo(name)) is not None:
            return Text(given)
        if name.startswith("AWS::") or self.scope.template.defines(name.partition(".")[0]):
            raise Undecided(f"known at deployment: {name}")
        raise Undecided(f"refers to `{name}`, which the template does not define")

    def _sub(self, argument: Node) -> Text:
        variables: dict[str, Node] = {}
        if isinstance(argument, SequenceNode):
            argument, second = self._arguments("Fn::Sub", argument, 2)
            variables = named(second)
        if (pattern := text(argument)) is None:
            raise Undecided("`Fn::Sub` has no text")
        if len(pattern) > MAX_TEXT:
            raise _too_long()
        parts: list[Text] = []
        rest = 0
        pattern = self.scope.substituted(pattern)
        for found in _PLACEHOLDER.finditer(pattern):
            parts.append(Text(pattern[rest : found.start()]))
            rest = found.end()
            name = found[1].strip()
            if name.startswith("!"):
                parts.append(Text(f"${{{name[1:]}}}"))
            elif (own := variables.get(name)) is not None:
                parts.append(self._present(own))
            else:
                parts.append(self._named(name))
        return _joined([*parts, Text(pattern[rest:])], Text(""))

    def _select(self, argument: Node) -> Text:
        position, choices = self._arguments("Fn::Select", argument, 2)
        index, items = self._present(position), self.items(choices)
        if not re.fullmatch(r"[0-9]{1,6}", index.value) or int(index.value) >= len(items):
            raise Undecided(f"`Fn::Select` finds nothing at index {index.shown[:20]}")
        value = self._present(items[int(index.value)])
        return _tainted(value) if index.secret else value

    def _find_in_map(self, argument: Node) -> tuple[Node, bool]:
        """Give what the map holds, and whether a secret selected it."""
        names = [self._present(part) for part in self._arguments("Fn::FindInMap", argument, 3)]
        secret = any(name.secret for name in names)
        first, second, third = (name.value for name in names)
        found = self.scope.template.mapping(first, second, third)
        if found is not None:
            refuse_call(found)  # a mapping holds no functions, so it cannot lead to itself
            if isinstance(found, SequenceNode):
                self._spend(_ITEM * len(found.value))
                for item in found.value:
                    refuse_call(item)
            return found, secret
        rest = argument.value[3:]
        if not rest or (default := lookup(rest[0], "DefaultValue")) is None:
            path = ".".join(name.shown for name in names)
            raise Undecided(f"`Fn::FindInMap` finds nothing at {path[:200]}")
        return default, secret

    _functions: ClassVar[Mapping[str, Callable[[Evaluator, Node], Text]]] = {
        "Ref": _ref,
        "Fn::Base64": _base64,
        "Fn::FindInMap": _mapped,
        "Fn::GetAtt": _get_att,
        "Fn::ImportValue": _import_value,
        "Fn::Join": _join,
        "Fn::Length": _length,
        "Fn::Select": _select,
        "Fn::Sub": _sub,
        "Fn::ToJsonString": _to_json_string,
    }


def _joined(parts: list[Text], separator: Text) -> Text:
    size = sum(len(part.value) + len(separator.value) for part in parts)
    if size > MAX_TEXT:
        raise _too_long()
    secret = separator.secret or any(part.secret for part in parts)
    return Text(separator.value.join(part.value for part in parts), secret)


def _tainted(text: Text) -> Text:
    """Make a text that a secret selected a secret."""
    return text._replace(secret=True)


def _absent() -> Undecided:
    return Undecided("a function's argument has no value")


def _too_long() -> Undecided:
    return Undecided(f"functions give a text longer than {MAX_TEXT:,} characters")


def _unknown(name: str) -> Undecided:
    if name in _AT_DEPLOYMENT:
        return Undecided(f"known at deployment: {name}")
    return Undecided(f"`{name}` is not unfolded")
