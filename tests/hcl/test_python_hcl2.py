"""The reader against python-hcl2, an independent parser with a grammar of its own."""

from __future__ import annotations

import re

import hcl2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.hcl.syntax import read

HAND_WRITTEN = {
    "nothing": "",
    "comments": "# a\n// b\n/* c\nd = 1\n*/\ne = 1 # f = 2\n",
    "labels": 'a b "c d" "" {}\ne { f = 1 }\n',
    "heredocs": 'a = <<EOT\nb = 1\nc {\n}\nEOT\nd = <<-EOT\n    x ${y}\n    EOT\ne = "f"\n',
    "objects": 'a = {\n  b = 1, "c d" : 2\n  (e.f) = 3\n}\ng = { h = { i = "${j}" } }\n',
    "computed keys": 'a = {\n  "${k}" = 4\n  l.m = 5\n  (n) = 6\n  o = 7\n}\n',
    "templates": 'a = "b ${c("d", { e = 1 })} %{ if f }g%{ else }h%{ endif }"\ni = "$${j}"\n',
    "operators": "a = b ? c : d\ne = -f + !g * (h - 1) / 2 % 3\ni = j && k || l == m\n",
    "loops": "a = [for b in c : b if b != null]\nd = { for e, f in g : e => f... }\n",
    "indexes": 'a = b[0]["c"].d.*.e\nf = g.0\nh = i[*].j\n',
    "calls": "a = b(c...)\nd = e(\n  f,\n  g,\n)\n",
    "nesting": "a {\n  b {\n    c = 1\n    d {}\n  }\n  b {}\n  e = 2\n}\n",
    "dynamic": 'a "b" "c" {\n  dynamic "d" {\n    for_each = e\n    content { f = 1 }\n  }\n}\n',
    "numbers": "a = 1\nb = 1.5\nc = 1.5e3\nd = -0.5\n",
    "texts": 'a = "b\\n\\"c\\" \\\\ \\u00e9"\nd = "$${e} %%{f}"\ng = ("h")\n',
    "tuples": 'a = ["b", { c = "d", 0 = 1, 2.5 = "e" }, [], f("g")]\n',
    "letters": 'a = "größe 😀"\nb = { "größe" = 1, c = 2 }\n',
}


def ours(body):
    """Give names, heads and places, and of values what the reader tells without evaluating."""
    attributes = [
        (each.name, place(each), our_value(each.expression)) for each in body.attributes.values()
    ]
    blocks = [(each.type, *each.labels, place(each), ours(each.body)) for each in body.blocks()]
    return attributes, blocks


def place(thing):
    return thing.location.line, thing.location.column


def our_value(expression):
    name, arguments = expression.call()
    return (
        expression.literal(),
        [
            (entry.key, place(entry), our_value(entry.value))
            for entry in expression.entries()
            if entry.key is not None
        ],
        [our_value(each) for each in expression.elements()],
        (name, [our_value(each) for each in arguments]),
    )


def theirs(body):
    """Give the same from a tree of python-hcl2."""
    attributes, blocks = [], []
    for child in body.children:
        if child.data == "attribute":
            name = token(child.children[0])
            value = their_value(child.children[-1])
            attributes.append((str(name), (name.line, name.column), value))
        elif child.data == "block":
            *words, _, inner, _ = child.children
            first = token(words[0])
            blocks.append((*map(text, words), (first.line, first.column), theirs(inner)))
    return attributes, blocks


def their_value(value):
    value = unwrapped(value)
    return literal(value), list(entries(value)), list(elements(value)), call(value)


def unwrapped(value):
    """Look through parentheses."""
    while kind(value) == "expr_term":
        inner = [child for child in value.children if kind(child) not in NO_VALUES]
        if len(inner) != 1:
            break
        value = inner[0]
    return value


def literal(value):
    parts = value.children[1:-1] if kind(value) == "string" else []
    if any(kind(child) for part in parts for child in part.children):
        return None  # an interpolation or a directive
    match kind(value):
        case "string":
            return ESCAPE.sub(unescaped, "".join(map(written, parts)))
        case "int_lit" | "float_lit" | "literal_value":
            said = written(value)  # a sign makes an operation of a number, and `null` is no text
            return None if said == "null" or said.startswith("-") else said
    return None


def entries(value):
    for element in value.children if kind(value) == "object" else ():
        if kind(element) == "object_elem":
            key = element.children[0].children[0].children[0]
            computed = next(element.children[0].find_data("interpolation"), None)
            if kind(key) in KEYS and computed is None:
                first = token(key)
                said = literal(key) if kind(key) == "string" else written(key)
                yield said, (first.line, first.column), their_value(element.children[-1])


def elements(value):
    for each in value.children if kind(value) == "tuple" else ():
        if kind(each) not in NO_VALUES:
            yield their_value(each)


def call(value):
    if kind(value) != "function_call":
        return "", []
    inner = [child for child in value.children if kind(child) not in NO_VALUES]
    name = "::".join(written(child) for child in inner if kind(child) == "identifier")
    given = [child for child in inner if kind(child) == "arguments"]
    values = [each for one in given for each in one.children if kind(each) not in NO_VALUES]
    return name, [their_value(each) for each in values]


KEYS = {"identifier", "string", "int_lit", "float_lit"}
NO_VALUES = {"", "new_line_or_comment"}
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)|([$%])\4(?=\{)")


def unescaped(found):
    short, long, simple, sign = found.groups()
    if simple:
        return {"n": "\n", "r": "\r", "t": "\t"}.get(simple, simple)
    return sign or chr(int(short or long, 16))


def kind(child):
    """Tell what a tree is; the empty text for a token."""
    return getattr(child, "data", "")


def token(tree):
    return next(tree.scan_values(lambda _: True))


def written(tree):
    return "".join(tree.scan_values(lambda _: True))


def text(word):
    return "".join(word.scan_values(lambda value: value != '"'))


def agree(source):
    tree = hcl2.parses_to_tree(source)
    file = read("main.tf", source.encode())
    assert file.faults == ()
    assert ours(file.body) == theirs(tree.children[0])


@pytest.mark.parametrize("name", HAND_WRITTEN)
def test_hand_written_files_are_read_alike(name):
    agree(HAND_WRITTEN[name])


NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,4}", fullmatch=True).filter(
    lambda name: name not in {"for", "in", "if", "else", "endfor", "endif", "null", "true", "false"}
)
LABELS = st.one_of(NAMES, st.from_regex(r'"[ a-zA-Z0-9_.é/-]{0,5}"', fullmatch=True))
SCALARS = st.sampled_from(
    [
        "1",
        "true",
        "null",
        '"x"',
        '"é ${a.b} x"',
        '""',
        "a.b",
        "a[0].c",
        "f(a, 1)",
        "!a",
        "a ? 1 : 2",
    ]
)
SPACE = st.sampled_from(["", " ", "  ", "\t"])


@st.composite
def values(draw, depth=2):
    kind = draw(st.integers(0, 4)) if depth else 0
    inner = values(depth=depth - 1)
    if kind == 1:
        return f"[{', '.join(draw(st.lists(inner, max_size=3)))}]"
    if kind in {2, 3}:
        written = st.one_of(NAMES, NAMES.map(lambda name: f'"{name} é"'))
        pairs = draw(st.lists(st.tuples(written, st.sampled_from("=:"), inner), max_size=3))
        between = draw(st.sampled_from([", ", "\n    "]))
        return f"{{ {between.join(f'{key} {sign} {value}' for key, sign, value in pairs)} }}"
    if kind == 4:
        return f"merge({draw(inner)}, {draw(inner)})"
    return draw(SCALARS)


@st.composite
def bodies(draw, depth=2):
    lines = []
    for name in draw(st.lists(NAMES, max_size=4, unique=True)):
        if depth and draw(st.booleans()):
            head = " ".join([name, *draw(st.lists(LABELS, max_size=2))])
            inner = draw(bodies(depth=depth - 1))
            lines.append(f"{head} {{\n{inner}}}")
        else:
            space = draw(SPACE)
            lines.append(f"{space}{name} ={space}{draw(values())}")
        lines.append(draw(st.sampled_from(["", "# comment", "// comment {", "/* a\n = 1 */"])))
    return "".join(f"{line}\n" for line in lines)


@given(bodies())
def test_generated_files_are_read_alike(source):
    agree(source)
