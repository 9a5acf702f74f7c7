"""What is said of a value of which not everything is known must hold, whatever the rest is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tagguard.hcl.evaluate import Budget, evaluate
from tagguard.hcl.values import Failure, Object, Tuple, Unknown, to_text
from tests.hcl.evaluating import FURTHER, MORE, ONE_OF, UNKNOWN, CaseScope, expression

ATOMS = [
    *("1", "2", '"a"', '"b"', '"1"', "true", "false", "null", "[]", "{}"),
    *("var.s", "var.n", "var.b", "var.l", "var.o", "var.m", "var.o.a", "var.l[0]", "each.k"),
]
FORMS = [
    "({0} ? {1} : {2})",
    "({0} == {1})",
    "({0} != {1})",
    "({0} && {1})",
    "({0} || {1})",
    "(!{0})",
    "({0} + {1})",
    "({0} < {1})",
    "[{0}, {1}]",
    "[{0}]",
    "{{a = {0}, b = {1}}}",
    "{{({0}) = {1}, a = {2}}}",
    "{{a = {0}, ({1}) = {2}}}",
    '"${{{0}}}-${{{1}}}"',
    '"%{{ if {0} }}${{{1}}}%{{ else }}x%{{ endif }}"',
    '"%{{ for x in {0} }}${{x}};%{{ endfor }}"',
    "{0}[{1}]",
    "{0}.a",
    "{0}[*]",
    "{0}[*].a",
    "[for x in {0} : x]",
    "[for k, v in {0} : [k, v]]",
    "[for x in {0} : x if x == {1}]",
    "{{for k, v in {0} : k => v}}",
    "{{for k, v in {0} : k => v if v != {1}}}",
    "{{for k, v in {0} : upper(k) => [v, {1}]}}",
    "{{for k, v in {0} : v => k...}}",
    "{{for x in {0} : x => {1} if x != {2}}}",
    "merge({0}, {1})",
    "merge({0}...)",
    "concat({0}, {1})",
    "keys({0})",
    "values({0})",
    "length({0})",
    "contains({0}, {1})",
    "coalesce({0}, {1})",
    "lookup({0}, {1}, {2})",
    "try(var.o.a, {0})",
    "try(var.l[0].b, {0})",
    "can(var.o.a)",
    "can(var.l[0])",
    "toset({0})",
    "tolist({0})",
    "tomap({0})",
    "tostring({0})",
    "flatten({0})",
    "distinct({0})",
    "compact({0})",
    "join({0}, {1})",
    "zipmap({0}, {1})",
    "element({0}, {1})",
    "setunion({0}, {1})",
    "setintersection({0}, {1})",
    "setsubtract({0}, {1})",
    "upper({0})",
    "can(var.n < var.s)",
    "try(var.n < var.s, {0})",
    "try(var.m[var.s], {0})",
    "try(var.o.b, {0})",
    "try(upper(var.s), {0})",
    "issensitive({0})",
    "replace({0}, {1}, {2})",
    "index({0}, {1})",
    "formatlist({0}, {1})",
    "merge({0}, {1} ? {2} : {{}})",
    "tonumber({0})",
    "tobool({0})",
    "jsonencode({0})",
    "format({0}, {1})",
    "one({0})",
    "slice({0}, 0, 1)",
    "reverse({0})",
    "sort({0})",
    "max({0}, {1})",
]
scalars = st.sampled_from(["a", "b", "1", 1, 2, True, False, None])
plain_scalars = st.sampled_from(["a", "b", "1", 1, 2, True, False])
objects = st.dictionaries(st.sampled_from("abk"), scalars, max_size=3)
lists = st.lists(scalars, max_size=3)
scopes = st.fixed_dictionaries(
    {
        "s": st.sampled_from(["a", "b", ""]),
        "n": st.integers(0, 3),
        "b": st.booleans(),
        "l": st.one_of(lists, st.lists(objects, max_size=2)),
        "o": objects,
        "m": st.dictionaries(st.sampled_from("abk"), objects, max_size=2),
    }
)


def filled(parts):
    form, *arguments = parts
    return form.format(*arguments)


texts = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.tuples(st.sampled_from(FORMS), inner, inner, inner).map(filled),
    max_leaves=12,
)


def obscured(data, draw):
    """Take some knowledge away."""
    if draw(st.integers(0, 3)) == 0:
        return UNKNOWN
    if isinstance(data, dict):
        kept = {key: obscured(item, draw) for key, item in data.items() if draw(st.booleans())}
        if len(kept) < len(data) and draw(st.booleans()):
            lost = {key: item for key, item in data.items() if key not in kept}
            return {**kept, FURTHER: {key: hinted(item, draw) for key, item in lost.items()}}
        return kept if len(kept) == len(data) else {**kept, MORE: True}
    if isinstance(data, list):
        items = [obscured(item, draw) for item in data if draw(st.booleans())]
        return items if len(items) == len(data) else [*items, MORE]
    return hinted(data, draw) if data is not None and draw(st.booleans()) else data


def hinted(data, draw):
    """Leave of a scalar that it is one of some."""
    if data is None or isinstance(data, dict | list) or draw(st.booleans()):
        return UNKNOWN
    return {ONE_OF: [data, *draw(st.lists(plain_scalars, max_size=2))]}


def outcome(text, variables):
    scope = CaseScope({"var": variables, "each": {"k": variables["s"]}})
    return evaluate(expression(text), scope, Budget(max_steps=100_000))


def covers(partial, full):
    """Tell whether what is known of a value is true of it."""
    if isinstance(partial, Unknown):
        return not partial.choices or covers_one(partial.choices, full)
    if isinstance(partial, Object) and isinstance(full, Object):
        shared = [key for key in partial.items if key in full.items]
        known = all(covers(partial.items[key], full.items[key]) for key in shared)
        others = full.items.keys() - partial.items.keys()
        is_whole = not others if partial.complete else covers_others(partial.further, others, full)
        return known and is_whole and len(shared) == len(partial.items)
    if isinstance(partial, Tuple) and isinstance(full, Tuple):
        return covers_items(partial, full)
    if any(each is None or isinstance(each, Object | Tuple) for each in (partial, full)):
        return partial is full
    return to_text(partial) == to_text(full)  # an unknown type may decide that it is text


def covers_one(choices, full):
    if full is None or isinstance(full, Object | Tuple):
        return False
    return to_text(full) in {to_text(choice) for choice in choices}


def covers_others(further, others, full):
    return further is None or all(
        key in further and covers(further[key], full.items[key]) for key in others
    )


def covers_items(partial, full):
    if partial.kind and full.kind and partial.kind != full.kind:
        return False
    if partial.complete:
        pairs = zip(partial.items, full.items, strict=False)
        alike = all(covers(item, other) for item, other in pairs)
        return alike and len(partial.items) == len(full.items)
    waiting = iter(full.items)
    return all(any(covers(item, other) for other in waiting) for item in partial.items)


@settings(deadline=None)
@given(text=texts, variables=scopes, data=st.data())
def test_knowing_less_never_says_something_else(text, variables, data):
    try:
        full = outcome(text, variables)
    except Failure:
        return
    partial = outcome(text, {name: obscured(item, data.draw) for name, item in variables.items()})
    assert covers(partial, full), (text, variables, partial, full)
