from __future__ import annotations

import pytest

from tagguard.errors import PolicyError
from tagguard.policy_examples import read_examples
from tagguard.policy_tests import run

REGO = """package tagguard.policies.owner_bad

import rego.v1

violation contains {"key": "Owner", "msg": "Owner is bad"} if input.resource.tags.Owner == "bad"

violation contains "crash" if 1 / count(input.resource.tags.Divisor) > 1

violation contains "typed" if input.resource.attributes.size > 5

violation contains "closed" if input.resource.tags.CostCenter in data.closed

undetermined contains {"key": "Owner", "msg": "?"} if "Owner" in input.resource.unknown_tags
"""
EXAMPLES = "policy: owner-bad\nexamples:\n"
FAILING = "  - {name: proof, resource: {type: t, tags: {Owner: bad}}, expect: fail}\n"


@pytest.fixture
def results(tmp_path):
    """Give a function that writes a policy, its examples and a Rego test, and runs them."""

    def write_and_run(examples="", test=""):
        (tmp_path / "owner_bad.rego").write_text(REGO, encoding="utf-8")
        if examples:
            head = "policy: owner-bad\ndata: {closed: [0123]}\nexamples:\n"
            text = examples if "policy:" in examples else head + examples
            (tmp_path / "examples.yaml").write_text(text, encoding="utf-8")
        if test:
            head = "package tagguard.policies.owner_bad_test\nimport rego.v1\n"
            (tmp_path / "owner_bad_test.rego").write_text(head + test, encoding="utf-8")
        return run([tmp_path])

    return write_and_run


@pytest.mark.parametrize(
    "example",
    [
        "resource: {type: t, tags: {Owner: bad}}, expect: fail",
        "resource: {type: t, tags: {Owner: bad}}, expect: fail, key: Owner, message: is bad",
        "resource: {type: t, tags: {Owner: good}}, expect: pass",
        "resource: {type: t, tags: {Owner: {unknown: var.x}}}, expect: undetermined, key: Owner",
        "resource: {type: t, attributes: {size: 6}}, expect: fail, message: typed",
        "resource: {type: t, attributes: {size: 5}}, expect: pass",
        'resource: {type: t, attributes: {size: "5"}}, expect: fail, message: typed',
    ],
)
def test_examples_that_hold(results, example):
    said = results(f"{FAILING}  - {{name: it, {example}}}\n")
    assert [one.passed for one in said] == [True, True]
    assert said[1].name.endswith("examples.yaml: it")


@pytest.mark.parametrize(
    ("example", "detail"),
    [
        ("resource: {type: t}, expect: fail", "expected fail, got pass"),
        (
            "resource: {type: t, tags: {Owner: bad}}, expect: pass",
            "expected pass, got fail (`Owner`: Owner is bad)",
        ),
        (
            "resource: {type: t, tags: {Owner: bad}}, expect: fail, key: Team",
            "expected key `Team`, got fail (`Owner`: Owner is bad)",
        ),
        (
            "resource: {type: t, tags: {Owner: bad}}, expect: fail, message: worse",
            "expected message with `worse`, got fail (`Owner`: Owner is bad)",
        ),
        (
            "resource: {type: t, tags: {Owner: {unknown: x}}}, expect: pass",
            "expected pass, got undetermined (`Owner`: ?)",
        ),
    ],
)
def test_examples_that_are_missed(results, example, detail):
    said = results(f"{FAILING}  - {{name: it, {example}}}\n")
    assert [(one.passed, one.detail) for one in said] == [(True, ""), (False, detail)]


def test_crash_never_passes(results):
    said = results(
        FAILING + '  - {name: it, resource: {type: t, tags: {Divisor: ""}}, expect: pass}\n'
    )
    assert not said[1].passed
    assert "the policy crashed: divide by zero" in said[1].detail


def test_tags_stay_the_text_that_was_written(results):
    said = results(
        f"{FAILING}  - {{name: it, resource: {{type: t, tags: {{Owner: 0123}}}}, expect: pass}}\n"
    )
    assert [one.passed for one in said] == [True, True]


@pytest.mark.parametrize("text", ["[" * 100_000, "[5]", "5"])
def test_block_of_text_among_attributes_stays_text(tmp_path, text):
    file = tmp_path / "examples.yaml"
    file.write_text(
        f"{EXAMPLES}  - name: it\n    expect: pass\n    resource:\n      type: t\n"
        f"      attributes:\n        a: |-\n          {text}\n        b: >-\n          {text}\n",
        encoding="utf-8",
    )
    (example,) = read_examples(file).examples
    assert example.resource is not None
    assert example.resource.attributes == {"a": text, "b": text}


def test_policy_without_a_failing_example_does_not_pass(results):
    said = results("  - {name: it, resource: {type: t}, expect: pass}\n")
    assert [(one.passed, one.detail) for one in said] == [
        (True, ""),
        (False, "no example expects `fail`, so nothing proves that it can fire"),
    ]
    assert said[1].name.endswith("owner_bad.rego: owner-bad")


def test_rego_tests(results):
    said = results(
        FAILING,
        test="test_true if true\ntest_false := false\ntest_undefined if false\n"
        "test_error if 1 / count([]) == 1\nhelper := 1\ntest_clock if time.now_ns() == 0\n",
    )
    assert [(one.name.partition(": ")[2], one.passed) for one in said[1:]] == [
        ("test_true", True),
        ("test_false", False),
        ("test_undefined", False),
        ("test_error", False),
        ("test_clock", True),
    ]
    assert [one.detail.rpartition(": ")[2] for one in said[2:5]] == [
        "False is not true",
        "undefined",
        "divide by zero",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "policy: owner-bed\nexamples: []\n",
            "examples.yaml: there is no policy called `owner-bed` here (did you mean",
        ),
        (f"{EXAMPLES}  - {{name: n, expect: fial, resource: {{type: t}}}}\n", "examples.yaml:3:"),
        (
            f"{EXAMPLES}  - {{name: n, expect: fail}}\n",
            "examples.yaml:3:5: an example needs either `resource` or `resources`",
        ),
        ("policy: owner-bad\nexampels: []\n", "did you mean `examples`"),
        ("policy: [\n", "examples.yaml:"),
        (
            f"{EXAMPLES}  - {{name: n, expect: fail, resource: {{type: t, tags: {{A: [1]}}}}}}\n",
            "examples.yaml:3:",
        ),
    ],
)
def test_wrong_example_files_are_told_with_their_place(results, text, message):
    with pytest.raises(PolicyError) as caught:
        results(text)
    assert message in "\n".join([caught.value.message, *caught.value.faults])


def test_python_policies_and_inventories(tmp_path):
    (tmp_path / "p.py").write_text(
        "from tagguard import policy\n@policy('two-alike', whole=True)\n"
        "def two_alike(resources, ctx):\n    if len(resources) == 2:\n"
        "        yield ctx.fail(None, f'{ctx.today} {resources[1].address}')\n",
        encoding="utf-8",
    )
    (tmp_path / "two-alike.examples.yaml").write_text(
        "policy: two-alike\ntoday: 2026-01-02\nexamples:\n"
        "  - {name: two, resources: [{type: t}, {type: t}], expect: fail, "
        "message: 2026-01-02 t.example1}\n"
        "  - {name: one, resources: [{type: t}], expect: pass}\n",
        encoding="utf-8",
    )
    assert [one.passed for one in run([tmp_path])] == [True, True]
    assert run([tmp_path / "p.py"]) == run([tmp_path, tmp_path / "p.py"])


def test_two_kinds_with_one_id_are_refused(results, tmp_path):
    (tmp_path / "p.py").write_text(
        "from tagguard import policy\n@policy('owner-bad')\ndef f(r, c): pass\n", encoding="utf-8"
    )
    with pytest.raises(PolicyError, match="two policies are called `owner-bad`"):
        results(FAILING)
