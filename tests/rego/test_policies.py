from __future__ import annotations

from datetime import date

import pytest

from tagguard.errors import PolicyError
from tagguard.model import Judgement, Owned, PolicyContext, Problem, Tag, TagSet
from tagguard.rego.policies import BATCH, load
from tests.factories import make_resource

OWNER_A = 'violation contains {"key": "Owner", "msg": "bad"} if input.resource.tags.Owner == "a"'


def test_id_severity_and_summary_come_from_package_and_metadata(policies):
    runner = policies(
        plain=f"package tagguard.policies.cost_center_open\nimport rego.v1\n{OWNER_A}\n",
        told="# METADATA\n# title: Named\n# custom:\n#   id: own-name\n#   severity: info\n"
        f"package tagguard.policies.told\nimport rego.v1\n{OWNER_A}\n",
    )
    assert [(one.id, one.severity, one.summary, one.kind) for one in runner.policies] == [
        ("cost-center-open", "error", "", "rego"),
        ("own-name", "info", "Named", "rego"),
    ]


def test_item_fields_become_the_outcome(policy, owned):
    runner = policy(
        'violation contains {"key": "Owner", "msg": "m", "severity": "info", "expected": "e", '
        '"actual": "a", "hint": "h"}'
    )
    (said,) = runner.judge([owned(Owner="x")])
    outcome = said.outcome
    assert (outcome.key, outcome.message, outcome.severity) == ("Owner", "m", "info")
    assert (outcome.expected, outcome.actual, outcome.hint) == ("e", "a", "h")
    assert outcome.tag == Tag("Owner", "x")


def test_undetermined_rule(policy, owned):
    runner = policy(
        f"{OWNER_A}\n"
        'undetermined contains {"key": "Owner", "msg": "?"} if '
        '"Owner" in input.resource.unknown_tags'
    )
    said = list(runner.judge([owned(Owner="a"), owned(Owner=None), owned()]))
    assert [(one.index, one.outcome.verdict) for one in said] == [(0, "fail"), (1, "undetermined")]


@pytest.mark.parametrize(
    "item",
    ["1", "null", "[]", '{"key": "Owner"}', '{"msg": 1}', '{"msg": "m", "key": 1}',
     '{"msg": "m", "severity": "fatal"}', '{"msg": "m", "extra": 1}'],
)  # fmt: skip
def test_nonsense_is_a_problem(policy, owned, item):
    (said,) = policy(f"violation contains {item}").judge([owned()])
    assert isinstance(said, Problem)
    assert said.where == "x on aws_s3_bucket.logs"


def test_crash_on_one_resource_spares_the_others_and_the_other_policies(policies, owned):
    runner = policies(
        a="package tagguard.policies.a_crashing\nimport rego.v1\n"
        'violation contains sprintf("%d", [1 / count(input.resource.tags.Size)])\n',
        b=f"package tagguard.policies.b_sound\nimport rego.v1\n{OWNER_A}\n",
    )
    batch = [owned(f"r{at}", Owner="a", Size="" if at == 7 else "1") for at in range(2 * BATCH)]
    said = list(runner.judge(batch))
    problems = [one for one in said if isinstance(one, Problem)]
    by_rule = [one.outcome.rule for one in said if isinstance(one, Judgement)]
    assert [one.where for one in problems] == ["a-crashing on r7"]
    assert "divide by zero" in problems[0].message
    assert "a.rego:3:" in problems[0].message
    assert "backtrace" not in problems[0].message
    assert by_rule.count("a-crashing") == 2 * BATCH - 1
    assert by_rule.count("b-sound") == 2 * BATCH
    assert {one.index for one in said if isinstance(one, Judgement)} == set(range(2 * BATCH))


def test_engine_panic_is_a_problem(policy, owned, capfd):
    runner = policy('violation contains "x" if time.parse_duration_ns(input.resource.tags.T) > 1')
    said = list(runner.judge([owned("a", T="1é"), owned("b", T="5s"), owned("c", T="1é")]))
    assert [one.where for one in said if isinstance(one, Problem)] == ["x on a", "x on c"]
    assert [one.index for one in said if isinstance(one, Judgement)] == [1]
    capfd.readouterr()


@pytest.mark.parametrize("value", ["x" * 2_000_000, "\0", "💥" * 1000, "\u202e", "\x1b[31m", '"\\'])
def test_hostile_values_are_judged(policy, owned, value):
    runner = policy('violation contains {"key": "V", "msg": input.resource.tags.V}')
    (said,) = runner.judge([owned(V=value)])
    assert said.outcome.message == (value if len(value) <= 2000 else value[:2000] + "…")


def test_what_cannot_be_encoded_is_a_problem(policy, owned):
    said = list(policy(OWNER_A).judge([owned("bad", V="\ud800"), owned("good", Owner="a")]))
    assert isinstance(said[0], Problem)
    assert said[0].where == "x on bad"
    assert said[1].index == 1


def test_attributes_are_decoded_only_for_policies_that_look_at_them(policy, owned):
    def explode():
        raise RuntimeError("decoded")

    assert list(policy(OWNER_A).judge([owned(load=explode)])) == []
    (said,) = policy('violation contains "x" if input.resource.attributes.acl').judge(
        [owned(load=explode)]
    )
    assert isinstance(said, Problem)
    assert "decoded" in said.message


def test_attributes_nested_too_deep_spoil_one_resource(policy, owned):
    deep: dict = {}
    for _ in range(300):
        deep = {"a": deep}
    runner = policy('violation contains "x" if input.resource.attributes')
    said = list(runner.judge([owned("deep", load=lambda: deep), owned("flat")]))
    assert [getattr(one, "where", None) for one in said] == ["x on deep", None]


@pytest.mark.parametrize(
    "body",
    ["x := input", "x := input.resource", "f(r) := r.attributes", "x := input.resource[input.y]",
     "import input.resource as r\nx := r"],
)  # fmt: skip
def test_attributes_are_given_to_policies_that_may_reach_them(policies, owned, body):
    lines = body.splitlines()
    imports = [line for line in lines if line.startswith("import")]
    rules = [line for line in lines if line not in imports]
    loaded = []

    def attributes():
        loaded.append(1)
        return {}

    runner = policies(
        x="\n".join(["package tagguard.policies.x", "import rego.v1", *imports, *rules, OWNER_A])
    )
    list(runner.judge([owned(load=attributes)]))
    assert loaded == [1]


def test_sensitive_values_are_judged_and_never_told(policy, owned):
    runner = policy(
        'violation contains {"key": "T", "msg": sprintf("got %s", [v]), "actual": v} if {\n'
        '\tv := input.resource.tags.T\n\tv == "hush"\n}'
    )
    (said,) = runner.judge([owned(T=Tag("T", "hush", sensitive=True))])
    assert (said.outcome.message, said.outcome.actual) == ("got (sensitive)", "(sensitive)")


class WatchedTags(dict):
    """Tags that count how often all of them are looked through."""

    walks = 0

    def values(self):
        self.walks += 1
        return super().values()


@pytest.mark.parametrize(
    "body",
    [
        "violation contains t if some t in input.resource.tags",
        "violation contains [t] if some t in input.resource.tags",
        "violation contains 1 / 0\nundetermined contains t if some t in input.resource.tags",
    ],
)
def test_sensitive_values_are_gathered_once_a_resource(policy, body):
    tags = WatchedTags({key: Tag(key, f"hush{key}", sensitive=True) for key in "ABC"})
    said = list(policy(body).judge([Owned(make_resource(tags=TagSet(tags)))]))
    assert len(said) > 1
    assert tags.walks == 2  # the input's and the mask's


def test_sensitive_values_are_not_gathered_for_nothing(policy):
    tags = WatchedTags({"T": Tag("T", "hush", sensitive=True)})
    assert list(policy(OWNER_A).judge([Owned(make_resource(tags=TagSet(tags)))])) == []
    assert tags.walks == 1  # the input's


def test_prints_go_to_stderr(policy, owned, capsys):
    list(policy('violation contains "x" if { print("hello"); false }').judge([owned()]))
    out, err = capsys.readouterr()
    assert out == ""
    assert "hello" in err


def test_two_runs_say_the_same(policy, owned):
    runner = policy("violation contains k if some k, _ in input.resource.tags")
    batch = [owned(f"r{at}", B="1", A="2") for at in range(3)]
    assert list(runner.judge(batch)) == list(runner.judge(batch))


FORBIDDEN = {
    "http.send": 'violation contains "x" if http.send({"url": "u"})',
    "opa.runtime": 'violation contains "x" if opa["runtime"]()',
    "net.lookup_ip_addr": 'violation contains "x" if net.lookup_ip_addr("h")',
    "rand.intn": 'violation contains "x" if rand.intn("a", 2) == 1',
    "units.parse": 'violation contains "x" if units.parse(input.resource.tags.A) > 1',
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_forbidden_built_ins_are_refused_with_their_place(policy, name):
    with pytest.raises(PolicyError) as caught:
        policy(FORBIDDEN[name])
    assert "x.rego:5:" in caught.value.message
    assert f"`{name}` is not allowed" in caught.value.message


@pytest.mark.parametrize(
    "body",
    [
        'violation contains "x" if { f(1) with f as http.send }\nf(_) := 1',
        'violation contains "x" if { count([1]) == 1 with count as opa.runtime }',
        "violation contains [y | y := opa.runtime().env]",
    ],
)
def test_forbidden_built_ins_are_found_wherever_they_hide(policy, body):
    with pytest.raises(PolicyError, match="is not allowed"):
        policy(body)


def test_alias_does_not_hide_a_forbidden_built_in(policies):
    with pytest.raises(PolicyError, match=r"`opa\.runtime` is not allowed"):
        policies(
            x="package tagguard.policies.x\nimport rego.v1\nimport data.foo as opa\n"
            'violation contains "x" if opa.runtime()\n'
        )


@pytest.mark.parametrize(
    "call",
    [
        "numbers.range(1, to_number(input.resource.tags.A))",
        "numbers.range(count(input.resource.tags.A), 5)",
        'numbers["range"](1, n)',
        "numbers.range_step(1, n, 2)",
        "numbers.range_step(1, 9, n)",
        "sprintf(input.resource.tags.A, [1])",
        'sprintf(concat("", ["%", input.resource.tags.A, "d"]), [1])',
        "sprintf(n, [1], _)",
    ],
)
def test_calls_that_a_tag_value_could_inflate_are_refused_with_their_place(policy, call):
    with pytest.raises(PolicyError) as caught:
        policy(f'n := 5\nviolation contains "x" if {call}')
    name = call.partition("(")[0].replace('["range"]', ".range")
    assert "x.rego:6:27: " in caught.value.message
    assert f"`{name}` is not allowed with " in caught.value.message
    assert "a hostile tag value" in caught.value.message


def test_such_calls_with_literals_are_sound(policy, owned):
    runner = policy(
        'violation contains sprintf("%d", [n]) if some n in numbers.range(0, 2)\n'
        "violation contains sprintf(`s%d`, [n]) if some n in numbers.range_step(1, 4, 2)"
    )
    said = {one.outcome.message for one in runner.judge([owned()])}
    assert said == {"0", "1", "2", "s1", "s3"}


def test_replacement_does_not_hide_such_a_call(policy):
    with pytest.raises(PolicyError, match=r"`numbers\.range` is not allowed with computed numbers"):
        policy('violation contains "x" if f(1, 9) with f as numbers.range\nf(_, _) := 1')


def test_comments_and_strings_are_no_offence(policy, owned):
    runner = policy('# http.send\nviolation contains "http.send and opa.runtime()"')
    assert len(list(runner.judge([owned()]))) == 1


X = "package tagguard.policies.x\nviolation contains 1\n"
REFUSED = {
    "syntax": ("package tagguard.policies.x\nviolation contains 1 if {\n", "x.rego:3:1: "),
    "unsafe": ('package tagguard.policies.x\nviolation contains "x" if y\n', "x.rego:2:"),
    "no function": (f"{X}violation contains f(1)\n", "x.rego:3:20: there is no function `f`"),
    "no violation": (
        "package tagguard.policies.x\ndeny := 1\n",
        "x.rego:1: `tagguard.policies.x` defines no `violation`, so it can never fire",
    ),
    "not a set": ("package tagguard.policies.x\nviolation := 1\n", "x.rego:2: `violation` is not"),
    "no policy": ("package main\nimport rego.v1\ndeny contains 1\n", "no Rego policy here"),
    "built-in id": ("package tagguard.policies.missing_tag\nviolation contains 1\n", "own rules"),
    "camel case": ("package tagguard.policies.costCenter\nviolation contains 1\n", "kebab-case"),
    "recursion": (f"{X}f(n) := g(n)\ng(n) := data.tagguard.policies.x.f(n)\n", "calls itself"),
    "bad severity": (
        f"# METADATA\n# title: t\n# custom:\n#   severity: errror\n{X}",
        "x.rego:4: severity `errror` is not one of error, warning, info (did you mean `error`?)",
    ),
    "bad metadata": (f"# METADATA\n# title: [\n{X}", "x.rego:2: the METADATA is not YAML"),
    "document": (
        f"# METADATA\n# custom: {{tagguard: {{input: document}}}}\n{X}",
        "x.rego:2: a policy cannot judge the input `document`",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_at_load(policies, case):
    text, message = REFUSED[case]
    with pytest.raises(PolicyError) as caught:
        policies(x=text)
    assert message in caught.value.message
    assert "backtrace" not in caught.value.message


def test_two_policies_with_one_id_name_both_files(policies):
    with pytest.raises(PolicyError, match=r"`x`: .*a\.rego and .*b\.rego"):
        policies(
            a=f"package tagguard.policies.one.x\nimport rego.v1\n{OWNER_A}\n",
            b=f"package tagguard.policies.two.x\nimport rego.v1\n{OWNER_A}\n",
        )


def test_one_package_may_be_split_but_not_defined_twice(policies, owned):
    runner = policies(
        a="package tagguard.policies.x\nimport rego.v1\nviolation contains helper\n",
        b='package tagguard.policies.x\nhelper := "m"\n',
    )
    assert [one.outcome.message for one in runner.judge([owned()])] == ["m"]
    with pytest.raises(PolicyError, match="two files define `violation`"):
        policies(b='package tagguard.policies.x\nimport rego.v1\nviolation contains "y"\n')


def test_data_must_not_hide_policies(policies):
    context = PolicyContext(data={"tagguard": {}})
    with pytest.raises(PolicyError, match=r"would hide `data\.tagguard`"):
        policies(context, x=f"package tagguard.policies.x\nimport rego.v1\n{OWNER_A}\n")


def test_libraries_are_loaded_and_tests_are_not(policies, owned):
    runner = policies(
        lib='package acme.lib\nname := "acme"\n',
        x="package tagguard.policies.x\nimport rego.v1\nviolation contains data.acme.lib.name\n",
        x_test="this is not Rego",
    )
    assert [one.outcome.message for one in runner.judge([owned()])] == ["acme"]


def test_without_rego_files_there_is_nothing_to_run(tmp_path, owned):
    runner = load([tmp_path], PolicyContext(today=date(2026, 1, 1)))
    assert runner.policies == ()
    assert list(runner.judge([owned()])) == []
    assert list(runner.judge_whole([owned()])) == []


def test_only_keeps_one_policy(policies, owned):
    runner = policies(
        a=f"package tagguard.policies.a\nimport rego.v1\n{OWNER_A}\n",
        b=f"package tagguard.policies.b\nimport rego.v1\n{OWNER_A}\n",
    ).only({"b"})
    assert [one.outcome.rule for one in runner.judge([owned(Owner="a")])] == ["b"]


def test_unreadable_file_is_a_policy_error(tmp_path):
    (tmp_path / "x.rego").write_bytes(b"package p\n\xff")
    with pytest.raises(PolicyError, match=r"x\.rego: the policy cannot be read"):
        load([tmp_path], PolicyContext())
