"""Puts the parts of a template together: white space stripped, directives nested.

The order and the grain are those of Terraform's own parser: literal text comes as lines, strip
markers reach no further than the line beside them, then the indentation of `<<-` goes, which is
the smallest of all lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from tagguard.hcl.evaluation import Term
from tagguard.hcl.for_expressions import Loop
from tagguard.hcl.templates import Template, TemplateFor, TemplateIf
from tagguard.hcl.terms import Literal, Unreadable

_EMPTY = Literal("")


class Part(Struct):
    """A line of text, an interpolation or a directive."""

    kind: str
    """`text`, `value`, `if`, `else`, `endif`, `for`, `endfor`."""
    text: str = ""
    term: Term = _EMPTY
    names: tuple[str, str] = ("", "")
    """What a `for` binds; the first may be empty."""
    size: int = 1
    """How many terms `term` has."""
    strips_before: bool = False
    strips_after: bool = False


def assemble(parts: Sequence[Part], *, indented: bool = False) -> Term:
    """Make one term of the parts; a lone interpolation stands for its value, of any type."""
    _strip(parts)
    if indented:
        _outdent(parts)
    if not parts:
        return _EMPTY
    if len(parts) == 1 and parts[0].kind == "value":
        return parts[0].term
    if all(part.kind == "text" for part in parts):
        return Literal("".join(part.text for part in parts))
    waiting = iter(parts)
    body, end = _body(waiting)
    return Unreadable() if end else body


def _strip(parts: Sequence[Part]) -> None:
    for before, after in pairwise(parts):
        if before.strips_after and after.kind == "text":
            after.text = after.text.lstrip()
        if after.strips_before and before.kind == "text":
            before.text = before.text.rstrip()


def _outdent(parts: Sequence[Part]) -> None:
    """Take the indentation away that all lines share; empty ones have none."""
    begins_line, least = True, None
    lines: list[Part] = []
    for part in parts:
        if begins_line:
            begins_line = False
            stripped = part.text.lstrip()
            if part.kind != "text":
                least = 0
            elif stripped or not part.text.endswith("\n"):
                spaces = len(part.text) - len(stripped)
                least = spaces if least is None else min(least, spaces)
                lines.append(part)
        if part.kind == "text" and part.text.endswith("\n"):
            begins_line = True
    for part in lines:
        part.text = part.text[least or 0 :]


def _body(waiting: Iterator[Part]) -> tuple[Template, str]:
    """Give what stands before the next `else` or end of a directive, and which of them it was."""
    terms: list[Term] = []
    for part in waiting:
        if part.kind == "text":
            if part.text:
                terms.append(Literal(part.text))
        elif part.kind == "value":
            terms.append(part.term)
        elif part.kind == "if":
            terms.append(_choice(part, waiting))
        elif part.kind == "for":
            body, end = _body(waiting)
            loop = Loop(*part.names, part.term, size=part.size + len(body.parts))
            terms.append(TemplateFor(loop, body) if end == "endfor" else Unreadable())
        else:
            return Template(tuple(terms)), part.kind
    return Template(tuple(terms)), ""


def _choice(part: Part, waiting: Iterator[Part]) -> Term:
    yes, end = _body(waiting)
    no = Template(())
    if end == "else":
        no, end = _body(waiting)
    return TemplateIf(part.term, yes, no) if end == "endif" else Unreadable()
