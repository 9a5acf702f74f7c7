"""What is told of rows is made when it is read, in the report's order."""

from __future__ import annotations

from tagguard.findings import finding_order
from tagguard.model import Location
from tagguard.report import Finding
from tagguard.row_findings import (
    ADDRESS,
    RowsTold,
    Ruling,
    ToldRows,
    findings_told,
    tallied,
    templates,
)
from tests.factories import make_resource
from tests.formats.reports import make_finding

PATTERN = make_resource({}, address="", scope="1", account="1", location=Location("a.jsonl"))
MISSING = make_finding(
    resource=ADDRESS,
    rule="missing-tag",
    hint=f"add it to `{ADDRESS}`",
    location=Location("a.jsonl"),
    team="shop",
)
WRONG = make_finding(
    resource=ADDRESS, rule="invalid-value", location=Location("a.jsonl"), severity="warning"
)
BOTH = Ruling(findings=templates([MISSING, WRONG]), undetermined=())
ONE = Ruling(findings=templates([MISSING]), undetermined=())


def told(*rows: tuple[Ruling, str, int | None], others=()) -> RowsTold[Finding]:
    columns = ToldRows()
    for ruling, address, line in rows:
        columns.rulings.append(ruling)
        columns.patterns.append(PATTERN)
        columns.addresses.append(address)
        columns.lines.append(line)
    found = findings_told(columns, others)
    assert isinstance(found, RowsTold)
    return found


def test_each_row_has_its_own_address_place_and_fingerprint():
    first, second = told((ONE, "arn:1", 1), (ONE, "arn:2", 2))
    assert (first.resource, first.hint) == ("arn:1", "add it to `arn:1`")
    assert (second.resource, second.location) == ("arn:2", Location("a.jsonl", 2))
    assert first.fingerprint != second.fingerprint
    assert (first.scope, first.account, first.type) == ("1", "1", PATTERN.type)


def test_everything_is_in_the_order_of_a_report():
    others = [make_finding(location=Location("a.jsonl", line)) for line in (5, 1)]
    found = told((BOTH, "b", 3), (ONE, "a", 2), (ONE, "c", 3), (ONE, "a", 2), others=others)
    assert list(found) == sorted(found, key=finding_order)
    assert len(found) == len(list(found)) == 7
    assert found[0] == next(iter(found))
    assert found[-2:] == list(found)[-2:]


def test_without_rows_there_are_just_the_others():
    assert findings_told(ToldRows(), [MISSING]) == (MISSING,)


def test_counting_makes_no_finding():
    found = told((BOTH, "a", 1), (ONE, "b", 2), others=[make_finding(rule="missing-tag")])
    assert tallied(found, lambda one: one.rule) == {"missing-tag": 3, "invalid-value": 1}


def test_what_is_of_one_kind_is_together_where_its_first_stands():
    other = make_finding(rule="missing-tag", location=Location("a.jsonl", 2), resource="x")
    found = told((BOTH, "a", 1), (ONE, "c", 3), others=[other])
    groups = found.alike(lambda one: one.rule)
    assert [[one.resource for one in group] for group in groups] == [["a"], ["a", "x", "c"]]
    assert [len(group) for group in found.alike(lambda one: one.rule == "missing-tag" or None)] == [
        3
    ]


def test_addresses_found_in_several_scopes_are_told_apart():
    found = told((ONE, "a", 1), (ONE, "b", 2)).told_apart({"a"})
    assert [(one.resource, one.hint) for one in found] == [
        ("a (1)", "add it to `a`"),
        ("b", "add it to `b`"),
    ]
