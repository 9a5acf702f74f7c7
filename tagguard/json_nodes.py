"""JSON text as PyYAML nodes with line and column, so that one walker serves both languages.

PyYAML itself reads most JSON, but not all of it (surrogate pairs, tabs), and slowly.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder
from typing import cast

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.errors import DocumentError

STR, NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"
SEQ, MAP = "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"

MAX_DEPTH = 200
"""Deepest nesting of a document, JSON or YAML; recursion stays far below every stack's end."""


def parse_json(text: str) -> Node:
    """Read one JSON document; raises DocumentError."""
    return _Reader(text).document()


_TOKEN = re.compile(
    r"""[ \t\r\n]*+(?:
        (?P<punct>["{}\[\],:])
      | (?P<literal>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_SPACE = re.compile(r"[ \t\r\n]*")
_LITERAL_TAGS = {
    "true": "tag:yaml.org,2002:bool",
    "false": "tag:yaml.org,2002:bool",
    "null": NULL,
}
_NUMBER = "tag:yaml.org,2002:float"
_decode = JSONDecoder().raw_decode


class _Mark:
    """An offset that becomes line and column, counted from 0 as PyYAML's, when asked."""

    __slots__ = ("index", "starts")

    def __init__(self, starts: list[int], index: int) -> None:
        self.starts = starts
        self.index = index

    @property
    def line(self) -> int:
        return bisect_right(self.starts, self.index) - 1

    @property
    def column(self) -> int:
        return self.index - self.starts[self.line]


class _Reader:
    """JSON text, read into nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(newline.end() for newline in re.finditer("\n", text))]

    def document(self) -> Node:
        node = self.value(self.token(), 0)
        if (lexeme := self.token()) != "":
            raise self.unexpected(lexeme)
        return node

    def token(self) -> str:
        """Step over the next token and give it: for a string only its opening quote."""
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            found = _SPACE.match(self.text, self.at)
            raise self.error("not JSON", found.end() if found else self.at)
        self.at = match.end()
        return match[match.lastgroup or 0]

    def value(self, lexeme: str, depth: int) -> Node:
        mark = cast("Mark", _Mark(self.starts, self.at - len(lexeme)))
        if lexeme == '"':
            return ScalarNode(STR, self.string(), mark, mark, style='"')
        if lexeme in {"{", "["}:
            if depth >= MAX_DEPTH:
                raise self.error(f"nested deeper than {MAX_DEPTH} levels", self.at - 1)
            if lexeme == "{":
                return MappingNode(MAP, self.pairs(depth + 1), mark, mark)
            return SequenceNode(SEQ, self.items(depth + 1), mark, mark)
        if lexeme in {"}", "]", ",", ":", ""}:
            raise self.unexpected(lexeme)
        tag = _LITERAL_TAGS.get(lexeme, _NUMBER)
        return ScalarNode(tag, "" if tag == NULL else lexeme, mark, mark)

    def pairs(self, depth: int) -> list[tuple[Node, Node]]:
        pairs: list[tuple[Node, Node]] = []
        if (lexeme := self.token()) == "}":
            return pairs
        while True:
            if lexeme != '"':
                raise self.unexpected(lexeme)
            key = self.value(lexeme, depth)
            if (colon := self.token()) != ":":
                raise self.unexpected(colon)
            pairs.append((key, self.value(self.token(), depth)))
            if not self.more("}"):
                return pairs
            lexeme = self.token()

    def items(self, depth: int) -> list[Node]:
        items: list[Node] = []
        if (lexeme := self.token()) == "]":
            return items
        while True:
            items.append(self.value(lexeme, depth))
            if not self.more("]"):
                return items
            lexeme = self.token()

    def more(self, closer: str) -> bool:
        """Step over a comma (True) or the closing bracket (False)."""
        lexeme = self.token()
        if lexeme not in {",", closer}:
            raise self.unexpected(lexeme)
        return lexeme == ","

    def string(self) -> str:
        try:
            value, self.at = _decode(self.text, self.at - 1)
        except JSONDecodeError as exc:
            raise self.error(f"a broken string: {exc.msg}", exc.pos) from exc
        text = str(value)
        if text.isascii():
            return text
        # A lone surrogate is JSON but not text: no report could hold it.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def error(self, message: str, at: int) -> DocumentError:
        mark = _Mark(self.starts, at)
        return DocumentError(message, line=mark.line + 1, column=mark.column + 1)

    def unexpected(self, lexeme: str) -> DocumentError:
        found = f"`{lexeme}`" if lexeme else "the end of the text"
        return self.error(f"{found} where JSON expects something else", self.at - len(lexeme))
