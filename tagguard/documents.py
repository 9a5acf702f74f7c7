"""YAML and JSON text as a tree of nodes that know their line and column.

One node type (PyYAML's) serves both languages, so taxonomies, configuration and CloudFormation
templates share one reader. Hostile input ends in a `DocumentError`, never in a crash: depth is
bounded before the C parser recurses, and aliases are bounded when they are unfolded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, cast

import yaml
from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.errors import TagguardError

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
STR, NULL, MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"

MAX_DEPTH = 500
"""Deepest nesting that is read. libyaml's composer overflows the C stack near 20,000."""
MAX_NODES = 1_000_000
"""Most nodes that one document may unfold to (guards against the `billion laughs`)."""


class DocumentError(TagguardError):
    """The text is not a document; ``line`` and ``column`` count from 1 (0: not known)."""

    def __init__(self, message: str, *, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class _Position(NamedTuple):
    """Where a node begins; both numbers count from 0, as PyYAML's do."""

    line: int
    column: int


def _mark(line: int, column: int) -> Mark:
    return cast("Mark", _Position(line, column))


def parse(text: str) -> Node | None:
    """Read one YAML or JSON document; None when it is empty."""
    check_depth(text)
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return _parse_json(text)
        except DocumentError:
            if text.lstrip()[:1] == "{" and '"' in text[:200]:
                raise
    return _parse_yaml(text)


def _parse_yaml(text: str) -> Node | None:
    try:
        loader = Loader(text)
        try:
            node: Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise DocumentError(str(exc.problem or exc.context), line=line, column=column) from exc
    except yaml.YAMLError as exc:  # a reader error: a character that YAML forbids
        raise DocumentError(_reader_problem(exc), line=_reader_line(exc, text)) from exc
    return node


def _reader_problem(exc: yaml.YAMLError) -> str:
    character = getattr(exc, "character", None)
    named = f" (U+{character:04X})" if isinstance(character, int) else ""
    return f"a character that YAML does not allow{named}"


def _reader_line(exc: yaml.YAMLError, text: str) -> int:
    position = getattr(exc, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 0


_OPENERS = re.compile(r"[\[\]{}]")
_INDENT = re.compile(rf"^[ \t?:-]{{{MAX_DEPTH},}}", re.MULTILINE)


def check_depth(text: str) -> None:
    """Refuse nesting beyond `MAX_DEPTH` before a recursive parser meets it.

    Brackets inside strings count too: that over-estimates, and only for texts that hold hundreds
    of unclosed ones.
    """
    if (indent := _INDENT.search(text)) is not None:
        line = text.count("\n", 0, indent.start()) + 1
        raise DocumentError(f"nested deeper than {MAX_DEPTH} levels", line=line)
    if text.count("[") + text.count("{") < MAX_DEPTH:
        return
    depth = 0
    for match in _OPENERS.finditer(text):
        depth = depth + 1 if match.group() in "[{" else max(0, depth - 1)
        if depth > MAX_DEPTH:
            line = text.count("\n", 0, match.start()) + 1
            raise DocumentError(f"nested deeper than {MAX_DEPTH} levels", line=line)


# JSON with positions -------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
        (?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")
      | (?P<punct>[{}\[\],:])
      | (?P<literal>-?[0-9][0-9.eE+-]*|true|false|null)
      | (?P<end>$(?![\s\S]))
    )""",
    re.VERBOSE,
)
_LITERAL_TAGS = {
    "true": "tag:yaml.org,2002:bool",
    "false": "tag:yaml.org,2002:bool",
    "null": NULL,
}


class _Json:
    """A token stream over JSON text that builds nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 0
        self.line_start = 0

    def next(self) -> tuple[str, str, Mark]:
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            rest = self.text[self.at :]
            raise self.error("not JSON", self.at + len(rest) - len(rest.lstrip()))
        kind = match.lastgroup or "end"
        start = match.start(kind)
        if (broken := self.text.count("\n", self.at, start)) > 0:
            self.line += broken
            self.line_start = self.text.rindex("\n", self.at, start) + 1
        self.at = match.end()
        return kind, match.group(kind), _mark(self.line, start - self.line_start)

    def error(self, message: str, at: int) -> DocumentError:
        line = self.text.count("\n", 0, at) + 1
        return DocumentError(message, line=line, column=at - self.text.rfind("\n", 0, at))

    def unexpected(self, lexeme: str) -> DocumentError:
        found = f"`{lexeme}`" if lexeme else "the end of the text"
        return self.error(f"{found} where JSON expects something else", self.at - len(lexeme))

    def value(self, kind: str, lexeme: str, mark: Mark) -> Node:
        match kind:
            case "string":
                return ScalarNode(STR, _unquote(lexeme, self), mark, mark, style='"')
            case "literal":
                tag = _LITERAL_TAGS.get(lexeme, "tag:yaml.org,2002:float")
                return ScalarNode(tag, "" if lexeme == "null" else lexeme, mark, mark)
            case "punct" if lexeme == "{":
                return self.mapping(mark)
            case "punct" if lexeme == "[":
                return self.sequence(mark)
        raise self.unexpected(lexeme)

    def mapping(self, mark: Mark) -> MappingNode:
        pairs: list[tuple[Node, Node]] = []
        kind, lexeme, at = self.next()
        if lexeme == "}" and kind == "punct":
            return MappingNode("tag:yaml.org,2002:map", pairs, mark, mark)
        while True:
            if kind != "string":
                raise self.unexpected(lexeme)
            key = self.value(kind, lexeme, at)
            self.expect(":")
            pairs.append((key, self.value(*self.next())))
            if self.expect(",", "}") == "}":
                return MappingNode("tag:yaml.org,2002:map", pairs, mark, mark)
            kind, lexeme, at = self.next()

    def sequence(self, mark: Mark) -> SequenceNode:
        items: list[Node] = []
        kind, lexeme, at = self.next()
        if lexeme == "]" and kind == "punct":
            return SequenceNode("tag:yaml.org,2002:seq", items, mark, mark)
        while True:
            items.append(self.value(kind, lexeme, at))
            if self.expect(",", "]") == "]":
                return SequenceNode("tag:yaml.org,2002:seq", items, mark, mark)
            kind, lexeme, at = self.next()

    def expect(self, *tokens: str) -> str:
        kind, lexeme, _ = self.next()
        if kind != "punct" or lexeme not in tokens:
            raise self.unexpected(lexeme)
        return lexeme


def _unquote(lexeme: str, stream: _Json) -> str:
    if "\\" not in lexeme:
        return lexeme[1:-1]
    import json  # noqa: PLC0415 - only strings with escapes need it

    try:
        return str(json.loads(lexeme))
    except ValueError as exc:
        raise stream.error("a string with a broken escape", stream.at - len(lexeme)) from exc


def _parse_json(text: str) -> Node:
    stream = _Json(text)
    node = stream.value(*stream.next())
    kind, lexeme, _ = stream.next()
    if kind != "end":
        raise stream.unexpected(lexeme)
    return node


# Nodes as data -------------------------------------------------------------------------------


def entries(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    """Walk a mapping's pairs with YAML merge keys (`<<`) unfolded; own keys come last and win."""
    for key, value in node.value:
        if key.tag == MERGE:
            for base in value.value if isinstance(value, SequenceNode) else (value,):
                if isinstance(base, MappingNode) and base is not node:
                    yield from entries(base)
    for key, value in node.value:
        if key.tag != MERGE:
            yield key, value


def lookup(node: Node | None, *path: str) -> Node | None:
    """Follow keys through mappings; None where the path ends early."""
    for name in path:
        if not isinstance(node, MappingNode):
            return None
        found = None
        for key, value in entries(node):
            if isinstance(key, ScalarNode) and key.value == name:
                found = value
        node = found
    return node


def to_text_data(root: Node | None) -> Any:  # noqa: ANN401 - any document
    """Turn nodes into dicts, lists and texts: `0123`, `yes` and `2024-01-01` stay as written.

    An empty scalar is None. Raises `DocumentError` for a repeated key, a key that is not a scalar,
    a cycle, or aliases that unfold to more than `MAX_NODES` nodes.
    """
    return to_data(root, _text_scalar, unique_keys=True)


def _text_scalar(node: ScalarNode) -> str | None:
    return None if node.tag == NULL and node.value in {"", "~"} else str(node.value)


def to_data(
    root: Node | None, scalar: Callable[[ScalarNode], Any], *, unique_keys: bool = False
) -> Any:  # noqa: ANN401 - any document
    """Turn nodes into plain data, with `scalar` deciding what a scalar becomes."""
    budget = [MAX_NODES]
    open_nodes: set[int] = set()

    def convert(node: Node) -> Any:  # noqa: ANN401
        budget[0] -= 1
        if budget[0] < 0:
            raise _at(node, f"aliases unfold to more than {MAX_NODES:,} nodes")
        if isinstance(node, ScalarNode):
            return scalar(node)
        if id(node) in open_nodes:
            raise _at(node, "an alias refers to a node that contains it")
        open_nodes.add(id(node))
        data: Any
        if isinstance(node, SequenceNode):
            data = [convert(item) for item in node.value]
        elif isinstance(node, MappingNode):
            if unique_keys:
                _refuse_repeated_keys(node)
            data = {_key(key): convert(value) for key, value in entries(node)}
        open_nodes.discard(id(node))
        return data

    return None if root is None else convert(root)


def _key(node: Node) -> str:
    if not isinstance(node, ScalarNode):
        raise _at(node, "a key must be plain text")
    return str(node.value)


def _refuse_repeated_keys(node: MappingNode) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        if (name := _key(key)) in seen and key.tag != MERGE:
            raise _at(key, f"the key `{name}` stands here twice")
        seen.add(name)


def _at(node: Node, message: str) -> DocumentError:
    return DocumentError(message, line=node.start_mark.line + 1, column=node.start_mark.column + 1)


def locate(root: Node | None, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Give line and column (from 1) of the deepest node on `path`; its key's where it has one."""
    if root is None:
        return 1, 1
    node, mark = root, root.start_mark
    for step in path:
        if isinstance(node, MappingNode):
            for key, value in entries(node):
                if isinstance(key, ScalarNode) and key.value == str(step):
                    node, mark = value, key.start_mark
                    break
            else:
                break
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            mark = node.start_mark
        else:
            break
    return mark.line + 1, mark.column + 1
