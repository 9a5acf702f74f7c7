"""YAML and JSON text as a tree of nodes that know their line and column.

One node type (PyYAML's) serves both languages, so taxonomies, configuration and CloudFormation
templates share one reader. Hostile input ends in a `DocumentError`, never in a crash or a hang:
whatever `parse` returns is at most `MAX_DEPTH` deep, unfolds to at most `MAX_NODES` nodes and has
no cycle, so nobody who walks the tree needs a guard of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.errors import DocumentError
from tagguard.json_nodes import MAX_DEPTH, NULL, parse_json

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MERGE = "tag:yaml.org,2002:merge"
MAX_NODES = 1_000_000
"""Most nodes that one document may unfold to (guards against the `billion laughs`)."""


def parse(text: str) -> Node | None:
    """Read one YAML or JSON document; None when it is empty."""
    start = text[:200].lstrip()
    if start[:1] in {"{", "["}:
        try:
            return parse_json(text)
        except DocumentError:
            if start[:1] == "{" and '"' in start:
                raise
    return _parse_yaml(text)


def _at(node: Node, message: str) -> DocumentError:
    return DocumentError(message, line=node.start_mark.line + 1, column=node.start_mark.column + 1)


class _BoundedLoader(Loader):  # type: ignore[misc]  # C or Python loader, as installed
    """Counts the depth while composing: the composer recurses on the C stack."""

    depth = 0

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH and parent is not None:
            raise _at(parent, f"nested deeper than {MAX_DEPTH} levels")

    def ascend_resolver(self) -> None:
        self.depth -= 1


def _parse_yaml(text: str) -> Node | None:
    try:
        loader = _BoundedLoader(text)
        try:
            node: Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise DocumentError(_reason(exc, text), line=line, column=column) from exc
    except yaml.YAMLError as exc:  # a reader error: a character that YAML forbids
        raise DocumentError(_reader_reason(exc), line=_reader_line(exc, text)) from exc
    if node is not None and "*" in text and "&" in text:
        _check_aliases(node)
    return node


def _reason(exc: yaml.MarkedYAMLError, text: str) -> str:
    """Say in our words what libyaml says in its own, where its own mislead."""
    problem, mark = str(exc.problem or exc.context), exc.problem_mark
    if "found another document" in problem:
        return "a second YAML document begins here; give each its own file"
    if "cannot start any token" in problem and mark and text[mark.index : mark.index + 1] == "\t":
        return "a tab where YAML allows only spaces"
    return problem


def _reader_reason(exc: yaml.YAMLError) -> str:
    character = getattr(exc, "character", None)
    named = f" (U+{character:04X})" if isinstance(character, int) else ""
    return f"a character that YAML does not allow{named}"


def _reader_line(exc: yaml.YAMLError, text: str) -> int:
    position = getattr(exc, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 0


def _check_aliases(root: Node) -> None:
    """Refuse aliases that unfold to too many nodes, nest too deep, or contain themselves.

    An anchor stands before its aliases, so a walk in document order has measured it by then; one
    that is still open is an ancestor.
    """
    measured: dict[int, tuple[int, int] | None] = {}

    def measure(node: Node) -> tuple[int, int]:
        if not isinstance(node, MappingNode | SequenceNode):
            return 1, 1
        if id(node) in measured:
            known = measured[id(node)]
            if known is None:
                raise _at(node, "an alias refers to a node that contains it")
            return known
        measured[id(node)] = None
        size, height = 1, 0
        for child in children(node):
            child_size, child_height = measure(child)
            size, height = size + child_size, max(height, child_height)
        if size > MAX_NODES:
            raise _at(node, f"aliases unfold to more than {MAX_NODES:,} nodes")
        if height >= MAX_DEPTH:
            raise _at(node, f"nested deeper than {MAX_DEPTH} levels")
        measured[id(node)] = size, height + 1
        return size, height + 1

    measure(root)


def children(node: MappingNode | SequenceNode) -> Iterator[Node]:
    """Walk everything that stands directly in a node, a mapping's keys among it."""
    for child in node.value:
        if isinstance(child, tuple):
            yield from child
        else:
            yield child


def entries(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    """Walk a mapping's pairs with YAML merge keys (`<<`) unfolded; own keys come last and win.

    Of several bases the first one wins, so it comes after the others.
    """
    for key, _ in node.value:
        if key.tag == MERGE:
            return _merged(node)
    return iter(node.value)


def _merged(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    layers: list[list[tuple[Node, Node]]] = []
    waiting, seen = [node], set()
    while waiting:
        mapping = waiting.pop()
        if id(mapping) not in seen:
            seen.add(id(mapping))
            layers.append([pair for pair in mapping.value if pair[0].tag != MERGE])
            waiting.extend(reversed(list(_bases(mapping))))
    return chain.from_iterable(reversed(layers))


def _bases(node: MappingNode) -> Iterator[MappingNode]:
    for key, value in node.value:
        if key.tag == MERGE:
            for base in value.value if isinstance(value, SequenceNode) else (value,):
                if isinstance(base, MappingNode):
                    yield base


def lookup(node: Node | None, *path: str) -> Node | None:
    """Follow keys through mappings; None where the path ends early."""
    for name in path:
        if not isinstance(node, MappingNode):
            return None
        found = None
        for key, value in entries(node):
            if key.value == name and isinstance(key, ScalarNode):
                found = value
        node = found
    return node


def named(node: Node | None) -> dict[str, Node]:
    """Give a mapping's values by their plain keys, for many look-ups; nothing for other nodes."""
    if not isinstance(node, MappingNode):
        return {}
    return {str(key.value): value for key, value in entries(node) if isinstance(key, ScalarNode)}


def to_text_data(root: Node | None) -> Any:  # noqa: ANN401 - any document
    """Turn nodes into dicts, lists and texts: `0123`, `yes` and `2024-01-01` stay as written.

    An empty scalar is None. Raises `DocumentError` for a repeated key or one that is not a scalar.
    """
    return to_data(root, _text_scalar, unique_keys=True)


def _text_scalar(node: ScalarNode) -> str | None:
    return None if node.tag == NULL and node.value in {"", "~"} else str(node.value)


def _untagged(_tag: str, data: Any) -> Any:  # noqa: ANN401 - any document
    return data


def to_data(
    root: Node | None,
    scalar: Callable[[ScalarNode], Any],
    tagged: Callable[[str, Any], Any] = _untagged,
    *,
    unique_keys: bool = False,
) -> Any:  # noqa: ANN401 - any document
    """Turn nodes into plain data.

    `scalar` decides what a scalar becomes, `tagged` what becomes of data under a tag of the
    document's own (``!Sub``). `unique_keys` refuses a repeated key and one that is not a scalar.
    """

    def convert(node: Node) -> Any:  # noqa: ANN401
        data: Any
        if isinstance(node, ScalarNode):
            data = scalar(node)
        elif isinstance(node, SequenceNode):
            data = [convert(item) for item in node.value]
        elif isinstance(node, MappingNode):
            if unique_keys:
                for key in repeated_keys(node):
                    raise _at(key, f"the key `{key.value}` stands here twice")
            data = {keyed(key): convert(value) for key, value in entries(node)}
        return tagged(node.tag, data) if node.tag[:1] == "!" else data

    def keyed(key: Node) -> str:
        if isinstance(key, ScalarNode):
            return str(key.value)
        if unique_keys:
            raise _at(key, "a key must be plain text")
        return str(convert(key))

    return None if root is None else convert(root)


def repeated_keys(node: MappingNode) -> Iterator[ScalarNode]:
    """Give each key that stands in this mapping a second time."""
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, ScalarNode) and key.tag != MERGE:
            if key.value in seen:
                yield key
            seen.add(key.value)


def locate(root: Node | None, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Give line and column (from 1) of the deepest node on `path`; its key's where it has one."""
    if root is None:
        return 1, 1
    node, mark = root, root.start_mark
    for step in path:
        found: tuple[Node, Node] | None = None
        if isinstance(node, MappingNode):
            for key, value in entries(node):
                if isinstance(key, ScalarNode) and key.value == str(step):
                    found = key, value
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step], node.value[step]
        if found is None:
            break
        node, mark = found[1], found[0].start_mark
    return mark.line + 1, mark.column + 1
