"""What a Terraform file consists of, whether it is written in HCL or in JSON.

Only shapes: how they come out of a text is the business of `native_syntax` and `json_syntax`, what
they mean that of their users. Bodies and expressions are read when they are looked into, so that
a big file of which little is wanted costs little more than its parse. Nodes hold no cycles, so the
garbage collector need not look at them (`gc=False`); there are many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct

from tagguard.hcl.evaluation import Program
from tagguard.model import Location


class Fault(Struct, frozen=True, gc=False):
    """One place where a text is not what its language allows."""

    location: Location
    message: str
    hint: str = ""
    """What to do, where that is not plain."""


class Expression(Protocol):
    """What stands behind an `=`; it is taken apart here, evaluated only by its `program`.

    Parentheses are looked through. All methods but `literal` give nothing where the expression is
    of another sort.
    """

    @property
    def location(self) -> Location:
        """Where it begins."""

    def literal(self) -> str | None:
        """Give the text of a constant string, number or boolean; None for all else, `null` too."""

    def text(self) -> str:
        """Give it as it is written; in JSON, what a string holds."""

    def entries(self) -> Sequence[Entry]:
        """Give what an object constructor `{…}` is written with, in order."""

    def elements(self) -> Sequence[Expression]:
        """Give what a tuple constructor `[…]` is written with."""

    def branches(self) -> Sequence[Expression]:
        """Give the results of a conditional, of a chain of them all."""

    def call(self) -> tuple[str, Sequence[Expression]]:
        """Give the name of the called function and its arguments; ``("", ())`` for no call."""

    def reference(self) -> str:
        """Give a plain reference as it is written (`local.tags`), without indexes or splats."""

    def program(self) -> Program:
        """Give what evaluates it, made when first asked for."""


class Entry(Struct, frozen=True, gc=False):
    """One `key = value` in an object constructor."""

    key: str | None
    """None: the key is computed."""
    location: Location
    """Where the key begins."""
    written: Expression
    """The key as an expression."""
    value: Expression


class Attribute(Struct, frozen=True, gc=False):
    """One `name = expression` in a body."""

    name: str
    location: Location
    """Where the name begins."""
    expression: Expression


class Comment(Struct, frozen=True, gc=False):
    """What one line of a comment says to tagguard, from its mark on."""

    location: Location
    text: str


class Body(Protocol):
    """What stands between the braces of a block, or in a whole file.

    In JSON nothing but the reader's knowledge tells attributes from blocks, so there all members
    are attributes, and those that can be are blocks as well.
    """

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """The attributes by name; of two alike the first."""

    def blocks(self, type_: str = "") -> Sequence[Block]:
        """Give the blocks of one type, or all, in order."""

    def comments(self) -> Sequence[Comment]:
        """Give the comments to tagguard in it, or right above the block whose body it is."""


class Block(Struct, frozen=True, gc=False):
    """One `type "label" … { body }`."""

    type: str
    labels: tuple[str, ...]
    location: Location
    """Where the type begins; in JSON its last label."""
    body: Body

    def literal(self, name: str) -> str:
        """Give the constant behind an argument; empty where there is none."""
        attribute = self.body.attributes.get(name)
        return (attribute.expression.literal() or "") if attribute else ""


class EmptyBody:
    """The body of what could not be read."""

    attributes: Mapping[str, Attribute] = MappingProxyType({})

    def blocks(self, _type: str = "") -> Sequence[Block]:
        """Give nothing."""
        return ()

    def comments(self) -> Sequence[Comment]:
        """Give nothing."""
        return ()


class File(Struct, frozen=True, gc=False):
    """One file, as far as it could be read."""

    path: str
    body: Body = EmptyBody()
    faults: tuple[Fault, ...] = ()
    """In order; what stands elsewhere is in `body` all the same."""
