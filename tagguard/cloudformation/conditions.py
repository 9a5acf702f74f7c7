"""Conditions in three-valued logic: true, false, or open (None).

`Fn::Equals` compares sets of values that its sides may have, so a parameter that is restricted to
`[dev, staging]` surely differs from `prod` although its value is not known. What is known of the
sides is told by `facts`; nothing here assumes anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from yaml.nodes import MappingNode, Node, SequenceNode

from tagguard.cloudformation.intrinsics import Call, call
from tagguard.cloudformation.template import text

MAX_DEPTH = 30
"""Deepest nesting of conditions inside and through each other; deeper ones are open."""

Candidates = frozenset[str | None] | None
"""The values that an operand may have. Among them None is one that its name is compared with in no
condition; in place of the set it says that nothing is known."""


class Known(Protocol):
    """What is known of the parts of a condition."""

    def truth(self, condition: str, depth: int = 0) -> bool | None:
        """Tell whether a named condition is true; None when it is open."""

    def candidates(self, operand: Node) -> Candidates:
        """Give the values that an operand may have."""


def truth(node: Node, known: Known, depth: int = 0) -> bool | None:
    """Evaluate the body of a condition; None when it is open or not understood."""
    match _function(node) if depth <= MAX_DEPTH else None:
        case Call("Condition", argument):
            return known.truth(text(argument) or "", depth + 1)
        case Call("Fn::Equals", SequenceNode(value=[left, right])):
            return _equal(known.candidates(left), known.candidates(right))
        case Call("Fn::Not", SequenceNode(value=[operand])):
            return _negated(truth(operand, known, depth + 1))
        case Call("Fn::And", SequenceNode(value=operands)):
            return _all([truth(operand, known, depth + 1) for operand in operands])
        case Call("Fn::Or", SequenceNode(value=operands)):
            denials = [_negated(truth(operand, known, depth + 1)) for operand in operands]
            return _negated(_all(denials))
    return None


def implied(node: Node, wanted: bool, known: Known, depth: int = 0) -> Iterator[tuple[str, bool]]:
    """Give the truth of the named conditions without which a body would not be as wanted."""
    match _function(node) if depth <= MAX_DEPTH else None:
        case Call("Condition", argument):
            yield text(argument) or "", wanted
        case Call("Fn::Not", SequenceNode(value=[operand])):
            yield from implied(operand, not wanted, known, depth + 1)
        case Call("Fn::And" | "Fn::Or" as name, SequenceNode(value=operands)):
            if wanted is not (name == "Fn::And"):  # one operand is enough: is it the last one left?
                operands = [one for one in operands if truth(one, known) is not (not wanted)]
                operands = operands if len(operands) == 1 else []
            for operand in operands:
                yield from implied(operand, wanted, known, depth + 1)


def comparisons(node: Node, depth: int = 0) -> Iterator[tuple[Node, Node]]:
    """Give the two sides of every `Fn::Equals` in a body, both ways round."""
    match _function(node) if depth <= MAX_DEPTH else None:
        case Call("Fn::Equals", SequenceNode(value=[left, right])):
            yield left, right
            yield right, left
        case Call("Fn::Not" | "Fn::And" | "Fn::Or", SequenceNode(value=operands)):
            for operand in operands:
                yield from comparisons(operand, depth + 1)


@lru_cache(maxsize=10_000)
def _function(node: Node) -> Call | None:
    """Read a part of a condition once, because it is evaluated under many assumptions."""
    if isinstance(node, MappingNode) and len(node.value) == 1:
        key, argument = node.value[0]
        if text(key) == "Condition":
            return Call("Condition", argument)
    return call(node)


def _equal(left: Candidates, right: Candidates) -> bool | None:
    if left is None or right is None:
        return None
    if left.isdisjoint(right):
        return False
    return True if len(left) == len(right) == 1 and None not in left else None


def _negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: list[bool | None]) -> bool | None:
    """Give false when one is false, else open when one is open, else true."""
    return False if False in values else None if None in values else True
