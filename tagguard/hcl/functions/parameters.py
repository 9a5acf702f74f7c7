"""The parameters that functions have, by the types that Terraform gives them."""

from __future__ import annotations

from tagguard.hcl.functions.conversion import (
    anything,
    to_list,
    to_list_of_text,
    to_mapping,
    to_sequence,
    to_set,
)
from tagguard.hcl.functions.signatures import Parameter
from tagguard.hcl.values import Failure, Unknown, Value, to_number, to_text


def whole(value: Value) -> Value:
    """Convert to a whole number; raises Failure."""
    number = to_number(value)
    if isinstance(number, int | Unknown):
        return number
    raise Failure("a whole number is required")


def text(name: str) -> Parameter:
    """Declare a string."""
    return Parameter(name, to_text)


def number(name: str) -> Parameter:
    """Declare a number."""
    return Parameter(name, to_number)


def integer(name: str) -> Parameter:
    """Declare a whole number."""
    return Parameter(name, whole)


def any_value(name: str, *, nullable: bool = False) -> Parameter:
    """Declare a value of any type."""
    return Parameter(name, anything, nullable)


def any_list(name: str) -> Parameter:
    """Declare a list: a tuple's items are made one type."""
    return Parameter(name, to_list)


def any_set(name: str) -> Parameter:
    """Declare a set."""
    return Parameter(name, to_set)


def texts(name: str) -> Parameter:
    """Declare a list of strings."""
    return Parameter(name, to_list_of_text)


def sequence(name: str) -> Parameter:
    """Declare a list, tuple or set, taken as it is."""
    return Parameter(name, to_sequence)


def mapping(name: str) -> Parameter:
    """Declare a map or object, taken as it is."""
    return Parameter(name, to_mapping)
