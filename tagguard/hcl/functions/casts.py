"""Conversions of type, and what is said of a value apart from what it holds."""

from __future__ import annotations

from collections.abc import Sequence

from tagguard.hcl.functions.context import Context
from tagguard.hcl.functions.conversion import to_list, to_map, to_set
from tagguard.hcl.functions.parameters import any_value
from tagguard.hcl.functions.signatures import Parameter, function
from tagguard.hcl.values import (
    Failure,
    Sensitive,
    Unknown,
    Value,
    bare,
    marked,
    to_bool,
    to_number,
    to_text,
    yes_or_no,
)


@function(Parameter("v", to_text, nullable=True))
def tostring(value: Value) -> Value:
    """Convert to a string; null stays null."""
    return value


@function(Parameter("v", to_number, nullable=True))
def tonumber(value: Value) -> Value:
    """Convert to a number; null stays null."""
    return value


@function(Parameter("v", to_bool, nullable=True))
def tobool(value: Value) -> Value:
    """Convert to a bool; null stays null."""
    return value


@function(Parameter("v", to_list, nullable=True), knows="parts", marks="keep")
def tolist(value: Value) -> Value:
    """Convert to a list, whose items are of one type."""
    return value


@function(Parameter("v", to_set, nullable=True), knows="parts")
def toset(value: Value) -> Value:
    """Convert to a set; unknown items are left out, as they may repeat others."""
    return value


@function(Parameter("v", to_map, nullable=True), knows="parts", marks="keep")
def tomap(value: Value) -> Value:
    """Convert to a map, whose values are of one type."""
    return value


@function(any_value("value", nullable=True), knows="any", marks="keep")
def ephemeralasnull(value: Value) -> Value:
    """Give the value: nothing known from source is ephemeral."""
    return value


def _only(args: Sequence[Value]) -> Value:
    if len(args) != 1:
        raise Failure(f"takes 1 argument, not {len(args)}")
    return args[0]


def sensitive(args: Sequence[Value], _context: Context) -> Value:
    """Mark a value."""
    return marked(_only(args), Sensitive(None))


def nonsensitive(args: Sequence[Value], _context: Context) -> Value:
    """Take a value's own mark off, not those of its items."""
    return bare(_only(args))


def issensitive(args: Sequence[Value], _context: Context) -> Value:
    """Tell whether a value is marked itself; an unknown one may turn out to be."""
    value = _only(args)
    if isinstance(value, Unknown):
        return yes_or_no(value.reason)
    return isinstance(value, Sensitive)
