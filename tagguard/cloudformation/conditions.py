"""Conditions in three-valued logic: true, false, or open (None).

`Fn::Equals` compares sets of values that its sides may have, so a parameter that is restricted to
`[dev, staging]` surely differs from `prod` although its value is not known.
"""

from __future__ import annotations

from typing import Protocol

from yaml.nodes import MappingNode, Node, SequenceNode

from tagguard.cloudformation.intrinsics import Call, call
from tagguard.cloudformation.template import text

MAX_DEPTH = 30
"""Deepest nesting of conditions inside and through each other; deeper ones are open."""


class Facts(Protocol):
    """What is known of the parts of a condition."""

    def truth(self, condition: str, depth: int = 0) -> bool | None:
        """Tell whether a named condition is true; None when it is open."""

    def candidates(self, operand: Node) -> frozenset[str] | None:
        """Give the values that an operand may have; None when it may be anything."""


def truth(node: Node, facts: Facts, depth: int = 0) -> bool | None:
    """Evaluate the body of a condition; None when it is open or not understood."""
    match _function(node) if depth <= MAX_DEPTH else None:
        case Call("Condition", argument):
            return facts.truth(text(argument) or "", depth + 1)
        case Call("Fn::Equals", SequenceNode(value=[left, right])):
            return _equal(facts.candidates(left), facts.candidates(right))
        case Call("Fn::Not", SequenceNode(value=[operand])):
            return _negated(truth(operand, facts, depth + 1))
        case Call("Fn::And", SequenceNode(value=operands)):
            return _all([truth(operand, facts, depth + 1) for operand in operands])
        case Call("Fn::Or", SequenceNode(value=operands)):
            denials = [_negated(truth(operand, facts, depth + 1)) for operand in operands]
            return _negated(_all(denials))
    return None


def _function(node: Node) -> Call | None:
    if isinstance(node, MappingNode) and len(node.value) == 1:
        key, argument = node.value[0]
        if text(key) == "Condition":
            return Call("Condition", argument)
    return call(node)


def _equal(left: frozenset[str] | None, right: frozenset[str] | None) -> bool | None:
    if left is None or right is None:
        return None
    if left.isdisjoint(right):
        return False
    return True if len(left) == len(right) == 1 else None


def _negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: list[bool | None]) -> bool | None:
    """Give false when one is false, else open when one is open, else true."""
    return False if False in values else None if None in values else True
