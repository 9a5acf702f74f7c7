from __future__ import annotations

import pytest

from tagguard.hcl.evaluate import Budget, evaluate
from tagguard.hcl.evaluation import MAX_DEPTH, TOO_DEEP, Memo
from tagguard.hcl.syntax import read
from tagguard.hcl.values import Failure, Object, Tuple, Unknown
from tests.hcl.evaluating import CaseScope, expression, plain


class Module(CaseScope):
    """A module whose locals are expressions."""

    def __init__(self, locals_, budget=None):
        super().__init__({})
        self.budget = budget or Budget()
        self.asked = []
        self._locals = {name: expression(text) for name, text in locals_.items()}
        self._memo = Memo(self.budget)

    def local(self, name):
        self.asked.append(name)
        return self._memo.value(
            f"local.{name}", lambda: evaluate(self._locals[name], self, self.budget)
        )

    def value(self, text):
        return evaluate(expression(text), self, self.budget)


def test_only_what_is_asked_for_is_evaluated_and_once():
    module = Module({"a": "local.b + local.b", "b": "2", "c": "local.b"})
    assert (module.value("local.a"), module.value("local.a")) == (4, 4)
    assert module.asked == ["a", "b", "b", "a"]
    assert module.budget.steps < 20


def test_a_cycle_is_named():
    module = Module({"a": "local.b", "b": "[local.c]", "c": "local.a.x", "d": "1"})
    reason = "local.a -> local.b -> local.c -> local.a is a cycle"
    assert Tuple((Unknown(reason),), kind="tuple") == module.value("local.a")
    assert (reason, 1) == (module.budget.exhausted, module.value("local.d"))


def test_a_cycle_spoils_nothing_else():
    module = Module({"a": "local.a"})
    module.value("local.a")
    assert module.value("[for x in [1] : x]") == Tuple((1,), kind="tuple")


def test_what_refers_to_a_wrong_expression_is_unknown_not_wrong():
    module = Module({"a": "null.x"})
    assert Unknown("local.a is wrong: null has no attribute `x`") == module.value("try(local.a, 1)")


def test_long_chains_of_references_are_followed():
    links = {f"l{n}": f"local.l{n - 1} + 1" for n in range(1, 1_000)}
    module = Module({"l0": "1", **links})
    assert (module.value("local.l999"), module.budget.exhausted) == (1_000, "")
    assert module.budget.steps < 20_000


def test_endless_chains_of_references_end():
    links = {f"l{n}": f"[[local.l{n - 1}]]" for n in range(1, 3_000)}
    module = Module({"l0": "1", **links}, budget=Budget(max_depth=100))
    assert Unknown(TOO_DEEP) == module.value("local.l2999")


def test_long_cycles_are_found():
    module = Module({f"l{n}": f"local.l{(n + 1) % 200}" for n in range(200)})
    value = module.value("local.l0")
    assert isinstance(value, Unknown)
    assert value.reason.endswith("is a cycle")


def test_values_nested_deeply_are_no_recursion():
    module = Module({"l0": "1", **{f"l{n}": f"[[[local.l{n - 1}]]]" for n in range(1, 600)}})
    assert isinstance(module.value("local.l599 == local.l599"), Unknown)
    assert module.budget.exhausted == TOO_DEEP


def test_long_chains_of_operators_and_conditionals_are_no_nesting():
    module = Module({})
    assert module.value(" + ".join(["1"] * 1001)) == 1001
    chain = "".join(f"false ? {n} : " for n in range(50))
    assert module.value(chain + '"end"') == "end"
    assert module.budget.exhausted == ""


@pytest.mark.parametrize(
    "text",
    ["(" * 300 + "1" + ")" * 300, "[" * 300 + "]" * 300, "-" * 300 + "1", "!" * 150 + "true"],
)
def test_deep_expressions_are_not_read(text):
    module = Module({})
    value = module.value(text)
    assert value is not None  # and no RecursionError
    assert module.budget.steps <= MAX_DEPTH + 300


def test_nested_loops_end_with_the_budget():
    module = Module({"l": "[for a in range(9) : a]"}, budget=Budget(max_steps=2_000))
    text = "[1,1,1,1,1,1,1,1,1,1]"
    for name in "abcdefgh":
        text = f"flatten([for {name} in [1,2,3,4,5,6,7,8,9,0] : {text}])".replace("flatten", "")
    value = module.value(text)
    assert isinstance(value, Unknown)
    assert "the evaluation takes more than 2,000 steps" == module.budget.exhausted == value.reason


def test_a_loop_that_ends_with_the_budget_is_not_taken_for_whole():
    module = Module({}, budget=Budget(max_steps=500))
    assert isinstance(module.value("[for x in [1, 2, 3] : [for y in range(200) : y]][2]"), Unknown)


def test_texts_that_double_end():
    doubling = {f"t{n}": f'"${{local.t{n - 1}}}${{local.t{n - 1}}}"' for n in range(1, 25)}
    module = Module({"t0": '"0123456789"', **doubling})
    assert isinstance(module.value("local.t24"), Unknown)
    assert "characters" in module.budget.exhausted


def test_numbers_that_double_end():
    module = Module(
        {"n0": "10", **{f"n{n}": f"local.n{n - 1} * local.n{n - 1}" for n in range(1, 30)}}
    )
    assert Unknown("a number with too many digits") == module.value("local.n29")


@pytest.mark.parametrize("text", ["[1, 2 3]", "{a = 1, = 2}", '"a ${"', "1 +", "f(1", "a ? b"])
def test_an_expression_with_a_fault_is_unknown(text):
    attributes = read("main.tf", f"t = {text}\nu = 1\n".encode()).body.attributes
    if "t" in attributes:
        value = evaluate(attributes["t"].expression, CaseScope({}), Budget())
        assert value == Unknown("the expression cannot be read")


@pytest.mark.parametrize(
    "text", ["local.l60 == local.l60", "jsonencode(local.l60)", "true ? local.l60 : [1]"]
)
def test_values_that_double_end(text):
    links = {f"l{n}": f"[local.l{n - 1}, local.l{n - 1}]" for n in range(1, 61)}
    module = Module({"l0": "1", **links})
    module.value(text)
    assert module.budget.exhausted == "a value of more than 500,000 parts"


def test_values_that_double_in_one_expression_end():
    text = "x"
    for _ in range(40):
        text = f"[for x in [[x, x]] : {text}]"
    module = Module({})
    assert isinstance(module.value(f"jsonencode([for x in [1] : {text}])"), Unknown)
    assert "parts" in module.budget.exhausted


def test_keys_keep_the_line_they_were_written_on():
    text = 'a = {\n  Owner = "me"\n  (var.k) = 1\n}\nb = {for k in ["x"] : k => 1}\n'
    attributes = read("m/main.tf", text.encode()).body.attributes
    scope = CaseScope({"var": {"k": "Env"}})
    made = evaluate(attributes["a"].expression, scope, Budget())
    assert isinstance(made, Object)
    assert {key: (location.line, location.column) for key, location in made.origins.items()} == {
        "Owner": (2, 3),
        "Env": (3, 3),
    }
    generated = evaluate(attributes["b"].expression, scope, Budget())
    assert isinstance(generated, Object)
    assert (generated.origins["x"].path, generated.origins["x"].line) == ("m/main.tf", 5)


JSON = """{"locals": {
  "constants": [null, true, 1.5, "x", "$${a}"],
  "template": "${var.a}-%{ if var.b }yes%{ else }no%{ endif }",
  "value": "${[for x in [1, 2] : x * 2]}",
  "object": {"${var.a}-key": "${var.a}", "//": "no comment", "plain": {"deep": ["${1 + 1}"]}},
  "lines": "a\\n${var.a}\\n",
  "quotes": "\\"${\\"${var.a}!\\"}\\" \\\\n"
}}"""


def json_file(text):
    file = read("main.tf.json", text.encode())
    assert file.faults == ()
    return file


def test_strings_in_json_are_templates():
    [block] = json_file(JSON).body.blocks("locals")
    scope = CaseScope({"var": {"a": "A", "b": True}})
    values = {
        name: plain(evaluate(attribute.expression, scope, Budget()))
        for name, attribute in block.body.attributes.items()
    }
    assert values == {
        "constants": [None, True, 1.5, "x", "${a}"],
        "template": "A-yes",
        "value": [2, 4],
        "object": {"A-key": "A", "//": "no comment", "plain": {"deep": [2]}},
        "lines": "a\nA\n",
        "quotes": '"A!" \\n',
    }


def test_keys_in_json_keep_their_line():
    [block] = json_file(JSON).body.blocks("locals")
    scope = CaseScope({"var": {"a": "A", "b": True}})
    made = evaluate(block.body.attributes["object"].expression, scope, Budget())
    assert isinstance(made, Object)
    assert {key: place.line for key, place in made.origins.items()} == {
        "A-key": 5,
        "//": 5,
        "plain": 5,
    }


def test_a_template_in_json_that_cannot_be_read_is_unknown():
    [block] = read("main.tf.json", b'{"locals": {"a": "${"}}').body.blocks("locals")
    value = evaluate(block.body.attributes["a"].expression, CaseScope({}), Budget())
    assert Unknown("the template cannot be read") == value


def test_failures_carry_a_message():
    with pytest.raises(Failure) as caught:
        Module({}).value("[1][1]")
    assert caught.value.message == "index 1 is beyond the end of 1 elements"


class TemplateFiles:
    """Files held in memory."""

    def __init__(self, **files):
        self._files = files

    def read(self, path):
        if path not in self._files:
            raise Failure(f"no file {path}")
        return self._files[path]

    def exists(self, path):
        return path in self._files

    def files(self, _folder):
        return sorted(self._files)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"plain", "plain"),
        (b'"a" \\n ${x}\n  ${~ x}\r\n', '"a" \\n 1\n1\r\n'),
        (b"%{ for y in ys ~}\n  ${y}\n%{ endfor ~}\n", "  a\n  b\n"),
        (b"  %{ if x == 1 }yes%{ endif }", "  yes"),
        (b"TEXT\n${x}\nTEXT", "TEXT\n1\nTEXT"),
        (b"${x}", 1),
        (b"${upper(ys[0])}", "A"),
        (b"", ""),
    ],
)
def test_template_files_see_their_variables(content, value):
    scope = CaseScope({}, TemplateFiles(t=content))
    text = 'templatefile("t", {x = 1, ys = ["a", "b"]})'
    assert value == evaluate(expression(text), scope, Budget())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"${var.x}", "t sees only the variables it is given, not var.x"),
        (b"${z}", "`z` alone refers to nothing"),
        (b'${templatefile("t", {})}', "t is a template; it cannot call for another one, t"),
    ],
)
def test_template_files_see_nothing_else(content, message):
    scope = CaseScope({"var": {"x": 1}}, TemplateFiles(t=content))
    with pytest.raises(Failure, match=message):
        evaluate(expression('templatefile("t", {})'), scope, Budget())
