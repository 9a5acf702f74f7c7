from __future__ import annotations

import pytest

from tagguard.hcl.native_syntax import MAX_FAULTS
from tagguard.hcl.syntax import read

BUCKET = """\
# The logs
resource "aws_s3_bucket" logs {
  bucket = "logs" # not tags = 1
  tags = merge(local.common, {
    Name        = "logs"
    "cost:code" : var.code,
    (var.key)   = 1
  })

  lifecycle_rule /* why not */ {
    id = 1
    expiration { days = 3 }
  }
  lifecycle_rule {}
}
locals { a = 1 }
locals { b = 2 }
"""


def body(text):
    file = read("main.tf", text.encode())
    assert file.faults == ()
    return file.body


def value(expression):
    return body(f"a = {expression}\n").attributes["a"].expression


def place(thing):
    return thing.location.line, thing.location.column


def test_blocks_have_type_labels_and_place():
    blocks = body(BUCKET).blocks()
    assert [(block.type, block.labels, place(block)) for block in blocks] == [
        ("resource", ("aws_s3_bucket", "logs"), (2, 1)),
        ("locals", (), (16, 1)),
        ("locals", (), (17, 1)),
    ]
    assert {"main.tf"} == {block.location.path for block in blocks}


def test_bodies_have_attributes_and_nested_blocks():
    [bucket] = body(BUCKET).blocks("resource")
    attributes = bucket.body.attributes
    assert {name: place(attribute) for name, attribute in attributes.items()} == {
        "bucket": (3, 3),
        "tags": (4, 3),
    }
    rules = bucket.body.blocks("lifecycle_rule")
    assert [place(rule) for rule in rules] == [(10, 3), (14, 3)]
    assert [rule.labels for rule in rules] == [(), ()]
    [expiration] = rules[0].body.blocks()
    assert expiration.body.attributes["days"].expression.literal() == "3"
    assert dict(rules[1].body.attributes) == {}


def test_keys_of_objects_have_places():
    [bucket] = body(BUCKET).blocks("resource")
    name, (common, written) = bucket.body.attributes["tags"].expression.call()
    assert (name, common.reference()) == ("merge", "local.common")
    assert [(entry.key, place(entry)) for entry in written.entries()] == [
        ("Name", (5, 5)),
        ("cost:code", (6, 5)),
        (None, (7, 5)),
    ]
    assert [entry.value.literal() for entry in written.entries()] == ["logs", None, "1"]
    assert place(written.entries()[0].value) == (5, 19)


@pytest.mark.parametrize(
    ("written", "literal"),
    [
        ('"plain"', "plain"),
        ('""', ""),
        ('("in parentheses")', "in parentheses"),
        ('(/* c */ "in parentheses")', "in parentheses"),
        (r'"\"\\\n\t\r"', '"\\\n\t\r'),
        (r'"\u00e9\U0001F600\uD800\UFFFFFFFF"', "é😀\ufffd\ufffd"),
        ('"$${a} %%{b} $a { $$"', "${a} %{b} $a { $$"),
        ("1.5", "1.5"),
        ("true", "true"),
        ("null", None),
        ("-1", None),
        ('"a${b}"', None),
        ('"%{ if a }b%{ endif }"', None),
        ("var.a", None),
        ("<<EOT\nx\nEOT", None),
        ("[1]", None),
    ],
)
def test_literals(written, literal):
    assert literal == value(written).literal()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("bare", "bare"),
        ('"quo ted"', "quo ted"),
        ('("inner")', "inner"),
        ("true", "true"),
        ("null", "null"),
        ("5", "5"),
        ("(bare)", None),
        ("(var.a)", None),
        ("var.a", None),
        ('"${a}"', None),
    ],
)
def test_keys(written, key):
    [entry] = value(f"{{ {written} = 1 }}").entries()
    assert key == entry.key


def test_computed_keys_can_be_looked_into():
    entries = value("{ aws.west = aws.east, (f(1)) = 2 }").entries()
    assert [entry.written.reference() for entry in entries] == ["aws.west", ""]
    assert entries[1].written.call()[0] == "f"


def test_expressions_come_apart():
    assert [each.literal() for each in value("[1, 2,]").elements()] == ["1", "2"]
    assert [each.literal() for each in value("(a ? 1 : (2))").branches()] == ["1", "2"]
    name, arguments = value("f([1]...)").call()
    assert (name, len(arguments)) == ("f", 1)
    assert value("provider::x::f()").call() == ("provider::x::f", [])
    assert value("(var.a.b)").reference() == "var.a.b"
    for other in ("var.a[0]", "var.a.*.b", "1", "f(x)", "{ for k, v in x : k => v }"):
        assert value(other).reference() == ""


def test_an_expression_of_another_sort_gives_nothing():
    number = value("1")
    assert (
        number.entries(),
        number.elements(),
        number.branches(),
        number.call(),
    ) == ((), (), (), ("", ()))
    assert value("{ for k, v in x : k => v }").entries() == ()


def test_nodes_stay_reachable_with_their_bytes():
    expression = value('merge("é", {})')
    assert expression.node.byte_range == (4, 19)
    assert expression.node.type == "function_call"


def test_columns_are_counted_in_characters():
    text = 'a = { "größe😀" = 1, b = 2 }\r\nc = 1\r\n'
    file = read("main.tf", text.encode())
    assert [place(entry) for entry in file.body.attributes["a"].expression.entries()] == [
        (1, 7),
        (1, 21),
    ]
    assert place(file.body.attributes["c"]) == (2, 1)


def test_of_two_attributes_alike_the_first_counts():
    assert body("a = 1\na = 2\n").attributes["a"].expression.literal() == "1"


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "/* likewise */", "\ufeff"])
def test_files_without_anything(text):
    assert body(text).blocks() == []
    assert dict(body(text).attributes) == {}


BROKEN = """\
resource "aws_a" "before" {
  tags = { Name = "x" }
}
resource "aws_b" "broken" {
  size = 3
  tags = {
    a = 1
    b =
    c = 3 }
}
resource "aws_c" "after" {
  tags = { Name = "x" }
}
"""


def test_a_fault_spoils_only_its_own_block():
    file = read("main.tf", BROKEN.encode())
    assert [(block.labels[1], place(block)) for block in file.body.blocks("resource")] == [
        ("before", (1, 1)),
        ("broken", (4, 1)),
        ("after", (11, 1)),
    ]
    before, broken, after = file.body.blocks()
    assert "size" in broken.body.attributes
    for block in before, after:
        assert list(block.body.attributes) == ["tags"]
    assert {True} == {fault.location.line in range(4, 11) for fault in file.faults}


def test_what_cannot_be_read_in_time_is_named():
    junk = '"a" ' * 40_000
    file = read("main.tf", f'a "b" {{\n  c = 1\n{junk}}}\nd "e" {{}}\n'.encode())
    assert [(fault.message, fault.location.line) for fault in file.faults] == [
        ("cannot be read", 1)
    ]
    assert [block.type for block in file.body.blocks()] == ["d"]


def test_a_fault_among_attributes_spoils_only_some():
    file = read("main.tf", b"a = 1\nb = 2\n}\n}}\nc = 3\nd = 4\n")
    assert {"a", "b"} <= set(file.body.attributes)


def test_a_missing_brace_is_named():
    [fault] = read("main.tf", b'resource "a" "b" {\n  c = 1\n').faults
    assert fault.message == "`}` is missing"


def test_a_stray_word_is_shown():
    [fault] = read("main.tf", b'resource "a" "b" {\n  c\n  d = 1\n}\n').faults
    assert (fault.message, place(fault)) == ("`d` cannot stand here", (3, 3))


GO_TEMPLATE = """\
{{- range .Buckets }}
resource "aws_s3_bucket" "{{ .Name }}" {
  bucket = "{{ .Name }}"
  tags   = {{ .Tags | toJson }}
}
{{- end }}
"""


def test_a_text_that_only_looks_like_hcl_ends_in_faults():
    file = read("main.tf", GO_TEMPLATE.encode() * 500)
    assert len(file.faults) == MAX_FAULTS
    assert len(file.body.blocks("resource")) == 500
    assert sorted(file.faults, key=place) == list(file.faults)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "(" * 50_000,
        "a = " + "(" * 50_000 + "1" + ")" * 50_000,
        "a = " + "[" * 50_000,
        "a = " + "{ b = " * 20_000,
        "a {" * 50_000,
        "a {\n" * 20_000 + "}\n" * 20_000,
        'a = "' + '${"' * 20_000,
        "a = <<E\n${ <<F\n" * 500,
        "a = <<" + "E" * 5_000 + "\nx\n" + "E" * 5_000 + "\n",
        "a = " + "1 ? 1 : " * 20_000 + "1\n",
        "a = " + "f(" * 20_000 + ")" * 20_000,
        "\0" * 10_000,
        "a = 1\0\nb = 2\n",
        "<<E\n" * 10_000,
        "/* " * 10_000,
        '"' * 50_000,
        '"a" ' * 20_000,
        'a "b" {\n' + '"a" ' * 20_000,
        '{"a": {"b": 1}}\n' * 5_000,
        "a \n" * 20_000,
        "a {\n" * 15_000,
    ],
)
def test_hostile_texts_are_survived(text):
    file = read("main.tf", text.encode())
    waiting = [file.body]
    for _ in range(200):
        if waiting:
            inner = waiting.pop()
            for attribute in inner.attributes.values():
                attribute.expression.literal()
                attribute.expression.entries()
                attribute.expression.call()
            waiting.extend(block.body for block in inner.blocks())


def test_a_generated_file_of_a_megabyte_is_read():
    text = 'resource "aws_x" "a" {\n  tags = { a = "b", c = "${d}-e" }\n}\n' * 16_000
    blocks = read("main.tf", text.encode()).body.blocks("resource")
    assert (len(blocks), place(blocks[-1])) == (16_000, (47_998, 1))


@pytest.mark.parametrize(
    ("text", "branches"),
    [
        ("a ? b : c", ["b", "c"]),
        ("a ? b : c ? d : e", ["b", "d", "e"]),
        ("a ? b : c ? d : e ? f : g", ["b", "d", "f", "g"]),
        ("(a ? b : c) ? d : e", ["d", "e"]),
        ("(a ? b : c ? d : e)", ["b", "d", "e"]),
        ("a ? b ? c : d : e", ["b ? c : d", "e"]),
    ],
)
def test_conditionals_have_all_their_results(text, branches):
    found = value(text).branches()
    assert branches == [each.source.text(each.written) for each in found]
