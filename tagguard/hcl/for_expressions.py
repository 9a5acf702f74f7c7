"""`for` expressions, and the walk over a collection that template directives share.

https://developer.hashicorp.com/terraform/language/expressions/for
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from msgspec import Struct

from tagguard.hcl.evaluation import Frame, Term
from tagguard.hcl.knowledge import doubtful
from tagguard.hcl.terms import Binding
from tagguard.hcl.values import (
    Failure,
    Object,
    Sensitive,
    Tuple,
    Unknown,
    Value,
    bare,
    kind_of,
    marked,
    to_bool,
    to_text,
)
from tagguard.model import Location


class Loop(Struct, frozen=True, gc=False):
    """`for key, value in collection`, and how much one turn costs."""

    key: str
    """Empty where only the value is named."""
    value: str
    collection: Term
    size: int
    """How many terms are evaluated for each element."""

    def turns(self, frame: Frame, collection: Value) -> Iterator[Frame]:
        """Give for each known element the frame in which it is bound.

        Ends when the budget does. Raises Failure for what cannot be iterated.
        """
        for key, value in _elements(collection):
            if frame.budget.spend(self.size) is not None:
                return
            names = {self.key: key, self.value: value} if self.key else {self.value: value}
            yield frame.bind(names)


def _elements(collection: Value) -> Iterator[tuple[Value, Value]]:
    match collection:
        case Object(items=items):
            for key in sorted(items):
                yield key, items[key]
        case Tuple(items=values, kind="set"):
            yield from ((value, value) for value in values)
        case Tuple(items=values, complete=True):
            yield from enumerate(values)
        case Tuple(items=values, reason=reason):
            yield from ((Unknown(reason), value) for value in values)
        case Unknown():
            return
        case _:
            raise Failure(f"{kind_of(collection)} cannot be iterated over")


def open_reason(collection: Value, frame: Frame) -> str | None:
    """Tell why a collection may have more elements than were walked; None: it has not."""
    if frame.budget.is_spent:
        return frame.budget.exhausted
    if isinstance(collection, Unknown):
        return collection.reason
    if isinstance(collection, Tuple | Object) and not collection.complete:
        return collection.reason
    return None


class MakeList(Struct, frozen=True, gc=False):
    """`[for x in xs : item if condition]`."""

    loop: Loop
    item: Term
    condition: Term | None

    def evaluate(self, frame: Frame) -> Value:
        """Give the tuple; elements whose condition is unknown leave it open."""
        given = self.loop.collection.evaluate(frame)
        collection, items, marks = bare(given), list[Value](), [given]
        reason = None
        for inner in self.loop.turns(frame, collection):
            wanted = _wanted(self.condition, inner, marks)
            if isinstance(wanted, Unknown):
                reason = wanted.reason
            elif wanted:
                items.append(self.item.evaluate(inner))
        reason = open_reason(collection, frame) if reason is None else reason
        made = Tuple(tuple(items), reason is None, reason or "", "tuple")
        return marked(made, *marks)


def _wanted(condition: Term | None, frame: Frame, marks: list[Value]) -> bool | Unknown:
    if condition is None:
        return True
    given = to_bool(condition.evaluate(frame))
    if isinstance(given, Sensitive):
        marks.append(given)
    wanted = bare(given)
    if wanted is None:
        raise Failure("the condition of a `for` is null")
    assert isinstance(wanted, bool | Unknown)
    return wanted


class MakeMap(Struct, frozen=True, gc=False):
    """`{for k, v in xs : key => value... if condition}`."""

    loop: Loop
    key: Term
    value: Term
    groups: bool
    """Whether values with one key are gathered in a list."""
    condition: Term | None
    location: Location

    def evaluate(self, frame: Frame) -> Value:
        """Give the object; what is unknown of keys and conditions leaves it open."""
        given = self.loop.collection.evaluate(frame)
        collection, marks = bare(given), [given]
        found: dict[str, list[Value]] = {}
        in_doubt: list[Frame] = []
        reason = None
        for inner in self.loop.turns(frame, collection):
            wanted = _wanted(self.condition, inner, marks)
            key = self._key(inner, marks) if wanted is True else wanted
            if isinstance(key, Unknown):
                reason = key.reason
                in_doubt.append(inner)
            elif isinstance(key, str):
                found.setdefault(key, []).append(self.value.evaluate(inner))
        reason = open_reason(collection, frame) if reason is None else reason
        if reason is None:
            return self._made(collection, found, marks, None)
        further = self._further(in_doubt, collection, frame, marks)
        if further is not None and not self.groups and found.keys().isdisjoint(further):
            few = {key: doubtful(values, reason) for key, values in further.items()}
            return self._made(collection, found, marks, reason, few)
        return self._made(collection, found, marks, reason)

    def _further(
        self, in_doubt: list[Frame], collection: Value, frame: Frame, marks: list[Value]
    ) -> dict[str, list[Value]] | None:
        """Give the keys that may come of elements in doubt, with their values; None: any key."""
        if isinstance(collection, Object) and collection.further is not None:
            in_doubt += self.loop.turns(frame, Object(collection.further))
        elif open_reason(collection, frame) is not None:
            return None
        further: dict[str, list[Value]] = {}
        try:
            for inner in in_doubt:
                if _wanted(self.condition, inner, marks) is not False:
                    key = self._key(inner, marks)
                    if isinstance(key, Unknown):
                        return None
                    further.setdefault(key, []).append(self.value.evaluate(inner))
        except Failure:  # the element may not be there
            return None
        return None if frame.budget.is_spent else further

    def _key(self, frame: Frame, marks: list[Value]) -> str | Unknown:
        given = to_text(self.key.evaluate(frame))
        if isinstance(given, Sensitive):
            marks.append(given)
        key = bare(given)
        if key is None:
            raise Failure("a key of a `for` is null")
        assert isinstance(key, str | Unknown)
        return key

    def _passed_on(self, collection: Value, items: Container[str]) -> dict[str, Location]:
        """Tell where the keys were written of elements that come out as they went in."""
        is_plain = self.key == Binding(self.loop.key) and self.value == Binding(self.loop.value)
        if not (is_plain and isinstance(collection, Object)):
            return {}
        return {key: place for key, place in collection.origins.items() if key in items}

    def _made(
        self,
        collection: Value,
        found: dict[str, list[Value]],
        marks: Sequence[Value],
        reason: str | None,
        further: dict[str, Value] | None = None,
    ) -> Value:
        items: dict[str, Value] = {}
        for key, values in found.items():
            if self.groups:
                items[key] = Tuple(tuple(values), reason is None, reason or "", "tuple")
            elif len(values) > 1:
                is_sensitive = any(isinstance(mark, Sensitive) for mark in marks)
                shown = "(sensitive)" if is_sensitive else f"`{key}`"
                raise Failure(f"two elements of a `for` have the key {shown}")
            else:
                items[key] = values[0]
        origins = dict.fromkeys(items, self.location) | self._passed_on(collection, items)
        if reason is None or further == {}:
            return marked(Object(items, kind="object", origins=origins), *marks)
        made = Object(
            items,
            complete=False,
            reason=reason,
            kind="object",
            origins=origins,
            further=further,
        )
        return marked(made, *marks)
