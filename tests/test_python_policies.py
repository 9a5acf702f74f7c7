from __future__ import annotations

import sys
from datetime import date

import pytest

from tagguard.errors import PolicyError
from tagguard.model import Judgement, Owned, PolicyContext, Problem, Tag, TagSet
from tagguard.python_policies import load
from tests.factories import make_resource

HEAD = "from tagguard import Context, Resource, policy\n\n"
OWNER = "@policy('owner-bad')\ndef owner_bad(resource, ctx):\n"


@pytest.fixture
def policies(tmp_path):
    """Give a function that writes policy files and loads them."""

    def write_and_load(context=None, **sources):
        for name, text in sources.items():
            (tmp_path / f"{name}.py").write_text(HEAD + text, encoding="utf-8")
        return load([tmp_path], context or PolicyContext(), entry_points=False)

    return write_and_load


@pytest.fixture
def policy(policies):
    """Give a function that loads one per-resource policy with the given body."""

    def write_and_load(*body, context=None):
        return policies(context, p=OWNER + "".join(f"    {line}\n" for line in body))

    return write_and_load


def owned(values=None, **fields):
    return Owned(make_resource(values or {}, **fields))


def test_failure_carries_what_the_policy_says(policy):
    runner = policy(
        "yield ctx.fail('Owner', 'm', expected='e', actual='a', hint='h', severity='info')"
    )
    (said,) = runner.judge([owned({"Owner": "x"})])
    outcome = said.outcome
    assert (said.index, outcome.verdict, outcome.rule) == (0, "fail", "owner-bad")
    assert (outcome.key, outcome.message, outcome.severity) == ("Owner", "m", "info")
    assert (outcome.expected, outcome.actual, outcome.hint) == ("e", "a", "h")
    assert outcome.tag == Tag("Owner", "x")


def test_severity_and_summary_of_the_policy(policies):
    runner = policies(
        p="@policy('a', severity='warning')\ndef f(resource, ctx):\n    '''First.\n\n    More.'''\n"
        "    yield ctx.fail(None, 'm')\n"
        "@policy('b', summary='Told')\ndef g(resource, ctx):\n    '''Not this.'''\n"
    )
    assert [(one.id, one.severity, one.summary) for one in runner.policies] == [
        ("a", "warning", "First."),
        ("b", "error", "Told"),
    ]
    (said,) = runner.judge([owned()])
    assert (said.outcome.severity, said.outcome.key, said.outcome.tag) == ("warning", None, None)


def test_undetermined(policy):
    (said,) = policy("yield ctx.undetermined('Owner', 'why')").judge([owned()])
    assert (said.outcome.verdict, said.outcome.message) == ("undetermined", "why")


@pytest.mark.parametrize(
    "body",
    ["return [ctx.fail('K', 'm')]", "return (ctx.fail('K', 'm') for _ in '1')",
     "return ctx.fail('K', 'm')"],
)  # fmt: skip
def test_ways_to_answer(policy, body):
    assert len(list(policy(body).judge([owned()]))) == 1


def test_nothing_is_a_pass(policy):
    assert list(policy("return None").judge([owned()])) == []


def test_context(policy):
    context = PolicyContext(
        taxonomy={"name": "acme"}, data={"closed": ["CC-1"]}, today=date(2026, 1, 2)
    )
    runner = policy(
        "yield ctx.fail(None, f\"{ctx.taxonomy['name']} {ctx.data['closed'][0]} {ctx.today}\")",
        context=context,
    )
    (said,) = runner.judge([owned()])
    assert said.outcome.message == "acme CC-1 2026-01-02"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("f = lambda: f(); f()", "RecursionError"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("raise MemoryError", "MemoryError"),
        ("raise type('E', (BaseException,), {})('told')", "E: told"),
        ("import asyncio; raise asyncio.CancelledError", "CancelledError"),
        ("import pytest; pytest.fail('no')", "Failed: no"),
        ("raise type('E', (Exception,), {'__str__': None})", "E: "),
        ("return 'text'", "returned str"),
        ("return 5", "returned int"),
        ("yield 'text'", "yielded str"),
        ("yield ctx.fail('K', None)", "TypeError: expected text, got NoneType"),
        ("yield ctx.fail(5, 'm')", "TypeError: expected text, got int"),
        ("yield ctx.fail(0, 'm')", "TypeError: expected text, got int 0"),
        ("yield ctx.fail('K', 'm', expected=False)", "TypeError: expected text, got bool"),
        ("yield ctx.fail('K', 'm', actual=[])", "TypeError: expected text, got list"),
        ("yield ctx.undetermined(0, 'm')", "TypeError: expected text, got int 0"),
        ("yield ctx.fail('K', 'm', severity='fatal')", "ValueError: severity 'fatal'"),
        ("yield ctx.fail('K', 'm', resource=object())", "another resource"),
    ],
)
def test_crash_is_a_problem_and_the_others_are_judged(policies, body, message):
    runner = policies(
        p=f"{OWNER}    if resource.address == 'bad':\n        return bad(ctx)\n"
        f"    return [ctx.fail('K', 'm')]\ndef bad(ctx):\n    {body}\n"
    )
    said = list(runner.judge([owned(address="a"), owned(address="bad"), owned(address="c")]))
    assert [getattr(one, "index", None) for one in said] == [0, None, 2]
    problem = said[1]
    assert isinstance(problem, Problem)
    assert (problem.stage, problem.where) == ("policy", "owner-bad on bad")
    assert message in problem.message
    assert "p.py" in problem.message


def test_crash_names_its_line(policy):
    (problem,) = policy("resource.address", "1 / 0").judge([owned()])
    assert problem.message.endswith("p.py:6)")


def test_interrupt_is_not_swallowed(policy):
    with pytest.raises(KeyboardInterrupt):
        list(policy("raise KeyboardInterrupt").judge([owned()]))


def test_interrupt_while_loading_or_judging_the_whole_is_not_swallowed(policies):
    with pytest.raises(KeyboardInterrupt):
        list(policies(p=WHOLE + "    raise KeyboardInterrupt\n").judge_whole([owned()]))
    with pytest.raises(KeyboardInterrupt):
        policies(p="raise KeyboardInterrupt\n")


def test_sensitive_values_are_never_told(policy):
    runner = policy("yield ctx.fail('T', resource.tags.get('T').value)", "raise KeyError('hush')")
    secret = TagSet({"T": Tag("T", "hush", sensitive=True)})
    said, problem = runner.judge([owned(tags=secret)])
    assert said.outcome.message == "(sensitive)"
    assert "hush" not in problem.message


class WatchedTags(dict):
    """Tags that count how often all of them are looked through."""

    walks = 0

    def values(self):
        self.walks += 1
        return super().values()


def test_sensitive_values_are_gathered_once_a_resource(policy):
    runner = policy("for tag in resource.tags: yield ctx.fail(tag.key, tag.value)", "1 / 0")
    tags = WatchedTags({key: Tag(key, f"hush{key}", sensitive=True) for key in "ABC"})
    *said, problem = runner.judge([owned(tags=TagSet(tags))])
    assert {one.outcome.message for one in said} == {"(sensitive)"}
    assert isinstance(problem, Problem)
    assert tags.walks == 2  # the policy's own and the mask's


def test_sensitive_values_are_not_gathered_for_nothing(policy):
    tags = WatchedTags({"T": Tag("T", "hush", sensitive=True)})
    assert list(policy("return None").judge([owned(tags=TagSet(tags))])) == []
    assert tags.walks == 0


def test_prints_go_to_stderr(policies, capsys):
    runner = policies(p="print('loading')\n" + OWNER + "    print('running')\n")
    list(runner.judge([owned()]))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.split() == ["loading", "running"]


WHOLE = "@policy('whole', whole=True)\ndef whole(resources, ctx):\n"


def test_whole_inventory(policies):
    runner = policies(
        p=WHOLE + "    yield ctx.fail(None, str(len(resources)))\n"
        "    yield ctx.fail('Name', 'm', resource=resources[1])\n"
    )
    inventory = [owned(address="a"), owned({"Name": "n"}, address="b")]
    assert list(runner.judge(inventory)) == []
    first, second = runner.judge_whole(inventory)
    assert (first.index, first.outcome.message) == (None, "2")
    assert (second.index, second.outcome.tag) == (1, Tag("Name", "n"))


@pytest.mark.parametrize("crash", ["1 / 0", "raise GeneratorExit"])
def test_whole_inventory_crash_keeps_what_was_said(policies, crash):
    runner = policies(p=WHOLE + f"    yield ctx.fail(None, 'm')\n    {crash}\n")
    said, problem = runner.judge_whole([owned()])
    assert isinstance(said, Judgement)
    assert problem.where == "whole"


def test_resource_outside_the_inventory_is_a_problem(policies):
    runner = policies(p=WHOLE + "    yield ctx.fail(None, 'm', resource=object())\n")
    (problem,) = runner.judge_whole([owned()])
    assert "not in the inventory" in problem.message


def test_only_keeps_one_policy(policies):
    runner = policies(p=OWNER + "    yield ctx.fail(None, 'm')\n" + WHOLE + "    pass\n")
    assert [one.id for one in runner.only({"whole"}).policies] == ["whole"]
    assert list(runner.only({"whole"}).judge([owned()])) == []


def test_loading_twice_and_two_folders_alike(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    for folder, word in ((tmp_path, "one"), (other, "two")):
        (folder / "_shared.py").write_text(f"WORD = '{word}'\n", encoding="utf-8")
        (folder / "p.py").write_text(
            f"{HEAD}import _shared\n@policy('{word}')\ndef f(resource, ctx):\n"
            "    yield ctx.fail(None, _shared.WORD)\n",
            encoding="utf-8",
        )
    before = set(sys.path)
    for folder in (tmp_path, other, tmp_path):
        runner = load([folder], PolicyContext(), entry_points=False)
        (said,) = runner.judge([owned()])
        assert isinstance(said, Judgement)
        assert said.outcome.message == said.outcome.rule
    assert "_shared" not in sys.modules
    assert set(sys.path) == before
    assert not list(tmp_path.rglob("__pycache__"))


def test_imported_policies_are_not_registered_again(tmp_path):
    (tmp_path / "_base.py").write_text(HEAD + OWNER + "    pass\n", encoding="utf-8")
    (tmp_path / "p.py").write_text(
        f"{HEAD}from _base import owner_bad\n@policy('own')\ndef own(r, c): pass\n",
        encoding="utf-8",
    )
    runner = load([tmp_path], PolicyContext(), entry_points=False)
    assert [one.id for one in runner.policies] == ["own"]


def test_dataclasses_work_in_policies(policies):
    source = "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: 'int' = 1\n"
    runner = policies(p=f"{source}{OWNER}    yield ctx.fail(None, str(A().x))\n")
    (said,) = runner.judge([owned()])
    assert said.outcome.message == "1"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0\n", "p.py:3: the policy cannot be loaded: ZeroDivisionError"),
        ("def f(:\n", "p.py:3: the policy cannot be loaded: SyntaxError"),
        ("import nowhere_at_all\n", "ModuleNotFoundError"),
        ("raise SystemExit(3)\n", "p.py:3: the policy cannot be loaded: SystemExit: 3"),
        ("raise GeneratorExit\n", "p.py:3: the policy cannot be loaded: GeneratorExit"),
        ("class E(BaseException): pass\nraise E\n", "p.py:4: the policy cannot be loaded: "),
        ("x = '\0'\n", "p.py"),
        (
            "@policy(123)\ndef f(r, c): pass\n",
            "p.py:3: the policy cannot be loaded: TypeError: a policy's `id` must be text, not int",
        ),
        ("@policy\ndef f(r, c): pass\n", "`id` must be text, not function"),
        ("@policy('a', summary=5)\ndef f(r, c): pass\n", "`summary` must be text, not int"),
        ("@policy('a', whole=1)\ndef f(r, c): pass\n", "`whole` must be True or False, not int"),
        (
            "@policy('a', confidential='no')\ndef f(r, c): pass\n",
            "`confidential` must be True or False, not str",
        ),
        ("@policy('a', severity='fatal')\ndef f(r, c): pass\n", "p.py:3: "),
        ("def f(resource, ctx): pass\n", "no function here is marked with `@policy`"),
        ("@policy('Not Kebab')\ndef f(r, c): pass\n", "kebab-case"),
        ("@policy('tag-limit')\ndef f(r, c): pass\n", "own rules"),
        ("@policy('a')\ndef f(r, c): pass\n@policy('a')\ndef g(r, c): pass\n", "two policies"),
    ],
)
def test_what_is_wrong_is_refused_at_load(policies, source, message):
    with pytest.raises(PolicyError) as caught:
        policies(p=source)
    assert message in caught.value.message


def test_bytes_that_are_not_text_are_refused(tmp_path):
    (tmp_path / "p.py").write_bytes(b"x = '\xff'\n")
    with pytest.raises(PolicyError, match="cannot be loaded"):
        load([tmp_path], PolicyContext(), entry_points=False)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Give a function that installs a package with entry points for policies."""

    def install(source, *points):
        package = tmp_path / "site"
        info = package / "acme-1.dist-info"
        info.mkdir(parents=True)
        (package / "acme_policies_x.py").write_text(HEAD + source, encoding="utf-8")
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n", "utf-8")
        lines = "".join(f"{name} = {value}\n" for name, value in points)
        (info / "entry_points.txt").write_text(f"[tagguard.policies]\n{lines}", "utf-8")
        monkeypatch.syspath_prepend(package)

    yield install
    sys.modules.pop("acme_policies_x", None)


def test_entry_points_give_modules_and_functions(installed):
    source = "@policy('one')\ndef one(r, ctx): pass\n@policy('two')\ndef two(r, ctx): pass\n"
    installed(source, ("all", "acme_policies_x"))
    runner = load([], PolicyContext())
    assert [one.id for one in runner.policies] == ["one", "two"]
    assert runner.policies[0].origin == "entry point all (acme_policies_x)"


def test_entry_point_of_a_function(installed):
    installed("@policy('one')\ndef one(r, ctx): pass\n", ("f", "acme_policies_x:one"))
    assert [one.id for one in load([], PolicyContext()).policies] == ["one"]
    assert load([], PolicyContext(), entry_points=False).policies == ()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0\n", "ZeroDivisionError"),
        ("raise GeneratorExit\n", "GeneratorExit"),
        ("x = 1\n", "no function marked"),
    ],
)
def test_broken_entry_points_are_refused(installed, source, message):
    installed(source, ("all", "acme_policies_x"))
    with pytest.raises(PolicyError, match=message):
        load([], PolicyContext())
