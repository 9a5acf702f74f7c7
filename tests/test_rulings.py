"""Rows that are alike are judged once; what depends on more is judged by itself."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tagguard import rulings
from tagguard.engine import Engine, Setup
from tagguard.exemptions import Exemption, Exemptions
from tagguard.findings import fingerprint_of
from tagguard.model import Ignore, Location, Rows
from tagguard.owners import Owners
from tagguard.row_findings import ADDRESS
from tagguard.rules import RULES, load_rule
from tagguard.selectors import Matcher, Selector
from tests.factories import TODAY, make_resource, make_taxonomy
from tests.test_engine import reported

TAXONOMY = make_taxonomy("  Owner: {required: true, format: email}\n  Stage: {values: [prod]}")
BUCKET = make_resource({}, type="s3:bucket", address="", scope="1", location=Location("a.jsonl"))


class Counted(Engine):
    """An engine that counts what it judges by the taxonomy."""

    judged = 0

    def judge_by_taxonomy(self, one: Any) -> None:
        self.judged += 1
        super().judge_by_taxonomy(one)


def engine_of(*tags, patterns=(BUCKET,), **setup: Any) -> Counted:
    defaults: dict[str, Any] = {
        "taxonomy": TAXONOMY,
        "rules": [load_rule(one) for one in RULES],
        "owners": Owners([], [], closed=False),
        "exemptions": Exemptions([], today=TODAY, max_days=None),
    }
    engine = Counted(Setup(**(defaults | setup)))
    size = len(tags)
    engine.judge(
        [
            Rows(
                patterns=[patterns[index % len(patterns)] for index in range(size)],
                addresses=[f"arn:{index}" for index in range(size)],
                tags=list(tags),
                lines=list(range(1, size + 1)),
            )
        ]
    )
    return engine


def tagged(size=20):
    return [{"Name": f"n{index}", "Owner": f"{index}@acme.example"} for index in range(size)]


def few(engine: Counted) -> bool:
    """Tell whether the engine judged each kind of row once, but for what it had to learn."""
    return engine.judged <= 5


def test_rows_that_differ_in_nothing_that_matters_are_judged_once():
    engine = engine_of(*tagged())
    assert few(engine)
    assert reported(engine).summary.compliant == 20


def test_patterns_that_nobody_tells_apart_are_judged_once():
    patterns = [replace(BUCKET, scope=str(one), account=str(one)) for one in range(20)]
    engine = engine_of(*[{} for _ in range(20)], patterns=patterns)
    assert few(engine)
    told = [(one.account, one.scope) for one in reported(engine).findings]
    assert sorted(told) == sorted((str(one), str(one)) for one in range(20))


def test_a_selector_on_addresses_takes_rows_out_one_by_one():
    step = Matcher(Selector(types=["s3:*"], addresses=["arn:3"]))
    owners = Owners(
        [lambda one, value_of: "three" if step(one, value_of) else None], [], closed=False
    )
    engine = engine_of(*tagged(), owners=owners)
    assert engine.judged >= 20
    assert {row.team: row.resources for row in reported(engine).teams} == {
        "three": 1,
        "unowned": 19,
    }


def test_owners_by_tag_are_told_apart_and_judged_once():
    owners = Owners([lambda _, value_of: str(value_of("Team"))], [], closed=False)
    engine = engine_of(*({"Team": f"t{index}"} for index in range(20)), owners=owners)
    assert few(engine)
    report = reported(engine)
    assert [row.findings for row in report.teams] == [1] * 20
    assert {one.resource: one.team for one in report.findings}["arn:7"] == "t7"


def test_an_exemption_counts_each_row():
    waiver = Exemption(
        id="w",
        match=Selector(types=["s3:*"]),
        reason="agreed",
        owner="finops",
        expires="2030-01-01",
    )
    engine = engine_of({}, {}, {}, exemptions=Exemptions([waiver], today=TODAY, max_days=None))
    report = reported(engine)
    assert [(one.id, one.matched) for one in report.exemptions] == [("w", 3)]
    assert report.summary.exempt == 3


def test_an_exemption_of_one_address_waives_one_row():
    waiver = Exemption(
        match=Selector(addresses=["arn:1"]), reason="agreed", owner="x", expires="2030-01-01"
    )
    engine = engine_of({}, {}, {}, exemptions=Exemptions([waiver], today=TODAY, max_days=None))
    report = reported(engine)
    assert [one.status for one in report.findings] == ["open", "exempt", "open"]


def test_a_key_that_is_required_of_one_address_is_missing_once():
    taxonomy = make_taxonomy('  Owner: {required: {when: {addresses: ["arn:1"]}}}')
    report = reported(engine_of({}, {}, {}, taxonomy=taxonomy))
    assert [one.resource for one in report.findings] == ["arn:1"]


def test_a_condition_that_asks_for_a_tag_later_is_heeded():
    taxonomy = make_taxonomy(
        '  Owner: {required: true}\n  Data: {required: {when: {tags: {Squad: "red"}}}}'
    )
    squads = [{"Owner": "x", "Squad": squad} for squad in ("blue", "red", "blue", "red")]
    report = reported(engine_of(*squads, taxonomy=taxonomy))
    assert [one.resource for one in report.findings] == ["arn:1", "arn:3"]


def test_a_blank_value_is_not_like_others():
    taxonomy = make_taxonomy("  Owner: {required: true}")
    report = reported(engine_of({"Owner": "x"}, {"Owner": " "}, {"Owner": "y"}, taxonomy=taxonomy))
    assert [(one.rule, one.resource) for one in report.findings] == [("empty-tag", "arn:1")]


def test_the_baseline_knows_rows_by_their_address():
    known = frozenset({fingerprint_of("missing-tag", "1", "arn:1", "Owner")})
    report = reported(engine_of({}, {}, {}, baseline=known))
    assert [one.status for one in report.findings] == ["open", "baseline", "open"]
    assert (report.summary.noncompliant, report.summary.exempt) == (2, 1)


def test_a_value_that_the_cloud_refuses_is_found_on_its_own_row():
    engine = engine_of(*tagged(), {"Name": "v" * 300, "Owner": "a@acme.example"})
    assert [(one.rule, one.resource) for one in reported(engine).findings] == [
        ("tag-limit", "arn:20")
    ]


def test_what_hints_and_waivers_speak_of_is_judged_by_itself():
    ignore = Ignore(rule="missing-tag", reason="agreed", location=Location("a.jsonl", 1))
    odd = make_resource({}, type="s3:bucket", address="", ignores=(ignore,))
    engine = engine_of({}, {}, patterns=(odd,))
    assert reported(engine).summary.exempt == 2


def test_a_tag_that_looks_like_the_stand_in_for_addresses_stays_as_it_is():
    taxonomy = make_taxonomy("  Stage: {values: [prod]}")
    report = reported(engine_of({"Stage": ADDRESS}, taxonomy=taxonomy))
    assert {one.actual for one in report.findings} == {ADDRESS}


@pytest.mark.parametrize("most", [0, 1, 7])
def test_memory_is_bounded_and_nothing_is_lost(monkeypatch, most):
    rows = [{f"Key{index}": "x", "Stage": f"s{index % 5}"} for index in range(30)]
    expected = reported(engine_of(*rows))
    monkeypatch.setattr(rulings, "MOST_REMEMBERED", most)
    report = reported(engine_of(*rows))
    assert (report.summary, report.keys) == (expected.summary, expected.keys)
    assert list(report.findings) == list(expected.findings)


def test_further_rows_are_counted_after_a_report():
    engine = engine_of({}, {})
    assert len(reported(engine).findings) == 2
    engine.judge([Rows([BUCKET], ["arn:9"], [{}], [9])])
    report = reported(engine)
    assert (report.summary.noncompliant, len(report.findings)) == (3, 3)
