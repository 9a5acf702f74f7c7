"""Templates: text with interpolations and directives, once they are taken apart.

https://developer.hashicorp.com/terraform/language/expressions/strings. A text of which a part is
unknown is unknown.
"""

from __future__ import annotations

from msgspec import Struct

from tagguard.hcl.evaluation import CHARACTERS, MAX_TEXT, Frame, Term
from tagguard.hcl.for_expressions import Loop, open_reason
from tagguard.hcl.values import Failure, Unknown, Value, bare, kind_of, marked, to_bool, to_text


class Template(Struct, frozen=True, gc=False):
    """Parts that are put together to one text."""

    parts: tuple[Term, ...]

    def evaluate(self, frame: Frame) -> Value:
        """Give the text; raises Failure for a part that is null or no text."""
        return _joined([part.evaluate(frame) for part in self.parts], frame)


def _joined(values: list[Value], frame: Frame) -> Value:
    texts, unknown, length = [], None, 0
    for value in values:
        try:
            text = bare(to_text(value))
        except Failure:
            raise Failure(f"{kind_of(value)} cannot be part of a text") from None
        if text is None:
            raise Failure("null cannot be part of a text")
        if isinstance(text, Unknown):
            unknown = unknown or text
        else:
            assert isinstance(text, str)
            texts.append(text)
            length += len(text)
    if (spent := frame.budget.spend(length // CHARACTERS)) is not None:
        unknown = spent
    if length > MAX_TEXT:
        unknown = frame.budget.refuse(f"a text of more than {MAX_TEXT:,} characters")
    return marked("".join(texts) if unknown is None else unknown, *values)


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
        either = Unknown(condition.reason)
        try:
            yes, no = self.yes.evaluate(frame), self.no.evaluate(frame)
        except Failure:  # the one that is not wanted may be wrong
            return marked(either, given)
        return marked(yes if yes == no else either, given, yes, no)


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
