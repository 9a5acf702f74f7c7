"""Templates: text with interpolations and directives, once they are taken apart.

https://developer.hashicorp.com/terraform/language/expressions/strings. A text of which a part is
unknown is unknown; of which a part is one of a few, one of as many.
"""

from __future__ import annotations

from itertools import product
from math import prod

from msgspec import Struct

from tagguard.hcl.evaluation import CHARACTERS, MAX_TEXT, Frame, Term
from tagguard.hcl.for_expressions import Loop, open_reason
from tagguard.hcl.knowledge import common
from tagguard.hcl.values import (
    MAX_CHOICES,
    Failure,
    Unknown,
    Value,
    bare,
    choices_of,
    kind_of,
    marked,
    one_of,
    to_bool,
    to_text,
)


class Template(Struct, frozen=True, gc=False):
    """Parts that are put together to one text."""

    parts: tuple[Term, ...]

    def evaluate(self, frame: Frame) -> Value:
        """Give the text; raises Failure for a part that is null or no text."""
        return _joined([part.evaluate(frame) for part in self.parts], frame)


def _joined(values: list[Value], frame: Frame) -> Value:
    texts: list[str] = []
    unknown: Unknown | None = None
    length = 0
    for value in values:
        try:
            text = bare(to_text(value))
        except Failure:
            raise Failure(f"{kind_of(value)} cannot be part of a text") from None
        if text is None:
            raise Failure("null cannot be part of a text")
        if isinstance(text, Unknown):
            unknown = unknown or text
            length += max((len(str(choice)) for choice in text.choices), default=0)
        else:
            assert isinstance(text, str)
            texts.append(text)
            length += len(text)
    refused = frame.budget.spend(length // CHARACTERS)
    if length > MAX_TEXT:
        refused = frame.budget.refuse(f"a text of more than {MAX_TEXT:,} characters")
    if unknown is None:
        return marked(refused or "".join(texts), *values)
    return marked(refused or _any_text(values, unknown.reason), *values)


def _any_text(values: list[Value], reason: str) -> Value:
    """Give what is sure of a text whose parts can be several, or anything."""
    parts = [[str(text) for text in choices_of(bare(to_text(value)))] for value in values]
    if not 0 < prod(map(len, parts)) <= MAX_CHOICES:
        return Unknown(reason)
    return one_of(("".join(chosen) for chosen in product(*parts)), reason)


class TemplateIf(Struct, frozen=True, gc=False):
    """`%{ if condition }yes%{ else }no%{ endif }`."""

    condition: Term
    yes: Template
    no: Template

    def evaluate(self, frame: Frame) -> Value:
        """Give one of the texts; where the condition is unknown, both if they are the same."""
        given = self.condition.evaluate(frame)
        condition = bare(to_bool(given))
        if condition is None:
            raise Failure("the condition is null")
        if not isinstance(condition, Unknown):
            return marked((self.yes if condition else self.no).evaluate(frame), given)
        try:
            yes, no = self.yes.evaluate(frame), self.no.evaluate(frame)
        except Failure:  # the one that is not wanted may be wrong
            return marked(Unknown(condition.reason), given)
        return marked(common(bare(yes), bare(no), condition.reason), given, yes, no)


class TemplateFor(Struct, frozen=True, gc=False):
    """`%{ for x in xs }…%{ endfor }`."""

    loop: Loop
    body: Template

    def evaluate(self, frame: Frame) -> Value:
        """Give the texts of all elements."""
        given = self.loop.collection.evaluate(frame)
        collection = bare(given)
        texts = [self.body.evaluate(inner) for inner in self.loop.turns(frame, collection)]
        reason = open_reason(collection, frame)
        joined = _joined(texts, frame) if reason is None else Unknown(reason)
        return marked(joined, given, *texts)
