"""What a function gives for an argument that is one of a few: what is sure of all its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tagguard.hcl.knowledge import any_of
from tagguard.hcl.values import Failure, Unknown, Value


def for_each(args: Sequence[Value], compute: Callable[[Sequence[Value]], Value]) -> Value:
    """Compute with each text that the only unknown argument can be; else with nothing known of it.

    A number may turn out to be its text, which not all functions treat alike, so numbers are not
    tried. Where one text is refused, nothing is known of the result.
    """
    plain = [arg.alone if isinstance(arg, Unknown) else arg for arg in args]
    (at, one), *others = [(at, arg) for at, arg in enumerate(args) if isinstance(arg, Unknown)]
    if others or not all(isinstance(choice, str) for choice in one.choices):
        return compute(plain)
    try:
        results = [compute([*plain[:at], choice, *plain[at + 1 :]]) for choice in one.choices]
    except Failure:
        return Unknown(one.reason)
    return any_of(results, one.reason)
